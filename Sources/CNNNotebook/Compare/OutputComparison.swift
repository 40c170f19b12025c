/// NOTEBOOK §3: whether an output is what `#>` lines say. Words count exactly; runs of blanks are one, unless
/// `strict`; a number may be off by half a unit of the last decimal that the expectation writes, or by `tol`
/// and `rtol`; ints count exactly; `...` is any text, on a line of its own any lines; `<int>`, `<num>` any number.
public struct OutputComparison: Sendable {
    public var isStrict = false
    /// With one of them set, a number may be off by `tolerance + relativeTolerance * |expected|`, and nothing else.
    public var tolerance: Double?
    public var relativeTolerance: Double?

    public init() {}

    public init(_ options: CellOptions) {
        isStrict = options.isStrict
        tolerance = options.tolerance
        relativeTolerance = options.relativeTolerance
    }

    /// - Returns: nothing where the output is as expected.
    public func differences(expected: [String], actual: [String]) -> [LineDifference] {
        let pattern = (isBlank(expected) ? [] : expected).map { line($0, isExpectation: true) }
        let lines = (isBlank(actual) ? [] : actual).map { line($0, isExpectation: false) }
        if OutputComparison.matches(pattern, lines, isGap: \.isGap, isEqual: { matches($0, $1) }) { return [] }
        return LineAlignment(pattern, lines, self).differences()
    }

    /// Whether `--update` leaves lines that are as expected: they are what is shown byte for byte, or say on
    /// purpose less than it, by `...`, `<int>`, `<num>`, or by numbers within the cell's own tolerance. Other blanks or
    /// decimals than are shown now are of an older layout.
    func isCurrent(expected: [String], actual: [String]) -> Bool {
        if (isBlank(expected) ? [] : expected) == (isBlank(actual) ? [] : actual) { return true }
        var strict = self
        strict.isStrict = true
        let hasPattern = expected.contains { text in
            strict.line(text, isExpectation: true).tokens.contains {
                [.gap, .anyInteger, .anyNumber].contains($0.kind)
            }
        }
        if hasPattern { return true }
        let hasTolerance = tolerance != nil || relativeTolerance != nil
        return hasTolerance && strict.differences(expected: expected, actual: actual).isEmpty
    }

    /// A bare `#>` says that nothing is printed.
    private func isBlank(_ lines: [String]) -> Bool { lines.isEmpty || lines == [""] }

    struct Line {
        let text: String
        let tokens: [OutputToken]
        /// `...` alone.
        let isGap: Bool
    }

    func line(_ text: String, isExpectation: Bool) -> Line {
        var tokens = OutputTokenizer.tokens(text, isExpectation: isExpectation, isStrict: isStrict)
        let isGap = isExpectation && tokens.map(\.kind) == [.gap]
        if isExpectation, !isStrict { tokens = withoutBlanksAtGaps(tokens) }
        return Line(text: text, tokens: tokens, isGap: isGap)
    }

    /// `loss ... done` is `loss done` too: the blanks belong to the gap.
    private func withoutBlanksAtGaps(_ tokens: [OutputToken]) -> [OutputToken] {
        tokens.indices.filter { index in
            guard tokens[index].kind == .blank else { return true }
            let neighbours = [index - 1, index + 1].filter(tokens.indices.contains)
            return !neighbours.contains { tokens[$0].kind == .gap }
        }.map { tokens[$0] }
    }

    func matches(_ expected: Line, _ actual: Line) -> Bool {
        if expected.text == actual.text { return true }
        let isMatch = OutputComparison.matches(
            expected.tokens, actual.tokens, isGap: { $0.kind == .gap }, isEqual: { matches($0, $1) })
        return isMatch || (expected.tokens.contains { $0.kind == .gap } && matchesAsText(expected, actual))
    }

    /// A gap may begin or end within a word: `tensor 3x...`.
    private func matchesAsText(_ expected: Line, _ actual: Line) -> Bool {
        let pattern = expected.tokens.flatMap { $0.kind == .gap ? [nil] : Array($0.text).map(Optional.init) }
        return OutputComparison.matches(
            pattern, actual.tokens.flatMap { Array($0.text) }, isGap: { $0 == nil }, isEqual: { $0 == $1 })
    }

    func matches(_ expected: OutputToken, _ actual: OutputToken) -> Bool {
        switch expected.kind {
        case .anyInteger: return actual.kind == .integer
        case .anyNumber: return actual.value != nil || actual.kind == .notFinite
        default: break
        }
        if expected.text == actual.text { return true }
        guard let difference = NumberDifference(expected, actual, self) else { return false }
        return difference.isAllowed
    }

    /// Whether a sequence matches a pattern with gaps. A gap that turns out too short is made longer; earlier gaps need
    /// not be tried again, as in matching file names with `*`.
    static func matches<Expected, Actual>(
        _ pattern: [Expected], _ elements: [Actual], isGap: (Expected) -> Bool, isEqual: (Expected, Actual) -> Bool
    ) -> Bool {
        var next = 0
        var position = 0
        var gap: (next: Int, position: Int)?
        while position < elements.count {
            if next < pattern.count, isGap(pattern[next]) {
                gap = (next + 1, position)
                next += 1
            } else if next < pattern.count, isEqual(pattern[next], elements[position]) {
                next += 1
                position += 1
            } else if let last = gap {
                gap = (last.next, last.position + 1)
                next = last.next
                position = last.position + 1
            } else {
                return false
            }
        }
        return pattern[next...].allSatisfy(isGap)
    }
}

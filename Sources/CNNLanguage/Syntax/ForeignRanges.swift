import CNNCore

/// Ranges of Rust, Swift, Kotlin and Ruby: `0..3`, `0...3`, `0..<3`, `0..=3`; of several meanings, each is told.
extension Parser {
    /// What a range stands in, which decides how it is written here.
    private enum RangePlace {
        case value
        /// `x[0..2]`: a slice of `x`.
        case slice(of: String)
        /// `[0..2]`: a list.
        case list
    }

    /// Behind a value, at the points that may follow it.
    mutating func foreignRange() -> SyntaxFailure? {
        guard !isHint, !isAtLineEnd else { return nil }
        let points = index
        let isEllipsis = token.kind == .ellipsis
        guard isEllipsis || peek().start == token.end && beginsWithPoint(peek()) else { return nil }
        let first = beginningOfOperand(before: points)
        let left = excerpt(SourceSpan(tokens[first].start, tokens[points - 1].end))
        let place = rangePlace(tokens[first], first)
        advance()
        // `..3` is a point and the number `.3`.
        let clings = !isEllipsis && token.kind == .float
        if !isEllipsis, !clings { advance() }
        let isOpen = !isEllipsis && token.kind == .less && token.start == tokens[index - 1].end
        let isClosed = !isEllipsis && token.kind == .assign && token.start == tokens[index - 1].end
        if isOpen || isClosed { advance() }
        // `for i in 0.. {`, `x[1..]`
        let isEnd = isAtLineEnd || !token.kind.beginsExpression || token.kind == .leftBrace
        let value = isEnd && !clings ? nil : hint { parser throws(SyntaxFailure) in try parser.comparisonOperand() }
        var right = value.map { excerpt($0.span) }
        if clings { right = right.map { String($0.dropFirst()) } }
        let span = SourceSpan(tokens[first].start, max(tokens[points].end, previous.end))
        let notes = rangeNotes(left, right, place, endsBefore: isOpen, endsWith: isClosed, isEllipsis: isEllipsis)
        let isSlice = if case .slice = place { true } else { false }
        return SyntaxFailure(
            .foreignSyntax, isSlice ? "a slice is written with ':'" : "a range is a function", span, notes: notes)
    }

    private func beginsWithPoint(_ token: Token) -> Bool {
        token.kind == .dot || (token.kind == .float && source.bytes[token.start] == UInt8(ascii: "."))
    }

    private func rangeNotes(
        _ left: String, _ right: String?, _ place: RangePlace, endsBefore: Bool, endsWith: Bool, isEllipsis: Bool
    ) -> [String] {
        func written(_ end: String) -> String {
            switch place {
            case .value: "range(\(left), \(end))"
            case .slice(let name): "\(name)[\(left):\(end)]"
            case .list: "list(range(\(left), \(end)))"
            }
        }
        guard let right else {
            if case .slice = place { return ["write \(written(""))"] }
            return ["write \(written("n")), which ends before n"]
        }
        let next = Int(right).map { "\($0 &+ 1)" } ?? "\(right) + 1"
        if endsBefore { return ["write \(written(right)), which ends before \(right)"] }
        if endsWith { return ["write \(written(next)), which ends with \(right)"] }
        let (before, with) = (
            "\(written(right)), which ends before \(right)", "\(written(next)), which ends with \(right)"
        )
        return isEllipsis ? ["write \(with), or \(before)"] : ["write \(before), or \(with)"]
    }

    /// The first token of the operand that ends before the points, with the signs that bind more tightly than a range.
    private func beginningOfOperand(before points: Int) -> Int {
        var first = points
        while first > 0, first == points || !tokens[first].beginsLine {
            let before = first - 1
            switch tokens[before].kind {
            case .in, .assign, .leftParenthesis, .leftBracket, .leftBrace, .comma, .colon, .semicolon, .return, .and,
                .or, .not, .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual, .isClose, .if, .elif,
                .while, .arrow, .pipe, .plusAssign, .minusAssign, .timesAssign, .divideAssign:
                return first
            case .rightParenthesis, .rightBracket, .rightBrace: first = brackets.partner(before) ?? before
            default: first = before
            }
        }
        return first
    }

    private func rangePlace(_ first: Token, _ place: Int) -> RangePlace {
        guard place > 0, tokens[place - 1].kind == .leftBracket else { return .value }
        guard place > 1, tokens[place - 2].end == tokens[place - 1].start else { return .list }
        switch tokens[place - 2].kind {
        case .name: return .slice(of: text(tokens[place - 2]))
        case .rightBracket, .rightParenthesis: return .slice(of: "x")
        default: return .list
        }
    }
}

/// Writes tokens and comments with their line ends, indentation and blanks.
struct LayoutWriter {
    static let indent = 4
    static let mostBlankLines = 2

    /// What a bracket means for the lines within it.
    private struct Frame {
        /// Nil around everything.
        var opener: TokenKind?
        var isBlock: Bool
        /// Of lines within, and of a line that begins with the closer.
        var indent: Int
        var closerIndent: Int
        /// Whether the statement that is being written has a block behind its first line.
        var hasHead = false
        /// Layers of a model over several lines: two blanks behind a `;`.
        var spreadsLayers = false
    }

    let source: SourceText
    let settings: LayoutSettings
    let tokens: [LayoutToken]
    let marks: LayoutMarks
    let breaks: LineBreaks
    let spacing: TokenSpacing

    private(set) var output: [UInt8] = []
    private(set) var places: [LayoutPlace] = []
    private var frames = [Frame(isBlock: true, indent: 0, closerIndent: 0)]
    private var line = 0
    private var column = 0
    /// Of the line that is being written.
    private var lineIndent = 0
    private var hasContent = false
    /// Arguments without parentheses that are being written: their last token, how many brackets are around them, where
    /// they began.
    private var bare: [(last: Int, depth: Int, column: Int)] = []
    private let bareEnds: [Int: Int]

    init(
        _ source: SourceText, _ settings: LayoutSettings, _ tokens: [LayoutToken], _ marks: LayoutMarks,
        _ breaks: LineBreaks
    ) {
        self.source = source
        self.settings = settings
        self.tokens = tokens
        self.marks = marks
        self.breaks = breaks
        spacing = TokenSpacing(source: source, tokens: tokens, marks: marks, breaks: breaks)
        bareEnds = Dictionary(marks.bareArguments.map { ($0.lowerBound, $0.upperBound) }, uniquingKeysWith: max)
        places.reserveCapacity(tokens.count)
    }

    mutating func write() {
        for index in tokens.indices {
            tokens[index].comments.forEach { write($0, before: index) }
            if tokens[index].kind == .end { return finish(tokens[index].blankLines) }
            write(index)
        }
    }

    // MARK: - Lines

    private mutating func newLine(blankLines: Int, indent: Int) {
        if hasContent { endLine() }
        for _ in 0..<min(blankLines, LayoutWriter.mostBlankLines) { endLine() }
        output += Array(repeating: UInt8(ascii: " "), count: indent)
        column = indent
        lineIndent = indent
    }

    private mutating func endLine() {
        output += settings.lineEnd
        line += 1
    }

    private mutating func finish(_ blankLines: Int) {
        if hasContent { endLine() }
        if settings.isFileEnd { return }
        for _ in 0..<min(blankLines, LayoutWriter.mostBlankLines) { endLine() }
    }

    private mutating func writeBlanks(_ count: Int) {
        output += Array(repeating: UInt8(ascii: " "), count: count)
        column += count
    }

    private mutating func write(_ range: Range<Int>) {
        output += source.bytes[range]
        hasContent = true
        let last = source.bytes[range].lastIndex(of: UInt8(ascii: "\n"))
        if let last {
            line += source.bytes[range].count { $0 == UInt8(ascii: "\n") }
            column = 0
            lineIndent = 0
            column += DisplayWidth.of(source.text(last + 1..<range.upperBound))
        } else {
            column += DisplayWidth.of(source.text(range))
        }
    }

    // MARK: - Comments

    private mutating func write(_ comment: LayoutComment, before index: Int) {
        if comment.isTrailing {
            writeBlanks(2)
        } else {
            var indent = commentIndent(before: index)
            // What would mean something else at the beginning of a line stays away from it.
            if indent == 0, !comment.isAtMargin, settings.isReserved(comment.text) { indent = LayoutWriter.indent }
            newLine(blankLines: comment.blankLines, indent: indent)
        }
        write(comment.text)
    }

    private func commentIndent(before index: Int) -> Int {
        let isCloser = tokens[index].kind.opener != nil
        return isCloser || tokens[index].kind == .end ? frame.indent : indent(of: index)
    }

    // MARK: - Tokens

    private var frame: Frame { frames[frames.count - 1] }

    private mutating func write(_ index: Int) {
        let token = tokens[index]
        while let last = bare.last, last.last < index { bare.removeLast() }
        var closed: Frame?
        if token.kind.opener != nil, frames.count > 1 { closed = frames.removeLast() }
        if breaks.before[index] || !token.comments.isEmpty {
            newLine(blankLines: token.blankLines, indent: closed?.closerIndent ?? indent(of: index))
        } else if index > 0 {
            writeBlanks(blanks(before: index, closed))
        }
        if marks.statementStarts.contains(index) || token.kind == .elif || marks.layerStarts.contains(index) {
            frames[frames.count - 1].hasHead = [.if, .elif, .while, .for].contains(token.kind)
        }
        if let last = bareEnds[index] { bare.append((last: last, depth: frames.count, column: column)) }
        var place = LayoutPlace(line: line, column: column, endColumn: 0)
        write(token.token.start..<token.token.end)
        if breaks.hasSemicolon(behind: index) {
            output.append(UInt8(ascii: ";"))
            column += 1
        }
        place.endColumn = column
        places.append(place)
        if token.kind.isOpener { open(index) }
    }

    private func blanks(before index: Int, _ closed: Frame?) -> Int {
        if breaks.hasSemicolon(behind: index - 1) {
            return marks.layerStarts.contains(index) && frame.spreadsLayers ? 2 : 1
        }
        return spacing.blanks(before: index, within: (closed ?? frame).opener)
    }

    private mutating func open(_ index: Int) {
        let next = index + 1
        let opener = tokens[index].kind
        if breaks.isBlock(index) {
            let base = frame.isBlock ? frame.indent : lineIndent
            let spreads = marks.models.contains(index) ? breaks.before[next] : frame.spreadsLayers
            frames.append(
                Frame(
                    opener: opener, isBlock: true, indent: base + LayoutWriter.indent, closerIndent: base,
                    spreadsLayers: spreads))
        } else {
            let hangs = breaks.before[next] || !tokens[next].comments.isEmpty
            frames.append(
                Frame(
                    opener: opener, isBlock: false, indent: hangs ? lineIndent + LayoutWriter.indent : column,
                    closerIndent: lineIndent, spreadsLayers: frame.spreadsLayers))
        }
    }

    /// Of a line that begins with a token, but for a closer.
    private func indent(of index: Int) -> Int {
        if let list = bare.last, list.last >= index, list.depth == frames.count { return list.column }
        guard frame.isBlock else { return frame.indent }
        if marks.isStart(index) || tokens[index].kind == .else || tokens[index].kind == .elif { return frame.indent }
        return frame.indent + (frame.hasHead ? 2 : 1) * LayoutWriter.indent
    }
}

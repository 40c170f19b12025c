/// A comment, with its place among the tokens.
struct LayoutComment {
    /// From its `#`, without blanks at its end.
    let text: Range<Int>
    /// Whether it stands behind something on its line.
    let isTrailing: Bool
    /// Whether its line begins with it, without a blank before.
    let isAtMargin: Bool
    /// The empty lines before it.
    let blankLines: Int
}

/// A token with what stands before it. A `;` is no token of its own here: it clings to the token that it follows.
struct LayoutToken {
    let token: Token
    /// Whether a line end stands between it and the token before.
    let beginsLine: Bool
    /// The empty lines right before it.
    let blankLines: Int
    /// Between it and the token before, in order.
    let comments: [LayoutComment]
    /// A string over several lines.
    let spansLines: Bool
    var hasSemicolon = false

    var kind: TokenKind { token.kind }
}

/// All tokens of a text, the last one `.end`, with every comment.
struct LayoutTokens {
    let source: SourceText
    private(set) var tokens: [LayoutToken] = []
    private var comments: [LayoutComment] = []
    /// Line ends since the last token or comment, and whether there was one since the last token.
    private var lineEnds = 0
    private var beginsLine = true
    private var isEmpty = true

    init(_ source: SourceText, range: Range<Int>) {
        self.source = source
        var lexer = Lexer(source, range: range)
        let scanned = lexer.scan()
        tokens.reserveCapacity(scanned.count)
        var position = range.lowerBound
        if position == 0, source.bytes[range].starts(with: LayoutTokens.byteOrderMark) { position = 3 }
        for token in scanned {
            read(position..<token.start)
            position = token.end
            add(token)
        }
    }

    static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

    private mutating func add(_ token: Token) {
        if token.kind == .semicolon {
            if let last = tokens.indices.last { tokens[last].hasSemicolon = true }
            // A line of its own goes with it.
            if lineEnds > 0 || (isEmpty && lineEnds == 0) { lineEnds -= 1 }
            return
        }
        tokens.append(
            LayoutToken(
                token: token, beginsLine: beginsLine, blankLines: takeBlankLines(), comments: comments,
                spansLines: source.bytes[token.start..<token.end].contains(UInt8(ascii: "\n"))))
        comments = []
        beginsLine = false
    }

    /// Line ends and comments between two tokens.
    private mutating func read(_ gap: Range<Int>) {
        var position = gap.lowerBound
        while position < gap.upperBound {
            switch source.bytes[position] {
            case UInt8(ascii: "\n"):
                lineEnds += 1
                beginsLine = true
                position += 1
            case UInt8(ascii: "#"):
                let end = source.bytes[position..<gap.upperBound].firstIndex(of: UInt8(ascii: "\n")) ?? gap.upperBound
                addComment(position..<end)
                position = end
            default: position += 1
            }
        }
    }

    private mutating func addComment(_ range: Range<Int>) {
        var end = range.upperBound
        while end > range.lowerBound + 1, isBlank(source.bytes[end - 1]) { end -= 1 }
        let isTrailing = lineEnds <= 0 && !isEmpty && comments.isEmpty
        let start = range.lowerBound
        let isAtMargin = start == 0 || source.bytes[start - 1] == UInt8(ascii: "\n") || isAfterMark(start)
        comments.append(
            LayoutComment(
                text: start..<end, isTrailing: isTrailing, isAtMargin: isAtMargin, blankLines: takeBlankLines()))
    }

    private func isBlank(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == UInt8(ascii: "\r")
    }

    private func isAfterMark(_ offset: Int) -> Bool {
        offset == 3 && source.bytes.starts(with: LayoutTokens.byteOrderMark)
    }

    /// At the beginning of the text every line end is an empty line.
    private mutating func takeBlankLines() -> Int {
        defer {
            lineEnds = 0
            isEmpty = false
        }
        return max(0, isEmpty ? lineEnds : lineEnds - 1)
    }
}

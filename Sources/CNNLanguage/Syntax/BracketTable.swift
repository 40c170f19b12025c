/// Which bracket closes which, found before parsing: errors can then point at the one that was left open, and parsing
/// can go on behind the others.
struct BracketTable {
    /// For a bracket, the index of the token that it pairs with; -1 for one that has none, and for other tokens.
    private var partners: [Int32]
    /// The innermost opener around a token; -1 at the top.
    private var parents: [Int32]

    /// How far out a closer's opener is looked for: beyond the parser's depth, it does not matter any more.
    private static let reach = 2 * Parser.depthLimit

    init(_ tokens: [Token]) {
        partners = Array(repeating: -1, count: tokens.count)
        parents = Array(repeating: -1, count: tokens.count)
        var open: [Int] = []
        for (index, token) in tokens.enumerated() {
            if let opener = token.kind.opener, let level = BracketTable.level(of: opener, in: open, tokens) {
                partners[open[level]] = Int32(truncatingIfNeeded: index)
                partners[index] = Int32(truncatingIfNeeded: open[level])
                open.removeSubrange(level...)
            }
            parents[index] = Int32(truncatingIfNeeded: open.last ?? -1)
            if token.kind.isOpener { open.append(index) }
        }
    }

    /// The innermost open bracket of a kind. A `)` or `]` does not reach out of the braces that it stands in.
    private static func level(of opener: TokenKind, in open: [Int], _ tokens: [Token]) -> Int? {
        var level = open.count - 1
        let last = max(0, open.count - reach)
        while level >= last {
            let kind = tokens[open[level]].kind
            if kind == opener { return level }
            if kind == .leftBrace { return nil }
            level -= 1
        }
        return nil
    }

    /// Whether a token stands within parentheses of its statement, where line ends do not count; those that are never
    /// closed end with their line.
    func isWithinParentheses(_ index: Int, _ tokens: [Token]) -> Bool {
        let opener = parents.indices.contains(index) ? Int(parents[index]) : -1
        return opener >= 0 && tokens[opener].kind == .leftParenthesis && partners[opener] >= 0
    }

    func partner(_ index: Int) -> Int? {
        guard partners.indices.contains(index), partners[index] >= 0 else { return nil }
        return Int(partners[index])
    }

    /// The innermost opener around a token, without those that are never closed, but for one that is known to be a block.
    func parent(_ index: Int, block: Int) -> Int {
        var parent = parents.indices.contains(index) ? Int(parents[index]) : -1
        while parent >= 0, parent != block, partners[parent] < 0 { parent = Int(parents[parent]) }
        return parent
    }

    /// The first `}` that begins a line further left than the line of its `{` does: most likely it was written for a
    /// block around that one, whose own was forgotten.
    /// - Returns: the `{` that was left open, the `}`, and the `{` that the `}` belongs to by the indentation.
    func suspect(_ tokens: [Token], _ source: SourceText) -> (opener: Int, closer: Int, block: Int?)? {
        for (closer, token) in tokens.enumerated() where token.kind == .rightBrace && token.beginsLine {
            guard let opener = partner(closer) else { continue }
            let indent = source.indent(at: token.start)
            guard indent < source.indent(at: tokens[opener].start) else { continue }
            var block = Int(parents[opener])
            while block >= 0, tokens[block].kind != .leftBrace || source.indent(at: tokens[block].start) != indent {
                block = Int(parents[block])
            }
            return (opener, closer, block >= 0 ? block : nil)
        }
        return nil
    }
}

extension SourceText {
    /// How many blanks the line of an offset begins with.
    func indent(at offset: Int) -> Int {
        let line = lineRange(line(at: offset))
        return bytes[line].prefix { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }.count
    }
}

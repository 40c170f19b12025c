/// Where lines end. Line ends stay where they are, with four exceptions: a block is on one line, or both its braces are
/// at line ends; the blocks of one `if` are all of one kind; `else` stands behind the `}`; and what does not fit is broken
/// at a `;`, or else at the braces of a block.
struct LineBreaks {
    /// What is written within so many columns stays on one line.
    static let width = 100
    /// The columns of an `if` within brackets that stays on one line.
    private static let shortChoice = 60

    private let tokens: [LayoutToken]
    private let marks: LayoutMarks
    private let brackets: BracketTable
    /// Whether a line end stands before a token.
    private(set) var before: [Bool]
    /// The blocks of one `if`, each by its `{`: the one behind, and the first of all.
    private var following: [Int: Int] = [:]
    private var heads: [Int: Int] = [:]
    /// The first blocks of those that are spread.
    private var spreadHeads: Set<Int> = []

    init(_ tokens: [LayoutToken], _ marks: LayoutMarks) {
        self.tokens = tokens
        self.marks = marks
        brackets = BracketTable(tokens.map(\.token))
        before = tokens.map(\.beginsLine)
        joinElse()
        spreadBlocks()
    }

    func isBlock(_ index: Int) -> Bool { tokens[index].kind == .leftBrace && !marks.dictionaries.contains(index) }

    func partner(_ index: Int) -> Int? { brackets.partner(index) }

    /// Whether a `;` is written behind a token: it silences, or another statement follows on the line.
    func hasSemicolon(behind index: Int) -> Bool {
        guard tokens[index].hasSemicolon else { return false }
        if marks.silentEnds.contains(index) { return true }
        guard index + 1 < tokens.count, !before[index + 1], !isBlock(index) else { return false }
        return tokens[index + 1].kind != .end && tokens[index + 1].kind != .rightBrace
    }

    // MARK: - Blocks

    private mutating func joinElse() {
        for index in tokens.indices.dropFirst() where tokens[index].kind == .else || tokens[index].kind == .elif {
            guard tokens[index - 1].kind == .rightBrace, let opener = brackets.partner(index - 1) else { continue }
            if tokens[index].comments.isEmpty { before[index] = false }
            let parent = brackets.parent(index, block: -1)
            var next = index + 1
            while next < tokens.count, !(isBlock(next) && brackets.parent(next, block: -1) == parent) { next += 1 }
            guard next < tokens.count else { continue }
            following[opener] = next
            heads[next] = heads[opener] ?? opener
        }
    }

    private mutating func spreadBlocks() {
        // From the innermost out: a line end in a block is one in those around it too.
        for opener in tokens.indices.reversed() where isBlock(opener) {
            guard let closer = brackets.partner(opener) else { continue }
            if closer == opener + 1, tokens[closer].comments.isEmpty {
                before[closer] = false
            } else if (opener + 1...closer).contains(where: { before[$0] || tokens[$0].spansLines }) {
                spread(opener)
            }
        }
    }

    /// Puts the braces of a block, and of those that belong to the same `if`, at line ends.
    private mutating func spread(_ block: Int, withStatements: Bool = false) {
        let first = heads[block] ?? block
        guard spreadHeads.insert(first).inserted || withStatements else { return }
        var next: Int? = first
        while let opener = next {
            next = following[opener]
            guard let closer = brackets.partner(opener) else { continue }
            if closer == opener + 1, tokens[closer].comments.isEmpty { continue }
            before[opener + 1] = true
            before[closer] = true
            guard withStatements else { continue }
            for index in opener + 1..<closer where marks.isStart(index) && brackets.parent(index, block: -1) == opener {
                before[index] = true
            }
        }
    }

    // MARK: - Width

    /// Breaks the lines that are too long, one level each.
    /// - Parameter places: where the tokens have been written.
    /// - Returns: whether there was a line that could be broken.
    mutating func breakLongLines(_ places: [LayoutPlace]) -> Bool {
        var hasBroken = false
        var start = 0
        while start < places.count {
            var end = start + 1
            while end < places.count, places[end].line == places[start].line { end += 1 }
            let isLong = places[start..<end].contains { $0.endColumn > LineBreaks.width }
            if isLong, breakLine(start..<end, places) { hasBroken = true }
            start = end
        }
        return hasBroken
    }

    private mutating func breakLine(_ line: Range<Int>, _ places: [LayoutPlace]) -> Bool {
        var depth = 0
        var starts: [Int] = []
        var block: Int?
        for index in line {
            if tokens[index].kind == .rightBrace, let opener = brackets.partner(index), isBlock(opener),
                line.contains(opener)
            {
                depth -= 1
            }
            if depth == 0, index > line.lowerBound, marks.isStart(index) { starts.append(index) }
            guard isBlock(index), let closer = brackets.partner(index), line.contains(closer) else { continue }
            if depth == 0, block == nil, closer > index + 1, !isShortChoice(index, places) { block = index }
            depth += 1
        }
        for index in starts { before[index] = true }
        if starts.isEmpty, let block { spread(block, withStatements: true) }
        return !starts.isEmpty || block != nil
    }

    /// Whether a block belongs to an `if` within brackets, `[if x > 0 { 1 } else { 0 } for x in xs]`, that its writer
    /// has put on one line and that is short: broken, it would be harder to read than the long line.
    private func isShortChoice(_ block: Int, _ places: [LayoutPlace]) -> Bool {
        let first = heads[block] ?? block
        let parent = brackets.parent(first, block: -1)
        guard parent >= 0, !isBlock(parent) else { return false }
        var start = first
        while start > parent, tokens[start].kind != .if || brackets.parent(start, block: -1) != parent { start -= 1 }
        guard start > parent else { return false }
        var last = first
        while let next = following[last] { last = next }
        guard let end = brackets.partner(last), places[end].line == places[start].line else { return false }
        return places[end].endColumn - places[start].column <= LineBreaks.shortChoice
    }
}

/// Where a token has been written.
struct LayoutPlace {
    /// From 0; of a string over several lines, the first.
    var line: Int
    var column: Int
    var endColumn: Int
}

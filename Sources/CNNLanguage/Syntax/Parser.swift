import CNNCore

/// A program as a tree, or what is wrong with it.
public struct ParseResult: Sendable {
    public var statements: [Statement]
    /// In the order of the text, at most ten; empty where all is well.
    public var diagnostics: [Diagnostic]
    /// Whether the text only wants more lines: it ends within brackets, braces or a `"""` string, or after a binary
    /// operator or a comma. False as soon as anything in it is wrong for certain.
    public var isIncomplete: Bool
}

/// A recursive-descent parser for the grammar of LANGUAGE §2.
///
/// It never fails as a whole: a mistake ends its statement, and parsing goes on behind it. Depth is bounded twice: by
/// `depthLimit` for what recurses here, and by `heightLimit` for the tree that a long chain of calls, indices or pipes
/// makes, which whoever walks the tree recurses over. Of `+` and the other operators a chain may have any length.
public struct Parser {
    static let depthLimit = 200
    static let heightLimit = 5_000
    static let errorLimit = 10

    let source: SourceText
    let tokens: [Token]
    let brackets: BracketTable
    /// A part of an f-string, which ends where its text ends.
    let isFragment: Bool
    /// The values of the session that the text is for: only notes ask for them.
    let session: ((String) -> Value?)?

    private(set) var index = 0
    private(set) var token: Token
    private var continuedIndex = -1
    var failures: [SyntaxFailure]
    var context = Context()
    /// The height of the expression parsed last, and the greatest since `peak` was last cleared.
    private(set) var height = 0
    private(set) var peak = 0
    /// The column of a head whose braces are missing: the lines indented under it are no statements of their own.
    var missingBlockColumn: Int?
    /// Parsing goes on behind a mistake only to quote the user in a note.
    var isHint = false
    /// A block with a colon was reported: what follows is likely written the same way.
    var hasColonBlock = false
    /// Parsing ended at the greatest number of mistakes.
    var isStopped = false
    /// Imports that fail when they run: told where the text has other mistakes.
    var imports: [SyntaxFailure] = []

    /// What holds around a place; restored as a whole after a mistake.
    struct Context {
        var depth = 0
        /// The brackets that are open, as token indices.
        var open: [Int] = []
        /// The `{` of the innermost block; -1 at the top.
        var block = -1
        /// Inside of `( )` and `[ ]`, and of a dict.
        var ignoresLineEnds = false
        /// In the part of a comprehension that an `if` may follow.
        var isBeforeCondition = false
        /// In the condition of an `if` or a `while`, outside of brackets.
        var isCondition = false
        /// Among the layers of a model.
        var isInModel = false
    }

    /// Parses a text, or the part of it that is one cell of a notebook.
    /// - Parameter isEnclosed: whether the part stands within parentheses, where line ends do not count.
    /// - Parameter session: gives the value of a name, for what notes offer.
    public static func parse(
        _ source: SourceText, range: Range<Int>? = nil, isEnclosed: Bool = false, session: ((String) -> Value?)? = nil
    ) -> ParseResult {
        var parser = Parser(source, range ?? 0..<source.bytes.count, depth: 0, isFragment: false, session: session)
        parser.context.ignoresLineEnds = isEnclosed
        let statements = parser.program()
        let failures = parser.orderedFailures()
        let told = failures.compactMap { failure in
            failure.error.map { Diagnostic($0, source: source, span: failure.span) }
        }
        return ParseResult(
            statements: statements, diagnostics: Mistakes.first(told, isMore: parser.isStopped),
            isIncomplete: !failures.isEmpty && failures.allSatisfy(\.isEnd))
    }

    init(
        _ source: SourceText, _ range: Range<Int>, depth: Int, isFragment: Bool, session: ((String) -> Value?)? = nil
    ) {
        self.session = session
        var lexer = Lexer(source, range: range)
        self.source = source
        self.tokens = lexer.scan()
        self.failures = lexer.failures
        self.brackets = BracketTable(tokens)
        self.isFragment = isFragment
        self.token =
            tokens.first ?? Token(kind: .end, start: range.upperBound, end: range.upperBound, beginsLine: false)
        self.context.depth = depth
        self.context.ignoresLineEnds = isFragment
    }

    private func orderedFailures() -> [SyntaxFailure] {
        let isIncomplete = failures.allSatisfy(\.isEnd)
        let told = (isIncomplete ? failures : failures + imports).filter { $0.error != nil }.enumerated()
        let ordered = told.sorted { ($0.element.span.start, $0.offset) < ($1.element.span.start, $1.offset) }
        var result: [SyntaxFailure] = []
        for (_, failure) in ordered where result.last?.span != failure.span { result.append(failure) }
        return result
    }

    // MARK: - Tokens

    mutating func advance() {
        if index + 1 < tokens.count {
            index += 1
            token = tokens[index]
        }
    }

    mutating func move(to newIndex: Int) {
        index = max(0, min(newIndex, tokens.count - 1))
        token = tokens[index]
    }

    /// The token some places further on; the end stands after the end.
    func peek(_ distance: Int = 1) -> Token {
        let target = index + distance
        return target >= 0 && target < tokens.count ? tokens[target] : tokens[tokens.count - 1]
    }

    var previous: Token { index > 0 ? tokens[index - 1] : token }

    /// Whether a line end before the current token ends what came before.
    var isAtLineEnd: Bool { token.kind == .end || (token.beginsLine && !context.ignoresLineEnds) }

    /// Whether the current token is of a kind and goes on with the line before it.
    func at(_ kind: TokenKind) -> Bool { token.kind == kind && !isAtLineEnd }

    /// Whether the current token is a name that the grammar reads as a word here.
    func at(word: StaticString) -> Bool { !isAtLineEnd && isWord(token, word) }

    func isWord(_ token: Token, _ word: StaticString) -> Bool {
        guard token.kind == .name, token.end - token.start == word.utf8CodeUnitCount else { return false }
        return word.withUTF8Buffer { source.bytes[token.start..<token.end].elementsEqual($0) }
    }

    /// Lets a line end before the current token not count: at a statement's beginning.
    mutating func joinLine() { token.beginsLine = false }

    /// The same after a binary operator or a comma, where a text that ends plainly goes on.
    mutating func continueLine() {
        token.beginsLine = false
        continuedIndex = index
    }

    var isContinued: Bool { continuedIndex == index }

    mutating func takeComma() -> Bool {
        guard take(.comma) else { return false }
        continueLine()
        return true
    }

    mutating func take(_ kind: TokenKind) -> Bool {
        guard at(kind) else { return false }
        advance()
        return true
    }

    /// - Parameter expectation: what stands here, for the error: `')'`, `a name`.
    @discardableResult
    mutating func expect(_ kind: TokenKind, _ expectation: String) throws(SyntaxFailure) -> Token {
        guard at(kind) else { throw unexpected(expectation) }
        let found = token
        advance()
        return found
    }

    func text(_ token: Token) -> String { source.text(token.start..<token.end) }

    mutating func identifier(_ expectation: String) throws(SyntaxFailure) -> Identifier {
        guard at(.name) else {
            if token.kind.isKeyword, !isAtLineEnd { throw reservedWord() }
            throw unexpected(expectation)
        }
        let found = token
        advance()
        return Identifier(text(found), found.span)
    }

    // MARK: - Hints

    /// What stands behind a mistake, for a note that quotes it; nil where that is wrong too, or within another hint.
    mutating func hint(
        _ part: (inout Parser) throws(SyntaxFailure) -> Expression = { parser throws(SyntaxFailure) in
            try parser.expression()
        }
    ) -> Expression? {
        guard !isHint else { return nil }
        let outer = context
        let count = failures.count
        isHint = true
        defer {
            isHint = false
            context = outer
            failures.removeSubrange(min(count, failures.count)...)
        }
        let value = try? part(&self)
        return failures.count == count ? value : nil
    }

    // MARK: - Depth

    /// Goes one level deeper at the current token.
    mutating func deepen() throws(SyntaxFailure) {
        context.depth += 1
        guard context.depth <= Parser.depthLimit else {
            throw SyntaxFailure(
                .nestingTooDeep, "this is nested more than \(Parser.depthLimit) levels deep", token.span,
                notes: ["give the inner parts names of their own"], isFatal: true)
        }
    }

    /// Takes an opening bracket, inside of which line ends do not count. `close` ends it.
    mutating func open() throws(SyntaxFailure) -> Context {
        let outer = context
        try deepen()
        context.open.append(index)
        context.ignoresLineEnds = true
        context.isBeforeCondition = false
        context.isCondition = false
        context.isInModel = false
        advance()
        return outer
    }

    mutating func close(_ kind: TokenKind, _ expectation: String, _ outer: Context) throws(SyntaxFailure) {
        try expect(kind, expectation)
        context = outer
    }

    // MARK: - Heights

    /// Starts measuring the parts of an expression; `endParts` makes them the children of one node.
    mutating func beginParts() -> Int {
        let outer = peak
        peak = 0
        return outer
    }

    mutating func endParts(_ outer: Int) {
        height = peak + 1
        peak = max(outer, height)
    }

    /// Ends measuring where there were no parts after all.
    mutating func endEmptyParts(_ outer: Int) { peak = outer }

    mutating func addPart(_ partHeight: Int) { peak = max(peak, partHeight) }

    mutating func setLeaf() {
        height = 1
        peak = max(peak, 1)
    }

    /// The current node, of some levels, has another child of the last height, besides a first one.
    mutating func grow(over first: Int, by levels: Int = 1, at span: SourceSpan) throws(SyntaxFailure) {
        height = max(first, height) + levels
        peak = max(peak, height)
        guard height <= Parser.heightLimit else {
            throw SyntaxFailure(
                .nestingTooDeep, "an expression has more than \(Parser.heightLimit) operations in a row", span,
                notes: ["split it up, or compute it in a loop"], isFatal: true)
        }
    }
}

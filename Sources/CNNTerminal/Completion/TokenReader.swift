import CNNLanguage

/// The tokens before the word that is completed, read backward for what is open around it.
struct TokenReader {
    private let source: SourceText
    private let tokens: [Token]
    /// The brackets that are open, as token indices, outermost first.
    private let open: [Int]

    init(_ bytes: [UInt8], upTo end: Int) {
        source = SourceText(name: "", bytes: bytes)
        var lexer = Lexer(source, range: 0..<max(0, min(end, bytes.count)))
        tokens = lexer.scan().filter { $0.kind != .end }
        var open: [Int] = []
        for (index, token) in tokens.enumerated() {
            switch token.kind {
            case .leftParenthesis, .leftBracket, .leftBrace: open.append(index)
            case .rightParenthesis, .rightBracket, .rightBrace: _ = open.popLast()
            default: break
            }
        }
        self.open = open
    }

    private func text(_ index: Int) -> String { source.text(tokens[index].span) }

    private var lastKind: TokenKind? { tokens.last?.kind }

    var isAfterImport: Bool { lastKind == .import }

    /// Behind `def`, `model`, `as`, `for`: what follows is not there yet.
    var expectsNewName: Bool {
        switch lastKind {
        case .def?, .model?, .as?, .for?: true
        default: false
        }
    }

    /// The chain of names before the parenthesis that is open innermost; nil where another bracket is.
    var innermostCallee: [String]? {
        guard let last = open.last, tokens[last].kind == .leftParenthesis else { return nil }
        var names: [String] = []
        var index = last - 1
        while index >= 0, tokens[index].kind == .name {
            names.insert(text(index), at: 0)
            guard index >= 2, tokens[index - 1].kind == .dot else { break }
            index -= 2
        }
        // A definition's parameters are no arguments.
        if index > 0, tokens[index - 1].kind == .def || tokens[index - 1].kind == .model { return nil }
        return names.isEmpty ? nil : names
    }

    // MARK: - Models

    /// Whether the braces around are those of a model's layers.
    var isInModel: Bool {
        guard let last = open.last, tokens[last].kind == .leftBrace else { return false }
        return open.contains { tokens[$0].kind == .leftBrace && beginsModel($0) }
    }

    private func beginsModel(_ brace: Int) -> Bool {
        var index = brace - 1
        if index >= 0, tokens[index].kind == .rightParenthesis {
            var depth = 0
            while index >= 0 {
                if tokens[index].kind == .rightParenthesis { depth += 1 }
                if tokens[index].kind == .leftParenthesis { depth -= 1 }
                index -= 1
                if depth == 0 { break }
            }
        }
        return index >= 1 && tokens[index].kind == .name && tokens[index - 1].kind == .model
    }

    /// The layer whose arguments are typed, and the key before `=`; nil at the beginning of a layer.
    var currentLayer: (kind: String, key: String?)? {
        let first = statementStart
        guard first < tokens.count, tokens[first].kind == .name else { return nil }
        let isLabelled = first + 1 < tokens.count && tokens[first + 1].kind == .colon
        let kind = isLabelled ? first + 2 : first
        guard kind < tokens.count, tokens[kind].kind == .name else { return nil }
        let last = tokens.count - 1
        let key = tokens[last].kind == .assign && last > kind + 1 ? text(last - 1) : nil
        return (text(kind), key)
    }

    /// The first token of the statement that is typed.
    private var statementStart: Int {
        var index = tokens.count
        while index > 0 {
            let token = tokens[index - 1]
            if token.kind == .semicolon || index - 1 == open.last { return index }
            index -= 1
            if token.beginsLine { break }
        }
        // The word itself may begin a line.
        return endsLine ? tokens.count : index
    }

    private var endsLine: Bool {
        guard let last = tokens.last else { return true }
        return source.bytes[last.end...].contains(UInt8(ascii: "\n")) && last.kind != .comma
    }

    // MARK: - train

    /// Behind a comma of `train net on data, …`, outside of brackets of its own.
    var isAfterTrainComma: Bool {
        guard lastKind == .comma, let train = tokens.lastIndex(where: { $0.kind == .train }) else { return false }
        return (open.last ?? -1) < train
    }
}

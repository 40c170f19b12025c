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

    /// What the call that is open innermost has been given so far: arguments by place, and the names of others.
    var given: (byPlace: Int, names: Set<String>) {
        guard let opening = open.last else { return (0, []) }
        var (byPlace, names, depth) = (0, Set<String>(), 0)
        var first = opening + 1
        for index in first..<tokens.count {
            switch tokens[index].kind {
            case .leftParenthesis, .leftBracket, .leftBrace: depth += 1
            case .rightParenthesis, .rightBracket, .rightBrace: depth -= 1
            case .comma where depth == 0:
                let isNamed = tokens[first].kind == .name && tokens[first + 1].kind == .assign
                if isNamed { names.insert(text(first)) } else { byPlace += 1 }
                first = index + 1
            default: break
            }
        }
        return (byPlace, names)
    }

    /// Names that the entry itself gives: parameters, and what it assigns, defines or counts with.
    var givenNames: [String] {
        var names: [String] = []
        var brackets: [(kind: TokenKind, isParameters: Bool)] = []
        for (index, token) in tokens.enumerated() {
            let before = index > 0 ? tokens[index - 1].kind : nil
            switch token.kind {
            case .leftParenthesis, .leftBracket, .leftBrace:
                let owner = index > 1 ? tokens[index - 2].kind : nil
                let isDefined = owner == .def || owner == .model
                brackets.append((token.kind, token.kind == .leftParenthesis && isDefined))
            case .rightParenthesis, .rightBracket, .rightBrace: _ = brackets.popLast()
            case .name:
                let isParameter =
                    brackets.last?.isParameters ?? false && (before == .leftParenthesis || before == .comma)
                let isAssigned = index + 1 < tokens.count && tokens[index + 1].kind == .assign && before != .dot
                let isArgument = brackets.last?.kind == .leftParenthesis
                let isDefined = before == .def || before == .model || before == .for || before == .as
                if isParameter || isDefined || (isAssigned && !isArgument) { names.append(text(index)) }
            default: break
            }
        }
        return names
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

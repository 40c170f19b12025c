import CNNLanguage

/// The tokens before the word that is completed, read backward for what is open around it.
struct TokenReader {
    private let source: SourceText
    let tokens: [Token]
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

    func text(_ index: Int) -> String { source.text(tokens[index].span) }

    private var lastKind: TokenKind? { tokens.last?.kind }

    /// Behind a point with blanks around it.
    var isAfterPoint: Bool { lastKind == .dot }

    var isAfterImport: Bool { lastKind == .import }

    /// Behind `def`, `model`, `as`, `for`: what follows is not there yet.
    var expectsNewName: Bool {
        switch lastKind {
        case .def?, .model?, .as?, .for?: true
        default: false
        }
    }

    /// What is called by the parenthesis that is open innermost; nil where another bracket is.
    var innermostCallee: Receiver? {
        guard let last = open.last, tokens[last].kind == .leftParenthesis, last > 0, tokens[last - 1].kind == .name
        else { return nil }
        // A definition's parameters are no arguments.
        if last > 1, tokens[last - 2].kind == .def || tokens[last - 2].kind == .model { return nil }
        return receiver(endingAt: last - 1)
    }

    /// What the bracket belongs to that was opened last, where nothing stands behind it yet: `m[`.
    var indexed: Receiver? {
        guard let last = open.last, last == tokens.count - 1, tokens[last].kind == .leftBracket, isIndex(last)
        else { return nil }
        return receiver(endingAt: last - 1)
    }

    /// What the first argument is of the call that is open innermost; nil where it is being typed.
    var firstArgument: Receiver? {
        guard let last = open.last, last + 2 < tokens.count, tokens[last + 2].kind == .comma,
            tokens[last + 1].kind == .name
        else { return nil }
        return receiver(endingAt: last + 1)
    }

    /// The name of the argument that is typed, behind its `=`.
    var argumentKey: String? {
        guard let last = open.last, lastKind == .assign, tokens.count > last + 2 else { return nil }
        return text(tokens.count - 2)
    }

    /// Arguments by place, and the names of others.
    typealias Given = (byPlace: Int, names: Set<String>)

    /// What the call that is open innermost has been given so far.
    var given: Given { open.last.map { given(from: $0 + 1) } ?? (0, []) }

    /// What stands from a token on, each with its comma.
    private func given(from start: Int) -> Given {
        var (byPlace, names, depth) = (0, Set<String>(), 0)
        var first = start
        for index in start..<max(start, tokens.count) {
            switch tokens[index].kind {
            case .leftParenthesis, .leftBracket, .leftBrace: depth += 1
            case .rightParenthesis, .rightBracket, .rightBrace: depth -= 1
            case .comma where depth == 0:
                let isNamed = index > first + 1 && tokens[first].kind == .name && tokens[first + 1].kind == .assign
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

    /// The layer whose arguments are typed, the key before `=`, and what it has been given; nil at the beginning of a layer.
    var currentLayer: (kind: String, key: String?, given: Given)? {
        let first = statementStart
        guard first < tokens.count, tokens[first].kind == .name else { return nil }
        let isLabelled = first + 1 < tokens.count && tokens[first + 1].kind == .colon
        let kind = isLabelled ? first + 2 : first
        guard kind < tokens.count, tokens[kind].kind == .name else { return nil }
        let last = tokens.count - 1
        let key = tokens[last].kind == .assign && last > kind + 1 ? text(last - 1) : nil
        return (text(kind), key, given(from: kind + 1))
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

    /// The keys that `train net on data, …` has so far, behind a comma that is outside of brackets of its own; nil
    /// elsewhere.
    var givenTrainingKeys: Set<String>? {
        guard lastKind == .comma, let train = openTraining else { return nil }
        return given(from: train + 1).names
    }

    /// Whether `on` is what comes next: behind `train net`.
    var isBehindTrainedNetwork: Bool {
        guard let train = openTraining, let last = lastKind, tokens.count > train + 1 else { return false }
        guard !tokens[train...].contains(where: { $0.kind == .on || $0.kind == .semicolon }), !endsLine else {
            return false
        }
        return last == .name || last == .rightParenthesis || last == .rightBracket
    }

    /// The key before the `=` that was typed last, where it is one of these.
    var trainingKey: String? {
        guard lastKind == .assign, openTraining != nil, tokens.count > 3 else { return nil }
        let key = tokens.count - 2
        return tokens[key].kind == .name && tokens[key - 1].kind == .comma ? text(key) : nil
    }

    private var openTraining: Int? {
        tokens.lastIndex { $0.kind == .train }.flatMap { (open.last ?? -1) < $0 ? $0 : nil }
    }
}

import CNNCore

/// Words that begin statements of other languages, and what to write here.
enum ForeignWords {
    /// Whether a name with this token after it cannot begin a statement of the language.
    static func canFollow(_ kind: TokenKind) -> Bool {
        switch kind {
        case .name, .int, .float, .size, .string, .interpolated, .colon, .leftBrace, .def, .for, .while, .if, .train,
            .gradient, .true, .false, .none, .import, .return, .leftParenthesis:
            true
        // JavaScript's `let [a, b] = c`
        case .leftBracket: true
        default: false
        }
    }

    static func failure(_ word: String, _ token: Token, _ next: Token, _ parser: Parser) -> SyntaxFailure? {
        // With parentheses, a word is a call of a function of that name, but for these.
        if next.kind == .leftParenthesis, !["switch", "foreach", "unless", "until", "catch"].contains(word) {
            return nil
        }
        // A variable may have any of these names, and an index behind it.
        if next.kind == .leftBracket { return listDeclaration(word, token, next, parser) }
        let rest = parser.restOfLine(from: parser.index + 1).end
        if word == "repeat", [.int, .name].contains(next.kind), parser.peek(2).kind == .leftBrace {
            return .foreign(
                "'repeat' stands in a model alone", token.span,
                write: "write for i in range(\(parser.text(next))) { ... }")
        }
        if word == "del", parser.peek(2).kind == .leftBracket, parser.peek(2).start == next.end {
            let line = parser.source.text(parser.peek(2).end..<rest)
            if let end = line.firstIndex(of: "]") {
                return .foreign(
                    "an element is taken out by a method", token.span,
                    write: "write \(parser.text(next)).pop(\(line[..<end]))")
            }
        }
        if word == "assert" {
            let condition = parser.excerpt(SourceSpan(next.start, rest)).replacing(" = ", with: " == ")
            return .foreign("a condition is checked by 'expect'", token.span, write: "write expect \(condition)")
        }
        if word == "from" {
            let module = parser.text(next)
            if let hint = ForeignNames.module(module) {
                return .foreign("there is no module '\(module)'", next.span, write: hint)
            }
            return .foreign(
                "a module is imported as a whole", token.span, write: "write import \(module), then \(module).name")
        }
        if word == "with", parser.source.text(next.start..<rest).contains("no_grad") {
            return .foreign(
                "there is no 'with'", token.span,
                write: "leave it out: only gradient(net) { ... } keeps what a gradient needs")
        }
        if word == "raise" || word == "throw", let text = parser.firstText(on: next) {
            return .foreign("an error is raised by a function", token.span, write: "write error(\(text))")
        }
        guard let (message, way) = explanations[word] else { return declaration(word, token, next, parser) }
        return .foreign(message, token.span, write: way)
    }

    /// `let x = 3`, `int x = 3;`, `function f(x) {`, `int f(int x) {`
    private static func declaration(_ word: String, _ token: Token, _ next: Token, _ parser: Parser) -> SyntaxFailure? {
        guard next.kind == .name else { return nil }
        let name = parser.text(next)
        // `let mut x = 3`, `static int x = 3`
        if declarationWords.contains(word), declarationWords.contains(name), parser.peek(2).kind == .name,
            parser.peek(3).kind == .assign
        {
            let line = parser.excerpt(parser.restOfLine(from: parser.index + 2))
            return .foreign("a variable is not declared", token.span, write: "write \(line)")
        }
        if functionWords.contains(word) {
            return .foreign(
                "a function's definition begins with 'def'", token.span,
                write: "write \(parser.definition(at: 1) ?? "def \(name)(...) { ... }")")
        }
        let opener = parser.peek(2)
        if word == "void" || declarationWords.contains(word), opener.kind == .leftParenthesis, opener.start == next.end,
            let definition = parser.definition(at: 1)
        {
            return .foreign("a function's definition begins with 'def'", token.span, write: "write \(definition)")
        }
        guard declarationWords.contains(word) else { return nil }
        // JavaScript's `var f = function(x) {`
        if parser.peek(2).kind == .assign, functionWords.contains(parser.text(parser.peek(3))),
            let head = parser.head(at: 3)
        {
            let parameters = head.drop { $0 != "(" }
            return .foreign(
                "a function's definition begins with 'def'", token.span, write: "write def \(name)\(parameters) { ... }"
            )
        }
        let isWhole = parser.peek(2).kind == .assign && !parser.peek(2).beginsLine
        let line = parser.excerpt(SourceSpan(next.start, parser.restOfLine.end)).replacing("=>", with: "->")
        return .foreign(
            "a variable is not declared", token.span, write: isWhole ? "write \(line)" : "write \(name) = ...")
    }

    /// JavaScript's `let [a, b] = c`
    private static func listDeclaration(
        _ word: String, _ token: Token, _ next: Token, _ parser: Parser
    ) -> SyntaxFailure? {
        guard ["let", "var", "const"].contains(word), next.kind == .leftBracket, next.start > token.end,
            let closer = parser.brackets.partner(parser.index + 1), parser.tokens[closer + 1].kind == .assign,
            !parser.isAssigned(word)
        else { return nil }
        let names = parser.excerpt(SourceSpan(next.end, parser.tokens[closer].start))
        let values = parser.excerpt(SourceSpan(parser.tokens[closer + 1].end, parser.restOfLine.end))
        return .foreign("a variable is not declared", token.span, write: "write \(names) = \(values)")
    }

    static func beginsFunction(_ word: String) -> Bool { functionWords.contains(word) }

    private static let functionWords: Set<String> = ["function", "func", "fn", "fun", "proc"]

    private static let declarationWords: Set<String> = [
        "let", "var", "const", "val", "auto", "local", "int", "float", "double", "bool", "char", "str", "string",
        "long", "set", "String", "boolean", "Boolean", "Integer", "Double", "Float", "byte", "short", "unsigned",
        "final", "static", "mut",
    ]

    private static let explanations: [String: (String, String)] = [
        "pip": ("no command of the shell can be run from here", "leave it out: help lists what there is"),
        "cd": ("no command of the shell can be run from here", "write the folder in the path: load(\"folder/x.npy\")"),
        "class": ("there are no classes", "write model for a network, def for functions, a dict for data"),
        "struct": ("there are no classes", "write model for a network, def for functions, a dict for data"),
        "try": ("errors are not caught", "an error stops its cell; expect error { ... } checks that one comes"),
        "except": ("errors are not caught", "an error stops its cell; expect error { ... } checks that one comes"),
        "catch": ("errors are not caught", "an error stops its cell; expect error { ... } checks that one comes"),
        "finally": ("errors are not caught", "an error stops its cell; expect error { ... } checks that one comes"),
        "raise": ("an error is raised by a function", "write error(\"what is wrong\")"),
        "throw": ("an error is raised by a function", "write error(\"what is wrong\")"),
        "with": ("there is no 'with'", "files are read and written whole: load(path), save(value, path)"),
        "del": ("a variable cannot be deleted", "write x = None to let its value go"),
        "global": ("a function cannot change outer variables", "return the new value, and assign it outside"),
        "nonlocal": ("a function cannot change outer variables", "return the new value, and assign it outside"),
        "yield": ("there are no generators", "make a list and return it"),
        "async": ("there is no 'async'", "leave it out: everything runs in order"),
        "await": ("there is no 'await'", "leave it out: everything runs in order"),
        "switch": ("there is no 'switch'", "write if x == 1 { ... } elif x == 2 { ... } else { ... }"),
        "match": ("there is no 'match'", "write if x == 1 { ... } elif x == 2 { ... } else { ... }"),
        "case": ("there is no 'case'", "write if x == 1 { ... } elif x == 2 { ... } else { ... }"),
        "do": ("there is no 'do'", "write while x { ... }"),
        "until": ("there is no 'until'", "write while not x { ... }"),
        "unless": ("there is no 'unless'", "write if not x { ... }"),
        "foreach": ("there is no 'foreach'", "write for x in xs { ... }"),
        "elseif": ("there is no 'if' for this 'elseif'", "write elif, behind the '}' of the if"),
        "elsif": ("there is no 'if' for this 'elsif'", "write elif, behind the '}' of the if"),
        "using": ("a module is imported by 'import'", "write import name"),
        "include": ("a module is imported by 'import'", "write import \"file.cnnbook\""),
        "require": ("a module is imported by 'import'", "write import name"),
    ]
}

/// Operators of other languages.
enum ForeignOperators {
    /// - Parameter right: what stands behind it, if that is a name or a number.
    static func explanation(
        _ sign: String, _ left: String?, _ right: String?, isFirst: Bool
    ) -> (message: String, way: String) {
        switch sign {
        case "&&", "&": ("there is no '\(sign)'", "write and")
        case "||", "|": ("there is no '\(sign)'", "write or")
        case "!"
        where isFirst && left == nil && right != "True" && right != "False" && right?.isEnclosed != true:
            ("there is no '!'", "write not x; no command of the shell can be run from here")
        case "!": ("there is no '!'", "write not \(right ?? "x")")
        case "~": ("there is no '~'", "write not \(right ?? "x"); a ~= b compares within a tolerance")
        case "^": ("there is no '^'", "write \(left ?? "x") ** \(right ?? "2") for a power")
        case "===": ("there is no '==='", "write ==")
        case "!==", "<>": ("there is no '\(sign)'", "write !=")
        case "=>": ("an arrow is written '->'", "write \(left ?? "x") -> ...")
        case ":=": ("an assignment is a statement, written '='", "write it on a line of its own: \(left ?? "x") = ...")
        case "<<", ">>": ("there is no '\(sign)'", "write x * 2 ** n or x // 2 ** n")
        case "?":
            (
                "there is no '?'",
                left.map { "write if \($0) { ... } else { ... }; for help write help(\($0))" } ?? "write help(name)"
            )
        case "\\":
            (
                "a line is not continued by a backslash",
                "put the expression in parentheses, or break the line after an operator"
            )
        case "/*": ("a comment begins with #", "write # before each of its lines")
        case "**=", "//=", "%=", "@=":
            ("there is no '\(sign)'", "write \(left ?? "x") = \(left ?? "x") \(sign.dropLast()) \(right ?? "...")")
        default: ("there is no '\(sign)'", "help lists the operators")
        }
    }
}

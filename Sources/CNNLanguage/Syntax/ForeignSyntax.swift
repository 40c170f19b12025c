import CNNCore

/// What Python, C, MATLAB and others write, recognised so that the error can say what to write here.
extension Parser {
    // MARK: - Statements

    /// A statement of another language that begins here.
    mutating func foreignStatement() -> SyntaxFailure? {
        let next = peek()
        switch token.kind {
        case .at: return .foreign("there are no decorators", token.span, write: "call the function: f = decorate(f)")
        case .doubleSlash: return .foreign("a comment begins with #", token.span, write: "write # before the text")
        case .percent where next.kind == .percent && next.start == token.end && peek(2).start > next.end:
            return .foreign(
                "a cell begins with '# %%'", token.span.through(next.span), write: "write # \(excerpt(restOfLine))")
        case .percent where next.kind == .percent && next.start == token.end && peek(2).kind == .name:
            return .foreign(
                "there are no commands with '%%'", token.span.through(peek(2).span), write: "help lists what there is")
        case .percent where next.kind == .name && next.start == token.end:
            return .foreign(
                "there are no commands with '%'", token.span.through(next.span), write: "help lists what there is")
        // MATLAB's `% the mean`, and the `-- the mean` of Lua and SQL
        case .percent where next.kind == .name && next.start > token.end && !next.beginsLine:
            return .foreign("a comment begins with #", token.span, write: "write # \(excerpt(restOfLineBehind(1)))")
        case .minus
        where next.kind == .minus && next.start == token.end && peek(2).kind == .name && peek(2).start > next.end
            && !peek(2).beginsLine:
            return .foreign(
                "a comment begins with #", token.span.through(next.span),
                write: "write # \(excerpt(restOfLineBehind(2)))")
        case .foreign: return foreignOperator(after: nil)
        // `cd ..`
        case .name where isWord(token, "cd") && next.kind == .dot && next.start > token.end:
            return ForeignWords.failure("cd", token, next, self)
        case .name: break
        default: return nil
        }
        guard !next.beginsLine, ForeignWords.canFollow(next.kind) else { return nil }
        guard let failure = ForeignWords.failure(text(token), token, next, self) else { return nil }
        // The lines indented under such a head are a part of it.
        if endsWithColon {
            missingBlockColumn = source.indent(at: token.start)
            if hasColonBlock, ["except", "finally", "case"].contains(text(token)) { return .reported(token.span) }
            hasColonBlock = true
        }
        return failure
    }

    /// What stands so many tokens on, to the end of the line.
    private func restOfLineBehind(_ distance: Int) -> SourceSpan {
        let start = peek(distance).start
        return SourceSpan(start, source.lineRange(source.line(at: start)).upperBound)
    }

    /// Whether the line of the current token is the head of a block of Python's.
    var endsWithColon: Bool {
        var last = index
        while last + 1 < tokens.count, !tokens[last + 1].beginsLine, tokens[last + 1].kind != .end { last += 1 }
        return tokens[last].kind == .colon
    }

    /// What follows a statement that is none: `print x`, `x: int = 3`.
    mutating func foreignTail(of statement: Statement) -> SyntaxFailure? {
        // `f = function(x) { return x }`
        if case .assign(let targets, let value) = statement.kind, targets.count == 1, at(.leftBrace),
            case .name(let name) = targets[0], case .call(let function, let arguments) = value.kind,
            case .name(let word) = function.kind, ForeignWords.beginsFunction(word)
        {
            let parameters = arguments.map { excerpt($0.value.span) }.joined(separator: ", ")
            return .foreign(
                "a function's definition begins with 'def'", function.span,
                write: "write def \(name.name)(\(parameters)) { ... }")
        }
        guard case .expression(let value, _) = statement.kind else { return nil }
        // R's `f <- function(x) { x }`
        if at(.leftBrace), case .binary(.less, let target, let right, _) = value.kind,
            case .name(let name) = target.kind,
            case .unary(_, let operand) = right.kind, case .call(let function, let arguments) = operand.kind,
            case .name(let word) = function.kind, ForeignWords.beginsFunction(word)
        {
            let parameters = arguments.map { excerpt($0.value.span) }.joined(separator: ", ")
            return .foreign(
                "a function's definition begins with 'def'", function.span,
                write: "write def \(name)(\(parameters)) { ... }")
        }
        // `train net on data epochs=5`
        if case .train = value.kind, at(.name), peek().kind == .assign {
            return SyntaxFailure(
                .unexpectedToken, "unexpected \(description(token))", token.span,
                label: "',' is expected before it", notes: ["write , \(excerpt(restOfLine))"])
        }
        if at(.colon), case .name(let name) = value.kind {
            if peek().kind == .colon, peek().start == token.end { return doubleColon() }
            // `x: int = 3`
            let equals = tokens[index...].firstIndex { $0.kind == .assign && $0.start < restOfLine.end }
            let given = equals.map { excerpt(SourceSpan(tokens[$0].end, restOfLine.end)) }
            return .foreign(
                "a variable has no type annotation", token.span, write: "write \(name) = \(given ?? "...")")
        }
        if at(.leftBrace), case .call = value.kind {
            return .foreign(
                "a function's definition begins with 'def'", value.span,
                write: "write def \(excerpt(value.span)) { ... }")
        }
        if case .name(let name) = value.kind, token.kind.beginsExpression, token.kind != .leftBrace {
            if let failure = uncalledFunction(name, value.span) { return failure }
            // `my total = 3`
            if at(.name), peek().kind == .assign, !peek().beginsLine {
                return SyntaxFailure(
                    .unexpectedToken, "unexpected \(description(token))", token.span,
                    label: "a new statement begins on a new line or after ';'",
                    notes: ["a name has no blanks: write \(name)_\(excerpt(restOfLine))"])
            }
        }
        return nil
    }

    /// Whether a name is a variable of the session or of the text.
    func isAssigned(_ name: String) -> Bool {
        session?(name) != nil || isAssigned(name, before: tokens.count)
    }

    /// Whether `name =` stands in the text before a token.
    func isAssigned(_ name: String, before end: Int) -> Bool {
        tokens[..<end].indices.dropLast().contains {
            tokens[$0].kind == .name && tokens[$0 + 1].kind == .assign && text(tokens[$0]) == name
        }
    }

    /// C++'s `std::cout << x`
    private func doubleColon() -> SyntaxFailure {
        let sign = token.span.through(peek().span)
        if isWord(peek(2), "cout"), let parts = streamed(from: index + 3) {
            return .foreign("there is no '::'", sign, write: "write print(\(parts))")
        }
        return .foreign("there is no '::'", sign, write: "a member stands behind a point: x.name")
    }

    /// `x, "y"` for `<< x << "y" << std::endl`
    func streamed(from start: Int) -> String? {
        guard start < tokens.count, text(tokens[start]) == "<<" else { return nil }
        let parts = excerpt(restOfLine(from: start)).split(separator: "<<").map { String($0).trimmedOfBlanks }
        return parts.filter { !$0.hasSuffix("endl") }.joined(separator: ", ")
    }

    /// `elseif x {` after a block: the parser goes on as if `elif` stood there.
    mutating func foreignElse() -> SyntaxFailure? {
        for word in ["elseif", "elsif", "elif_"] where text(token) == word && peek().kind.beginsExpression {
            return .foreign("'\(word)' is written otherwise here", token.span, write: "write elif")
        }
        return nil
    }

    /// `[1, 2; 3, 4]`
    func matrixRows() -> SyntaxFailure? {
        guard token.kind == .semicolon, let opener = context.open.last, tokens[opener].kind == .leftBracket,
            let closer = brackets.partner(opener)
        else { return nil }
        let rows = source.text(tokens[opener].end..<tokens[closer].start).split(separator: ";").map { row in
            "[" + row.split { $0 == " " || $0 == "," }.joined(separator: ", ") + "]"
        }
        return .foreign(
            "the rows of a matrix are lists", tokens[opener].span.through(tokens[closer].span),
            write: "write tensor([\(rows.joined(separator: ", "))])")
    }

    /// `x = 3 // the number`: two words behind a `//` are no expression.
    func trailingComment() -> SyntaxFailure? {
        var first = index
        while first > 0, !tokens[first].beginsLine {
            first -= 1
            guard tokens[first].kind == .doubleSlash else { continue }
            let sign = tokens[first]
            let end = source.lineRange(source.line(at: sign.start)).upperBound
            return .foreign(
                "a comment begins with #", sign.span, write: "write # \(excerpt(SourceSpan(sign.end, end)))")
        }
        return nil
    }

    mutating func dottedModule(_ place: Token) -> SyntaxFailure {
        if let hint = ForeignNames.module(excerpt(place.span)) {
            return .foreign("there is no module '\(excerpt(place.span))'", place.span, write: hint)
        }
        return foreignPath(place)
    }

    private func foreignPath(_ place: Token) -> SyntaxFailure {
        .foreign(
            "a module's name has no points", token.span,
            write: "write import \(excerpt(place.span)), or a file: import \"folder/file.cnnbook\"")
    }

    // MARK: - Shapes and layers

    /// `x: int`, `-> float`, `x: 28x28x1`
    mutating func notAShape() -> SyntaxFailure {
        if at(.size) {
            let list = text(token).split { $0 == "x" || $0 == "X" }.joined(separator: ", ")
            return SyntaxFailure(
                .unexpectedToken, "a parameter's shape stands in brackets", token.span, notes: ["write [\(list)]"])
        }
        // `def f(x) -> x * 2`
        if index > 0, previous.kind == .arrow, token.kind.beginsExpression, peek().kind != .leftBrace,
            !peek().beginsLine,
            let head = tokens[..<index].lastIndex(where: { $0.kind == .def })
        {
            return .foreign(
                "a function has its body in braces", previous.span,
                write:
                    "write \(excerpt(SourceSpan(tokens[head].start, tokens[index - 2].end))) { return \(excerpt(restOfLine)) }"
            )
        }
        if at(.name) || at(.none) {
            return .foreign(
                "there are no type annotations", token.span,
                write: "leave it out, or write the shape of a tensor: [N, H, W, 3]")
        }
        return unexpected("a shape such as [N, H, W, 3]")
    }

    /// `x = conv 16`, `nn.Conv2d(…)` in a model.
    mutating func foreignLayer() -> SyntaxFailure? {
        let next = peek()
        guard !next.beginsLine else { return nil }
        switch next.kind {
        case .assign where peek(2).kind == .name:
            return .foreign(
                "a layer is named with a colon", next.span, write: "write \(text(token)): \(text(peek(2))) ...")
        case .assign:
            return SyntaxFailure(
                .misplacedStatement, "only layers stand in a model, and this is an assignment",
                token.span.through(next.span),
                notes: ["put it before the model"])
        case .dot where ForeignNames.isPrefix(text(token)):
            let member = peek(2)
            let whole = token.span.through(member.span)
            let opener = index + 3
            // The bracket that follows may also be a closing one, whose partner stands before it.
            let isCall = peek(3).kind == .leftParenthesis
            let end = isCall ? brackets.partner(opener) : nil
            let arguments = end.map { source.text(tokens[opener].end..<tokens[$0].start) }
            let ours = isCall ? ForeignLayers.translation(text(member), arguments) : nil
            let hint = ours.map { "write \($0)" } ?? ForeignNames.layerHint(text(member)) ?? "write its name alone"
            return SyntaxFailure(.foreignSyntax, "a layer is one name, without points", whole, notes: [hint])
        default: return nil
        }
    }

    // MARK: - Conditionals and lambdas

    /// `a if c else b`
    mutating func pythonConditional(_ value: Expression) -> SyntaxFailure {
        let start = token.span
        advance()
        let condition = (hint()).map { asCondition($0) } ?? "c"
        var other = ""
        if take(.else) { other = " else { \((hint()).map { excerpt($0.span) } ?? "...") }" }
        return .foreign(
            "the condition of an 'if' comes first", start,
            write: "write if \(condition) { \(excerpt(value.span)) }\(other)")
    }

    /// A condition of Python's, which may be any value, as the bool that it stands for.
    private func asCondition(_ value: Expression) -> String {
        guard case .name(let name) = value.kind, let known = session?(name) else { return excerpt(value.span) }
        return switch known {
        case .string, .list, .dictionary: "len(\(name)) > 0"
        case .int, .float, .float32: "\(name) != 0"
        default: name
        }
    }

    /// `lambda x, y: x + y`
    mutating func pythonLambda() -> SyntaxFailure? {
        guard at(word: "lambda"), peek().kind == .name || peek().kind == .colon, !peek().beginsLine else { return nil }
        let start = token.span
        advance()
        var names: [String] = []
        let first = token
        while at(.name) {
            names.append(text(token))
            advance()
            if at(.assign) { return lambdaWithDefaults(from: first, start) }
            if !take(.comma) { break }
        }
        var body = "..."
        if take(.colon), let value = hint() { body = excerpt(value.span) }
        let head = names.count == 1 ? names[0] : "(\(names.joined(separator: ", ")))"
        return .foreign("a lambda is written with an arrow", start, write: "write \(head) -> \(body)")
    }

    /// `lambda x, y=2: x + y`
    private mutating func lambdaWithDefaults(from first: Token, _ start: SourceSpan) -> SyntaxFailure {
        while !isAtLineEnd, token.kind != .colon {
            move(to: brackets.partner(index).map { max($0, index) + 1 } ?? index + 1)
        }
        let parameters = excerpt(SourceSpan(first.start, previous.end))
        let body = take(.colon) ? hint().map { excerpt($0.span) } ?? "..." : "..."
        return .foreign(
            "a lambda is written with an arrow, and its parameters have no defaults", start,
            write: "write def f(\(parameters)) { return \(body) }")
    }

    /// Whether the `{` here begins a dict with something in it, not a block.
    var isDictionary: Bool {
        var next = index + 1
        let end = brackets.partner(index) ?? tokens.count - 1
        while next < end {
            switch tokens[next].kind {
            case .colon: return true
            case .comma, .semicolon, .assign: return false
            default: next = brackets.partner(next).map { max($0, next) + 1 } ?? next + 1
            }
        }
        return false
    }

    /// `x -> { … }` that is no dict.
    mutating func lambdaBlock(_ names: [Identifier]) -> SyntaxFailure? {
        guard !isDictionary, peek().kind != .rightBrace else { return nil }
        let list = names.map(\.name).joined(separator: ", ")
        return .foreign(
            "the body of a lambda is one expression, without braces", token.span,
            write: "for several statements write def f(\(list)) { ... }")
    }

    // MARK: - train and gradient

    /// `train(net, data)`
    func calledTrain() -> SyntaxFailure? {
        guard peek().kind == .leftParenthesis, let closer = brackets.partner(index + 1), tokens[closer + 1].kind != .on,
            let comma = tokens[index..<closer].firstIndex(where: { $0.kind == .comma })
        else { return nil }
        let net = excerpt(SourceSpan(peek().end, tokens[comma].start))
        let rest = excerpt(SourceSpan(tokens[comma].end, tokens[closer].start))
        return SyntaxFailure(
            .unexpectedToken, "'train' is not called with parentheses", token.span.through(tokens[closer].span),
            notes: ["write train \(net) on \(rest)"])
    }

    /// `gradient w { … }`
    func bareGradient() -> SyntaxFailure? {
        if peek().kind == .leftBrace, !peek().beginsLine {
            return SyntaxFailure(
                .unexpectedToken, "what 'gradient' differentiates by is missing", token.span,
                notes: ["write gradient(net) { ... } for a model, gradient(w) { ... } for a tensor w"])
        }
        guard peek().kind == .name, !peek().beginsLine,
            let brace = tokens[index...].firstIndex(where: { $0.kind == .leftBrace })
        else { return nil }
        let names = excerpt(SourceSpan(peek().start, tokens[brace - 1].end))
        return SyntaxFailure(
            .unexpectedToken, "what 'gradient' differentiates stands in parentheses", peek().span,
            notes: ["write gradient(\(names)) { ... }"])
    }
}

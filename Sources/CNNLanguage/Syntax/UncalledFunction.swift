import CNNCore

/// A function's name with its arguments behind it, without parentheses.
extension Parser {
    /// `print x`: what follows is given in parentheses where it can be.
    func uncalledFunction(_ name: String, _ span: SourceSpan) -> SyntaxFailure? {
        if name == "explain", let way = explanation() {
            return .foreign("an explanation is a function", span, write: "write \(way)")
        }
        let rest = source.text(restOfLine.start..<restOfLine.end)
        if ["echo", "puts", "println", "say", "disp", "printf", "Print", "PRINT", "cout"].contains(name) {
            let isCode = wouldRun("print(\(rest))", behind: span.start)
            return .foreign(
                "there is no '\(name)'", span, write: "write print(\(isCode ? excerpt(restOfLine) : "..."))")
        }
        let canBeCalled = wouldRun("\(name)(\(rest))", behind: span.start)
        if ["print", "show", "plot", "help"].contains(name) {
            var way = "write \(name)(\(excerpt(restOfLine)))"
            if !canBeCalled, !isHint {
                let isText = name == "print" && !rest.contains { $0 == "\"" || $0 == "\\" || $0 == "'" }
                way = "write \(name)(\(isText ? "\"\(excerpt(restOfLine))\"" : "..."))"
            }
            return .foreign("a function is called with parentheses", span.through(token.span), write: way)
        }
        guard token.start > span.end, canBeCalled else { return nil }
        return SyntaxFailure(
            .unexpectedToken, "unexpected \(description(token))", token.span,
            label: "a new statement begins on a new line or after ';'",
            notes: ["to call \(name), write \(name)(\(excerpt(restOfLine)))"])
    }

    /// `x = sqrt 3`, `for i in range 3 {`: a built-in's name with its arguments behind it, in the midst of a statement.
    mutating func uncalledBuiltin() -> SyntaxFailure? {
        let name = previous
        guard !isHint, !isFragment, !isAtLineEnd, context.ignoresLineEnds || !tokens[index].beginsLine,
            name.kind == .name, token.start > name.end,
            token.kind.beginsExpression, token.kind != .leftBrace, BuiltinRegistry.named(text(name)) != nil,
            index < 2 || tokens[index - 2].kind != .dot
        else { return nil }
        let place = index
        let isRange = isWord(name, "range")
        var arguments: [String] = []
        repeat {
            let argument = hint { parser throws(SyntaxFailure) in
                try isRange ? parser.comparisonOperand() : parser.postfix()
            }
            guard let argument else { break }
            arguments.append(excerpt(argument.span))
        } while !context.ignoresLineEnds && takeComma()
        guard !arguments.isEmpty else {
            move(to: place)
            return nil
        }
        return .foreign(
            "a function is called with parentheses", name.span.through(previous.span),
            write: "write \(text(name))(\(arguments.joined(separator: ", ")))")
    }

    /// `explain conv2d(x, w) at (i, j)`, as the lecture's exercises say it: `explain_conv(x, w, i, j)`.
    private func explanation() -> String? {
        let functions = [
            "conv2d": "explain_conv", "correlate2d": "explain_conv", "max_pool": "explain_pool",
            "avg_pool": "explain_pool",
        ]
        guard let function = functions[text(token)], peek().kind == .leftParenthesis,
            let closer = brackets.partner(index + 1), isWord(peek(closer + 1 - index), "at")
        else { return nil }
        let opener = peek(closer + 2 - index)
        guard opener.kind == .leftParenthesis || opener.kind == .leftBracket,
            let end = brackets.partner(closer + 2)
        else { return nil }
        let place = excerpt(SourceSpan(opener.end, tokens[end].start))
        var parts = ForeignCall.parts(excerpt(SourceSpan(peek().end, tokens[closer].start))) ?? []
        // The place stands before what has a name.
        let named = parts.firstIndex { $0.contains("=") } ?? parts.count
        parts.insert(place, at: named)
        if text(token) == "avg_pool" { parts.append("kind=\"avg\"") }
        return "\(function)(\(parts.joined(separator: ", ")))"
    }

    /// From the current token to the end of its statement, its block or its line.
    var restOfLine: SourceSpan { restOfLine(from: index) }

    /// - Parameter isWhole: statements behind a `;` belong to it.
    func restOfLine(from start: Int, isWhole: Bool = false) -> SourceSpan {
        var last = start
        while last + 1 < tokens.count, !tokens[last + 1].beginsLine, tokens[last + 1].kind != .end,
            isWhole || tokens[last + 1].kind != .semicolon, brackets.partner(last + 1).map({ $0 >= start }) ?? true
        {
            last += 1
        }
        while isWhole, last > start, tokens[last].kind == .semicolon { last -= 1 }
        return SourceSpan(tokens[start].start, tokens[last].end)
    }

    /// Whether a line that a note offers would run: it is one statement, and each of its names has a value or stands in
    /// the text before it.
    private func wouldRun(_ code: String, behind start: Int) -> Bool {
        guard !isHint else { return false }
        let text = SourceText(name: "note", code)
        var parser = Parser(text, 0..<text.bytes.count, depth: 0, isFragment: false)
        parser.isHint = true
        guard parser.program().count == 1, parser.failures.isEmpty else { return false }
        let above = Set(tokens.prefix { $0.start < start }.filter { $0.kind == .name }.map { self.text($0) })
        return parser.tokens.indices.allSatisfy { place in
            let token = parser.tokens[place]
            guard token.kind == .name, place == 0 || parser.tokens[place - 1].kind != .dot else { return true }
            let name = parser.text(token)
            let isArgument = place + 1 < parser.tokens.count && parser.tokens[place + 1].kind == .assign
            return isArgument || above.contains(name) || Interpreter.builtinValue(name) != nil || session?(name) != nil
        }
    }
}

import CNNCore

/// A function's name with its arguments behind it, without parentheses.
extension Parser {
    /// `print x`: what follows is given in parentheses where it can be.
    func uncalledFunction(_ name: String, _ span: SourceSpan) -> SyntaxFailure? {
        let rest = source.text(restOfLine.start..<restOfLine.end)
        let canBeCalled = wouldRun("\(name)(\(rest))")
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

    /// From the current token to the end of its statement or line.
    var restOfLine: SourceSpan {
        var last = index
        while last + 1 < tokens.count, !tokens[last + 1].beginsLine, tokens[last + 1].kind != .semicolon,
            tokens[last + 1].kind != .end
        {
            last += 1
        }
        return SourceSpan(token.start, tokens[last].end)
    }

    /// Whether a line that a note offers would run: it is one statement, and each of its names has a value or stands in
    /// the text above.
    private func wouldRun(_ code: String) -> Bool {
        guard !isHint else { return false }
        let text = SourceText(name: "note", code)
        var parser = Parser(text, 0..<text.bytes.count, depth: 0, isFragment: false)
        parser.isHint = true
        guard parser.program().count == 1, parser.failures.isEmpty else { return false }
        let above = Set(tokens[..<index].filter { $0.kind == .name }.map { self.text($0) })
        return parser.tokens.indices.allSatisfy { place in
            let token = parser.tokens[place]
            guard token.kind == .name, place == 0 || parser.tokens[place - 1].kind != .dot else { return true }
            let name = parser.text(token)
            let isArgument = place + 1 < parser.tokens.count && parser.tokens[place + 1].kind == .assign
            return isArgument || above.contains(name) || Interpreter.builtinValue(name) != nil || session?(name) != nil
        }
    }
}

import CNNCore

/// What stands between the brackets of calls and of indexing.
extension Parser {
    /// `(x, stride=2)`
    mutating func arguments() throws(SyntaxFailure) -> [Argument] {
        let outer = try open()
        var result: [Argument] = []
        while !at(.rightParenthesis) {
            result.append(try argument(after: result.last))
            if at(.rightParenthesis) { break }
            if at(.for) { throw generatorArgument(result[result.count - 1]) }
            try expect(.comma, "',' or ')'")
        }
        try close(.rightParenthesis, "')'", outer)
        return result
    }

    mutating func argument(after last: Argument?) throws(SyntaxFailure) -> Argument {
        if at(.star) || at(.doubleStar) {
            throw .foreign("arguments cannot be spread with \(text(token))", token.span, write: "write them one by one")
        }
        guard token.kind == .name || token.kind.isKeyword, peek().kind == .assign, !isAtLineEnd else {
            let value = try expression()
            if at(.assign) { throw notAnArgumentName(value) }
            if let last, let name = last.name {
                throw SyntaxFailure(
                    .unexpectedToken, "an argument without a name follows '\(name.name)', which has one", value.span,
                    notes: ["put the arguments without names first"])
            }
            return Argument(name: nil, value: value)
        }
        let name = try identifier("an argument's name")
        advance()
        return Argument(name: name, value: try expression())
    }

    /// `[i, 1:3, ...]`
    mutating func subscripts() throws(SyntaxFailure) -> [Subscript] {
        let outer = try open()
        var result: [Subscript] = []
        repeat {
            if at(.rightBracket), !result.isEmpty { break }
            result.append(try subscriptItem())
        } while take(.comma)
        try close(.rightBracket, "',' or ']'", outer)
        return result
    }

    private mutating func subscriptItem() throws(SyntaxFailure) -> Subscript {
        if at(.rightBracket) {
            throw SyntaxFailure(
                .unexpectedToken, "the index between the brackets is missing", previous.span.through(token.span),
                notes: ["write x[0] for one element, x[:] for all"])
        }
        if at(.ellipsis) {
            advance()
            return .ellipsis
        }
        let start: Expression? = at(.colon) ? nil : try expression()
        guard take(.colon) else {
            guard let start else { throw unexpected("an index") }
            return .index(start)
        }
        let stop: Expression? = endsSlicePart ? nil : try expression()
        guard take(.colon) else { return .slice(start, stop, nil) }
        let step: Expression? = endsSlicePart ? nil : try expression()
        return .slice(start, stop, step)
    }

    private var endsSlicePart: Bool { at(.colon) || at(.comma) || at(.rightBracket) }
}

import CNNCore

/// Functions as C, JavaScript, MATLAB and others define them, with their own names.
extension Parser {
    /// `def f(x, y) { ... }` for `f(int x, int y)`, and `def f(x) { ...; return y }` for MATLAB's `y = f(x)`.
    /// - Parameter distance: of the first name from the current token.
    func definition(at distance: Int) -> String? {
        if peek(distance + 1).kind == .assign {
            guard peek(distance + 2).kind == .name, let head = head(at: distance + 2) else { return nil }
            return "def \(head) { ...; return \(text(peek(distance))) }"
        }
        return head(at: distance).map { "def \($0) { ... }" }
    }

    /// `f(x, y)` of a name with its parameters behind it.
    func head(at distance: Int) -> String? {
        guard peek(distance + 1).kind == .leftParenthesis, let closer = brackets.partner(index + distance + 1) else {
            return nil
        }
        let parts = tokens[(index + distance + 2)..<closer].split { $0.kind == .comma }
        let names = parts.compactMap { part -> String? in
            // A type stands before the name in C, and behind its colon in TypeScript.
            let head = part.prefix { $0.kind != .colon && $0.kind != .assign }
            guard let name = head.last(where: { $0.kind == .name }) else { return nil }
            guard let sign = part.firstIndex(where: { $0.kind == .assign }), let last = part.last else {
                return text(name)
            }
            return "\(text(name))=\(excerpt(SourceSpan(tokens[sign].end, last.end)))"
        }
        guard names.count == parts.count else { return nil }
        // C's `main(void)`
        if names == ["void"] { return "\(text(peek(distance)))()" }
        return "\(text(peek(distance)))(\(names.joined(separator: ", ")))"
    }

    /// The first text on the line of a token: the `"x"` of `raise ValueError("x")`.
    func firstText(on token: Token) -> String? {
        let line = source.line(at: token.start)
        let word = tokens.first {
            $0.start >= token.start && ($0.kind == .string || $0.kind == .interpolated || $0.kind == .end)
        }
        guard let word, word.kind != .end, source.line(at: word.start) == line else { return nil }
        return excerpt(word.span)
    }

    /// JavaScript's `x => x + 1`
    mutating func fatArrow(_ parameters: String) -> SyntaxFailure? {
        guard text(token) == "=>", !isAtLineEnd, !isHint else { return nil }
        if context.isCondition, parameters != "()" {
            let sign = token.span
            advance()
            let right = hint { parser throws(SyntaxFailure) in try parser.comparisonOperand() }
            return .foreign(
                "there is no '=>'", sign, write: "write \(parameters) >= \(right.map { excerpt($0.span) } ?? "...")")
        }
        let (sign, place) = (token, index)
        advance()
        guard !at(.leftBrace), let body = hint() else {
            let isBlock = at(.leftBrace)
            move(to: place)
            guard isBlock else { return nil }
            let list = parameters.isEnclosed ? parameters : "(\(parameters))"
            return .foreign(
                "an arrow is written '->', and behind it stands one expression", sign.span,
                write: "for several statements write def f\(list) { ... }")
        }
        return .foreign("an arrow is written '->'", sign.span, write: "write \(parameters) -> \(excerpt(body.span))")
    }

    /// MATLAB's `@(x) x + 1`
    mutating func functionHandle() -> SyntaxFailure? {
        guard !isHint, let closer = brackets.partner(index + 1) else { return nil }
        let (sign, place) = (token, index)
        let parameters = excerpt(SourceSpan(peek().end, tokens[closer].start))
        move(to: closer + 1)
        guard let body = hint() else {
            move(to: place)
            return nil
        }
        let head = parameters.isWord ? parameters : "(\(parameters))"
        return .foreign("a lambda is written with an arrow", sign.span, write: "write \(head) -> \(excerpt(body.span))")
    }

    /// `f(x) = x * 2` behind `def`
    mutating func assignedBody(_ head: String) -> SyntaxFailure {
        let sign = token.span
        advance()
        let body = hint().map { excerpt($0.span) } ?? "..."
        return .foreign("a function has its body in braces", sign, write: "write \(head) { return \(body) }")
    }
}

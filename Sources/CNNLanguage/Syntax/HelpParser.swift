import CNNCore

/// `help`, `help conv2d`, `help E0301`, `help "strides"`: the one call that needs no parentheses where it is a statement.
extension Parser {
    /// The call that such a statement stands for; nil where another one begins here. A name is a topic, not a value.
    mutating func helpStatement() throws(SyntaxFailure) -> Expression? {
        guard isWord(token, "help") else { return nil }
        let start = token.span
        let callee = Expression(.name("help"), start)
        let topic = peek()
        if endsStatement(topic) {
            advance()
            setLeaf()
            return Expression(.call(callee, []), start)
        }
        guard topic.kind == .name || topic.kind == .string || topic.kind.isKeyword, endsStatement(peek(2)) else {
            return nil
        }
        let text = topic.kind == .string ? try StringLiteral(source, topic.span).value() : text(topic)
        advance()
        advance()
        setLeaf()
        let argument = Argument(name: nil, value: Expression(.string(text), topic.span))
        return Expression(.call(callee, [argument]), start.through(topic.span))
    }
}

import CNNCore

/// `help`, `help conv2d`, `help list.append`, `help E0301`, `help "strides"`: the one call that needs no parentheses
/// where it is a statement.
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
        guard topic.kind == .name || topic.kind == .string || topic.kind.isKeyword else { return nil }
        var text = topic.kind == .string ? try StringLiteral(source, topic.span).value() : text(topic)
        var last = topic
        var count = 2
        // Of a type's method: `help list.append`.
        if topic.kind == .name, peek(2).kind == .dot, peek(3).kind == .name || peek(3).kind.isKeyword {
            last = peek(3)
            text += "." + self.text(last)
            count = 4
        }
        guard endsStatement(peek(count)) else { return nil }
        for _ in 0..<count { advance() }
        setLeaf()
        let place = topic.span.through(last.span)
        let argument = Argument(name: nil, value: Expression(.string(text), place))
        return Expression(.call(callee, [argument]), start.through(place))
    }
}

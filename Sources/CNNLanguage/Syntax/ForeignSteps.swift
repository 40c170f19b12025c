import CNNCore

/// C's `x++`, `--x`: a step is a statement of its own here.
extension Parser {
    /// Behind a value: `x++`, `k = i++`, `while x-- > 0`. Of `x - -1` and `x--y` the second sign is the number's own.
    mutating func postfixStep(_ value: Expression) -> SyntaxFailure? {
        guard token.kind == .plus || token.kind == .minus, peek().kind == token.kind, peek().start == token.end else {
            return nil
        }
        let next = peek(2)
        let isBeforeSign = value.isPlace && (next.kind == .plus || next.kind == .minus)
        guard endsStatement(next) || isBeforeSign || !next.kind.beginsExpression else { return nil }
        return step(value.span, signs: token.span.through(peek().span), isFirst: false, isPlace: value.isPlace)
    }

    /// Before a name: `++x`, `y = --x`. A number may have two signs.
    mutating func prefixStep() -> SyntaxFailure? {
        guard token.kind == .plus || token.kind == .minus, peek().kind == token.kind, peek().start == token.end,
            peek(2).kind == .name, peek(2).start == peek().end
        else { return nil }
        // Of more signs in a row each is one of its own.
        if index > 0, previous.kind == token.kind, previous.end == token.start { return nil }
        let (place, signs) = (index, token.span.through(peek().span))
        move(to: index + 2)
        let value = hint { parser throws(SyntaxFailure) in try parser.postfix() }
        move(to: place)
        guard let value else { return nil }
        return step(value.span, signs: signs, isFirst: true, isPlace: value.isPlace)
    }

    private func step(_ value: SourceSpan, signs: SourceSpan, isFirst: Bool, isPlace: Bool) -> SyntaxFailure {
        let sign = String(source.text(signs.start..<signs.end).prefix(1))
        let message = "there is no '\(sign)\(sign)'"
        guard isPlace else { return .foreign(message, signs, write: "write \(excerpt(value)) \(sign) 1") }
        let way = "\(excerpt(value)) \(sign)= 1"
        let (start, end) = (statementStart, statementEnd)
        let whole = isFirst ? SourceSpan(signs.start, value.end) : SourceSpan(value.start, signs.end)
        let isStatement = tokens[start].start == whole.start && tokens[end - 1].end == whole.end && !isFragment
        if isStatement { return .foreign(message, signs, write: "write \(way)") }
        let other = isFragment ? nil : rest(start..<end, without: signs, of: value, way, isFirst)
        return .foreign(message, signs, write: other ?? "write \(way) as a statement of its own")
    }

    /// The statement around a step and the step beside it, where each of its parts runs once, in order.
    private func rest(
        _ range: Range<Int>, without signs: SourceSpan, of value: SourceSpan, _ way: String, _ isFirst: Bool
    ) -> String? {
        let parts = tokens[range]
        let line =
            source.text(parts[range.lowerBound].start..<signs.start)
            + source.text(signs.end..<parts[range.upperBound - 1].end)
        let isLoop = parts.first?.kind == .while && tokens[range.upperBound].kind == .leftBrace
        let isSimple = parts.first?.kind == .name && range.count > 1 && parts[range.lowerBound + 1].kind.followsName
        let isInOrder = !parts.contains { token in
            switch token.kind {
            case .and, .or, .if, .else, .for, .arrow, .colon, .pipe, .foreign, .interpolated: true
            default: false
            }
        }
        let name = parts.first { $0.start >= value.start && $0.kind == .name }.map(text)
        guard isLoop || isSimple, isInOrder, line.utf8.count <= 60, !line.contains(where: \.isNewline),
            !line.contains("++"), !line.contains("--"), parts.count(where: { text($0) == name }) == 1
        else { return nil }
        switch (isLoop, isFirst) {
        case (true, true): return "write \(way), then \(line) { ...; \(way) }"
        case (true, false): return "write \(line) { \(way); ... }"
        case (false, true): return "write \(way), then \(line)"
        case (false, false): return "write \(line), then \(way)"
        }
    }

    /// The first token of the statement that the current token belongs to.
    private var statementStart: Int {
        var first = index
        while first > 0, !tokens[first].beginsLine || brackets.isWithinParentheses(first, tokens) {
            let before = tokens[first - 1].kind
            if before == .semicolon || before == .leftBrace || before == .rightBrace { break }
            first -= 1
        }
        return first
    }

    /// Behind the last token of that statement, or of the head of its block.
    private var statementEnd: Int {
        var end = index
        while end < tokens.count, tokens[end].kind != .end, tokens[end].kind != .semicolon,
            tokens[end].kind != .leftBrace, tokens[end].kind != .rightBrace,
            end == index || !tokens[end].beginsLine
        {
            end += 1
        }
        return max(end, index + 1)
    }
}

extension TokenKind {
    /// Whether a statement that begins with a name, and goes on with this, is an assignment or a call.
    fileprivate var followsName: Bool {
        switch self {
        case .leftParenthesis, .leftBracket, .dot, .assign, .plusAssign, .minusAssign, .timesAssign, .divideAssign: true
        default: false
        }
    }
}

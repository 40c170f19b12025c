import CNNCore

/// Operators of other languages, and what goes on behind a value in them.
extension Parser {
    /// What cannot go on a value here: `is`, `&&`, a Python conditional.
    mutating func foreignContinuation(of value: Expression) -> SyntaxFailure? {
        switch token.kind {
        case .if: return context.isBeforeCondition ? nil : pythonConditional(value)
        case .foreign:
            return bitwiseOperator(value) ?? ternary(value) ?? fatArrow(excerpt(value.span))
                ?? foreignOperator(after: value)
        default:
            if let failure = spacedSize(value) ?? wordOperator(value) { return failure }
            guard at(word: "is") else { return nil }
            let isNegated = peek().kind == .not
            let sign = isNegated ? "!=" : "=="
            let start = token.span
            advance()
            if isNegated { advance() }
            let right = (hint()).map { excerpt($0.span) } ?? "None"
            let left = excerpt(value.span)
            // `type(x) is int`
            let type = left.hasPrefix("type(") ? TypeTest.word(right).map { "\"\($0)\"" } : nil
            return .foreign("there is no 'is'", start, write: "write \(left) \(sign) \(type ?? right)")
        }
    }

    /// MATLAB's `x .* y`: arithmetic on tensors is element by element.
    func pointedOperator() -> SyntaxFailure? {
        let sign = peek()
        guard sign.start == token.end, [.star, .slash].contains(sign.kind) || text(sign) == "^" else { return nil }
        let ours = text(sign) == "^" ? "**" : text(sign)
        return .foreign(
            "there is no '.\(text(sign))'", token.span.through(sign.span),
            write: "write \(ours), which works element by element")
    }

    /// Pascal's `5 mod 2` and `5 div 2`
    private mutating func wordOperator(_ value: Expression) -> SyntaxFailure? {
        let signs = ["mod": "%", "div": "//", "MOD": "%", "DIV": "//", "AND": "and", "OR": "or"]
        guard token.kind == .name, !isAtLineEnd, !isHint, let sign = signs[text(token)], !peek().beginsLine,
            peek().kind.beginsExpression, peek().kind != .leftBrace,
            peek().kind != .leftParenthesis || token.start > previous.end
        else { return nil }
        let word = token
        advance()
        let right = hint { parser throws(SyntaxFailure) in try parser.comparisonOperand() }
        return .foreign(
            "there is no '\(text(word))'", word.span,
            write: "write \(excerpt(value.span)) \(sign) \(right.map { excerpt($0.span) } ?? "...")")
    }

    /// NumPy's `(x > 0) & (x < 2)`, which means `and` as well as an operation on tensors. In the head of an `if` it is `and`.
    private mutating func bitwiseOperator(_ value: Expression) -> SyntaxFailure? {
        let sign = token
        guard text(sign) == "&" || text(sign) == "|", !isInHead else { return nil }
        let (word, own) = text(sign) == "&" ? ("and", "*") : ("or", "+")
        let left = excerpt(value.span)
        let place = index
        advance()
        guard let right = hint().map({ excerpt($0.span) }) else {
            move(to: place)
            return nil
        }
        func enclosed(_ text: String) -> String {
            text.isEnclosed || text.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" } ? text : "(\(text))"
        }
        return .foreign(
            "there is no '\(text(sign))'", sign.span,
            write: "for tensors, element by element, write \(enclosed(left)) \(own) \(enclosed(right))",
            "for two conditions write \(left) \(word) \(right)")
    }

    /// C's `x > 0 ? 1 : -1`
    private mutating func ternary(_ condition: Expression) -> SyntaxFailure? {
        guard text(token) == "?", !isHint else { return nil }
        let (sign, place) = (token, index)
        advance()
        guard let first = hint(), take(.colon), let second = hint() else {
            move(to: place)
            return nil
        }
        var test = excerpt(condition.span)
        switch condition.kind {
        case .int, .float: test += " != 0"
        default: break
        }
        return .foreign(
            "there is no '?'", sign.span,
            write: "write if \(test) { \(excerpt(first.span)) } else { \(excerpt(second.span)) }")
    }

    /// Whether the line of the current token is the head of an `if` or a `while`.
    private var isInHead: Bool {
        var first = index
        while first > 0, !tokens[first].beginsLine { first -= 1 }
        switch tokens[first].kind {
        case .if, .elif, .while, .rightBrace: return true
        default: return false
        }
    }

    /// `5 x 5`
    private func spacedSize(_ value: Expression) -> SyntaxFailure? {
        var sizes = [excerpt(value.span)]
        var last = index
        guard sizes[0].allSatisfy({ $0.isNumber }) else { return nil }
        while last + 1 < tokens.count, isWord(tokens[last], "x"), tokens[last + 1].kind == .int {
            sizes.append(text(tokens[last + 1]))
            last += 2
        }
        guard sizes.count > 1 else { return nil }
        return SyntaxFailure(
            .unexpectedToken, "a size is written without blanks", value.span.through(tokens[last - 1].span),
            notes: ["write \(sizes.joined(separator: "x"))"])
    }

    func endsStatement(_ token: Token) -> Bool {
        token.beginsLine || token.kind == .end || token.kind == .semicolon || token.kind.opener != nil
    }

    /// - Parameter value: what stands before the operator, if that is a whole value.
    func foreignOperator(after value: Expression?) -> SyntaxFailure {
        let sign = text(token)
        let left = value.map { excerpt($0.span) }
        let next = peek()
        let isPlain = !next.beginsLine && [.name, .int, .float, .true, .false].contains(next.kind)
        var right = isPlain ? text(next) : nil
        if next.kind == .leftParenthesis, let closer = brackets.partner(index + 1) {
            right = excerpt(next.span.through(tokens[closer].span)).replacing("&&", with: "and")
                .replacing("||", with: "or")
        } else if next.kind == .name, value == nil, let end = endOfOperand(from: index + 1) {
            right = excerpt(next.span.through(tokens[end].span))
        }
        if ["**=", "//=", "%=", "@="].contains(sign), !next.beginsLine, next.kind != .end {
            let rest = excerpt(SourceSpan(next.start, restOfLine.end))
            right = rest.contains(" ") && !rest.isEnclosed ? "(\(rest))" : rest
        }
        // `cout << "x" << endl`
        if sign == "<<", let left, left.hasSuffix("cout"), let parts = streamed(from: index) {
            return .foreign("there is no '<<'", token.span, write: "write print(\(parts))")
        }
        // `|x|`
        if sign == "|", value == nil, let end = tokens[(index + 1)...].firstIndex(where: { text($0) == "|" }),
            end > index + 1, !tokens[index + 1].beginsLine,
            source.line(at: tokens[end].start) == source.line(at: token.start)
        {
            return .foreign(
                "there is no '|'", token.span.through(tokens[end].span),
                write: "write abs(\(excerpt(SourceSpan(token.end, tokens[end].start))))")
        }
        if sign == "!", let left, next.kind == .assign,
            let operand = tokens.indices.contains(index + 2) ? peek(2) : nil,
            operand.kind.beginsExpression, !operand.beginsLine
        {
            return .foreign(
                "there is no '! ='", token.span.through(next.span),
                write:
                    "write \(left) != \(excerpt(SourceSpan(operand.start, tokens[endOfOperand(from: index + 2) ?? index].end)))"
            )
        }
        if sign == "!", let left, right == nil {
            let last = Int(left).map { "\($0 &+ 1)" } ?? "\(left) + 1"
            return .foreign("there is no '!'", token.span, write: "for a factorial write prod(arange(1, \(last)))")
        }
        let (message, way) = ForeignOperators.explanation(
            sign, left, right, isFirst: index == 0 || tokens[index].beginsLine)
        return .foreign(message, token.span, write: way)
    }

    /// The last token of a name with what is called or indexed behind it: `mask[0]`, `x.any()`.
    private func endOfOperand(from first: Int) -> Int? {
        var last = first
        while last + 1 < tokens.count, tokens[last + 1].start == tokens[last].end {
            let next = tokens[last + 1].kind
            if next == .leftParenthesis || next == .leftBracket, let closer = brackets.partner(last + 1) {
                last = closer
            } else if next == .dot, last + 2 < tokens.count, tokens[last + 2].kind == .name {
                last += 2
            } else {
                break
            }
        }
        return last
    }
}

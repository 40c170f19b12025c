import CNNCore

/// Operators, by precedence climbing: one function instead of one a level keeps the stack small.
extension Parser {
    private enum Precedence {
        static let pipe = 1
        static let or = 2
        static let and = 3
        static let not = 4
        static let comparison = 5
        static let sum = 6
        static let product = 7
    }

    mutating func expression() throws(SyntaxFailure) -> Expression {
        if let count = lambdaParameterCount() { return try lambda(count) }
        if let failure = pythonLambda() { throw failure }
        let value = try binary(Precedence.pipe)
        switch token.kind {
        case .if, .name, .foreign:
            if !isAtLineEnd, let failure = foreignContinuation(of: value) { throw failure }
        default: break
        }
        return value
    }

    // MARK: - Lambdas

    /// The number of tokens before `->`, where a lambda begins here.
    private func lambdaParameterCount() -> Int? {
        if token.kind == .name { return peek().kind == .arrow && !isLineEnd(before: 1) ? 1 : nil }
        guard token.kind == .leftParenthesis else { return nil }
        if peek().kind == .rightParenthesis { return peek(2).kind == .arrow ? 2 : nil }
        var distance = 1
        while peek(distance).kind == .name {
            if peek(distance + 1).kind == .comma {
                distance += 2
            } else {
                return peek(distance + 1).kind == .rightParenthesis && peek(distance + 2).kind == .arrow
                    ? distance + 2 : nil
            }
        }
        return nil
    }

    private func isLineEnd(before distance: Int) -> Bool { peek(distance).beginsLine && !context.ignoresLineEnds }

    private mutating func lambda(_ count: Int) throws(SyntaxFailure) -> Expression {
        let start = token.span
        let outer = context
        try deepen()
        var names: [Identifier] = []
        for distance in 0..<count where peek(distance).kind == .name {
            names.append(Identifier(text(peek(distance)), peek(distance).span))
        }
        move(to: index + count + 1)
        if at(.leftBrace), let failure = lambdaBlock(names) { throw failure }
        let parts = beginParts()
        let body = try expression()
        if at(.assign) {
            let head = excerpt(SourceSpan(start.start, body.span.start))
            throw assignmentInCondition(body, "\(head) ", tail: "")
        }
        endParts(parts)
        context = outer
        return Expression(.lambda(names, body), start.through(body.span))
    }

    // MARK: - Binary operators

    private mutating func binary(_ minimum: Int) throws(SyntaxFailure) -> Expression {
        var left = token.kind == .not && !isAtLineEnd ? try negation(minimum) : try unary()
        while let precedence = precedenceHere, precedence >= minimum {
            switch precedence {
            case Precedence.pipe:
                let sign = token
                let first = height
                advance()
                continueLine()
                left = try pipe(left)
                try grow(over: first, at: sign.span)
            case Precedence.or, Precedence.and: left = try shortCircuit(left, precedence)
            default: left = try chain(left, precedence)
            }
        }
        return left
    }

    /// The precedence of the binary operator that goes on here, if there is one.
    private var precedenceHere: Int? {
        // A line that begins with |> goes on with the one before it.
        if token.kind == .pipe { return Precedence.pipe }
        guard !isAtLineEnd else { return nil }
        switch token.kind {
        case .or: return Precedence.or
        case .and: return Precedence.and
        case .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual, .isClose, .in:
            return Precedence.comparison
        case .not: return peek().kind == .in ? Precedence.comparison : nil
        case .plus, .minus: return Precedence.sum
        case .star, .slash, .doubleSlash, .percent, .at: return Precedence.product
        case .foreign: return foreignPrecedence
        default: return nil
        }
    }

    /// `&&` and `||` are told, and read as the words that they stand for.
    private var foreignPrecedence: Int? {
        let next = peek()
        guard next.kind.beginsExpression || next.kind == .foreign && text(next) == "!", next.kind != .leftBrace else {
            return nil
        }
        switch text(token) {
        case "&&": return Precedence.and
        case "||": return Precedence.or
        default: return nil
        }
    }

    /// `a and b and c` from its first operator on.
    private mutating func shortCircuit(_ left: Expression, _ precedence: Int) throws(SyntaxFailure) -> Expression {
        let sign = token
        var values = [left]
        var highest = height
        while precedenceHere == precedence {
            if token.kind == .foreign { failures.append(foreignOperator(after: nil)) }
            advance()
            continueLine()
            try requireOperand(after: sign)
            values.append(try binary(precedence + 1))
            highest = max(highest, height)
        }
        try grow(over: highest, at: sign.span)
        let span = left.span.through(values[values.count - 1].span)
        return Expression(precedence == Precedence.and ? .and(values) : .or(values), span)
    }

    /// Operators of one precedence in a row, from the first on; they group from the left.
    private mutating func chain(_ left: Expression, _ precedence: Int) throws(SyntaxFailure) -> Expression {
        var value = left
        var links: [ChainLink] = []
        var highest = height
        let start = token.span
        while precedenceHere == precedence {
            let link = try chainLink(precedence)
            links.append(link)
            highest = max(highest, height)
            if links.count <= ChainLink.fewest {
                value = Expression(
                    .binary(link.operation, value, link.operand, operatorSpan: link.operatorSpan),
                    value.span.through(link.operand.span))
            }
            if precedence == Precedence.comparison, precedenceHere == Precedence.comparison {
                throw chainedComparison(left, link.operation, link.operand)
            }
        }
        let isChain = links.count > ChainLink.fewest
        try grow(over: highest, by: isChain ? 1 : links.count, at: start)
        guard isChain, let last = links.last else { return value }
        return Expression(.chain(left, links[...]), left.span.through(last.operand.span))
    }

    private mutating func chainLink(_ precedence: Int) throws(SyntaxFailure) -> ChainLink {
        let sign = token
        var span = sign.span
        advance()
        if sign.kind == .not {
            span = span.through(token.span)
            advance()
        }
        continueLine()
        try requireOperand(after: sign)
        let operand = try binary(precedence + 1)
        guard let operation = binaryOperator(sign.kind) else { throw unexpected("an operator") }
        return ChainLink(operation: operation, operand: operand, operatorSpan: span)
    }

    /// `if x > { … }`: the braces are the block, unless another `{` follows.
    private mutating func requireOperand(after sign: Token) throws(SyntaxFailure) {
        guard context.isCondition, token.kind == .leftBrace, !isDictionary, let closer = brackets.partner(index),
            peek(closer + 1 - index).kind != .leftBrace
        else { return }
        throw unexpected("a value after '\(text(sign))'")
    }

    /// What stands on one side of a comparison.
    mutating func comparisonOperand() throws(SyntaxFailure) -> Expression { try binary(Precedence.sum) }

    private func binaryOperator(_ kind: TokenKind) -> BinaryOperator? {
        switch kind {
        case .plus: .add
        case .minus: .subtract
        case .star: .multiply
        case .slash: .divide
        case .doubleSlash: .floorDivide
        case .percent: .modulo
        case .at: .matrixProduct
        case .equal: .equal
        case .notEqual: .notEqual
        case .less: .less
        case .lessOrEqual: .lessOrEqual
        case .greater: .greater
        case .greaterOrEqual: .greaterOrEqual
        case .isClose: .isClose
        case .in: .contains
        case .not: .notContains
        default: nil
        }
    }

    /// `x |> f(a)` is `f(x, a)`, and `x |> f` is `f(x)`.
    private mutating func pipe(_ value: Expression) throws(SyntaxFailure) -> Expression {
        let start = index
        if lambdaParameterCount() != nil {
            throw SyntaxFailure(
                .unexpectedToken, "a lambda after |> stands in parentheses", token.span,
                notes: ["write x |> (y -> y + 1)"])
        }
        let target = try postfix()
        let span = value.span.through(target.span)
        let isParenthesised = tokens[start].kind == .leftParenthesis && brackets.partner(start) == index - 1
        if case .call(let function, let arguments) = target.kind, !isParenthesised {
            return Expression(.call(function, [Argument(name: nil, value: value)] + arguments), span)
        }
        return Expression(.call(target, [Argument(name: nil, value: value)]), span)
    }

    // MARK: - Unary operators

    private mutating func negation(_ minimum: Int) throws(SyntaxFailure) -> Expression {
        let sign = token
        guard minimum <= Precedence.not else { throw notInComparison() }
        let outer = context
        try deepen()
        advance()
        let operand = try binary(Precedence.not)
        context = outer
        try grow(over: 0, at: sign.span)
        return Expression(.unary(.not, operand), sign.span.through(operand.span))
    }

    private mutating func unary() throws(SyntaxFailure) -> Expression {
        if at(.foreign), text(token) == "!", peek().kind.beginsExpression, !peek().beginsLine {
            failures.append(foreignOperator(after: nil))
            advance()
        }
        guard at(.minus) || at(.plus) else { return try power() }
        if let failure = prefixStep() { throw failure }
        let sign = token
        let outer = context
        try deepen()
        advance()
        if at(.not) { throw notInComparison() }
        if sign.kind == .minus, let smallest = smallestInt(sign) {
            context = outer
            return smallest
        }
        let operand = try unary()
        context = outer
        try grow(over: 0, at: sign.span)
        return Expression(.unary(sign.kind == .minus ? .negate : .plus, operand), sign.span.through(operand.span))
    }

    /// `-9223372036854775808`: without its minus it would be too large.
    private mutating func smallestInt(_ sign: Token) -> Expression? {
        guard at(.int), peek().kind != .doubleStar || isLineEnd(before: 1),
            NumberLiteral.isSmallest(text(token), token.span)
        else { return nil }
        setLeaf()
        let span = sign.span.through(token.span)
        advance()
        return Expression(.int(Int.min), span)
    }

    /// Binds tighter than a minus on its left, and lets one stand on its right: `-2 ** -1`.
    private mutating func power() throws(SyntaxFailure) -> Expression {
        let base = try postfix()
        guard at(.doubleStar) else { return base }
        let sign = token
        let first = height
        let outer = context
        try deepen()
        advance()
        continueLine()
        let exponent = try unary()
        context = outer
        try grow(over: first, at: sign.span)
        return Expression(
            .binary(.power, base, exponent, operatorSpan: sign.span), base.span.through(exponent.span))
    }

    // MARK: - Postfix

    mutating func postfix() throws(SyntaxFailure) -> Expression {
        var value = try atom()
        while !isAtLineEnd {
            let first = height
            let place = token.span
            let parts = beginParts()
            switch token.kind {
            case .leftParenthesis: value = Expression(.call(value, try arguments()), value.span.through(previous.span))
            case .leftBracket: value = Expression(.index(value, try subscripts()), value.span.through(previous.span))
            case .dot:
                if let failure = foreignRange() ?? pointedOperator() { throw failure }
                advance()
                let name = try memberName(of: value)
                value = Expression(.member(value, name), value.span.through(name.span))
            default:
                if token.kind == .ellipsis, let failure = foreignRange() { throw failure }
                if let failure = postfixStep(value) { throw failure }
                endEmptyParts(parts)
                return value
            }
            endParts(parts)
            try grow(over: first, at: place)
        }
        return value
    }

    /// After a point, the words of the language are names too: `digits.train`.
    private mutating func memberName(of value: Expression) throws(SyntaxFailure) -> Identifier {
        let name = token
        guard name.kind == .name || name.kind.isKeyword, !isAtLineEnd else { throw unexpected("a name") }
        advance()
        return Identifier(text(name), name.span)
    }
}

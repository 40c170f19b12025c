import CNNCore

/// Literals, names, brackets, and the expressions that begin with a word.
extension Parser {
    mutating func atom() throws(SyntaxFailure) -> Expression {
        guard !isAtLineEnd else { throw unexpected("a value") }
        setLeaf()
        switch token.kind {
        case .leftParenthesis: return try parenthesised()
        case .leftBracket, .leftBrace, .if, .train, .gradient, .interpolated: return try compound()
        default: return try leaf()
        }
    }

    /// An expression with parts, from the current token to where it ends.
    private mutating func compound() throws(SyntaxFailure) -> Expression {
        let start = token.span
        let parts = beginParts()
        let kind: Expression.Kind
        switch token.kind {
        case .leftBracket: kind = try list()
        case .leftBrace: kind = try dictionary()
        case .if: kind = .conditional(try conditional())
        case .train: kind = .train(try train())
        case .gradient: kind = try gradient()
        default: kind = try interpolation()
        }
        endParts(parts)
        return Expression(kind, start.through(previous.span))
    }

    private mutating func leaf() throws(SyntaxFailure) -> Expression {
        let start = token
        switch start.kind {
        case .name:
            advance()
            if isWord(start, "inf") { return Expression(.float(.infinity), start.span) }
            if isWord(start, "nan") { return Expression(.float(.nan), start.span) }
            return Expression(.name(text(start)), start.span)
        case .int: return try literal(.int(NumberLiteral.int(text(start), start.span)))
        case .float: return try literal(.float(NumberLiteral.float(text(start), start.span)))
        case .size: return try literal(.size(NumberLiteral.size(text(start), start.span)))
        case .string: return try literal(.string(StringLiteral(source, start.span).value()))
        case .true: return literal(.bool(true))
        case .false: return literal(.bool(false))
        case .none: return literal(.none)
        default: throw missingValue()
        }
    }

    private mutating func literal(_ kind: Expression.Kind) -> Expression {
        let span = token.span
        advance()
        if token.kind == .string || token.kind == .interpolated,
            previous.kind == .string || previous.kind == .interpolated,
            !isAtLineEnd
        {
            failures.append(
                .foreign("strings beside each other are not joined", token.span, write: "write + between them"))
            while at(.string) || at(.interpolated) { advance() }
        }
        return Expression(kind, span)
    }

    private mutating func parenthesised() throws(SyntaxFailure) -> Expression {
        let start = token.span
        let outer = try open()
        if at(.rightParenthesis) {
            advance()
            if let failure = fatArrow("()") { throw failure }
            move(to: index - 1)
            throw .foreign("there are no tuples", start.through(token.span), write: "write [] for an empty list")
        }
        let value = try expression()
        if at(.comma) { throw parenthesisedTuple(value, start) }
        if at(.for) { throw generatorArgument(Argument(name: nil, value: value)) }
        if at(.assign) { throw parenthesisedAssignment(value, start) }
        try close(.rightParenthesis, "')'", outer)
        return Expression(value.kind, start.through(previous.span))
    }

    // MARK: - Lists and dicts

    private mutating func list() throws(SyntaxFailure) -> Expression.Kind {
        let outer = try open()
        var elements: [Expression] = []
        while !at(.rightBracket) {
            elements.append(try expression())
            if elements.count == 1, at(.for) { return try comprehension(elements[0], outer) }
            if at(.rightBracket) { break }
            if at(.for), let failure = openElement(elements) { throw failure }
            if let failure = matrixRows() { throw failure }
            try expect(.comma, "',' or ']'")
        }
        try close(.rightBracket, "']'", outer)
        return .list(elements)
    }

    private mutating func comprehension(_ element: Expression, _ outer: Context) throws(SyntaxFailure)
        -> Expression.Kind
    {
        advance()
        let names = try loopVariables()
        try expect(.in, "'in'")
        context.isBeforeCondition = true
        let iterable = try expression()
        var condition: Expression?
        if take(.if) { condition = try expression() }
        if at(.assign), let condition { throw assignmentInCondition(condition, "if ", tail: "") }
        context.isBeforeCondition = false
        if at(.for) || at(.if) {
            let what = at(.for) ? "one 'for'" : "one 'if'"
            throw .foreign(
                "a comprehension has \(what)", token.span,
                write: at(.for) ? "write a loop that appends, or a list of lists" : "join the conditions with and")
        }
        try close(.rightBracket, "']'", outer)
        return .comprehension(element, variable: names, iterable: iterable, condition: condition)
    }

    private mutating func dictionary() throws(SyntaxFailure) -> Expression.Kind {
        let start = token
        let outer = try open()
        var entries: [(key: Expression, value: Expression)] = []
        while !at(.rightBrace) {
            let key = try expression()
            guard take(.colon) else { throw notADictionary(start, key, entries.count) }
            let value = try expression()
            entries.append((key: key, value: value))
            if at(.rightBrace) { break }
            if at(.for) {
                throw .foreign(
                    "there are no dict comprehensions", token.span, write: "begin with {} and fill it in a loop")
            }
            try expect(.comma, "',' or '}'")
        }
        try close(.rightBrace, "'}'", outer)
        return .dictionary(entries)
    }

    // MARK: - gradient and train

    private mutating func gradient() throws(SyntaxFailure) -> Expression.Kind {
        guard peek().kind == .leftParenthesis, !peek().beginsLine else { throw bareGradient() ?? reservedWord() }
        advance()
        let arguments = try arguments()
        return .gradient(arguments, try block("gradient"))
    }

    private mutating func train() throws(SyntaxFailure) -> TrainExpression {
        let start = token
        let outer = context
        try deepen()
        if let failure = calledTrain() { throw failure }
        guard peek().kind.beginsExpression, !peek().beginsLine else { throw reservedWord() }
        advance()
        let model = try expression()
        guard take(.on) else {
            let head = excerpt(start.span.through(model.span))
            // `train net, data, epochs=5`
            if at(.comma) {
                advance()
                let isSetting = peek().kind == .assign
                throw SyntaxFailure(
                    .unexpectedToken, "unexpected ','", previous.span, label: "'on' is expected here",
                    notes: ["write \(head) on \(isSetting ? "data, " : "")\(excerpt(restOfLine))"])
            }
            throw unexpected("'on'", notes: ["write \(head) on data, epochs=5"])
        }
        let data = try expression()
        var arguments: [Argument] = []
        while at(.comma), peek().kind == .name || peek().kind.isKeyword, peek(2).kind == .assign {
            advance()
            continueLine()
            arguments.append(try argument(after: nil))
        }
        if at(.comma), !isWithinBrackets {
            advance()
            continueLine()
            // `train net on images, labels, epochs=5`
            let place = index
            let labels = hint().flatMap { $0.isLiteral ? nil : excerpt($0.span) }
            let isPair = labels != nil && (at(.comma) || isAtLineEnd || token.kind == .semicolon)
            move(to: place)
            let isNumber = token.kind == .int
            throw unexpected(
                "a named setting (epochs=5)",
                notes: isNumber
                    ? ["write epochs=\(text(token))"]
                    : isPair ? ["for pictures and labels write [\(excerpt(data.span)), \(labels ?? "")]"] : [])
        }
        let hooks = at(.leftBrace) ? try trainHooks() : []
        context = outer
        return TrainExpression(model: model, data: data, arguments: arguments, hooks: hooks)
    }

    private var isWithinBrackets: Bool { context.ignoresLineEnds }

    /// `{ on epoch { … } }`
    private mutating func trainHooks() throws(SyntaxFailure) -> [(event: Identifier, body: Block)] {
        let outer = try open()
        context.ignoresLineEnds = false
        context.block = index - 1
        var hooks: [(event: Identifier, body: Block)] = []
        while true {
            while token.kind == .semicolon { advance() }
            if token.kind == .end || token.kind == .rightBrace { break }
            try guarded { parser throws(SyntaxFailure) in
                guard parser.token.kind == .on else { throw parser.notAHook() }
                parser.advance()
                let event = try parser.identifier("epoch or batch")
                hooks.append((event: event, body: try parser.block("on \(event.name)")))
            }
        }
        try closeBlock(outer)
        return hooks
    }
}

extension Expression {
    fileprivate var isLiteral: Bool {
        switch kind {
        case .none, .bool, .int, .float, .string, .size: true
        default: false
        }
    }
}

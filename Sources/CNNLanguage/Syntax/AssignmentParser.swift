import CNNCore

/// Assignments and expression statements, which begin alike.
extension Parser {
    mutating func simpleStatement() throws(SyntaxFailure) -> Statement.Kind {
        let first = try expression()
        switch token.kind {
        case _ where isAtLineEnd: return .expression(first, isSilent: false)
        case .assign: return try assignment([first])
        case .comma: return try severalTargets(first)
        case .plusAssign, .minusAssign, .timesAssign, .divideAssign: return try augmentation(first)
        default: return .expression(first, isSilent: false)
        }
    }

    private mutating func severalTargets(_ first: Expression) throws(SyntaxFailure) -> Statement.Kind {
        var values = [first]
        while takeComma() {
            if at(.assign) || token.kind == .semicolon || token.kind == .rightBrace { throw tuple(values) }
            if at(.star) { throw starredTarget(values) }
            values.append(try expression())
        }
        guard at(.assign) else {
            if !isAtLineEnd, token.kind != .semicolon, token.kind != .rightBrace, token.kind != .comma {
                throw augmentedTuple(values) ?? unexpected("'='")
            }
            throw tuple(values)
        }
        return try assignment(values)
    }

    private mutating func assignment(_ values: [Expression]) throws(SyntaxFailure) -> Statement.Kind {
        if values.count == 1, peek().kind == .less, peek().start == token.end {
            advance()
            throw turnedComparison(values[0])
        }
        var targets: [AssignmentTarget] = []
        for value in values { targets.append(try target(value)) }
        advance()
        try requireValueOnLine(after: "=")
        let value = try expression()
        if at(.assign) { throw chainedAssignment(values, value) }
        guard at(.comma) else { return .assign(targets, value) }
        if targets.count == 1 { throw tuple(from: value, after: "\(excerpt(values[0].span)) = ") }
        return .assign(targets, try valuesForTargets(targets, value))
    }

    /// `b, a` of `a, b = b, a`: the list of them, as many as there are targets.
    private mutating func valuesForTargets(
        _ targets: [AssignmentTarget], _ first: Expression
    ) throws(SyntaxFailure) -> Expression {
        var values = [first]
        var highest = height
        while takeComma() {
            values.append(try expression())
            highest = max(highest, height)
        }
        let span = first.span.through(previous.span)
        if at(.assign) { throw unexpected("the end of the statement") }
        guard values.count == targets.count else {
            throw SyntaxFailure(
                .unexpectedToken, "\(targets.count.counting("target")), but \(values.count.counting("value"))", span,
                notes: ["write one value for each target, or one list of \(targets.count)"])
        }
        try grow(over: highest, at: span)
        return Expression(.list(values), span)
    }

    private mutating func augmentation(_ value: Expression) throws(SyntaxFailure) -> Statement.Kind {
        let place = try target(value)
        let operation: BinaryOperator =
            switch token.kind {
            case .plusAssign: .add
            case .minusAssign: .subtract
            case .timesAssign: .multiply
            default: .divide
            }
        let sign = text(token)
        advance()
        try requireValueOnLine(after: sign)
        let right = try expression()
        if at(.assign) { throw unexpected("the end of the statement") }
        if at(.comma) { throw tuple(from: right, after: "\(excerpt(value.span)) \(sign) ") }
        return .augment(place, operation, right)
    }

    /// A line end after `=` ends the statement: the next line is not its value.
    private mutating func requireValueOnLine(after sign: String) throws(SyntaxFailure) {
        guard isAtLineEnd else { return }
        throw SyntaxFailure(
            .unexpectedToken, "the value after '\(sign)' is missing", previous.span,
            notes: token.kind == .end ? [] : ["it stands on the same line; within ( ) it may go on over several"])
    }

    private mutating func target(_ value: Expression) throws(SyntaxFailure) -> AssignmentTarget {
        switch value.kind {
        case .name(let name): return .name(Identifier(name, value.span))
        case .index(let base, let subscripts): return .index(base, subscripts, value.span)
        case .member(let base, let name): return .member(base, name, value.span)
        default: throw notATarget(value)
        }
    }
}

import CNNCore

extension Parser {
    mutating func statement() throws(SyntaxFailure) -> Statement {
        let start = token.span
        let kind: Statement.Kind
        switch token.kind {
        case .if: kind = .conditional(try conditional())
        case .for: kind = try forLoop()
        case .while: kind = try whileLoop()
        case .def: kind = .function(try functionDefinition())
        case .import: kind = .importModule(try importStatement())
        case .model: kind = .model(try modelDefinition())
        case .expect: kind = .expect(try expectation())
        case .return: kind = .returnValue(try returnedValue())
        case .break:
            advance()
            kind = .breakLoop
        case .continue:
            advance()
            kind = .continueLoop
        case .else, .elif: throw strayElse()
        default:
            if let failure = foreignStatement() { throw failure }
            if let help = try helpStatement() {
                kind = .expression(help, isSilent: false)
            } else {
                kind = try simpleStatement()
            }
        }
        return Statement(kind, start.through(previous.span))
    }

    private mutating func returnedValue() throws(SyntaxFailure) -> Expression? {
        advance()
        if isAtLineEnd || token.kind == .semicolon || token.kind == .rightBrace { return nil }
        let value = try expression()
        if at(.assign) { throw assignmentInCondition(value, "return ", tail: "") }
        if at(.comma) { throw tuple(from: value, after: "return ") }
        return value
    }

    // MARK: - if, while, for

    mutating func conditional() throws(SyntaxFailure) -> Conditional {
        var branches: [(condition: Expression, body: Block)] = []
        branches.append(try branch("if"))
        while true {
            // The line end before these does not end the statement: nothing else can begin with them.
            if token.kind == .elif {
                branches.append(try branch("elif"))
            } else if token.kind == .else {
                if peek().kind == .if, !peek().beginsLine {
                    failures.append(
                        .foreign("'else if' is one word here", token.span.through(peek().span), write: "write elif"))
                    advance()
                    branches.append(try branch("elif"))
                    continue
                }
                advance()
                return Conditional(branches: branches, otherwise: try block("else"))
            } else if token.kind == .name, let failure = foreignElse() {
                failures.append(failure)
                branches.append(try branch("elif"))
            } else {
                return Conditional(branches: branches, otherwise: nil)
            }
        }
    }

    private mutating func branch(_ word: String) throws(SyntaxFailure) -> (condition: Expression, body: Block) {
        let condition = try head(word)
        return (condition: condition, body: try block(word))
    }

    /// The word and the condition after it.
    private mutating func head(_ word: String) throws(SyntaxFailure) -> Expression {
        advance()
        if at(.leftBrace), !isDictionary {
            throw SyntaxFailure(
                .unexpectedToken, "the condition of the '\(word)' is missing", previous.span,
                notes: ["write \(word) x > 0 { ... }"])
        }
        let outer = context
        try deepen()
        context.isCondition = true
        let condition = try expression()
        context = outer
        if at(.assign) { throw assignmentInCondition(condition, "\(word) ") }
        return condition
    }

    private mutating func whileLoop() throws(SyntaxFailure) -> Statement.Kind {
        let condition = try head("while")
        return .whileLoop(condition, try block("while"))
    }

    private mutating func forLoop() throws(SyntaxFailure) -> Statement.Kind {
        advance()
        if let failure = foreignFor() { throw failure }
        let names = try loopVariables()
        guard take(.in) else { throw foreignForIn(names) ?? unexpected("'in'") }
        // `for i in { … }`: what it runs over is missing, unless another `{` follows.
        if at(.leftBrace), !isDictionary, let closer = brackets.partner(index), tokens[closer + 1].kind != .leftBrace {
            throw SyntaxFailure(
                .unexpectedToken, "what the 'for' runs over is missing", previous.span,
                notes: ["write for \(names.map(\.name).joined(separator: ", ")) in range(10) { ... }"])
        }
        let iterable = try expression()
        if at(.comma) { throw tuple(from: iterable, after: "") }
        return .forLoop(names, iterable, try block("for"))
    }

    /// `a, b` before `in`.
    mutating func loopVariables() throws(SyntaxFailure) -> [Identifier] {
        var names = [try identifier("a name")]
        while takeComma() {
            if let failure = nestedVariables(names) { throw failure }
            names.append(try identifier("a name"))
        }
        return names
    }

    // MARK: - import

    private mutating func importStatement() throws(SyntaxFailure) -> ImportStatement {
        advance()
        let place = token
        let module: ImportStatement.Module
        if at(.string) {
            advance()
            module = .path(try StringLiteral(source, place.span).value())
        } else {
            module = .name(try identifier("a module's name or a file in quotes").name)
        }
        if at(.dot) { throw dottedModule(place) }
        if case .name(let name) = module, !isHint, let note = ForeignNames.module(name) {
            imports.append(
                SyntaxFailure(.moduleNotFound, "there is no module '\(name)'", place.span, notes: [note]))
        }
        if at(.comma) {
            throw .foreign(
                "an import names one module", token.span, write: "write one import for each, on lines of their own")
        }
        var alias: Identifier?
        if take(.as) { alias = try identifier("a name") }
        return ImportStatement(module: module, moduleSpan: place.span, alias: alias)
    }

    // MARK: - expect

    private mutating func expectation() throws(SyntaxFailure) -> Expectation {
        if peek().kind == .assign { throw reservedWord() }
        advance()
        let kind: Expectation.Kind
        let isCode = peek().kind == .name && !peek().beginsLine && !isWord(peek(), "within")
        if at(word: "error"), peek().kind == .leftBrace || isCode {
            advance()
            let code: Identifier? = at(.name) ? try identifier("an error's code") : nil
            kind = .fails(code, try block("expect error"))
        } else {
            let value = try expression()
            if at(.assign) { throw assignmentInCondition(value, "expect ", tail: "") }
            var tolerance: Expression?
            if at(word: "within") {
                advance()
                tolerance = try expression()
            }
            kind = .holds(value, within: tolerance)
        }
        guard takeComma() else { return Expectation(kind: kind, message: nil) }
        return Expectation(kind: kind, message: try expression())
    }
}

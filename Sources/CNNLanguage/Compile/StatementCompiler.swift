import CNNCore

extension Compiler {
    func compile(_ statements: [Statement]) throws {
        for statement in statements { try separately { try compile(statement) } }
    }

    func compile(_ statement: Statement) throws {
        try withTemporaries {
            switch statement.kind {
            case .expression(let expression, let isSilent):
                let register = try operand(expression)
                if showsValues, !isSilent, kind == .cell, gradientDepth == 0 {
                    code.emit(.show, register, at: statement.span)
                }
            case .assign(let targets, let value): try compileAssignment(targets, value, statement.span)
            case .augment(let target, let operation, let value):
                try compileAugment(target, operation, value, statement.span)
            case .conditional(let conditional): try compile(conditional, into: nil, statement.span)
            case .forLoop(let variables, let iterable, let body):
                try compileFor(variables, iterable, statement.span) { try self.compile(body.statements) }
            case .whileLoop(let condition, let body): try compileWhile(condition, body, statement.span)
            case .function(let definition): try compileDefinition(definition, statement.span)
            case .importModule(let statement): try compileImport(statement)
            case .model(let definition): try compileModel(definition, statement.span)
            case .expect(let expectation): try compileExpectation(expectation, statement.span)
            case .returnValue(let value): try compileReturn(value, statement.span)
            case .breakLoop: try compileLoopExit("break", statement.span) { self.loops[$0].breaks.append($1) }
            case .continueLoop: try compileLoopExit("continue", statement.span) { self.loops[$0].continues.append($1) }
            }
        }
    }

    private func compileReturn(_ value: Expression?, _ span: SourceSpan) throws {
        guard kind == .function else {
            throw failure(
                .misplacedStatement, "return stands outside of a function", span,
                notes: ["leave the word out: a value alone is shown"])
        }
        guard gradientDepth == 0 else {
            throw failure(
                .misplacedStatement, "return cannot leave a gradient block or a hook", span,
                notes: ["give the block a value and return it afterwards"])
        }
        guard let value else {
            code.emit(.returnNone, at: span)
            return
        }
        let register = try operand(value)
        emitReturn(register, value.span)
    }

    func emitReturn(_ register: Int, _ span: SourceSpan) {
        if code.tables.resultShape != nil, let shapeRegister {
            code.emit(.checkResultShape, register, shapeRegister, at: span)
        }
        code.emit(.returnValue, register, at: span)
    }

    private func compileLoopExit(_ word: String, _ span: SourceSpan, _ note: (Int, Int) -> Void) throws {
        guard let loop = loops.indices.last, loops[loop].gradientDepth == gradientDepth else {
            let place =
                loops.isEmpty ? "outside of a loop" : "in a gradient block or a hook, whose loop it cannot leave"
            throw failure(
                .misplacedStatement, "\(word) stands \(place)", span,
                notes: loops.isEmpty ? ["put it into the braces of a for or a while"] : [])
        }
        note(loop, code.emit(.jump, at: span))
    }

    /// - Parameter target: the register for the value of the branch taken; nil for a statement.
    func compile(_ conditional: Conditional, into target: Int?, _ span: SourceSpan) throws {
        var ends: [Int] = []
        let before = assigned
        var after: Set<Int>?
        for branch in conditional.branches {
            let skips = try withTemporaries { try compileCondition(branch.condition) }
            try compileBranch(branch.body, into: target)
            after = after.map { $0.intersection(assigned) } ?? assigned
            assigned = before
            ends.append(code.emit(.jump, at: span))
            code.patch(skips)
        }
        if let otherwise = conditional.otherwise {
            try compileBranch(otherwise, into: target)
        } else if let target {
            try emitConstant(.none, into: target, span)
        }
        assigned = after.map { $0.intersection(assigned) } ?? assigned
        code.patch(ends)
    }

    /// A block whose last expression is its value.
    func compileBranch(_ block: Block, into target: Int?) throws {
        guard let target else { return try compile(block.statements) }
        if let last = block.statements.last, case .expression(let value, _) = last.kind {
            try compile(Array(block.statements.dropLast()))
            try withTemporaries { try compile(value, into: target) }
        } else if let last = block.statements.last, case .conditional(let inner) = last.kind {
            try compile(Array(block.statements.dropLast()))
            try withTemporaries { try compile(inner, into: target, last.span) }
        } else {
            try compile(block.statements)
            try emitConstant(.none, into: target, block.span)
        }
    }

    private func compileWhile(_ condition: Expression, _ body: Block, _ span: SourceSpan) throws {
        let start = code.position
        let skips = try withTemporaries { try compileCondition(condition) }
        let before = assigned
        loops.append(Loop(gradientDepth: gradientDepth))
        try compile(body.statements)
        assigned = before
        let loop = loops.removeLast()
        code.patch(loop.continues)
        code.emitLoop(to: start, at: span)
        code.patch(skips)
        code.patch(loop.breaks)
    }

    /// A loop over a range whose name still means the built-in counts in registers; any other asks its iterable.
    func compileFor(
        _ variables: [Identifier], _ iterable: Expression, _ span: SourceSpan, body: () throws -> Void
    ) throws {
        let before = assigned
        if variables.count == 1, let bounds = rangeBounds(iterable) {
            try compileRangeLoop(variables[0], bounds, iterable.span, body)
        } else {
            try compileIteration(variables, iterable, body)
        }
        assigned = before
    }

    private func rangeBounds(_ iterable: Expression) -> [Expression]? {
        guard case .call(let function, let arguments) = iterable.kind, case .name("range") = function.kind,
            !isVariable("range"), (1...3).contains(arguments.count), arguments.allSatisfy({ $0.name == nil })
        else { return nil }
        return arguments.map(\.value)
    }

    private func compileRangeLoop(
        _ variable: Identifier, _ bounds: [Expression], _ span: SourceSpan, _ body: () throws -> Void
    ) throws {
        let state = try temporary(3)
        for (index, bound) in bounds.enumerated() {
            try withTemporaries { try compile(bound, into: bounds.count == 1 ? state + 1 : state + index) }
        }
        if bounds.count == 2 { code.emit(.smallInteger, state + 2, 0, 1, at: span) }
        let own = try loopVariable(variable)
        let prepare = code.emit(bounds.count == 1 ? .rangePrepareUp : .rangePrepare, state, at: span)
        code.emit(.extra, own, at: variable.span)
        let start = code.position
        assigned.insert(own)
        loops.append(Loop(gradientDepth: gradientDepth))
        try body()
        let loop = loops.removeLast()
        code.patch(loop.continues)
        code.emitRangeNext(state, variable: own, to: start, at: span, variableAt: variable.span)
        code.patch(prepare)
        code.patch(loop.breaks)
    }

    private func compileIteration(
        _ variables: [Identifier], _ iterable: Expression, _ body: () throws -> Void
    ) throws {
        let state = try temporary(3)
        try withTemporaries { try compile(iterable, into: state) }
        code.emit(.iteratePrepare, state, at: iterable.span)
        let start = code.position
        let next = code.emit(.iterateNext, state, at: iterable.span)
        if variables.count == 1 {
            try assignLoopVariable(variables[0], from: state + 2)
        } else {
            try withTemporaries {
                let parts = try temporary(variables.count)
                if variables.count == 2 { code.tables.placeNotes[iterable.span] = .pairs }
                code.emit(.unpack, state + 2, parts, variables.count, at: iterable.span)
                for (index, variable) in variables.enumerated() {
                    try assignLoopVariable(variable, from: parts + index)
                }
            }
        }
        loops.append(Loop(gradientDepth: gradientDepth))
        try body()
        let loop = loops.removeLast()
        code.patch(loop.continues)
        code.emitLoop(to: start, at: iterable.span)
        code.patch(next)
        code.patch(loop.breaks)
        // What was iterated over is let go, so that it can be changed in place afterwards.
        try emitConstant(.none, into: state, iterable.span)
        try emitConstant(.none, into: state + 2, iterable.span)
    }

    private func loopVariable(_ variable: Identifier) throws -> Int {
        guard let own = ownRegister(variable.name) else {
            throw failure(.unknownName, "'\(variable.name)' cannot be assigned here", variable.span)
        }
        return own
    }

    private func assignLoopVariable(_ variable: Identifier, from register: Int) throws {
        let own = try loopVariable(variable)
        code.emit(.transfer, own, register, at: variable.span)
        assigned.insert(own)
    }

    private func compileDefinition(_ definition: FunctionDefinition, _ span: SourceSpan) throws {
        guard let register = ownRegister(definition.name.name) else { return }
        try compileFunction(
            name: definition.name.name, parameters: definition.parameters, result: definition.result, into: register,
            span
        ) { compiler in
            try compiler.declareLocals(AssignedNames(definition.body.statements).names)
            try compiler.compile(definition.body.statements)
            compiler.code.emit(.returnNone, at: SourceSpan(definition.body.span.end - 1, definition.body.span.end))
        }
        assigned.insert(register)
    }

    private func compileImport(_ statement: ImportStatement) throws {
        guard let name = statement.boundName, let register = ownRegister(name) else {
            throw failure(
                .misplacedStatement, "the file's name cannot be a variable", statement.moduleSpan,
                notes: ["write import ... as name"])
        }
        code.tables.imports.append(statement)
        code.emitWide(.importModule, register, wide: code.tables.imports.count - 1, at: statement.moduleSpan)
        assigned.insert(register)
    }
}

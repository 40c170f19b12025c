import CNNCore

/// `expect`, `gradient` and `train`: expressions and statements with blocks of their own kind.
extension Compiler {
    func compileExpectation(_ expectation: Expectation, _ span: SourceSpan) throws {
        switch expectation.kind {
        case .holds(let condition, let tolerance): try compileHolds(condition, tolerance, expectation.message, span)
        case .fails(let code, let block): try compileFails(code, block, expectation.message, span)
        }
    }

    private func compileHolds(
        _ condition: Expression, _ tolerance: Expression?, _ message: Expression?, _ span: SourceSpan
    ) throws {
        if case .binary(let operation, let left, let right, _) = condition.kind, operation.isComparison {
            let (first, second) = try operands(left, right)
            let within = try tolerance.map { try operand($0) }
            let text = try message.map { try operand($0) }
            code.emit(.expectComparison, first, second, at: condition.span)
            code.emit(
                .extra, Int(operation.opcode.rawValue), within.map { $0 + 1 } ?? 0, text.map { $0 + 1 } ?? 0,
                at: condition.span)
            return
        }
        if tolerance == nil, case .and(let parts) = condition.kind {
            // One after the other, as `and` does: the first that does not hold is the one that is told.
            for part in parts { try withTemporaries { try compileHolds(part, nil, message, part.span) } }
            return
        }
        if tolerance != nil {
            throw failure(
                .unexpectedToken, "'within' needs a comparison before it", condition.span,
                notes: ["write expect a == b within 1e-3"])
        }
        isInCondition = condition.isLogical
        let register = try operand(condition)
        isInCondition = false
        let text = try message.map { try operand($0) }
        code.emit(.expectTrue, register, text ?? 0, text == nil ? 0 : 1, at: condition.span)
    }

    private func compileFails(
        _ expected: Identifier?, _ block: Block, _ message: Expression?, _ span: SourceSpan
    ) throws {
        if let expected, ErrorCode(rawValue: expected.name) == nil {
            throw failure(
                .unknownName, "there is no error \(expected.name)", expected.span,
                notes: ["an error's code looks like E0301; expect error { ... } takes any"])
        }
        let text = try message.map { try operand($0) }
        let codeConstant = code.constant(expected.map { .text($0.name) } ?? .none)
        let begin = code.emitWide(.handleErrors, codeConstant, wide: 0, at: span)
        let before = assigned
        try compile(block.statements)
        assigned = before
        code.emit(.endHandle, text ?? 0, text == nil ? 0 : 1, codeConstant, at: expected?.span ?? span)
        code.patch(begin)
    }

    // MARK: - gradient

    func compileGradient(_ arguments: [Argument], _ block: Block, into target: Int, _ span: SourceSpan) throws {
        guard let last = block.statements.last, last.isValue else {
            throw failure(
                .notDifferentiable, "a gradient block ends with the value to differentiate", block.span,
                notes: ["write the loss as its last line"])
        }
        let first = try temporary(max(1, arguments.count))
        var registers: [Int?] = []
        var bindings: [(String, Int)] = []
        for (index, argument) in arguments.enumerated() {
            try withTemporaries { try compile(argument.value, into: first + index) }
            var register: Int?
            if case .name(let name) = argument.value.kind {
                switch try resolve(name, argument.value.span) {
                case .register(let own): register = own
                default: bindings.append((name, first + index))
                }
            }
            registers.append(register)
        }
        let names = arguments.map { source.text($0.value.span) }
        code.tables.gradients.append(GradientDescription(variableRegisters: registers, names: names))
        let description = code.tables.gradients.count - 1
        code.emit(.gradientBegin, 0, first, arguments.count, at: span)
        code.emitWide(.extra, wide: description, at: span)
        gradientDepth += 1
        let known = assigned
        assigned.formUnion(bindings.map(\.1))
        let value = try temporary()
        try withBinding(bindings) { try compileBranch(block, into: value) }
        assigned.subtract(Set(bindings.map(\.1)).subtracting(known))
        gradientDepth -= 1
        code.emit(.gradientEnd, target, value, at: last.span)
    }

    // MARK: - train

    func compileTrain(_ train: TrainExpression, into target: Int, _ span: SourceSpan) throws {
        let window = try temporary(train.arguments.count + 2)
        let values = [train.model, train.data] + train.arguments.map(\.value)
        for (index, value) in values.enumerated() {
            try withTemporaries { try compile(value, into: window + index) }
        }
        var description = TrainDescription(argumentNames: train.arguments.map { $0.name?.name ?? "" }, hooks: [])
        let names = TrainBuiltin.hookParameters
        let known = assigned
        for hook in train.hooks {
            guard ["epoch", "batch"].contains(hook.event.name) else {
                throw failure(
                    .unexpectedToken, "there is no event '\(hook.event.name)'", hook.event.span,
                    notes: ["write on epoch { ... } or on batch { ... }"])
            }
            let registers = try temporary(names.count)
            let skip = code.emit(.jump, at: hook.event.span)
            description.hooks.append((event: hook.event.name, entry: code.position, firstRegister: registers))
            gradientDepth += 1
            assigned.formUnion(registers..<registers + names.count)
            try withBinding(names.enumerated().map { ($0.element, registers + $0.offset) }) {
                try compile(hook.body.statements)
            }
            gradientDepth -= 1
            assigned = known
            code.emit(.endBlock, at: hook.body.span)
            code.patch(skip)
        }
        code.tables.trains.append(description)
        code.emit(.train, target, window, train.arguments.count + 2, at: span)
        code.emitWide(.extra, wide: code.tables.trains.count - 1, at: span)
    }
}

extension Statement {
    /// Whether it leaves a value behind as the last one of a block.
    var isValue: Bool {
        switch kind {
        case .expression, .conditional: true
        default: false
        }
    }
}

extension BinaryOperator {
    var isComparison: Bool {
        switch self {
        case .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual, .isClose: true
        default: false
        }
    }
}

import CNNCore

extension Compiler {
    /// The register that holds an expression's value: a variable's own where it is one, else a temporary.
    func operand(_ expression: Expression) throws -> Int {
        if case .name(let name) = expression.kind, case .register(let register) = try resolve(name, expression.span),
            assigned.contains(register) || register >= ModuleScope.temporaries
        {
            return register
        }
        let register = try temporary()
        try withTemporaries { try compile(expression, into: register) }
        return register
    }

    /// Two operands, the left one safe from what the right one assigns.
    func operands(_ left: Expression, _ right: Expression) throws -> (Int, Int) {
        var first = try operand(left)
        if right.containsStatements, case .name = left.kind {
            let copy = try temporary()
            code.emit(.move, copy, first, at: left.span)
            first = copy
        }
        return (first, try operand(right))
    }

    func emitConstant(_ value: Value, into target: Int, _ span: SourceSpan) throws {
        if case .int(let number) = value, let small = Int16(exactly: number) {
            code.emit(.smallInteger, target, 0, Int(small), at: span)
        } else {
            code.emitWide(.constant, target, wide: code.constant(value), at: span)
        }
    }

    func compile(_ expression: Expression, into target: Int) throws {
        let span = expression.span
        switch expression.kind {
        case .none: try emitConstant(.none, into: target, span)
        case .bool(let value): try emitConstant(.bool(value), into: target, span)
        case .int(let value): try emitConstant(.int(value), into: target, span)
        case .float(let value): try emitConstant(.float(value), into: target, span)
        case .string(let value): try emitConstant(.text(value), into: target, span)
        case .size(let sizes): try emitConstant(.array(sizes.map { .int($0) }), into: target, span)
        case .name(let name): try compileName(name, into: target, span)
        case .interpolated(let parts): try compileInterpolation(parts, into: target, span)
        case .list(let elements): try compileWindow(elements) { self.code.emit(.makeList, target, $0, $1, at: span) }
        case .dictionary(let entries):
            try compileWindow(entries.flatMap { [$0.key, $0.value] }) {
                self.code.emit(.makeDictionary, target, $0, $1 / 2, at: span)
            }
        case .comprehension(let element, let variables, let iterable, let condition):
            try compileComprehension(element, variables, iterable, condition, into: target, span)
        case .unary(let operation, let value): try compileUnary(operation, value, into: target, span)
        case .binary(let operation, let left, let right, let operatorSpan):
            try compileBinary(operation, left, right, into: target, span.through(operatorSpan))
        case .chain(let first, let links): try compileChain(first, links, into: target)
        case .and(let values): try compileShortCircuit(values, .jumpIfFalse, into: target, span)
        case .or(let values): try compileShortCircuit(values, .jumpIfTrue, into: target, span)
        case .call(let function, let arguments): try compileCall(function, arguments, into: target, span)
        case .index(let base, let subscripts): try compileIndex(base, subscripts, into: target, span)
        case .member(let base, let name):
            let register = try operand(base)
            code.emit(.member, target, register, at: span)
            code.emitWide(.extra, wide: code.name(name.name), at: name.span)
        case .lambda(let parameters, let body): try compileLambda(parameters, body, into: target, span)
        case .conditional(let conditional):
            let result = try temporary()
            try compile(conditional, into: result, span)
            code.emit(.transfer, target, result, at: span)
        case .train(let train): try compileTrain(train, into: target, span)
        case .gradient(let arguments, let block): try compileGradient(arguments, block, into: target, span)
        }
    }

    private func compileName(_ name: String, into target: Int, _ span: SourceSpan) throws {
        switch try resolve(name, span) {
        case .register(let register):
            if assigned.contains(register) || register >= ModuleScope.temporaries {
                code.emit(.move, target, register, at: span)
            } else {
                code.emit(.checkedMove, target, register, at: span)
                code.emitWide(.extra, wide: code.name(name), at: span)
            }
        case .capture(let number):
            code.emit(.capture, target, number, at: span)
            code.emitWide(.extra, wide: code.name(name), at: span)
        case .ownFunction: code.emit(.ownFunction, target, at: span)
        case .global(let number): code.emitWide(.global, target, wide: number, at: span)
        case .builtin(let value): try emitConstant(value, into: target, span)
        }
    }

    /// Compiles values into consecutive registers: `emit` gets the first and their number.
    func compileWindow(_ values: [Expression], _ emit: (Int, Int) -> Void) throws {
        let first = try temporary(max(1, values.count))
        for (index, value) in values.enumerated() {
            try withTemporaries { try compile(value, into: first + index) }
        }
        emit(first, values.count)
    }

    private func compileInterpolation(_ parts: [InterpolationPart], into target: Int, _ span: SourceSpan) throws {
        let first = try temporary(max(1, parts.count))
        for (index, part) in parts.enumerated() {
            switch part {
            case .text(let text): try emitConstant(.text(text), into: first + index, span)
            case .value(let value, let format):
                try withTemporaries { try compileFormatted(value, format, into: first + index) }
            }
        }
        code.emit(.concatenate, target, first, parts.count, at: span)
    }

    private func compileFormatted(_ value: Expression, _ format: InterpolationFormat?, into target: Int) throws {
        var register = try operand(value)
        switch format {
        case .parts(let parts):
            if parts.flatMap(\.expressions).contains(where: \.containsStatements) {
                // Safe from what the format assigns.
                let copy = try temporary()
                code.emit(.move, copy, register, at: value.span)
                register = copy
            }
            let spec = try temporary()
            try withTemporaries { try compileInterpolation(parts, into: spec, value.span) }
            code.emit(.formatBySpec, target, register, spec, at: value.span)
        case .text(let text):
            code.emit(.formatValue, target, register, at: value.span)
            code.emitWide(.extra, wide: code.formatSpec(text) + 1, at: value.span)
        case nil:
            code.emit(.formatValue, target, register, at: value.span)
            code.emitWide(.extra, wide: 0, at: value.span)
        }
    }

    private func compileComprehension(
        _ element: Expression, _ variables: [Identifier], _ iterable: Expression, _ condition: Expression?,
        into target: Int, _ span: SourceSpan
    ) throws {
        let result = try temporary()
        let registers = try temporary(max(1, variables.count))
        code.emit(.makeList, result, result, 0, at: span)
        let state = try temporary(3)
        try withTemporaries { try compile(iterable, into: state) }
        code.emit(.iteratePrepare, state, at: iterable.span)
        let start = code.position
        let next = code.emit(.iterateNext, state, at: iterable.span)
        if variables.count == 1 {
            code.emit(.transfer, registers, state + 2, at: span)
        } else {
            if variables.count == 2 { code.tables.placeNotes[iterable.span] = .pairs }
            code.emit(.unpack, state + 2, registers, variables.count, at: iterable.span)
        }
        let names = variables.enumerated().map { ($0.element.name, registers + $0.offset) }
        let known = assigned
        assigned.formUnion(names.map(\.1))
        try withBinding(names) {
            try withTemporaries {
                let skips = try condition.map { try compileCondition($0) } ?? []
                let value = try operand(element)
                code.emit(.append, result, value, at: element.span)
                code.patch(skips)
            }
        }
        assigned = known
        code.emitLoop(to: start, at: span)
        code.patch(next)
        try emitConstant(.none, into: state, span)
        code.emit(.transfer, target, result, at: span)
    }

    private func compileUnary(
        _ operation: UnaryOperator, _ value: Expression, into target: Int, _ span: SourceSpan
    ) throws {
        if operation == .negate {
            // The negative of the smallest int is none: the instruction says so when it runs.
            if case .int(let number) = value.kind, number != Int.min {
                return try emitConstant(.int(-number), into: target, span)
            }
            if case .float(let number) = value.kind { return try emitConstant(.float(-number), into: target, span) }
        }
        let register = try operand(value)
        let opcode: Opcode =
            switch operation {
            case .negate: .negate
            case .plus: .plus
            case .not: .not
            }
        code.emit(opcode, target, register, at: span)
    }

    private func compileBinary(
        _ operation: BinaryOperator, _ left: Expression, _ right: Expression, into target: Int, _ span: SourceSpan
    ) throws {
        if let (opcode, number) = Compiler.immediate(operation, right) {
            let register = try operand(left)
            code.emit(opcode, target, register, number, at: span)
            return
        }
        if operation == .multiply, case .int(let number) = left.kind, let factor = Int16(exactly: number) {
            let register = try operand(right)
            code.emit(.multiplyImmediateLeft, target, register, Int(factor), at: span)
            return
        }
        if !left.isName, operation == .add, case .string(let text) = right.kind, hasRoomForText {
            emitText(target, try operand(left), text, at: span)
            return
        }
        let (first, second) = try operands(left, right)
        emitBinary(operation, target, first, second, isFresh: !left.isName, at: span)
    }

    /// Whether the number of one more constant fits into an operand.
    private var hasRoomForText: Bool { code.constants.count < UInt16.max - 64 }

    /// `+ ","` with a text that stands in the program.
    private func emitText(_ target: Int, _ first: Int, _ text: String, at span: SourceSpan) {
        code.emit(.addText, target, first, code.constant(.text(text)), at: span)
    }

    /// - Parameter isFresh: whether the first register is a temporary, which nothing reads afterwards.
    private func emitBinary(
        _ operation: BinaryOperator, _ target: Int, _ first: Int, _ second: Int, isFresh: Bool, at span: SourceSpan
    ) {
        code.emit(operation == .add && isFresh ? .addFresh : operation.opcode, target, first, second, at: span)
    }

    /// The instruction that has its second operand, a small int, in itself.
    private static func immediate(_ operation: BinaryOperator, _ right: Expression) -> (Opcode, Int)? {
        guard case .int(let number) = right.kind, number != Int.min else { return nil }
        switch operation {
        case .add: return Int16(exactly: number).map { (.addImmediate, Int($0)) }
        // -0.0 - 0 is -0.0, and -0.0 + 0 is 0.0.
        case .subtract where number != 0: return Int16(exactly: -number).map { (.addImmediate, Int($0)) }
        case .multiply: return Int16(exactly: number).map { (.multiplyImmediate, Int($0)) }
        default: return nil
        }
    }

    /// One register takes the result of each operator in turn.
    private func compileChain(_ first: Expression, _ links: ArraySlice<ChainLink>, into target: Int) throws {
        let result = try temporary()
        var hasResult = false
        for link in links {
            let span = first.span.through(link.operand.span)
            try withTemporaries {
                if !hasResult {
                    try compileBinary(link.operation, first, link.operand, into: result, span)
                } else if let (opcode, number) = Compiler.immediate(link.operation, link.operand) {
                    code.emit(opcode, result, result, number, at: span)
                } else if link.operation == .add, case .string(let text) = link.operand.kind, hasRoomForText {
                    emitText(result, result, text, at: span)
                } else {
                    let second = try operand(link.operand)
                    emitBinary(link.operation, result, result, second, isFresh: true, at: span)
                }
            }
            hasResult = true
        }
        code.emit(.transfer, target, result, at: first.span)
    }

    private func compileShortCircuit(
        _ values: [Expression], _ skip: Opcode, into target: Int, _ span: SourceSpan
    ) throws {
        let result = try temporary()
        var jumps: [Int] = []
        var before: Set<Int>?
        // One array for all of them: a chain may be long.
        let spans = values.map(\.span)
        let decides = isInCondition
        isInCondition = false
        for value in values {
            if decides {
                isInCondition = value.isLogical
            } else {
                let word = skip == .jumpIfFalse ? "and" : "or"
                code.tables.placeNotes[value.span] = .side(of: word, among: spans)
            }
            try withTemporaries { try compile(value, into: result) }
            isInCondition = false
            // The last must be a bool too, or "x and 3" would give 3.
            jumps.append(code.emit(skip, result, at: value.span))
            // What the first one assigns is assigned for certain.
            if let before { assigned = before } else { before = assigned }
        }
        code.patch(jumps)
        code.emit(.transfer, target, result, at: span)
    }

    /// Emits jumps that are taken where the condition is false; the caller patches them.
    func compileCondition(_ condition: Expression) throws -> [Int] {
        switch condition.kind {
        case .and(let values): return try values.flatMap { try compileCondition($0) }
        case .binary(let operation, let left, let right, let operatorSpan):
            guard let fused = operation.fusedJump else { break }
            let span = condition.span.through(operatorSpan)
            if case .int(let number) = right.kind, let small = Int16(exactly: number) {
                let register = try operand(left)
                code.emit(fused.immediate, register, Int(small), at: span)
            } else {
                let (first, second) = try operands(left, right)
                code.emit(fused.registers, first, second, at: span)
            }
            return [code.emit(.extra, at: span)]
        default: break
        }
        isInCondition = condition.isLogical
        let register = try operand(condition)
        isInCondition = false
        return [code.emit(.jumpIfFalse, register, at: condition.span)]
    }
}

extension BinaryOperator {
    var opcode: Opcode {
        switch self {
        case .add: .add
        case .subtract: .subtract
        case .multiply: .multiply
        case .divide: .divide
        case .floorDivide: .floorDivide
        case .modulo: .modulo
        case .matrixProduct: .matrixProduct
        case .power: .power
        case .equal: .equal
        case .notEqual: .notEqual
        case .less: .less
        case .lessOrEqual: .lessOrEqual
        case .greater: .greater
        case .greaterOrEqual: .greaterOrEqual
        case .isClose: .isClose
        case .contains: .contains
        case .notContains: .notContains
        }
    }

    /// The opcodes that compare and jump in one step.
    var fusedJump: (registers: Opcode, immediate: Opcode)? {
        switch self {
        case .less: (.unlessLess, .unlessLessImmediate)
        case .lessOrEqual: (.unlessLessOrEqual, .unlessLessOrEqualImmediate)
        case .greater: (.unlessGreater, .unlessGreaterImmediate)
        case .greaterOrEqual: (.unlessGreaterOrEqual, .unlessGreaterOrEqualImmediate)
        case .equal: (.unlessEqual, .unlessEqualImmediate)
        case .notEqual: (.unlessNotEqual, .unlessNotEqualImmediate)
        default: nil
        }
    }
}

extension Expression {
    /// `a and b`, `a or b`
    var isLogical: Bool {
        switch kind {
        case .and, .or: true
        default: false
        }
    }
}

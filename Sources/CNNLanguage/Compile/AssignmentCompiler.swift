import CNNCore

/// A variable and the steps from it to the place that is assigned, with the registers of the steps' operands.
struct AssignmentPath {
    enum Root {
        case variable(Int)
        /// A copy in a register of something that this function may not rebind: only objects in it can be changed.
        case value(Int)
    }

    var root: Root
    var steps: [PathStep]
    /// The items of each step, for reading the present value; empty for a member.
    var subscripts: [[Subscript]]
    var firstRegister: Int
    /// The first operand register of each step.
    var stepRegisters: [Int]
}

extension Compiler {
    func compileAssignment(_ targets: [AssignmentTarget], _ value: Expression, _ span: SourceSpan) throws {
        if targets.count == 1 {
            return try compileSingleAssignment(targets[0], value, span)
        }
        if case .list(let values) = value.kind, values.count == targets.count {
            // Every value is there before the first target changes; no list is made.
            let parts = try temporary(targets.count)
            for (index, value) in values.enumerated() {
                try withTemporaries { try compile(value, into: parts + index) }
            }
            return try assignEach(targets, from: parts)
        }
        let source = try operand(value)
        let parts = try temporary(targets.count)
        code.emit(.unpack, source, parts, targets.count, at: value.span)
        try assignEach(targets, from: parts)
    }

    private func assignEach(_ targets: [AssignmentTarget], from parts: Int) throws {
        for (index, target) in targets.enumerated() {
            try withTemporaries { try assign(target, from: parts + index) }
        }
    }

    private func compileSingleAssignment(_ target: AssignmentTarget, _ value: Expression, _ span: SourceSpan) throws {
        guard case .name(let name) = target else {
            let register = try operand(value)
            return try assign(target, from: register)
        }
        let register = try register(of: name)
        try compile(value, into: register)
        assigned.insert(register)
    }

    private func register(of name: Identifier) throws -> Int {
        guard let register = ownRegister(name.name) else {
            throw failure(.unknownName, "'\(name.name)' cannot be assigned here", name.span)
        }
        return register
    }

    private func assign(_ target: AssignmentTarget, from register: Int) throws {
        if case .name(let name) = target {
            let own = try self.register(of: name)
            code.emit(.move, own, register, at: name.span)
            assigned.insert(own)
            return
        }
        let path = try assignmentPath(target)
        try emitAssignment(path, from: register, target.span)
    }

    func compileAugment(
        _ target: AssignmentTarget, _ operation: BinaryOperator, _ value: Expression, _ span: SourceSpan
    ) throws {
        if case .name(let name) = target {
            return try compileVariableAugment(name, operation, value, span)
        }
        let path = try assignmentPath(target)
        let current = try temporary()
        try emitRead(path, into: current, target.span)
        try withTemporaries {
            let register = try operand(value)
            code.emit(operation.opcode, current, current, register, at: span)
        }
        try emitAssignment(path, from: current, target.span)
    }

    private func compileVariableAugment(
        _ name: Identifier, _ operation: BinaryOperator, _ value: Expression, _ span: SourceSpan
    ) throws {
        let own = try register(of: name)
        guard assigned.contains(own) else {
            // Not surely assigned: read it with a check first. In a function this is the mistake of changing an outer variable.
            let present = try temporary()
            code.emit(.checkedMove, present, own, at: name.span)
            code.emitWide(.extra, wide: code.name(name.name), at: name.span)
            let register = try operand(value)
            code.emit(operation.opcode, own, present, register, at: span)
            assigned.insert(own)
            return
        }
        if operation == .add, case .binary(.multiply, let left, let right, _) = value.kind, !value.containsStatements {
            let (first, second) = try operands(left, right)
            code.emit(.multiplyAdd, own, first, second, at: span)
        } else if operation == .add || operation == .subtract, case .int(let number) = value.kind,
            number != Int.min, let small = Int16(exactly: operation == .add ? number : -number),
            operation == .add || number != 0
        {
            code.emit(.addImmediate, own, own, Int(small), at: span)
        } else {
            let register = try operand(value)
            code.emit(operation.opcode, own, own, register, at: span)
        }
    }

    // MARK: - Paths

    private func assignmentPath(_ target: AssignmentTarget) throws -> AssignmentPath {
        switch target {
        case .name(let name): try path(to: Expression(.name(name.name), name.span), adding: nil)
        case .index(let base, let subscripts, _): try path(to: base, adding: .subscripts(subscripts))
        case .member(let base, let name, _): try path(to: base, adding: .member(name.name))
        }
    }

    /// The path that an expression such as `d["a"][0]` reads from.
    func assignmentPath(_ expression: Expression) throws -> AssignmentPath? {
        switch expression.kind {
        case .index(let base, let subscripts): try path(to: base, adding: .subscripts(subscripts))
        case .member(let base, let name): try path(to: base, adding: .member(name.name))
        default: nil
        }
    }

    private enum Step {
        case subscripts([Subscript])
        case member(String)
    }

    private func path(to base: Expression, adding last: Step?) throws -> AssignmentPath {
        var steps: [Step] = last.map { [$0] } ?? []
        var root = base
        while true {
            if case .index(let inner, let subscripts) = root.kind {
                steps.insert(.subscripts(subscripts), at: 0)
                root = inner
            } else if case .member(let inner, let name) = root.kind {
                steps.insert(.member(name.name), at: 0)
                root = inner
            } else {
                break
            }
        }
        let rootPlace = try compileRoot(root)
        var values: [Expression] = []
        var path = AssignmentPath(root: rootPlace, steps: [], subscripts: [], firstRegister: 0, stepRegisters: [])
        var offsets: [Int] = []
        for step in steps {
            offsets.append(values.count)
            switch step {
            case .subscripts(let items):
                path.steps.append(.index(items.map(\.shape)))
                path.subscripts.append(items)
                values += items.flatMap(\.parts)
            case .member(let name):
                path.steps.append(.member(name))
                path.subscripts.append([])
            }
        }
        try compileWindow(values) { first, _ in path.firstRegister = first }
        path.stepRegisters = offsets.map { path.firstRegister + $0 }
        return path
    }

    private func compileRoot(_ root: Expression) throws -> AssignmentPath.Root {
        if case .name(let name) = root.kind, case .register(let register) = try resolve(name, root.span) {
            if !assigned.contains(register) {
                let copy = try temporary()
                try compile(root, into: copy)
            }
            return .variable(register)
        }
        let register = try temporary()
        try withTemporaries { try compile(root, into: register) }
        return .value(register)
    }

    func emitRead(_ path: AssignmentPath, into target: Int, _ span: SourceSpan) throws {
        var present: Int
        switch path.root {
        case .variable(let register), .value(let register): present = register
        }
        for (index, step) in path.steps.enumerated() {
            switch step {
            case .index: emitGeneralOrPlainIndex(target, present, path, index, span)
            case .member(let name):
                code.emit(.member, target, present, at: span)
                code.emitWide(.extra, wide: code.name(name), at: span)
            }
            present = target
        }
    }

    private func emitGeneralOrPlainIndex(
        _ target: Int, _ base: Int, _ path: AssignmentPath, _ step: Int, _ span: SourceSpan
    ) {
        let first = path.stepRegisters[step]
        let isPlain = path.subscripts[step].allSatisfy { if case .index = $0 { true } else { false } }
        if isPlain, path.subscripts[step].count == 1 {
            code.emit(.index1, target, base, first, at: span)
        } else if isPlain, path.subscripts[step].count == 2 {
            code.emit(.index2, target, base, first, at: span)
            code.emit(.extra, first + 1, at: span)
        } else {
            emitGeneralIndex(target, base, path.subscripts[step], first, span)
        }
    }

    func emitAssignment(_ path: AssignmentPath, from register: Int, _ span: SourceSpan) throws {
        if path.steps.count == 1, case .variable(let variable) = path.root, case .index(let items) = path.steps[0],
            items.count <= 2, items.allSatisfy({ if case .index = $0 { true } else { false } })
        {
            let first = path.firstRegister
            if items.count == 1 {
                code.emit(.setIndex1, variable, first, register, at: span)
            } else {
                code.emit(.setIndex2, variable, first, register, at: span)
                code.emit(.extra, first + 1, at: span)
            }
            return
        }
        code.tables.paths.append(path.steps)
        switch path.root {
        case .variable(let variable):
            code.emit(.setPath, variable, code.tables.paths.count - 1, register, at: span)
            code.emitWide(.extra, 0, wide: path.firstRegister, at: span)
        case .value(let value):
            code.emit(.setPath, value, code.tables.paths.count - 1, register, at: span)
            code.emitWide(.extra, 1, wide: path.firstRegister, at: span)
        }
    }
}

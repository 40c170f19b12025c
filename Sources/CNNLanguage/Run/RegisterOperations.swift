import CNNCore

/// The general paths of the loop's instructions: any types, errors, what is seldom.
extension VirtualMachine {
    @inline(never)
    func binary(_ operation: BinaryOperator, _ word: Instruction, _ base: UnsafeMutablePointer<Slot>) throws {
        let second = base + Int(word.c)
        if operation == .add {
            let isOwn = word.a == word.b || word.opcode == .addFresh
            if try extend(base + Int(word.b), second.pointee, into: base + Int(word.a), isOwn && word.b != word.c) {
                return
            }
        }
        countdown &-= VirtualMachine.operationTurns
        let result = try Arithmetic.binary(operation, base[Int(word.b)].value, second.pointee.value)
        try WorkMeter.shared.check()
        (base + Int(word.a)).put(result)
    }

    @inline(never)
    func addText(_ word: Instruction, _ base: UnsafeMutablePointer<Slot>) throws {
        let text = currentConstants[Int(word.c)]
        if try extend(base + Int(word.b), text, into: base + Int(word.a), true) { return }
        (base + Int(word.a)).put(try Arithmetic.binary(.add, base[Int(word.b)].value, text.value))
    }

    /// `s += "…"`, `xs = xs + [v]`, `str(i) + ","`: a text or a list that is the target itself, or that nothing reads
    /// afterwards, grows where it is if nobody else holds it. Texts are joined here in any case.
    @inline(__always)
    private func extend(
        _ place: UnsafeMutablePointer<Slot>, _ rest: Slot, into target: UnsafeMutablePointer<Slot>, _ isOwn: Bool
    ) throws -> Bool {
        let first = place.pointee
        guard first.tag == rest.tag, first.tag == Slot.Tag.string || first.tag == Slot.Tag.list else { return false }
        let grows = isOwn && place.holdsOnlyReference
        if first.tag == Slot.Tag.string {
            let joined = try first.unmanaged(StringObject.self)._withUnsafeGuaranteedRef { text in
                try rest.unmanaged(StringObject.self)._withUnsafeGuaranteedRef { rest -> Slot? in
                    guard grows else { return try text.joined(with: rest) }
                    try text.append(rest)
                    return nil
                }
            }
            if let joined {
                target.put(joined)
                return true
            }
        } else {
            guard grows else { return false }
            try first.unmanaged(ListObject.self)._withUnsafeGuaranteedRef { list in
                try rest.unmanaged(ListObject.self)._withUnsafeGuaranteedRef {
                    try list.append(contentsOf: $0.elements)
                }
            }
        }
        if place != target {
            place.pointee = .none
            target.put(first)
        }
        return true
    }

    @inline(never)
    func addImmediate(_ base: UnsafeMutablePointer<Slot>, _ word: Instruction, _ step: Int) throws {
        countdown &-= VirtualMachine.operationTurns
        let value = base[Int(word.b)].value
        // "x - 1" is compiled as x + (-1); an error should name the operator that was written.
        let isSubtraction = step < 0
        let result = try Arithmetic.binary(isSubtraction ? .subtract : .add, value, .int(abs(step)))
        (base + Int(word.a)).put(result)
    }

    @inline(never)
    func multiplyImmediate(_ base: UnsafeMutablePointer<Slot>, _ word: Instruction, _ factor: Int) throws {
        countdown &-= VirtualMachine.operationTurns
        let value = base[Int(word.b)].value
        let isLeft = word.opcode == .multiplyImmediateLeft
        let (x, y) = isLeft ? (Value.int(factor), value) : (value, Value.int(factor))
        (base + Int(word.a)).put(try Arithmetic.binary(.multiply, x, y))
    }

    @inline(never)
    func multiplyAdd(_ base: UnsafeMutablePointer<Slot>, _ word: Instruction) throws {
        countdown &-= VirtualMachine.operationTurns
        let target = base + Int(word.a)
        let product = try Arithmetic.binary(.multiply, base[Int(word.b)].value, base[Int(word.c)].value)
        target.put(try Arithmetic.binary(.add, target.pointee.value, product))
    }

    @inline(never)
    func unary(_ word: Instruction, _ base: UnsafeMutablePointer<Slot>) throws {
        let target = base + Int(word.a)
        let value = base[Int(word.b)].value
        switch word.opcode {
        case .not:
            if case .tensor(let object) = value, object.rank > 0 {
                return target.put(Value(try LogicalNot()(object.tensor)))
            }
            target.put(Slot(bool: try !condition(base + Int(word.b))))
        case .negate: target.put(try Arithmetic.negate(value))
        default:
            guard value.number != nil || value.integer != nil || value.isTensor else {
                throw Arithmetic.noSign("+", value)
            }
            target.put(value)
        }
    }

    /// Only a bool is a condition.
    @inline(never)
    func condition(_ register: UnsafeMutablePointer<Slot>) throws -> Bool { try condition(register.pointee.value) }

    private func condition(_ value: Value) throws -> Bool {
        switch value {
        case .bool(let value): return value
        case .tensor(let object):
            if object.rank == 0, object.dtype == .bool { return object.tensor.integerElement(0) != 0 }
            let shape = object.tensor.shape
            throw CNNError(
                .conditionNotBool, "a condition is True or False, not \(shape.asTensor)",
                label: "\(shape.count) \(object.dtype == .bool ? "bool" : "number")\(shape.count == 1 ? "" : "s")",
                notes: [object.dtype == .bool ? "write all(x) or any(x)" : "write all(x > 0) or any(x > 0)"])
        case .int(let value):
            throw CNNError(
                .conditionNotBool, "a condition is True or False, not the int \(value)", notes: ["write x != 0"])
        case .list:
            throw CNNError(.conditionNotBool, "a condition is True or False, not a list", notes: ["write len(x) > 0"])
        case .none:
            throw CNNError(.conditionNotBool, "a condition is True or False, not None", notes: ["write x != None"])
        default:
            throw CNNError(
                .conditionNotBool, "a condition is True or False, not \(value.describedType)",
                notes: VirtualMachine.asCondition(value).map { ["write \($0)"] } ?? [])
        }
    }

    /// A comparison that is what Python takes the value for; nil where there is none.
    private static func asCondition(_ value: Value) -> String? {
        switch value {
        case .string: "x != \"\""
        case .dictionary, .range: "len(x) > 0"
        default: value.number != nil ? "x != 0" : nil
        }
    }

    /// Whether `r[a] op r[b]` holds.
    @inline(never)
    func comparison(
        _ operation: BinaryOperator, _ base: UnsafeMutablePointer<Slot>, _ place: UnsafePointer<Instruction>
    ) throws -> Bool {
        let x = base[Int(place.pointee.a)]
        let y = base[Int(place.pointee.b)]
        guard x.tag == Slot.Tag.string, y.tag == Slot.Tag.string, operation == .equal || operation == .notEqual else {
            return try comparison(operation, x.value, y.value)
        }
        countdown &-= VirtualMachine.operationTurns
        return try areEqual(x, y) == (operation == .equal)
    }

    /// Whether two texts are.
    @inline(__always)
    private func areEqual(_ x: Slot, _ y: Slot) throws -> Bool {
        try x.unmanaged(StringObject.self)._withUnsafeGuaranteedRef { a in
            try y.unmanaged(StringObject.self)._withUnsafeGuaranteedRef { try a.equals($0) }
        }
    }

    /// The same beside a small int.
    @inline(never)
    func comparisonImmediate(
        _ operation: BinaryOperator, _ base: UnsafeMutablePointer<Slot>, _ place: UnsafePointer<Instruction>
    ) throws -> Bool {
        try comparison(operation, base[Int(place.pointee.a)].value, .int(Int(Int16(bitPattern: place.pointee.b))))
    }

    private func comparison(_ operation: BinaryOperator, _ x: Value, _ y: Value) throws -> Bool {
        countdown &-= VirtualMachine.operationTurns
        return try condition(Arithmetic.compare(operation, x, y))
    }

    // MARK: - Variables

    @inline(never)
    func loadFallback(_ target: UnsafeMutablePointer<Slot>, name: Int) throws {
        let text = currentPrototype.tables.names[name]
        if let builtin = Interpreter.builtinValue(text) { return target.put(builtin) }
        throw interpreter.unknownName(text, isLocal: currentFunction != nil, module: currentPrototype.module)
    }

    @inline(never)
    func loadGlobal(_ target: UnsafeMutablePointer<Slot>, _ number: Int) throws {
        let module = currentPrototype.module
        let slot = module.slots[number]
        if slot.tag != Slot.Tag.undefined {
            slot.retain()
            return target.put(slot)
        }
        let name = module.names[number]
        if let builtin = Interpreter.builtinValue(name) { return target.put(builtin) }
        throw interpreter.unknownName(name, isLocal: false, module: module)
    }

    private var currentFunction: FunctionObject? { frames[depth - 1].function?.takeUnretainedValue() }

    @inline(never)
    func loadCapture(_ target: UnsafeMutablePointer<Slot>, _ number: Int, name: Int) throws {
        guard let slot = currentFunction?.captures[number], slot.tag != Slot.Tag.undefined else {
            let text = currentPrototype.tables.names[name]
            throw CNNError(.unassignedName, "'\(text)' had no value yet when \(currentPrototype.name) was made")
        }
        slot.retain()
        target.put(slot)
    }

    func loadOwnFunction(_ target: UnsafeMutablePointer<Slot>) {
        if let function = currentFunction { target.put(.function(function)) }
    }

    func makeFunction(
        _ base: UnsafeMutablePointer<Slot>, _ target: UnsafeMutablePointer<Slot>, _ number: Int, _ defaults: Instruction
    ) {
        let prototype = currentPrototype.tables.prototypes[number]
        let captures = prototype.tables.captures.map { source -> Slot in
            switch source {
            case .register(let register): return base[register]
            case .capture(let index): return currentFunction?.captures[index] ?? .undefined
            case .ownFunction: return currentFunction.map { Slot.unowned(.function($0)) } ?? .undefined
            }
        }
        let values = (0..<Int(defaults.b)).map { base[Int(defaults.a) + $0].value }
        target.put(.function(FunctionObject(prototype, defaults: values, captures: captures)))
    }

    // MARK: - Making

    func makeDictionary(_ base: UnsafeMutablePointer<Slot>, _ word: Instruction) throws {
        countdown &-= VirtualMachine.operationTurns
        let dictionary = DictionaryObject()
        for entry in 0..<Int(word.c) {
            let key = try Indexing.key(base[Int(word.b) + 2 * entry].value)
            try dictionary.insert(base[Int(word.b) + 2 * entry + 1].value, for: key)
        }
        (base + Int(word.a)).put(.dictionary(dictionary))
    }

    func append(_ list: Slot, _ value: Value) throws {
        try list.unmanaged(ListObject.self)._withUnsafeGuaranteedRef { try $0.append(value) }
    }

    func formatValue(_ base: UnsafeMutablePointer<Slot>, _ word: Instruction, spec: Int) throws {
        countdown &-= VirtualMachine.operationTurns
        let value = base[Int(word.b)].value
        let text =
            spec == 0
            ? try interpreter.str(value) : try ValueDisplay.format(value, try currentPrototype.formatSpec(spec - 1))
        (base + Int(word.a)).put(Slot(text: text))
    }

    func formatBySpec(_ base: UnsafeMutablePointer<Slot>, _ word: Instruction) throws {
        // What stands here is made by concatenate.
        countdown &-= VirtualMachine.operationTurns
        guard case .string(let spec) = base[Int(word.c)].value else { return }
        (base + Int(word.a)).put(.text(try ValueDisplay.format(base[Int(word.b)].value, spec: spec.text)))
    }

    @inline(__always)
    private func forEachText(_ first: UnsafeMutablePointer<Slot>, _ count: Int, _ body: (String) -> Void) {
        for index in 0..<count where first[index].tag == Slot.Tag.string {
            first[index].unmanaged(StringObject.self)._withUnsafeGuaranteedRef { body($0.text) }
        }
    }

    func concatenate(_ base: UnsafeMutablePointer<Slot>, _ word: Instruction) throws {
        countdown &-= VirtualMachine.operationTurns
        // All of them are measured first: a text that grows part by part is copied, and twice in memory, each time.
        var bytes = 0
        forEachText(base + Int(word.b), Int(word.c)) { bytes += $0.utf8.count }
        try StringObject.checkLength(bytes)
        try StringObject.require(bytes)
        var text = ""
        text.reserveCapacity(bytes)
        forEachText(base + Int(word.b), Int(word.c)) { text += $0 }
        try WorkMeter.shared.check()
        (base + Int(word.a)).put(Slot(text: text))
    }
}

extension Slot {
    /// A slot that borrows: valid while the value lives elsewhere; for reading numbers and bools.
    static func unowned(_ value: Value) -> Slot {
        let slot = Slot(owning: value)
        slot.release()
        return slot
    }
}

extension Value {
    var isTensor: Bool {
        if case .tensor = self { return true }
        return false
    }
}

extension Arithmetic {
    static func negate(_ value: Value) throws -> Value {
        switch value {
        case .int(let number):
            guard number != Int.min else {
                throw CNNError(
                    .integerOverflow, "-(\(number)) does not fit into an int of 64 bits",
                    notes: ["write -float(\(number)) to go on with a float"])
            }
            return .int(-number)
        case .float(let number): return .float(-number)
        case .float32(let number): return .float32(-number)
        case .bool(let flag): return .int(flag ? -1 : 0)
        case .tensor(let object): return Value(try Unary(.negate)(object.tensor))
        default: throw noSign("-", value)
        }
    }

    static func noSign(_ sign: String, _ value: Value) -> CNNError {
        let isList = value.listCount != nil
        return CNNError(
            .typeMismatch, "'\(sign)' does not work on \(value.describedType)",
            notes: isList ? ["for arithmetic on a list of numbers write \(sign)tensor(x)"] : [])
    }
}

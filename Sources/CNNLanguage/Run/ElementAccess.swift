import CNNCore

/// The general paths of the index, path and member instructions.
extension VirtualMachine {
    @inline(__always)
    func listElement(_ slot: Slot, _ index: Int) -> Slot? {
        slot.unmanaged(ListObject.self)._withUnsafeGuaranteedRef { list in
            let position = index < 0 ? index &+ list.elements.count : index
            guard position >= 0, position < list.elements.count else { return nil }
            return Slot(owning: list.elements[position])
        }
    }

    @inline(never)
    func index(_ target: UnsafeMutablePointer<Slot>, _ container: Slot, _ items: [Slot]) throws {
        target.put(try Indexing.read(container.value, items.map { .value($0.value) }, in: interpreter))
    }

    @inline(never)
    func indexGeneral(_ base: UnsafeMutablePointer<Slot>, _ word: Instruction, first: Int) throws {
        let shapes = currentPrototype.tables.subscripts[Int(word.c)]
        var register = first
        let items = try shapes.map { try item($0, base, &register) }
        (base + Int(word.a)).put(try Indexing.read(base[Int(word.b)].value, items, in: interpreter))
    }

    private func item(
        _ shape: SubscriptShape, _ base: UnsafeMutablePointer<Slot>, _ register: inout Int
    ) throws -> Indexing.Item {
        func part(_ isPresent: Bool) throws -> Int? {
            guard isPresent else { return nil }
            defer { register += 1 }
            if case .none = base[register].value { return nil }
            return try Indexing.integer(base[register].value, "a slice")
        }
        switch shape {
        case .index:
            defer { register += 1 }
            return .value(base[register].value)
        case .slice(let start, let stop, let step): return .slice(try part(start), try part(stop), try part(step))
        case .ellipsis: return .ellipsis
        }
    }

    @inline(never)
    func setIndex(_ variable: UnsafeMutablePointer<Slot>, _ items: [Slot], _ value: Slot) throws {
        if variable.pointee.tag == Slot.Tag.undefined {
            throw CNNError(.unassignedName, "this variable has no value yet")
        }
        let newValue = value.value
        let indices = items.map { Indexing.Item.value($0.value) }
        var container = variable.take()
        defer { variable.put(container) }
        try Indexing.write(&container, indices, newValue, in: interpreter)
    }

    @inline(never)
    func setPath(_ base: UnsafeMutablePointer<Slot>, _ word: Instruction, _ extra: Instruction) throws {
        let steps = currentPrototype.tables.paths[Int(word.b)]
        let newValue = base[Int(word.c)].value
        let variable = base + Int(word.a)
        var register = extra.wide
        if extra.a == 1, !variable.pointee.value.isReference {
            throw CNNError(
                .misplacedStatement, "this value belongs to an outer scope, and a function cannot change it",
                notes: ["return the changed value and assign it where the function is called"])
        }
        var container = variable.take()
        defer { variable.put(container) }
        try assign(&container, steps[...], newValue, base, &register)
    }

    /// Takes each part out of its container, changes it and puts it back, so that unshared parts change in place.
    private func assign(
        _ container: inout Value, _ steps: ArraySlice<PathStep>, _ value: Value, _ base: UnsafeMutablePointer<Slot>,
        _ register: inout Int
    ) throws {
        guard let step = steps.first else {
            container = value
            return
        }
        let rest = steps.dropFirst()
        switch step {
        case .member(let name):
            guard case .native(var object) = container else { throw noSuchField(container, name) }
            if !object.isReference {
                container = .none
                if !isKnownUniquelyReferenced(&object) { object = object.copied() }
                container = .native(object)
            }
            if rest.isEmpty {
                guard try object.setMember(name, value, in: interpreter) else { throw noSuchField(container, name) }
                return
            }
            guard var part = try object.member(name, in: interpreter) else { throw noSuchField(container, name) }
            try assign(&part, rest, value, base, &register)
            if !part.isReference, try !object.setMember(name, part, in: interpreter) {
                throw noSuchField(container, name)
            }
        case .index(let shapes):
            let items = try shapes.map { try item($0, base, &register) }
            if rest.isEmpty { return try Indexing.write(&container, items, value, in: interpreter) }
            try assignWithin(&container, items, rest, value, base, &register)
        }
    }

    private func assignWithin(
        _ container: inout Value, _ items: [Indexing.Item], _ rest: ArraySlice<PathStep>, _ value: Value,
        _ base: UnsafeMutablePointer<Slot>, _ register: inout Int
    ) throws {
        if case .list(let list) = container, items.count == 1, case .value(.int(let index)) = items[0] {
            let place = try Indexing.position(index, list.elements.count, "list")
            let own = Indexing.unique(&container)
            var part = own.elements[place]
            own.elements[place] = .none
            defer { own.elements[place] = part }
            try assign(&part, rest, value, base, &register)
        } else {
            var part = try Indexing.read(container, items, in: interpreter)
            try assign(&part, rest, value, base, &register)
            if !part.isReference { try Indexing.write(&container, items, part, in: interpreter) }
        }
    }

    private func noSuchField(_ value: Value, _ name: String) -> CNNError {
        CNNError(.unknownMember, "'\(name)' of a \(value.typeName) cannot be assigned")
    }

    @inline(never)
    func loadMember(_ target: UnsafeMutablePointer<Slot>, _ value: Value, name: Int) throws {
        let text = currentPrototype.tables.names[name]
        guard let member = try Members.get(value, text, in: interpreter) else {
            throw interpreter.unknownMember(text, of: value)
        }
        target.put(member)
    }
}

extension Value {
    /// Whether the value has identity: changing it changes it everywhere.
    var isReference: Bool {
        if case .native(let object) = self { return object.isReference }
        return false
    }
}

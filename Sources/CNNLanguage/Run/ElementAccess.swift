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

    /// An element in a loop over a list, nil at its end.
    @inline(__always)
    func elementAt(_ list: Slot, _ position: Int) -> Slot? {
        list.unmanaged(ListObject.self)._withUnsafeGuaranteedRef { list in
            position < list.elements.count ? Slot(owning: list.elements[position]) : nil
        }
    }

    /// A code point in a loop over a text of ASCII; nil at its end, and for other texts.
    @inline(never)
    func characterAt(_ text: Slot, _ position: Int) -> Slot? {
        text.unmanaged(StringObject.self)._withUnsafeGuaranteedRef { text in
            text.asciiElement(position).map { Slot(owning: .string($0)) }
        }
    }

    /// `x[i + k, j + l]` of anything.
    @inline(never)
    func indexSums(_ base: UnsafeMutablePointer<Slot>, _ place: UnsafePointer<Instruction>) throws {
        countdown &-= VirtualMachine.operationTurns
        let (word, rest) = (place[0], place[1])
        let i = try Arithmetic.binary(.add, base[Int(word.c)].value, base[Int(rest.a)].value)
        let j = try Arithmetic.binary(.add, base[Int(rest.b)].value, base[Int(rest.c)].value)
        let element = try Indexing.read(base[Int(word.b)].value, [.value(i), .value(j)], in: interpreter)
        (base + Int(word.a)).put(element)
    }

    @inline(__always)
    func textElement(_ slot: Slot, _ index: Int) -> Slot? {
        slot.unmanaged(StringObject.self)._withUnsafeGuaranteedRef { text in
            let position = index < 0 ? index &+ text.count : index
            guard position >= 0, position < text.count else { return nil }
            return Slot(owning: .string(text.element(position)))
        }
    }

    /// `r[container][first][second]` of a list of lists, without a reference to the inner one.
    @inline(never)
    func nestedElement(_ slot: Slot, _ first: Int, _ second: Int) -> Slot? {
        slot.unmanaged(ListObject.self)._withUnsafeGuaranteedRef { list in
            let position = first < 0 ? first &+ list.elements.count : first
            guard position >= 0, position < list.elements.count, case .list(let row) = list.elements[position] else {
                return nil
            }
            let column = second < 0 ? second &+ row.elements.count : second
            guard column >= 0, column < row.elements.count else { return nil }
            return Slot(owning: row.elements[column])
        }
    }

    /// `r[list][index] = value` of a list that nobody else holds; false leaves it to the general path.
    @inline(never)
    func setListElement(_ list: UnsafeMutablePointer<Slot>, _ index: Int, _ value: Slot) -> Bool {
        // What is put into itself is copied first.
        guard !value.isObject || value.payload != list.pointee.payload, list.holdsOnlyReference else { return false }
        return list.pointee.unmanaged(ListObject.self)._withUnsafeGuaranteedRef { list in
            let position = index < 0 ? index &+ list.elements.count : index
            guard position >= 0, position < list.elements.count else { return false }
            list.elements[position] = value.value
            return true
        }
    }

    /// `x[i]` of anything.
    @inline(never)
    func index1(_ base: UnsafeMutablePointer<Slot>, _ place: UnsafePointer<Instruction>) throws {
        let target = base + Int(place.pointee.a)
        let container = base[Int(place.pointee.b)]
        let item = base[Int(place.pointee.c)]
        countdown &-= VirtualMachine.operationTurns
        if container.tag == Slot.Tag.dictionary {
            let found = try container.unmanaged(DictionaryObject.self)._withUnsafeGuaranteedRef {
                $0[try Indexing.key(item.value)]
            }
            if let found { return target.put(found) }
        }
        target.put(try Indexing.read(container.value, [.value(item.value)], in: interpreter))
    }

    /// `x[i, j]`, `x[i, j, k]` or `x[i, j, k, l]` of anything.
    @inline(never)
    func indexMany(_ base: UnsafeMutablePointer<Slot>, _ place: UnsafePointer<Instruction>, _ count: Int) throws {
        countdown &-= VirtualMachine.operationTurns
        let registers = [place.pointee.c, place[1].a, place[1].b, place[1].c].prefix(count)
        let items = registers.map { Indexing.Item.value(base[Int($0)].value) }
        let element = try Indexing.read(base[Int(place.pointee.b)].value, items, in: interpreter)
        (base + Int(place.pointee.a)).put(element)
    }

    @inline(never)
    func indexGeneral(_ base: UnsafeMutablePointer<Slot>, _ word: Instruction, first: Int) throws {
        countdown &-= VirtualMachine.builtinTurns
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

    /// `x[i] = …` or `x[i, j] = …` of anything.
    @inline(never)
    func setIndex(_ base: UnsafeMutablePointer<Slot>, _ place: UnsafePointer<Instruction>, _ count: Int) throws {
        let variable = base + Int(place.pointee.a)
        let value = base[Int(place.pointee.c)]
        if variable.pointee.tag == Slot.Tag.undefined {
            throw CNNError(.unassignedName, "this variable has no value yet")
        }
        countdown &-= VirtualMachine.operationTurns
        let newValue = value.value
        if count == 1, variable.pointee.tag == Slot.Tag.dictionary,
            !value.isObject || value.payload != variable.pointee.payload, variable.holdsOnlyReference
        {
            let key = try Indexing.key(base[Int(place.pointee.b)].value)
            return try variable.pointee.unmanaged(DictionaryObject.self)._withUnsafeGuaranteedRef {
                try $0.insert(newValue, for: key)
            }
        }
        let registers = count == 1 ? [place.pointee.b] : [place.pointee.b, place[1].a]
        let indices = registers.map { Indexing.Item.value(base[Int($0)].value) }
        var container = variable.take()
        defer { variable.put(container) }
        try Indexing.write(&container, indices, newValue, in: interpreter)
    }

    @inline(never)
    func setPath(_ base: UnsafeMutablePointer<Slot>, _ word: Instruction, _ extra: Instruction) throws {
        countdown &-= VirtualMachine.operationTurns
        let steps = currentPrototype.tables.paths[Int(word.b)]
        let newValue = base[Int(word.c)].value
        let variable = base + Int(word.a)
        var register = extra.wide
        if extra.a == 1, !variable.pointee.value.isReference { throw VirtualMachine.outerValue() }
        var container = variable.take()
        defer { variable.put(container) }
        try change(&container, steps[...], .assignment(newValue), base, &register)
    }

    /// What is done to the value at the end of a path.
    private enum Change {
        case assignment(Value)
        case method((inout Value) throws -> Void)
    }

    /// Takes each part out of its container, changes it and puts it back, so that unshared parts change in place.
    private func change(
        _ container: inout Value, _ steps: ArraySlice<PathStep>, _ change: Change, _ base: UnsafeMutablePointer<Slot>,
        _ register: inout Int
    ) throws {
        guard let step = steps.first else {
            switch change {
            case .assignment(let value): container = value
            case .method(let body): try body(&container)
            }
            return
        }
        let rest = steps.dropFirst()
        switch step {
        case .member(let name): try changeMember(&container, name, rest, change, base, &register)
        case .index(let shapes):
            let items = try shapes.map { try item($0, base, &register) }
            if rest.isEmpty, case .assignment(let value) = change {
                return try Indexing.write(&container, items, value, in: interpreter)
            }
            try changeElement(&container, items, rest, change, base, &register)
        }
    }

    private func changeMember(
        _ container: inout Value, _ name: String, _ rest: ArraySlice<PathStep>, _ change: Change,
        _ base: UnsafeMutablePointer<Slot>, _ register: inout Int
    ) throws {
        guard case .native(var object) = container else { throw noSuchField(container, name) }
        if !object.isReference {
            container = .none
            if !isKnownUniquelyReferenced(&object) { object = object.copied() }
            container = .native(object)
        }
        if rest.isEmpty, case .assignment(let value) = change {
            guard try object.setMember(name, value, in: interpreter) else { throw noSuchField(container, name) }
            return
        }
        guard var part = try object.member(name, in: interpreter) else { throw noSuchField(container, name) }
        try self.change(&part, rest, change, base, &register)
        if !part.isReference, try !object.setMember(name, part, in: interpreter) { throw noSuchField(container, name) }
    }

    private func changeElement(
        _ container: inout Value, _ items: [Indexing.Item], _ rest: ArraySlice<PathStep>, _ change: Change,
        _ base: UnsafeMutablePointer<Slot>, _ register: inout Int
    ) throws {
        if let count = container.listCount, items.count == 1, case .value(.int(let index)) = items[0] {
            let place = try Indexing.position(index, count, "list")
            let own = try Indexing.unique(&container)
            var part = own.elements[place]
            own.elements[place] = .none
            defer { own.elements[place] = part }
            try self.change(&part, rest, change, base, &register)
        } else if container.isDictionary, items.count == 1, case .value(let keyValue) = items[0] {
            let key = try Indexing.key(keyValue)
            let own = try Indexing.uniqueDictionary(&container)
            guard var part = own[key] else { throw Indexing.missing(keyValue, own, interpreter) }
            own.replace(.none, for: key)
            defer { own.replace(part, for: key) }
            try self.change(&part, rest, change, base, &register)
        } else {
            var part = try Indexing.read(container, items, in: interpreter)
            try self.change(&part, rest, change, base, &register)
            if !part.isReference { try Indexing.write(&container, items, part, in: interpreter) }
        }
    }

    // MARK: - Methods at the end of a path

    /// `d["a"].append(x)`, `log.losses.sort()`: a method that changes what it is called on changes it where it is.
    /// - Parameters:
    ///   - place: root register, number of the path, 1 where the root belongs to an outer scope.
    ///   - first: the first register of the path's operands.
    @inline(never)
    func callPathMethod(
        _ base: UnsafeMutablePointer<Slot>, _ word: Instruction, name: Int, receiver: Instruction, place: Instruction,
        first: Int
    ) throws {
        let text = currentPrototype.tables.names[name]
        let steps = currentPrototype.tables.paths[Int(place.b)]
        let arguments = takeArguments(base + Int(word.b) + 1, Int(word.c))
        let names = argumentNames(receiver.wide)
        let target = base + Int(word.a)
        guard let method = try mutatingMethod(text, steps, base, root: Int(place.a), first: first) else {
            var register = first
            let value = try read(base[Int(place.a)].value, steps, base, &register)
            return target.put(try callMember(text, of: value, arguments, names))
        }
        let variable = base + Int(place.a)
        if place.c == 1, !variable.pointee.value.isReference { throw VirtualMachine.outerValue() }
        var container = variable.take()
        var result = Value.none
        do {
            defer { variable.put(container) }
            var register = first
            let call = Change.method { part in
                result = try self.mutate(&part, method, arguments, names)
            }
            try change(&container, steps[...], call, base, &register)
        }
        target.put(result)
    }

    /// The method, if it changes its receiver. A function of its own, so that nothing refers to the receiver afterwards.
    @inline(never)
    private func mutatingMethod(
        _ name: String, _ steps: [PathStep], _ base: UnsafeMutablePointer<Slot>, root: Int, first: Int
    ) throws -> Builtin? {
        var register = first
        let value = try read(base[root].value, steps, base, &register)
        return Members.method(value, name).flatMap { $0.isMutating ? $0 : nil }
    }

    private func read(
        _ root: Value, _ steps: [PathStep], _ base: UnsafeMutablePointer<Slot>, _ register: inout Int
    ) throws -> Value {
        var value = root
        for step in steps {
            switch step {
            case .index(let shapes):
                let items = try shapes.map { try item($0, base, &register) }
                value = try Indexing.read(value, items, in: interpreter)
            case .member(let name):
                guard let member = try Members.get(value, name, in: interpreter) else {
                    throw interpreter.unknownMember(name, of: value)
                }
                value = member
            }
        }
        return value
    }

    /// What the running function calls its variables.
    var localNames: [String] { depth > 0 ? currentPrototype.tables.locals.map(\.name) : [] }

    static func outerValue() -> CNNError {
        CNNError(
            .misplacedStatement, "this value belongs to an outer scope, and a function cannot change it",
            notes: ["return the changed value and assign it where the function is called"])
    }

    private func noSuchField(_ value: Value, _ name: String) -> CNNError {
        CNNError(
            .unknownMember, "'\(name)' of \(value.describedType) cannot be assigned",
            notes: ForeignNames.memberHint(name).flatMap { $0.hasPrefix("leave it out") ? [$0] : nil }
                ?? (name == "shape"
                    ? ["for another shape write x = reshape(x, 2x3), with sizes that fit"]
                    : value.isDictionary ? ["in place of .\(name) write [\"\(name)\"]"] : []))
    }

    @inline(never)
    func loadMember(_ target: UnsafeMutablePointer<Slot>, _ value: Value, name: Int) throws {
        countdown &-= VirtualMachine.operationTurns
        let text = currentPrototype.tables.names[name]
        guard let member = try Members.get(value, text, in: interpreter) else {
            throw interpreter.unknownMember(text, of: value)
        }
        target.put(member)
    }
}

extension Value {
    /// nil for what is no list.
    var listCount: Int? {
        if case .list(let list) = self { return list.elements.count }
        return nil
    }

    var isDictionary: Bool {
        if case .dictionary = self { return true }
        return false
    }

    /// Whether the value has identity: changing it changes it everywhere.
    var isReference: Bool {
        if case .native(let object) = self { return object.isReference }
        return false
    }
}

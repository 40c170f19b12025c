import CNNCore
import CNNKernels

extension VirtualMachine {
    /// Enters a function of the language: its arguments move from the caller's registers into its own.
    @inline(never)
    func callFunction(
        _ callee: Slot, _ arguments: UnsafeMutablePointer<Slot>, _ count: Int, names: Int, destination: Int
    ) throws {
        // The callee stays in the caller's register as long as the frame below it lives.
        let entered = callee.unmanaged(FunctionObject.self)._withUnsafeGuaranteedRef { function in
            if names == 0 && count == function.parameterCount { return enter(function, arguments, count, destination) }
            return enter(function, arguments, count, names, destination)
        }
        if entered { return }
        // Recursion that branches has no end, and no loop in it.
        if countdown <= 0 { try poll() }
        let function = callee.unmanaged(FunctionObject.self).takeUnretainedValue()
        countdown &-= function.turns + VirtualMachine.operationTurns
        let values = takeArguments(arguments, count)
        let bound = try bind(function, values, names: argumentNames(names))
        let base = top
        try pushFunction(function, destination: destination)
        for (index, value) in bound.enumerated() { (base + index).put(value) }
    }

    /// The frame of a function whose arguments are all there; false where there is no room, which `pushFunction` reports, or
    /// it is time for `poll`.
    @inline(__always)
    private func enter(
        _ function: FunctionObject, _ arguments: UnsafeMutablePointer<Slot>, _ count: Int, _ destination: Int
    ) -> Bool {
        let registers = function.registerCount
        guard depth < VirtualMachine.callDepth, top - stack + registers < VirtualMachine.stackSlots, countdown > 0
        else {
            return false
        }
        countdown &-= function.turns
        let base = top
        push(function, destination)
        for index in 0..<count {
            let argument = arguments[index]
            arguments[index] = .none
            base[index] = argument
        }
        // Of an undefined register nothing but the tag is ever read.
        for index in count..<registers { base[index].tag = Slot.Tag.undefined }
        return true
    }

    @inline(__always)
    private func push(_ function: FunctionObject, _ destination: Int) {
        frames[depth] = Frame(
            prototype: function.unmanagedPrototype, function: .passUnretained(function), base: top,
            next: function.code, destination: destination)
        depth += 1
        top += function.registerCount
    }

    /// The same with names among the arguments, and with defaults where there are none; false as well where they do not
    /// fit, which `bind` reports.
    @inline(never)
    private func enter(
        _ function: FunctionObject, _ arguments: UnsafeMutablePointer<Slot>, _ count: Int, _ names: Int,
        _ destination: Int
    ) -> Bool {
        let registers = function.registerCount
        guard count <= function.parameterCount, depth < VirtualMachine.callDepth,
            top - stack + registers < VirtualMachine.stackSlots, countdown > 0
        else { return false }
        let base = top
        (base).initialize(repeating: .undefined, count: registers)
        let parameters = function.prototype.tables.parameters
        for index in 0..<count {
            var place = index
            if names > 0, let name = currentPrototype.tables.argumentNames[names - 1][index] {
                guard let named = parameters.firstIndex(where: { $0.name == name }) else { return false }
                place = named
            }
            guard base[place].tag == Slot.Tag.undefined else { return false }
            // Whose reference it is, is settled below.
            base[place] = arguments[index]
        }
        for place in 0..<parameters.count where base[place].tag == Slot.Tag.undefined {
            guard let number = parameters[place].defaultIndex, number < function.defaults.count else { return false }
        }
        for place in 0..<parameters.count where base[place].tag == Slot.Tag.undefined {
            if let number = parameters[place].defaultIndex { base[place] = Slot(owning: function.defaults[number]) }
        }
        for index in 0..<count { arguments[index] = .none }
        countdown &-= function.turns + VirtualMachine.operationTurns
        push(function, destination)
        return true
    }

    func argumentNames(_ number: Int) -> [String?] {
        number == 0 ? [] : currentPrototype.tables.argumentNames[number - 1]
    }

    func takeArguments(_ first: UnsafeMutablePointer<Slot>, _ count: Int) -> [Value] {
        (0..<count).map { (first + $0).take() }
    }

    @inline(never)
    func callOther(
        _ base: UnsafeMutablePointer<Slot>, _ word: Instruction, names: Int, next: UnsafePointer<Instruction>
    ) throws {
        let window = base + Int(word.b)
        if names == 0, callShortcut(window.pointee, window, base + Int(word.a), Int(word.c)) { return }
        countdown &-= VirtualMachine.builtinTurns
        // For a warning of what is called.
        frames[depth - 1].next = next
        let arguments = takeArguments(window + 1, Int(word.c))
        let result = try interpreter.call(window.pointee.value, arguments, names: argumentNames(names))
        (base + Int(word.a)).put(result)
    }

    /// A built-in of one or two numbers that needs no more than arithmetic.
    func callShortcut(
        _ callee: Slot, _ window: UnsafeMutablePointer<Slot>, _ target: UnsafeMutablePointer<Slot>, _ count: Int
    ) -> Bool {
        guard callee.tag == Slot.Tag.builtin, count == 1 || count == 2 else { return false }
        let found = callee.unmanaged(BuiltinObject.self)._withUnsafeGuaranteedRef { object -> Slot? in
            guard object.receiver == nil, let shortcut = object.builtin.shortcut else { return nil }
            return shortcut(window[1].value, count == 2 ? window[2].value : nil)
        }
        guard let result = found else { return false }
        // A text is no arithmetic.
        if result.tag == Slot.Tag.string { countdown &-= VirtualMachine.builtinTurns }
        // What the window held is let go, so that a list can change in place afterwards.
        (window + 1).put(Slot.none)
        if count == 2 { (window + 2).put(Slot.none) }
        target.put(result)
        return true
    }

    /// `x.name(…)`: a method in place, or a field that can be called.
    @inline(never)
    func callMethod(
        _ base: UnsafeMutablePointer<Slot>, _ word: Instruction, name: Int, receiver: Instruction
    ) throws {
        countdown &-= VirtualMachine.builtinTurns
        let text = currentPrototype.tables.names[name]
        let isVariable = Int(receiver.a) < Compiler.Receiver.outer
        let place = isVariable ? base + Int(receiver.a) : base + Int(word.b)
        let arguments = takeArguments(base + Int(word.b) + 1, Int(word.c))
        let names = argumentNames(receiver.wide)
        let target = base + Int(word.a)
        guard let method = method(text, of: place), method.isMutating else {
            return target.put(try callMember(text, of: place.pointee.value, arguments, names))
        }
        if Int(receiver.a) == Compiler.Receiver.outer { throw VirtualMachine.outerValue() }
        var value = place.take()
        // `a = a.pop()`: what it gives comes last.
        let result: Value
        do {
            defer { place.put(value) }
            result = try mutate(&value, method, arguments, names)
        }
        target.put(result)
    }

    /// `xs.append(x)` on a list that nobody else holds.
    @inline(__always)
    func appendInPlace(
        _ list: UnsafeMutablePointer<Slot>, _ element: UnsafeMutablePointer<Slot>
    ) throws -> Bool {
        guard list.pointee.tag == Slot.Tag.list, list.holdsOnlyReference else { return false }
        let value = element.take()
        try list.pointee.unmanaged(ListObject.self)._withUnsafeGuaranteedRef { try $0.append(value) }
        return true
    }

    /// A method that leaves its receiver as it is, or a field that can be called.
    func callMember(_ name: String, of value: Value, _ arguments: [Value], _ names: [String?]) throws -> Value {
        if let method = Members.method(value, name) {
            // All of a text is looked at, or nearly all.
            if case .string(let text) = value { try WorkMeter.shared.charge(4 * text.text.utf8.count) }
            let call = try Call(
                method, [value] + arguments, names: [nil] + names, interpreter: interpreter, isMethod: true)
            return try interpreter.invoke(call)
        }
        guard let member = try Members.get(value, name, in: interpreter) else {
            throw interpreter.unknownMember(name, of: value)
        }
        switch member {
        case .function, .builtin, .native: return try interpreter.call(member, arguments, names: names)
        default: throw interpreter.calledField(name, member, arguments)
        }
    }

    /// A function of its own, so that no reference to the receiver outlives it: a list that is referenced once more is
    /// copied as a whole at every append.
    @inline(never)
    private func method(_ name: String, of place: UnsafeMutablePointer<Slot>) -> Builtin? {
        Members.method(place.pointee.value, name)
    }

    /// Calls a method on a list or dict that nobody else holds afterwards.
    func mutate(
        _ receiver: inout Value, _ method: Builtin, _ arguments: [Value], _ names: [String?]
    ) throws -> Value {
        if receiver.listCount != nil {
            _ = try Indexing.unique(&receiver)
        } else if receiver.isDictionary {
            _ = try Indexing.uniqueDictionary(&receiver)
        }
        let call = try Call(
            method, [receiver] + arguments, names: [nil] + names, interpreter: interpreter, isMethod: true)
        return try interpreter.invoke(call)
    }
}

extension Interpreter {
    /// Calls any value that can be called.
    public func call(_ callee: Value, _ arguments: [Value], names: [String?] = []) throws -> Value {
        switch callee {
        case .function(let function): return try machine.call(function, arguments, names: names)
        case .builtin(let object):
            var values = arguments
            var labels = names
            if let receiver = object.receiver {
                values.insert(receiver, at: 0)
                labels.insert(nil, at: 0)
            }
            let builtin = object.receiver == nil ? object.builtin.form(for: values, names: labels) : object.builtin
            return try invoke(
                try Call(builtin, values, names: labels, interpreter: self, isMethod: object.receiver != nil))
        case .native(let object):
            if let result = try object.call(arguments, names: names, in: self) { return result }
            throw CNNError(.notCallable, "\(callee.describedType) cannot be called")
        default:
            throw CNNError(
                .notCallable, "\(callee.describedType) cannot be called",
                notes: callee.number != nil
                    ? ["write * to multiply"]
                    : callee.isNone ? [ErrorSite.missingReturn] : ["write x[i] to read an element"])
        }
    }

    func invoke(_ call: Call) throws -> Value {
        var call = call
        let result = try call.builtin.body(&call)
        try WorkMeter.shared.check()
        // Not only at back edges: a loop of large operations would go on for thousands of them.
        if cnn_interrupt_pending() { throw CNNError(.interrupted, "interrupted") }
        return result
    }
}

import CNNCore

extension VirtualMachine {
    /// Enters a function of the language: its arguments move from the caller's registers into its own.
    @inline(never)
    func callFunction(
        _ callee: Slot, _ arguments: UnsafeMutablePointer<Slot>, _ count: Int, names: Int, destination: Int
    ) throws {
        // The callee stays in the caller's register as long as the frame below it lives.
        let function = callee.unmanaged(FunctionObject.self).takeUnretainedValue()
        let parameters = function.prototype.tables.parameters.count
        if names == 0, count == parameters {
            let base = top
            try pushFunction(function, destination: destination)
            for index in 0..<count {
                base[index] = arguments[index]
                arguments[index] = .none
            }
            return
        }
        let values = takeArguments(arguments, count)
        let bound = try bind(function, values, names: argumentNames(names))
        let base = top
        try pushFunction(function, destination: destination)
        for (index, value) in bound.enumerated() { (base + index).put(value) }
    }

    private func argumentNames(_ number: Int) -> [String?] {
        number == 0 ? [] : currentPrototype.tables.argumentNames[number - 1]
    }

    private func takeArguments(_ first: UnsafeMutablePointer<Slot>, _ count: Int) -> [Value] {
        (0..<count).map { (first + $0).take() }
    }

    @inline(never)
    func callOther(_ base: UnsafeMutablePointer<Slot>, _ word: Instruction, names: Int) throws {
        let window = base + Int(word.b)
        let arguments = takeArguments(window + 1, Int(word.c))
        let result = try interpreter.call(window.pointee.value, arguments, names: argumentNames(names))
        (base + Int(word.a)).put(result)
    }

    /// `x.name(…)`: a method in place, or a field that can be called.
    @inline(never)
    func callMethod(
        _ base: UnsafeMutablePointer<Slot>, _ word: Instruction, name: Int, receiver: Instruction
    ) throws {
        let text = currentPrototype.tables.names[name]
        let isVariable = Int(receiver.a) < Compiler.Receiver.outer
        let place = isVariable ? base + Int(receiver.a) : base + Int(word.b)
        let arguments = takeArguments(base + Int(word.b) + 1, Int(word.c))
        let names = argumentNames(receiver.wide)
        let value = place.pointee.value
        let target = base + Int(word.a)
        guard let method = Members.method(value, text) else {
            guard let member = try Members.get(value, text, in: interpreter) else {
                throw interpreter.unknownMember(text, of: value)
            }
            return target.put(try interpreter.call(member, arguments, names: names))
        }
        guard method.isMutating else {
            let call = try Call(method, [value] + arguments, names: [nil] + names, interpreter: interpreter)
            return target.put(try interpreter.invoke(call))
        }
        if Int(receiver.a) == Compiler.Receiver.outer {
            throw CNNError(
                .misplacedStatement, "this value belongs to an outer scope, and a function cannot change it",
                notes: ["return the changed value and assign it where the function is called"])
        }
        target.put(try mutate(place, method, arguments, names))
    }

    /// Calls a method with its receiver moved out of the register, so that it can change in place.
    private func mutate(
        _ place: UnsafeMutablePointer<Slot>, _ method: Builtin, _ arguments: [Value], _ names: [String?]
    ) throws -> Value {
        var receiver = place.take()
        defer { place.put(receiver) }
        switch receiver {
        case .list: _ = Indexing.unique(&receiver)
        case .dictionary: _ = Indexing.uniqueDictionary(&receiver)
        default: break
        }
        let call = try Call(method, [receiver] + arguments, names: [nil] + names, interpreter: interpreter)
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
            return try invoke(try Call(builtin, values, names: labels, interpreter: self))
        case .native(let object):
            if let result = try object.call(arguments, names: names, in: self) { return result }
            throw CNNError(.notCallable, "a \(object.typeName) cannot be called")
        default:
            throw CNNError(
                .notCallable, "a \(callee.typeName) cannot be called",
                notes: callee.number != nil ? ["write * to multiply"] : ["write x[i] to read an element"])
        }
    }

    func invoke(_ call: Call) throws -> Value {
        var call = call
        return try call.builtin.body(&call)
    }
}

import CNNCore

/// The body of `on epoch { … }`: it runs in the registers of the code that it stands in.
final class HookObject: NativeObject {
    private let base: UnsafeMutablePointer<Slot>
    private let prototype: FunctionPrototype
    private let entry: Int
    private let firstRegister: Int

    init(base: UnsafeMutablePointer<Slot>, prototype: FunctionPrototype, entry: Int, firstRegister: Int) {
        self.base = base
        self.prototype = prototype
        self.entry = entry
        self.firstRegister = firstRegister
    }

    override var typeName: String { "hook" }

    /// - Parameter arguments: epoch, step, loss, … in the order of `TrainBuiltin.hookParameters`.
    override func call(_ arguments: [Value], names: [String?], in interpreter: Interpreter) throws -> Value? {
        for (index, value) in arguments.enumerated() { (base + firstRegister + index).put(value) }
        try interpreter.machine.runBlock(prototype, base: base, entry: entry)
        return Value.none
    }
}

extension VirtualMachine {
    @inline(never)
    func train(_ base: UnsafeMutablePointer<Slot>, _ word: Instruction, description: Int) throws {
        let prototype = currentPrototype
        let train = prototype.tables.trains[description]
        let window = base + Int(word.b)
        let arguments = train.argumentNames.enumerated().map { ($0.element, window[2 + $0.offset].value) }
        let hooks = train.hooks.map { hook in
            (
                event: hook.event,
                body: Value.native(
                    HookObject(base: base, prototype: prototype, entry: hook.entry, firstRegister: hook.firstRegister))
            )
        }
        let call = TrainCall(
            model: window.pointee.value, data: window[1].value, arguments: arguments, hooks: hooks)
        (base + Int(word.a)).put(try TrainBuiltin.run(call, in: interpreter))
    }

    /// Runs a stretch of code in the registers of a frame that waits.
    func runBlock(_ prototype: FunctionPrototype, base: UnsafeMutablePointer<Slot>, entry: Int) throws {
        let level = depth
        guard depth < VirtualMachine.callDepth else {
            throw CNNError(.callTooDeep, "calls are nested more than \(VirtualMachine.callDepth) deep")
        }
        frames[depth] = Frame(
            prototype: .passUnretained(prototype), function: nil, base: base,
            next: UnsafePointer(prototype.code) + entry,
            destination: 0)
        depth += 1
        _ = try execute(entry: level)
        // endBlock leaves the frame to whoever made it.
        popFrame()
    }
}

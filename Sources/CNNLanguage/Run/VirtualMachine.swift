import CNNCore
import CNNKernels

/// The registers and frames of running code.
///
/// A cell's variables are registers of its module (`ModuleScope`); functions take theirs from one stack.
final class VirtualMachine {
    static let callDepth = 1_000
    static let stackSlots = 1 << 21

    /// A frame holds no references: the function lives in a register of whoever called it, a cell's code with the
    /// caller of `run`.
    struct Frame {
        var prototype: Unmanaged<FunctionPrototype>
        /// nil for a cell.
        var function: Unmanaged<FunctionObject>?
        var base: UnsafeMutablePointer<Slot>
        /// Where this frame goes on, once what it called returns.
        var next: UnsafePointer<Instruction>
        /// The register of the caller that takes the result.
        var destination: Int
    }

    /// An `expect error` block that is running.
    struct Handler {
        let depth: Int
        let code: String?
        let target: UnsafePointer<Instruction>
        let layerDepth: Int
        let hasGradient: Bool
    }

    // It owns this machine. Counting each look at it takes longer than many an operation.
    unowned(unsafe) let interpreter: Interpreter
    let frames: UnsafeMutablePointer<Frame>
    var depth = 0
    let stack: UnsafeMutablePointer<Slot>
    /// The first register of the stack that no frame uses.
    var top: UnsafeMutablePointer<Slot>
    var handlers: [Handler] = []
    var layers = LayerStack()
    var gradient: GradientState?
    /// Whether a loss of train's is being computed.
    var isInLoss = false
    /// Turns until the next look at interrupts and the work limit: a round of a loop is one, what takes longer is more.
    var countdown = VirtualMachine.pollInterval
    static let pollInterval = 4_096
    /// Units of work for a turn: about as many multiply-adds as it takes the time of.
    static let turnWork = 10
    /// What a call counts: of a function, of a built-in or a method, and an operation that is none of the fast ones.
    static let (functionTurns, builtinTurns, operationTurns) = (8, 60, 30)
    /// What a block counts that expects an error or takes a gradient: to make the error, or the tape.
    static let blockTurns = 400

    init(_ interpreter: Interpreter) {
        self.interpreter = interpreter
        frames = .allocate(capacity: VirtualMachine.callDepth + 8)
        stack = UnsafeMutableRawPointer.allocate(
            byteCount: VirtualMachine.stackSlots * MemoryLayout<Slot>.stride, alignment: 64
        ).bindMemory(to: Slot.self, capacity: VirtualMachine.stackSlots)
        top = stack
    }

    deinit {
        frames.deallocate()
        UnsafeMutableRawPointer(stack).deallocate()
    }

    // MARK: - Frames

    @inline(__always)
    var currentConstants: UnsafeMutablePointer<Slot> {
        frames[depth - 1].prototype._withUnsafeGuaranteedRef { $0.constants }
    }

    var currentPrototype: FunctionPrototype { frames[depth - 1].prototype.takeUnretainedValue() }

    /// Runs a cell's code to its end.
    func run(_ cell: FunctionPrototype) throws {
        if Dismantling.isDue { freeWaiting() }
        let base = cell.module.slots
        let entry = depth
        try pushFrame(cell, function: nil, base: base, destination: 0, span: SourceSpan(0, 0))
        defer {
            for index in 0..<cell.registerCount {
                let slot = base + ModuleScope.temporaries + index
                slot.put(Slot.undefined)
            }
        }
        try withExtendedLifetime(cell) { _ = try execute(entry: entry) }
    }

    /// What an interrupted cell left: a piece of it at each cell, and all where the memory may be needed.
    private func freeWaiting() {
        let isScarce = ValueMemory.liveBytes > TensorAllocator.shared.budgetBytes / 8
        Dismantling.goOn(atMost: isScarce ? .max : 1 << 20)
    }

    /// Calls a function of the language from outside of the loop.
    func call(_ function: FunctionObject, _ arguments: [Value], names: [String?]) throws -> Value {
        // A built-in may call it millions of times, and no loop be in it.
        if cnn_interrupt_pending() { throw CNNError(.interrupted, "interrupted") }
        let entry = depth
        let bound = try bind(function, arguments, names: names)
        let base = top
        try pushFunction(function, destination: 0)
        for (index, value) in bound.enumerated() { (base + index).put(value) }
        return try withExtendedLifetime(function) { try execute(entry: entry) }
    }

    private func pushFrame(
        _ prototype: FunctionPrototype, function: FunctionObject?, base: UnsafeMutablePointer<Slot>, destination: Int,
        span: SourceSpan
    ) throws {
        guard depth < VirtualMachine.callDepth else {
            throw CNNError(
                .callTooDeep, "calls are nested more than \(VirtualMachine.callDepth) deep",
                notes: ["does '\(prototype.name)' ever stop calling itself?"])
        }
        frames[depth] = Frame(
            prototype: .passUnretained(prototype), function: function.map { .passUnretained($0) }, base: base,
            next: UnsafePointer(prototype.code), destination: destination)
        depth += 1
    }

    /// Makes the frame of a function on the stack, all registers undefined.
    func pushFunction(_ function: FunctionObject, destination: Int) throws {
        let prototype = function.prototype
        let count = prototype.registerCount
        guard top - stack + count < VirtualMachine.stackSlots else {
            throw CNNError(.callTooDeep, "the calls need more than \(VirtualMachine.stackSlots) registers")
        }
        let base = top
        try pushFrame(prototype, function: function, base: base, destination: destination, span: SourceSpan(0, 0))
        (base).initialize(repeating: Slot.undefined, count: count)
        top = base + count
    }

    /// Drops the innermost frame and what its registers hold.
    func popFrame() {
        depth -= 1
        let frame = frames[depth]
        guard frame.function != nil else { return }
        let count = frame.prototype._withUnsafeGuaranteedRef { $0.registerCount }
        for index in 0..<count { frame.base[index].release() }
        top = frame.base
    }

    /// One value a parameter, defaults filled in.
    func bind(_ function: FunctionObject, _ values: [Value], names: [String?]) throws -> [Value] {
        let parameters = function.prototype.tables.parameters
        var bound = [Value?](repeating: nil, count: parameters.count)
        var position = 0
        func mismatch(_ message: String, _ argument: CNNError.Argument? = nil) -> CNNError {
            CNNError(.argumentMismatch, message, notes: ["it is \(function.signature)"], argument: argument)
        }
        for (index, value) in values.enumerated() {
            if index < names.count, let name = names[index] {
                guard let slot = parameters.firstIndex(where: { $0.name == name }) else {
                    throw ArgumentErrors.unknown(
                        name, of: function.name, among: parameters.map(\.name), signature: function.signature)
                }
                guard bound[slot] == nil else { throw mismatch("\(function.name) got '\(name)' twice", .named(name)) }
                bound[slot] = value
            } else {
                guard position < parameters.count else {
                    throw mismatch(
                        "\(function.name) takes \(parameters.count) argument\(parameters.count == 1 ? "" : "s"), not \(values.count)",
                        .position(parameters.count))
                }
                guard bound[position] == nil else {
                    throw mismatch("\(function.name) got '\(parameters[position].name)' twice")
                }
                bound[position] = value
                position += 1
            }
        }
        return try zip(parameters, bound).map { parameter, value in
            if let value { return value }
            if let index = parameter.defaultIndex, index < function.defaults.count { return function.defaults[index] }
            throw mismatch("\(function.name) needs its argument '\(parameter.name)'")
        }
    }

    // MARK: - Errors

    /// The error with its place and the calls that led there.
    func located(_ error: any Error, _ instruction: UnsafePointer<Instruction>) -> Diagnostic {
        if var diagnostic = error as? Diagnostic {
            if diagnostic.source == nil { locate(&diagnostic, instruction) }
            return diagnostic
        }
        var diagnostic = Diagnostic(Interpreter.reason(of: error))
        locate(&diagnostic, instruction, maker: (error as? LayerFault)?.maker)
        return diagnostic
    }

    private func locate(
        _ diagnostic: inout Diagnostic, _ instruction: UnsafePointer<Instruction>, maker: String? = nil
    ) {
        for level in stride(from: depth - 1, through: 0, by: -1) {
            let prototype = frames[level].prototype.takeUnretainedValue()
            let next = level == depth - 1 ? instruction : frames[level].next
            let place = next - UnsafePointer(prototype.code) - 1
            let span = prototype.span(at: place)
            if level == depth - 1 {
                diagnostic.source = prototype.source
                diagnostic.span = span
                diagnostic.cell = prototype.cell
                if diagnostic.error.origin == nil { refine(&diagnostic, prototype, place) }
            } else if diagnostic.calls.count < 8 {
                let callee = frames[level + 1].prototype.takeUnretainedValue()
                diagnostic.calls.append((function: callee.name, source: prototype.source, span: span))
            }
        }
        if let origin = diagnostic.error.origin, let place = interpreter.origin(origin) {
            if let caller = caller(of: diagnostic, maker, madeIn: place.source) {
                diagnostic.calls.insert(caller, at: 0)
            }
            diagnostic.source = place.source
            diagnostic.span = place.span
            diagnostic.cell = place.cell
            ErrorSite.refine(layer: &diagnostic)
        }
    }

    /// Where a model was made or called whose layer is shown in place of that: of a model with parameters, and of one from
    /// another file.
    private func caller(
        of diagnostic: Diagnostic, _ maker: String?, madeIn source: SourceText
    ) -> (function: String, source: SourceText, span: SourceSpan)? {
        guard let caller = diagnostic.source, let span = diagnostic.span, depth > 0 else { return nil }
        if let maker { return (function: maker, source: caller, span: span) }
        guard caller !== source else { return nil }
        return (function: caller.text(span.start..<span.end), source: caller, span: span)
    }

    /// Puts the carets under the part at fault, and what is known of it into the words.
    private func refine(_ diagnostic: inout Diagnostic, _ prototype: FunctionPrototype, _ place: Int) {
        let span = prototype.span(at: place)
        let site = ErrorSite(prototype.source, prototype.wholeSpan(at: place))
        if diagnostic.error.code == .notCallable, let name = site?.calledName {
            HiddenBuiltins.explain(name, &diagnostic, programs: prototype.module.programs)
        }
        if case .named(let name)? = diagnostic.error.argument, prototype.code[place].opcode == .checkShapes {
            diagnostic.span = prototype.tables.parameterShapes.first { $0.name == name }?.span ?? span
            return
        }
        site?.refine(&diagnostic)
        // The whole of what is returned has the wrong shape, not what a call in it was given.
        if prototype.code[place].opcode == .checkResultShape { diagnostic.span = span }
        if let site {
            SizeOrigin.explain(&diagnostic, at: site, in: prototype.module.programs) { variable($0, prototype) }
        }
        prototype.tables.placeNotes[span]?.refine(&diagnostic, prototype.source, prototype.module)
    }

    /// The value of a variable where the running code uses its name.
    private func variable(_ name: String, _ prototype: FunctionPrototype) -> Value? {
        guard let register = prototype.tables.locals.first(where: { $0.name == name })?.register else {
            return prototype.module[name]
        }
        let slot = frames[depth - 1].base[register]
        return slot.tag == Slot.Tag.undefined ? nil : slot.value
    }

    /// Unwinds to the innermost handler that takes this error, or to `entry`, where it is thrown on.
    func handle(_ error: any Error, at instruction: UnsafePointer<Instruction>, entry: Int) throws {
        let diagnostic = located(error, instruction)
        if let handler = handlers.last, handler.depth > entry, !diagnostic.error.code.isFatal {
            if isMet(handler, diagnostic.error.code) {
                handlers.removeLast()
                if gradient != nil, !handler.hasGradient { abandonGradient() }
                unwind(to: handler.depth)
                layers.truncate(to: handler.layerDepth)
                frames[depth - 1].next = handler.target
                countHeld()
                return
            }
            handlers.removeLast()
            let expected = handler.code.map { "error \($0)" } ?? "an error of a program that is there, and ends"
            let other = Diagnostic(
                CNNError(
                    .errorExpected,
                    "expected \(expected), but this is \(diagnostic.error.code.rawValue): \(diagnostic.error.message)"
                ),
                source: diagnostic.source, span: diagnostic.span, cell: diagnostic.cell)
            return try handle(other, at: instruction, entry: entry)
        }
        unwind(to: entry)
        while let handler = handlers.last, handler.depth > depth { handlers.removeLast() }
        throw diagnostic
    }

    /// After an error that ends a cell: nothing of it stays open.
    func reset() {
        unwind(to: 0)
        top = stack
        handlers.removeAll()
        layers = LayerStack()
        abandonGradient()
    }

    private func unwind(to level: Int) {
        if let gradient, gradient.depth > level { abandonGradient() }
        while depth > level { popFrame() }
    }

    /// At back edges and calls, now and then: was Ctrl-C pressed, is the work used up?
    @inline(never)
    func poll() throws {
        let turns = VirtualMachine.pollInterval &- countdown
        countdown = VirtualMachine.pollInterval
        if cnn_interrupt_pending() { throw CNNError(.interrupted, "interrupted") }
        if Dismantling.isDue { Dismantling.goOn(atMost: VirtualMachine.pollInterval) }
        try ValueMemory.check()
        try WorkMeter.shared.charge(turns * VirtualMachine.turnWork)
    }
}

extension ErrorCode {
    /// Errors that no `expect error` may catch.
    var isFatal: Bool { self == .interrupted || self == .workLimit }
}

import CNNCore
import CNNKernels

public struct InterpreterOptions {
    public var seed: UInt64 = 0
    /// Folders that data sets are looked for in, in order.
    public var dataFolders: [String] = []
    /// Where `import "file"` and relative paths begin, at first; nil: no files.
    public var folder: String?
    /// Takes what a trial writes, in place of the files themselves.
    public var scratch: ScratchFolder?
    /// Takes a text in place of `write`, where a session lays texts out for its terminal: as every run writes it, and how
    /// it is for other columns.
    public var page: ((_ usual: String, _ laidOut: (_ columns: Int) -> String) -> Void)?
    /// Takes what a cell prints.
    public var write: (String) -> Void = { _ in }
    /// Takes a statement's value and its text, in place of `write`, where a session shows it in a way of its own.
    public var show: ((Value, _ usual: String, _ laidOut: (_ columns: Int) -> String) -> Void)?
    /// Whether Ctrl-C stops what begins after it. A session at a prompt says itself when it is over.
    public var keepsInterrupt = false
    /// Whether `_` is the last value that was shown.
    public var keepsLastValue = false
    /// Draws a figure for `write`: lines, each ended by a line feed.
    public var draw: (Figure) -> String = { $0.text }
    /// Takes a figure, right before its text goes to `write`.
    public var figure: (Figure, _ text: String) -> Void = { _, _ in }
    /// Takes how training goes on, for a live line on standard error.
    public var training: (TrainingSignal) -> Void = { _ in }
    /// Takes warnings, which belong there too.
    public var warn: (Warning) -> Void = { _ in }

    public init() {}
}

/// How a piece of a program ended.
public struct RunOutcome {
    public var diagnostics: [Diagnostic] = []
    public var isFailure: Bool { !diagnostics.isEmpty }
    public var hitLimit: Bool { diagnostics.contains { $0.error.code.rawValue.hasPrefix("E06") && !wasInterrupted } }
    public var wasInterrupted: Bool { diagnostics.contains { $0.error.code == .interrupted } }
}

/// A session: its variables, its random numbers, its output.
public final class Interpreter {
    public let options: InterpreterOptions
    /// Where `import "file"` and relative paths begin; nil: no files.
    public var folder: String?
    /// The session's variables.
    public let module = ModuleScope()
    public var seed: UInt64
    public var random: RandomSource
    /// Set by `stop()` inside of a hook.
    public var trainingStopRequested = false
    /// Calls of `train` that are running: one inside of the other's hooks.
    var trainingDepth = 0
    /// Calls of `batches` that shuffled: each has a stream of its own.
    var shuffleCount = 0
    private(set) lazy var machine = VirtualMachine(self)
    /// Whether only shapes are wanted: no file is written then.
    var isShapeRun = false
    var modules: [(name: String, object: ModuleObject)] = []
    /// Modules that are imported no longer, to be freed in the end.
    var retiredModules: [ModuleObject] = []
    var importing: [String] = []
    /// The cells of the notebook that runs, for `uses`.
    public var cellCode = CellCode()
    /// Whose expectations are counted in `heldExpectations`.
    public var countedSource: SourceText?
    /// How many expectations of `countedSource` have been met.
    public internal(set) var heldExpectations = 0
    /// The two sides of the last comparison of `countedSource` that did not hold.
    public internal(set) var failedComparison: (left: Value, right: Value)?
    /// What was told already.
    var warnings: [Warning] = []
    private var origins: [(source: SourceText, span: SourceSpan, cell: String?)] = []
    /// Whether a check cell runs, and not a program of its own.
    public var isChecking = false

    public init(_ options: InterpreterOptions) {
        self.options = options
        folder = options.folder
        seed = options.seed
        random = RandomSource(seed: options.seed)
    }

    deinit {
        module.removeValues()
        for object in modules.map(\.object) + retiredModules { object.scope.removeValues() }
    }

    public var dataFolders: [String] { options.dataFolders }
    public var activeTape: Tape? { machine.gradient?.tape }

    public func write(_ text: String) { options.write(text) }

    /// Writes what is shown in other lines where a terminal has other columns.
    func write(_ usual: String, laidOut: (_ columns: Int) -> String) {
        if let page = options.page { page(usual, laidOut) } else { write(usual) }
    }

    /// Shows something to look at.
    public func show(_ figure: Figure) {
        let text = options.draw(figure)
        options.figure(figure, text)
        write(text)
    }

    /// Ends the running cell soon. May be called from a signal handler.
    public static func requestInterrupt() { cnn_interrupt_request() }

    /// What was asked to end is over.
    public static func forgetInterrupt() { cnn_interrupt_clear() }

    /// Whether the running cell is to end.
    public static var isInterrupted: Bool { cnn_interrupt_pending() }

    // MARK: - Running

    /// Compiles and runs a program, or a cell of it, in this session. Never throws: what goes wrong is in the outcome.
    /// - Parameter protection: for code that must not take the session's variables for built-ins.
    public func run(
        _ source: SourceText, range: Range<Int>? = nil, cell: String? = nil, showsValues: Bool = true,
        protection: NameProtection? = nil
    ) -> RunOutcome {
        if !options.keepsInterrupt { cnn_interrupt_clear() }
        var outcome = RunOutcome()
        let parsed = Parser.parse(source, range: range, session: { self.module[$0] })
        guard parsed.diagnostics.isEmpty else {
            outcome.diagnostics = parsed.diagnostics.map { diagnostic in
                var placed = diagnostic
                placed.cell = cell
                return placed
            }
            return outcome
        }
        do {
            try WorkMeter.checkInterrupt()
            try execute(
                parsed.statements, source: source, module: module, cell: cell, showsValues: showsValues,
                protection: protection)
        } catch let mistakes as Mistakes {
            outcome.diagnostics = mistakes.all
        } catch {
            let first = Interpreter.diagnostic(error, source, cell)
            outcome.diagnostics = [first] + others(than: first)
        }
        if outcome.isFailure { machine.reset() }
        cnn_interrupt_clear()
        return outcome
    }

    /// Errors that came together with one, each at the layer that it is about.
    private func others(than first: Diagnostic) -> [Diagnostic] {
        first.error.others.map { error in
            var other = Diagnostic(error, source: first.source, span: first.span, cell: first.cell)
            if let place = error.origin.flatMap(origin) {
                (other.source, other.span, other.cell) = (place.source, place.span, place.cell)
                ErrorSite.refine(layer: &other)
            }
            return other
        }
    }

    static func diagnostic(_ error: any Error, _ source: SourceText, _ cell: String?) -> Diagnostic {
        if let diagnostic = error as? Diagnostic { return diagnostic }
        return Diagnostic(reason(of: error), source: source, cell: cell)
    }

    /// What is wrong, of an error that was not placed yet.
    static func reason(of error: any Error) -> CNNError {
        (error as? LayerFault)?.error ?? (error as? CNNError)
            ?? CNNError(.invalidValue, "unknown failure: \(type(of: error))")
    }

    func execute(
        _ statements: [Statement], source: SourceText, module: ModuleScope, cell: String?, showsValues: Bool,
        protection: NameProtection? = nil
    ) throws {
        if module === self.module, protection == nil {
            LostChanges.warnings(in: statements, source: source, module: module, cell: cell).forEach(warn)
            LostLoopChanges.warnings(in: statements, source: source, cell: cell).forEach(warn)
            LostResults.warnings(in: statements, source: source, module: module, cell: cell).forEach(warn)
            TypeComparisons.warnings(in: statements, source: source, module: module, cell: cell).forEach(warn)
        }
        let code = try Compiler.compile(
            cell: statements, source: source, module: module, cellName: cell, showsValues: showsValues,
            protection: protection)
        try machine.run(code)
    }

    /// Whether a name stands for something.
    public func defines(_ name: String) -> Bool { module[name] != nil || Interpreter.builtinValue(name) != nil }

    /// Whether a text is a program, whatever comes of it.
    public func isProgram(_ text: String) -> Bool {
        Parser.parse(SourceText(name: "<repl>", text)).diagnostics.isEmpty
    }

    /// Whether a REPL should ask for another line.
    public func isIncomplete(_ text: String) -> Bool {
        Parser.parse(SourceText(name: "<repl>", text)).isIncomplete
    }

    // MARK: - What the machine asks for

    func show(_ value: Value) throws {
        if case .none = value { return }
        if case .native(let object) = value {
            let figures = object.figures()
            figures.forEach(show)
            if !figures.isEmpty { return }
        }
        let text = ValueDisplay.repr(value, in: self) + "\n"
        // What ended early has not been ended.
        try WorkMeter.shared.check()
        try WorkMeter.checkInterrupt()
        if let show = options.show {
            show(value, text) { ValueDisplay.repr(value, columns: $0) + "\n" }
        } else {
            write(text)
        }
        // A long one may have been cut short.
        try WorkMeter.checkInterrupt()
    }

    /// The value as `print` shows it.
    /// - Throws: E0603, E0605.
    public func str(_ value: Value) throws -> String {
        let text = ValueDisplay.str(value, in: self)
        try WorkMeter.shared.check()
        try WorkMeter.checkInterrupt()
        return text
    }

    /// Whether random numbers will come as in a run with this seed.
    public func hasRandomNumbers(of seed: UInt64) -> Bool {
        self.seed == seed && random.isAtStart(of: seed) && shuffleCount == 0
    }

    /// The value in one line of at most 70 characters, for a note of an error.
    public func brief(_ value: Value) -> String {
        let text = ValueDisplay.repr(value, in: self)
        // Far more than is shown.
        let start = text.utf8.count > 4_096 ? String(text.unicodeScalars.prefix(2_048)) : text
        let line = start.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: " ")
        return line.count > 70 ? String(line.prefix(67)) + "..." : line
    }

    public func arithmetic(_ operation: BinaryOperator, _ x: Value, _ y: Value) throws -> Value {
        try Arithmetic.binary(operation, x, y)
    }

    func addOrigin(_ source: SourceText, _ span: SourceSpan, _ cell: String?) -> Int {
        // The same layer is made again and again in a loop: one entry serves.
        if let known = origins.lastIndex(where: { $0.source === source && $0.span == span }) { return known }
        origins.append((source: source, span: span, cell: cell))
        return origins.count - 1
    }

    func origin(_ number: Int) -> (source: SourceText, span: SourceSpan, cell: String?)? {
        origins.indices.contains(number) ? origins[number] : nil
    }

    static func builtinValue(_ name: String) -> Value? {
        if let builtin = BuiltinRegistry.named(name) { return .builtin(BuiltinObject(builtin)) }
        return BuiltinRegistry.constant(name)
    }

    static let mutatingMethodNames: Set<String> = Set(Members.mutatingMethodNames)

    static func isLayerKind(_ name: String) -> Bool { LayerDefinition.named(name) != nil }

    static func isLayerWord(_ word: String, of kind: String) -> Bool {
        LayerDefinition.named(kind)?.parameters.contains { $0.words.contains(word) } ?? false
    }

    /// Whether the argument of that name, or at that place, takes the word.
    static func isLayerWord(_ word: String, of kind: String, argument name: String?, at position: Int) -> Bool {
        words(of: kind, argument: name, at: position).contains(word)
    }

    /// The words that the argument of that name, or at that place, takes.
    static func words(of kind: String, argument name: String?, at position: Int) -> [String] {
        guard let parameters = LayerDefinition.named(kind)?.parameters else { return [] }
        if let name { return parameters.first { $0.name == name }?.words ?? [] }
        return parameters.indices.contains(position) ? parameters[position].words : []
    }
}

import CNNCore
import CNNKernels

public struct InterpreterOptions {
    public var seed: UInt64 = 0
    /// Folders that data sets are looked for in, in order.
    public var dataFolders: [String] = []
    /// Where `import "file"` and relative paths begin; nil: no files.
    public var folder: String?
    /// Takes what a cell prints.
    public var write: (String) -> Void = { _ in }
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
    var modules: [(name: String, object: ModuleObject)] = []
    var importing: [String] = []
    /// What was told already.
    var warnings: [Warning] = []
    private var origins: [(source: SourceText, span: SourceSpan, cell: String?)] = []

    public init(_ options: InterpreterOptions) {
        self.options = options
        seed = options.seed
        random = RandomSource(seed: options.seed)
    }

    deinit {
        module.removeValues()
        for imported in modules { imported.object.scope.removeValues() }
    }

    public var dataFolders: [String] { options.dataFolders }
    public var activeTape: Tape? { machine.gradient?.tape }

    public func write(_ text: String) { options.write(text) }

    /// Shows something to look at.
    public func show(_ figure: Figure) {
        let text = options.draw(figure)
        options.figure(figure, text)
        write(text)
    }

    /// Ends the running cell soon. May be called from a signal handler.
    public static func requestInterrupt() { cnn_interrupt_request() }

    // MARK: - Running

    /// Compiles and runs a program, or a cell of it, in this session. Never throws: what goes wrong is in the outcome.
    public func run(
        _ source: SourceText, range: Range<Int>? = nil, cell: String? = nil, showsValues: Bool = true
    ) -> RunOutcome {
        cnn_interrupt_clear()
        var outcome = RunOutcome()
        let parsed = Parser.parse(source, range: range)
        guard parsed.diagnostics.isEmpty else {
            outcome.diagnostics = parsed.diagnostics.map { diagnostic in
                var placed = diagnostic
                placed.cell = cell
                return placed
            }
            return outcome
        }
        do {
            try execute(parsed.statements, source: source, module: module, cell: cell, showsValues: showsValues)
        } catch let mistakes as Mistakes {
            outcome.diagnostics = mistakes.all
        } catch let diagnostic as Diagnostic {
            outcome.diagnostics.append(diagnostic)
        } catch {
            let reason = (error as? CNNError) ?? CNNError(.invalidValue, "unknown failure: \(type(of: error))")
            outcome.diagnostics.append(Diagnostic(reason, source: source, cell: cell))
        }
        if outcome.isFailure { machine.reset() }
        cnn_interrupt_clear()
        return outcome
    }

    func execute(
        _ statements: [Statement], source: SourceText, module: ModuleScope, cell: String?, showsValues: Bool
    ) throws {
        if module === self.module {
            LostChanges.warnings(in: statements, source: source, module: module, cell: cell).forEach(warn)
        }
        let code = try Compiler.compile(
            cell: statements, source: source, module: module, cellName: cell, showsValues: showsValues)
        try machine.run(code)
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
        write(ValueDisplay.repr(value, in: self) + "\n")
    }

    /// The value as `print` shows it.
    public func str(_ value: Value) throws -> String { ValueDisplay.str(value, in: self) }

    /// The value in one line, for a note of an error.
    func brief(_ value: Value) -> String {
        let text = ValueDisplay.repr(value, in: self)
        let line = text.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: " ")
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
}

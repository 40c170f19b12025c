import CNNCore

/// Compiles one function, lambda, model or cell to bytecode. Names become registers here, so that none is looked up later.
final class Compiler {
    enum Kind { case cell, function, layers }

    /// Where a name's value is found.
    enum Variable {
        case register(Int)
        case capture(Int)
        case ownFunction
        case global(Int)
        case builtin(Value)
    }

    struct Loop {
        var breaks: [Int] = []
        var continues: [Int] = []
        let gradientDepth: Int
    }

    let kind: Kind
    let source: SourceText
    let module: ModuleScope
    let enclosing: Compiler?
    /// Names that stay what they are in a fresh session.
    private let protection: NameProtection?
    let cell: String?
    let code = CodeBuilder()
    /// A nested function's own name, by which it calls itself.
    let ownName: String?
    /// Whether the values of expression statements are shown.
    let showsValues: Bool

    /// Function variables; a cell's are the module's.
    private var locals: [String: Int] = [:]
    /// Names that hold for a stretch of code only: of a comprehension, a hook, a gradient's copy.
    private var bindings: [(name: String, register: Int)] = []
    private var captureNumbers: [String: Int] = [:]
    /// Registers of variables that have a value whichever way the code came here.
    var assigned: Set<Int> = []
    private(set) var nextTemporary: Int
    var loops: [Loop] = []
    /// What is wrong with the whole cell so far.
    let mistakes: MistakeList
    /// How many `gradient` blocks and hooks are open around this place: `return` may not leave them.
    var gradientDepth = 0
    /// The register that keeps the named sizes of a function's shapes.
    var shapeRegister: Int?
    /// Whether the `or` that is compiled next decides an `if`, a `while` or an `expect`.
    var isInCondition = false

    init(
        _ kind: Kind, source: SourceText, module: ModuleScope, enclosing: Compiler? = nil, cell: String?,
        ownName: String? = nil, showsValues: Bool = false, protection: NameProtection? = nil
    ) {
        self.kind = kind
        self.source = source
        self.module = module
        self.enclosing = enclosing
        self.protection = protection ?? enclosing?.protection
        self.cell = cell
        self.ownName = ownName
        self.showsValues = showsValues
        self.nextTemporary = kind == .cell ? ModuleScope.temporaries : 0
        self.mistakes = enclosing?.mistakes ?? MistakeList()
    }

    /// Compiles a cell of a session: its variables are the module's.
    /// - Throws: `Mistakes`.
    static func compile(
        cell statements: [Statement], source: SourceText, module: ModuleScope, cellName: String?, showsValues: Bool,
        protection: NameProtection? = nil
    ) throws -> FunctionPrototype {
        let names = AssignedNames(statements).names
        if let first = statements.first, let last = statements.last {
            module.note(ModuleScope.Program(source: source, span: first.span.through(last.span)))
        }
        let compiler = Compiler(
            .cell, source: source, module: module, cell: cellName, showsValues: showsValues,
            protection: protection.map { NameProtection(variables: $0.variables.union(names)) })
        for name in names {
            module.markAssigned(name)
            if module.declare(name) != nil { continue }
            throw Mistakes(
                all: [
                    compiler.failure(
                        .tooLarge, "a session has at most \(ModuleScope.temporaries) variables", SourceSpan(0, 0))
                ])
        }
        for (number, _) in module.names.enumerated() where module.isDefined(number) { compiler.assigned.insert(number) }
        try compiler.compile(statements)
        compiler.code.emit(.returnNone, at: statements.last?.span ?? SourceSpan(0, 0))
        try compiler.mistakes.end()
        return compiler.finish(name: "<cell>")
    }

    func finish(name: String) -> FunctionPrototype {
        code.tables.locals = locals.sorted { $0.value < $1.value }.map { (name: $0.key, register: $0.value) }
        return FunctionPrototype(code, name: name, source: source, module: module, cell: cell)
    }

    func failure(_ code: ErrorCode, _ message: String, _ span: SourceSpan, notes: [String] = []) -> Diagnostic {
        Diagnostic(CNNError(code, message, notes: notes), source: source, span: span, cell: cell)
    }

    // MARK: - Registers

    /// Takes consecutive registers until the enclosing `withTemporaries` ends.
    func temporary(_ count: Int = 1) throws -> Int {
        let first = nextTemporary
        nextTemporary += count
        let limit = kind == .cell ? ModuleScope.capacity - 16 : ModuleScope.temporaries
        guard nextTemporary <= limit else {
            throw failure(.nestingTooDeep, "this is too large to compile: split it up", SourceSpan(0, 0))
        }
        code.useRegisters(kind == .cell ? nextTemporary - ModuleScope.temporaries : nextTemporary)
        return first
    }

    func withTemporaries<Result>(_ body: () throws -> Result) rethrows -> Result {
        let mark = nextTemporary
        defer { nextTemporary = mark }
        return try body()
    }

    // MARK: - Names

    func declareLocals(_ names: [String]) throws {
        for name in names where locals[name] == nil { locals[name] = try temporary() }
    }

    func withBinding<Result>(_ names: [(String, Int)], _ body: () throws -> Result) rethrows -> Result {
        let count = bindings.count
        bindings.append(contentsOf: names.map { (name: $0.0, register: $0.1) })
        defer { bindings.removeSubrange(count...) }
        return try body()
    }

    /// The register of a variable that this function may assign to.
    func ownRegister(_ name: String) -> Int? {
        if let binding = bindings.last(where: { $0.name == name }) { return binding.register }
        return kind == .cell ? module.number(of: name) : locals[name]
    }

    func resolve(_ name: String, _ span: SourceSpan) throws -> Variable {
        if let binding = bindings.last(where: { $0.name == name }) { return .register(binding.register) }
        if kind != .cell {
            if let register = locals[name] { return .register(register) }
            if let known = captureNumbers[name] { return .capture(known) }
            if name == ownName { return .ownFunction }
            if let source = try enclosing?.captureSource(name, span) {
                let number = code.tables.captures.count
                code.tables.captures.append(source)
                captureNumbers[name] = number
                return .capture(number)
            }
        }
        if !isModuleVariable(name), let builtin = Interpreter.builtinValue(name) { return .builtin(builtin) }
        guard let number = module.declare(name) else {
            throw failure(.tooLarge, "a session has at most \(ModuleScope.temporaries) variables", span)
        }
        return kind == .cell ? .register(number) : .global(number)
    }

    /// Where a closure made here finds a name of this function; nil for a module variable.
    private func captureSource(_ name: String, _ span: SourceSpan) throws -> CaptureSource? {
        if let binding = bindings.last(where: { $0.name == name }) { return .register(binding.register) }
        guard kind != .cell else { return nil }
        switch try resolve(name, span) {
        case .register(let register): return .register(register)
        case .capture(let number): return .capture(number)
        case .ownFunction: return .ownFunction
        case .global, .builtin: return nil
        }
    }

    /// Whether a name stands for a variable here, rather than for a built-in or nothing.
    func isVariable(_ name: String) -> Bool {
        if bindings.contains(where: { $0.name == name }) || locals[name] != nil || captureNumbers[name] != nil {
            return true
        }
        return isModuleVariable(name) || enclosing?.isVariable(name) ?? false
    }

    /// Whether the name is a variable of this very function.
    func isOwnVariable(_ name: String) -> Bool {
        bindings.contains { $0.name == name } || locals[name] != nil
    }

    private func isModuleVariable(_ name: String) -> Bool {
        module.number(of: name) != nil && !(protection?.protects(name) ?? false)
    }
}

import CNNCore

/// An imported module: its variables as fields.
public final class ModuleObject: NativeObject {
    public let name: String
    let source: SourceText
    let scope: ModuleScope

    init(name: String, source: SourceText, scope: ModuleScope) {
        self.name = name
        self.source = source
        self.scope = scope
    }

    public override var typeName: String { "module" }
    public override var memberNames: [String] { scope.definedNames.filter { !ModuleObject.isOwn($0) } }
    /// Whether a name is for the module itself: it is not offered, as in Python.
    static func isOwn(_ name: String) -> Bool { name.hasPrefix("_") }
    public override func display() -> String { "<module \(name)>" }

    public override func member(_ name: String, in interpreter: Interpreter) throws -> Value? { scope[name] }
}

extension VirtualMachine {
    @inline(never)
    func importModule(_ target: UnsafeMutablePointer<Slot>, _ number: Int) throws {
        countdown &-= VirtualMachine.builtinTurns
        let statement = currentPrototype.tables.imports[number]
        target.put(.native(try interpreter.importModule(statement.module)))
    }
}

extension Interpreter {
    /// The module, compiled and run at its first import.
    func importModule(_ module: ImportStatement.Module) throws -> ModuleObject {
        let name: String
        let source: SourceText
        switch module {
        case .name(let stem):
            name = stem
            if let known = modules.first(where: { $0.name == name }) { return known.object }
            guard let text = Assets.module(stem) else { throw noSuchModule(stem) }
            source = SourceText(name: "\(stem).cnnbook", text)
        case .path(let path):
            // Beside another notebook another file may have this name.
            name = folder == options.folder ? path : folder.map { FilePaths.located(path, in: $0) } ?? path
            if let known = modules.first(where: { $0.name == name }) { return known.object }
            source = SourceText(name: path, bytes: try readModule(path))
        }
        guard !importing.contains(name) else {
            throw CNNError(
                .moduleNotFound, "'\(name)' imports itself: \((importing + [name]).joined(separator: " -> "))")
        }
        importing.append(name)
        defer { importing.removeLast() }
        let parsed = Parser.parse(source)
        if let first = parsed.diagnostics.first { throw first }
        let object = ModuleObject(name: name, source: source, scope: ModuleScope())
        do {
            try execute(parsed.statements, source: source, module: object.scope, cell: nil, showsValues: false)
        } catch let mistakes as Mistakes {
            // An import is one error of the program that imports.
            throw mistakes.all[0]
        }
        modules.append((name: name, object: object))
        return object
    }

    private func readModule(_ path: String) throws -> [UInt8] {
        guard let folder else {
            throw CNNError(.moduleNotFound, "no file can be imported here: '\(path)'")
        }
        do {
            return try FileReader.bytes(FilePaths.located(path, in: folder), limit: 64 << 20)
        } catch {
            throw CNNError(
                .moduleNotFound, "there is no module '\(path)'",
                notes: [
                    Assets.moduleNames.contains(path)
                        ? "without quotes it is a module that comes along: write import \(path)"
                        : "a file is looked for beside the notebook"
                ])
        }
    }

    private func noSuchModule(_ name: String) -> CNNError {
        if let hint = ForeignNames.module(name) {
            return CNNError(.moduleNotFound, "there is no module '\(name)'", notes: [hint])
        }
        var notes: [String] = []
        if let nearest = EditDistance.nearest(name, among: Assets.moduleNames) {
            notes.append("did you mean \(nearest)?")
        }
        notes.append(
            "there are \(Assets.moduleNames.joined(separator: ", ")); for a file write import \"\(name).cnnbook\"")
        return CNNError(.moduleNotFound, "there is no module '\(name)'", notes: notes)
    }
}

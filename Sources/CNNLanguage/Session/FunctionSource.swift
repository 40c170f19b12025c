import CNNCore

/// A piece of a program with its place.
public struct SourceExtract {
    public let source: SourceText
    public let span: SourceSpan

    public var text: String { source.text(span) }
    /// `lab3.cnnbook:14`
    public var place: String { "\(source.name):\(source.line(at: span.start))" }
}

extension Interpreter {
    /// Where the function, the model or the module that a chain of names stands for was written, or a value of a module;
    /// nil for what is no such thing.
    public func sourceText(of path: [String]) -> SourceExtract? {
        switch value(at: path) {
        case .function(let function)?: return function.extract
        case .native(let object as ModelDefinitionObject)?: return object.function.extract
        default: return moduleText(of: path)
        }
    }

    /// Of a module, or of what it defines; one that comes along need not be imported.
    private func moduleText(of path: [String]) -> SourceExtract? {
        guard let first = path.first, path.count <= 2, let source = moduleSource(first) else { return nil }
        guard path.count == 2 else { return SourceExtract(source: source, span: SourceSpan(0, source.bytes.count)) }
        let statement = Parser.parse(source).statements.first { statement in
            switch statement.kind {
            case .function(let definition): definition.name.name == path[1]
            case .model(let definition): definition.name.name == path[1]
            case .assign(let targets, _): targets.contains { source.text($0.span) == path[1] }
            default: false
            }
        }
        return statement.map { SourceExtract(source: source, span: $0.span) }
    }

    private func moduleSource(_ name: String) -> SourceText? {
        switch module[name] {
        case .native(let object as ModuleObject)?: object.source
        case nil: Assets.module(name).map { SourceText(name: "\(name).cnnbook", $0) }
        default: nil
        }
    }
}

extension FunctionObject {
    fileprivate var extract: SourceExtract? {
        prototype.tables.definition.map { SourceExtract(source: prototype.source, span: $0) }
    }
}

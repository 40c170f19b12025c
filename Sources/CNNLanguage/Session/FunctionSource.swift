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
    /// Where the function or the model that a chain of names stands for was written; nil for what is no such thing.
    public func sourceText(of path: [String]) -> SourceExtract? {
        switch value(at: path) {
        case .function(let function)?: return function.extract
        case .native(let object as ModelDefinitionObject)?: return object.function.extract
        default: return nil
        }
    }
}

extension FunctionObject {
    fileprivate var extract: SourceExtract? {
        prototype.tables.definition.map { SourceExtract(source: prototype.source, span: $0) }
    }
}

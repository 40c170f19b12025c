import CNNCore

/// `type(x) == int`, which is never so here: `type` gives a text.
struct TypeComparisons {
    /// Whether a name stands for a built-in.
    private let isBuiltin: (String) -> Bool
    private var found: [(span: SourceSpan, way: String, name: String)] = []
    private let source: SourceText

    /// One warning for each such comparison, wherever it stands.
    static func warnings(
        in statements: [Statement], source: SourceText, module: ModuleScope, cell: String?
    ) -> [Warning] {
        // Most cells do not ask for a type.
        guard statements.contains(where: { source.text($0.span).contains("type(") }) else { return [] }
        let session = Set(AssignedNames(statements).names)
        var search = TypeComparisons(source) {
            !session.contains($0) && module[$0] == nil && BuiltinRegistry.named($0) != nil
        }
        for statement in statements { statement.forEachPart { part, _ in search.visit(part) } }
        return search.found.map {
            Warning(
                "type gives a text, and '\($0.name)' is a function here: they are never equal",
                notes: ["write \($0.way)"], source: source, span: $0.span, cell: cell)
        }
    }

    private init(_ source: SourceText, isBuiltin: @escaping (String) -> Bool) {
        self.source = source
        self.isBuiltin = isBuiltin
    }

    private mutating func visit(_ part: SyntaxPart) {
        switch part {
        case .statement(let statement): statement.forEachPart { inner, _ in visit(inner) }
        case .expression(let expression): visit(expression)
        case .argument(let argument): visit(argument.value)
        case .target(let target): target.forEachPart { inner, _ in visit(inner) }
        case .layer(let layer): layer.forEachPart { inner, _ in visit(inner) }
        }
    }

    private mutating func visit(_ expression: Expression) {
        if case .binary(let operation, let left, let right, _) = expression.kind,
            operation == .equal || operation == .notEqual,
            case .call(let function, let arguments) = left.kind, case .name("type") = function.kind,
            arguments.count == 1, case .name(let name) = right.kind, isBuiltin("type"), isBuiltin(name)
        {
            let way = "\(source.text(left.span)) \(operation.rawValue) \"\(name)\""
            found.append((span: expression.span, way: way, name: name))
        }
        expression.forEachPart { inner, _ in visit(inner) }
    }
}

/// The names whose values a statement changes in place: `xs[0] = …`, `m.rate = …`, `xs.append(…)`, however deep the path.
/// What functions inside do is left out: they cannot change a value outside.
struct ChangedNames {
    private(set) var names: Set<String> = []

    init(_ statement: Statement) { visit(.statement(statement)) }

    private mutating func visit(_ part: SyntaxPart) {
        switch part {
        case .statement(let statement):
            switch statement.kind {
            case .function, .model: return
            default: statement.forEachPart { part, _ in visit(part) }
            }
        case .expression(let expression): visit(expression)
        case .argument(let argument): visit(.expression(argument.value))
        case .target(let target):
            switch target {
            case .name: break
            case .index(let base, _, _), .member(let base, _, _): change(base)
            }
            target.forEachPart { part, _ in visit(part) }
        case .layer(let layer): layer.forEachPart { part, _ in visit(part) }
        }
    }

    private mutating func visit(_ expression: Expression) {
        switch expression.kind {
        case .lambda: return
        case .call(let function, _):
            if case .member(let base, let method) = function.kind, Interpreter.mutatingMethodNames.contains(method.name)
            {
                change(base)
            }
        default: break
        }
        expression.forEachPart { part, _ in visit(part) }
    }

    /// The variable that a path begins with.
    private mutating func change(_ path: Expression) {
        switch path.kind {
        case .name(let name): names.insert(name)
        case .index(let base, _), .member(let base, _): change(base)
        default: break
        }
    }
}

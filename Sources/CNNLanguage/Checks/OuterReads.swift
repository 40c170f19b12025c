/// The names that a statement reads and that are not its own: parameters and what a function itself assigns stay out.
struct OuterReads {
    /// Read when the statement runs.
    private(set) var now: Set<String> = []
    /// Read perhaps later, in functions and layers.
    private(set) var later: Set<String> = []

    init(_ statement: Statement) { visit(statement, Scope()) }

    /// The names that belong to the code around a place.
    private struct Scope {
        var own: Set<String> = []
        var isLater = false

        func adding(_ names: some Sequence<String>, isLater: Bool? = nil) -> Scope {
            Scope(own: own.union(names), isLater: isLater ?? self.isLater)
        }
    }

    private mutating func read(_ name: String, _ scope: Scope) {
        guard !scope.own.contains(name) else { return }
        if scope.isLater { later.insert(name) } else { now.insert(name) }
    }

    private mutating func visit(_ part: SyntaxPart, _ scope: Scope) {
        switch part {
        case .statement(let statement): visit(statement, scope)
        case .expression(let expression): visit(expression, scope)
        case .argument(let argument): visit(argument.value, scope)
        case .target(let target): target.forEachPart { part, _ in visit(part, scope) }
        case .layer(let layer): visit(layer, scope)
        }
    }

    private mutating func visit(_ statement: Statement, _ scope: Scope) {
        let inner: Scope
        switch statement.kind {
        case .function(let definition):
            let names = definition.parameters.map(\.name.name) + AssignedNames(definition.body.statements).names
            inner = scope.adding(names, isLater: true)
        case .model(let definition): inner = scope.adding(definition.parameters.map(\.name.name), isLater: true)
        case .augment(.name(let name), _, _):
            read(name.name, scope)
            inner = scope
        default: inner = scope
        }
        statement.forEachPart { part, place in visit(part, place == .inner ? inner : scope) }
    }

    private mutating func visit(_ layer: LayerNode, _ scope: Scope) {
        var inner = scope
        switch layer.kind {
        case .layer(let name, _, _): read(name.root, scope)
        case .repeated(_, let index, _): if let index { inner = scope.adding([index.name]) }
        case .conditional, .sequence: break
        }
        layer.forEachPart { part, _ in visit(part, inner) }
    }

    private mutating func visit(_ expression: Expression, _ scope: Scope) {
        let inner: Scope
        switch expression.kind {
        case .name(let name): return read(name, scope)
        case .lambda(let parameters, let body):
            inner = scope.adding(parameters.map(\.name) + AssignedNames(body).names, isLater: true)
        case .comprehension(let element, let variables, _, _):
            inner = scope.adding(variables.map(\.name) + AssignedNames(element).names)
        case .train(let train):
            train.forEachSetting { part, _ in visit(part, scope) }
            let hook = scope.adding(TrainBuiltin.hookParameters)
            for statement in train.hooks.flatMap(\.body.statements) { visit(statement, hook) }
            return
        default: inner = scope
        }
        expression.forEachPart { part, place in visit(part, place == .inner ? inner : scope) }
    }
}

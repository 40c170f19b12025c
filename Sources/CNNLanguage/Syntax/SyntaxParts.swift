/// What a node of the tree holds directly.
///
/// The lists below are the only ones of all nodes and their parts: whoever walks the tree takes them, and says something
/// of its own only about the nodes that mean something to it.
enum SyntaxPart {
    case statement(Statement)
    case expression(Expression)
    case target(AssignmentTarget)
    case argument(Argument)
    case layer(LayerNode)
}

/// Where a part runs.
enum SyntaxScope {
    /// With the node that holds it, among the same variables.
    case same
    /// In a scope of its own, perhaps later: the body of a function, the elements of a comprehension, layers.
    case inner
}

typealias PartVisitor = (SyntaxPart, SyntaxScope) -> Void

extension Statement {
    /// In the order in which they run: a value before what it is assigned to.
    func forEachPart(_ visit: PartVisitor) {
        switch kind {
        case .expression(let value, _): visit(.expression(value), .same)
        case .assign(let targets, let value):
            visit(.expression(value), .same)
            for target in targets { visit(.target(target), .same) }
        case .augment(let target, _, let value):
            visit(.expression(value), .same)
            visit(.target(target), .same)
        case .conditional(let conditional): conditional.forEachPart(visit)
        case .forLoop(_, let iterable, let body):
            visit(.expression(iterable), .same)
            body.forEachPart(.same, visit)
        case .whileLoop(let condition, let body):
            visit(.expression(condition), .same)
            body.forEachPart(.same, visit)
        case .function(let definition):
            definition.parameters.forEachPart(visit)
            definition.body.forEachPart(.inner, visit)
        case .model(let definition):
            definition.parameters.forEachPart(visit)
            for layer in definition.layers { visit(.layer(layer), .inner) }
        case .expect(let expectation): expectation.forEachPart(visit)
        case .returnValue(let value): if let value { visit(.expression(value), .same) }
        case .importModule, .breakLoop, .continueLoop: break
        }
    }
}

extension Expression {
    /// In the order in which they run. A chain gives all of its operands at once, so that nothing recurses over its
    /// length.
    func forEachPart(_ visit: PartVisitor) {
        switch kind {
        case .none, .bool, .int, .float, .string, .size, .name: break
        case .interpolated(let parts):
            for value in parts.flatMap(\.expressions) { visit(.expression(value), .same) }
        case .list(let elements), .and(let elements), .or(let elements):
            for element in elements { visit(.expression(element), .same) }
        case .comprehension(let element, _, let iterable, let condition):
            visit(.expression(iterable), .same)
            if let condition { visit(.expression(condition), .inner) }
            visit(.expression(element), .inner)
        case .dictionary(let entries):
            for entry in entries {
                visit(.expression(entry.key), .same)
                visit(.expression(entry.value), .same)
            }
        case .unary(_, let operand): visit(.expression(operand), .same)
        case .binary(_, let left, let right, _):
            visit(.expression(left), .same)
            visit(.expression(right), .same)
        case .chain(let first, let links):
            visit(.expression(first), .same)
            for link in links { visit(.expression(link.operand), .same) }
        case .call(let function, let arguments):
            visit(.expression(function), .same)
            for argument in arguments { visit(.argument(argument), .same) }
        case .index(let base, let subscripts):
            visit(.expression(base), .same)
            subscripts.forEachPart(visit)
        case .member(let base, _): visit(.expression(base), .same)
        case .lambda(_, let body): visit(.expression(body), .inner)
        case .conditional(let conditional): conditional.forEachPart(visit)
        case .train(let train):
            train.forEachSetting(visit)
            for hook in train.hooks { hook.body.forEachPart(.same, visit) }
        case .gradient(let arguments, let block):
            for argument in arguments { visit(.argument(argument), .same) }
            block.forEachPart(.same, visit)
        }
    }
}

extension AssignmentTarget {
    func forEachPart(_ visit: PartVisitor) {
        switch self {
        case .name: break
        case .index(let base, let subscripts, _):
            visit(.expression(base), .same)
            subscripts.forEachPart(visit)
        case .member(let base, _, _): visit(.expression(base), .same)
        }
    }
}

extension LayerNode {
    func forEachPart(_ visit: PartVisitor) {
        switch kind {
        case .layer(_, let arguments, let children):
            for argument in arguments { visit(.argument(argument), .same) }
            for child in children ?? [] { visit(.layer(child), .same) }
        case .repeated(let count, _, let children):
            visit(.expression(count), .same)
            for child in children { visit(.layer(child), .same) }
        case .conditional(let condition, let children, let otherwise):
            visit(.expression(condition), .same)
            for child in children { visit(.layer(child), .same) }
            for child in otherwise ?? [] { visit(.layer(child), .same) }
        case .sequence(let children): for child in children { visit(.layer(child), .same) }
        }
    }
}

extension TrainExpression {
    /// All but the hooks, which run again and again.
    func forEachSetting(_ visit: PartVisitor) {
        visit(.expression(model), .same)
        visit(.expression(data), .same)
        for argument in arguments { visit(.argument(argument), .same) }
    }
}

extension Block {
    func forEachPart(_ scope: SyntaxScope, _ visit: PartVisitor) {
        for statement in statements { visit(.statement(statement), scope) }
    }
}

extension Conditional {
    fileprivate func forEachPart(_ visit: PartVisitor) {
        for branch in branches {
            visit(.expression(branch.condition), .same)
            branch.body.forEachPart(.same, visit)
        }
        otherwise?.forEachPart(.same, visit)
    }
}

extension Expectation {
    fileprivate func forEachPart(_ visit: PartVisitor) {
        switch kind {
        case .holds(let condition, let tolerance):
            visit(.expression(condition), .same)
            if let tolerance { visit(.expression(tolerance), .same) }
        case .fails(_, let block): block.forEachPart(.same, visit)
        }
        if let message { visit(.expression(message), .same) }
    }
}

extension [Parameter] {
    fileprivate func forEachPart(_ visit: PartVisitor) {
        for parameter in self { if let value = parameter.defaultValue { visit(.expression(value), .same) } }
    }
}

extension [Subscript] {
    func forEachPart(_ visit: PartVisitor) {
        for value in flatMap(\.parts) { visit(.expression(value), .same) }
    }
}

extension Expression {
    var isName: Bool { if case .name = kind { true } else { false } }

    var isNameOrInt: Bool {
        switch kind {
        case .name, .int: true
        default: false
        }
    }

    /// Whether statements stand inside, which may assign variables while the expression is evaluated.
    var containsStatements: Bool {
        switch kind {
        case .conditional, .train, .gradient: return true
        case .name, .int, .float, .lambda: return false
        default: break
        }
        var found = false
        forEachPart { part, _ in found = found || part.containsStatements }
        return found
    }
}

extension SyntaxPart {
    fileprivate var containsStatements: Bool {
        switch self {
        case .statement: true
        case .expression(let value): value.containsStatements
        case .argument(let argument): argument.value.containsStatements
        case .target, .layer: false
        }
    }
}

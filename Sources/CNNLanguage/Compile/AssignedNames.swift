/// The names that a function (or a cell) binds: assignments, loops, definitions, imports, wherever they stand in it,
/// but not those of functions and comprehensions inside it.
struct AssignedNames {
    private(set) var names: [String] = []
    private var seen: Set<String> = []

    init(_ statements: [Statement]) { statements.forEach { visit($0) } }

    private mutating func bind(_ name: String) {
        if seen.insert(name).inserted { names.append(name) }
    }

    private mutating func visit(_ block: Block) { block.statements.forEach { visit($0) } }

    private mutating func visit(_ statement: Statement) {
        switch statement.kind {
        case .expression(let expression, _): visit(expression)
        case .assign(let targets, let value):
            visit(value)
            targets.forEach { visit($0) }
        case .augment(let target, _, let value):
            visit(value)
            visit(target)
        case .conditional(let conditional): visit(conditional)
        case .forLoop(let variables, let iterable, let body):
            visit(iterable)
            variables.forEach { bind($0.name) }
            visit(body)
        case .whileLoop(let condition, let body):
            visit(condition)
            visit(body)
        case .function(let definition):
            bind(definition.name.name)
            definition.parameters.forEach { if let value = $0.defaultValue { visit(value) } }
        case .importModule(let statement):
            if let name = statement.boundName { bind(name) }
        case .model(let definition):
            bind(definition.name.name)
            definition.parameters.forEach { if let value = $0.defaultValue { visit(value) } }
        case .expect(let expectation):
            switch expectation.kind {
            case .holds(let condition, let tolerance):
                visit(condition)
                if let tolerance { visit(tolerance) }
            case .fails(_, let block): visit(block)
            }
            if let message = expectation.message { visit(message) }
        case .returnValue(let value): if let value { visit(value) }
        case .breakLoop, .continueLoop: break
        }
    }

    private mutating func visit(_ target: AssignmentTarget) {
        switch target {
        case .name(let identifier): bind(identifier.name)
        case .index(let base, let subscripts, _):
            visit(base)
            subscripts.forEach { visit($0) }
        case .member(let base, _, _): visit(base)
        }
    }

    private mutating func visit(_ conditional: Conditional) {
        for branch in conditional.branches {
            visit(branch.condition)
            visit(branch.body)
        }
        if let otherwise = conditional.otherwise { visit(otherwise) }
    }

    private mutating func visit(_ item: Subscript) { item.parts.forEach { visit($0) } }

    private mutating func visit(_ expression: Expression) {
        switch expression.kind {
        case .none, .bool, .int, .float, .string, .size, .name, .lambda: break
        case .interpolated(let parts):
            for value in parts.flatMap(\.expressions) { visit(value) }
        case .list(let elements): elements.forEach { visit($0) }
        case .comprehension(_, _, let iterable, _): visit(iterable)
        case .dictionary(let entries):
            for entry in entries {
                visit(entry.key)
                visit(entry.value)
            }
        case .unary(_, let operand): visit(operand)
        case .binary(_, let left, let right, _), .and(let left, let right), .or(let left, let right):
            visit(left)
            visit(right)
        case .call(let function, let arguments):
            visit(function)
            arguments.forEach { visit($0.value) }
        case .index(let base, let subscripts):
            visit(base)
            subscripts.forEach { visit($0) }
        case .member(let base, _): visit(base)
        case .conditional(let conditional): visit(conditional)
        case .train(let train):
            visit(train.model)
            visit(train.data)
            train.arguments.forEach { visit($0.value) }
            train.hooks.forEach { visit($0.body) }
        case .gradient(let arguments, let block):
            arguments.forEach { visit($0.value) }
            visit(block)
        }
    }
}

extension ImportStatement {
    /// The variable that an import binds: the alias, the module's name, or the file's name without its ending.
    var boundName: String? {
        if let alias { return alias.name }
        switch module {
        case .name(let name): return name
        case .path(let path):
            let file = path.split(separator: "/").last ?? ""
            let stem = file.split(separator: ".").first ?? ""
            let isName = stem.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" } && stem.first?.isNumber == false
            return isName ? String(stem) : nil
        }
    }
}

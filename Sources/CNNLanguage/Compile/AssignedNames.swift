/// The names that a function (or a cell) binds: assignments, loops, definitions, imports, wherever they stand in it,
/// but not those of functions and comprehensions inside it.
struct AssignedNames {
    private(set) var names: [String] = []
    private var seen: Set<String> = []

    init(_ statements: [Statement]) { statements.forEach { visit($0) } }

    /// Those that a lambda's body binds.
    init(_ body: Expression) { visit(body) }

    private mutating func bind(_ name: String) {
        if seen.insert(name).inserted { names.append(name) }
    }

    private mutating func visit(_ part: SyntaxPart, _ scope: SyntaxScope) {
        guard scope == .same else { return }
        switch part {
        case .statement(let statement): visit(statement)
        case .expression(let expression): visit(expression)
        case .argument(let argument): visit(argument.value)
        case .target(let target):
            if case .name(let identifier) = target { bind(identifier.name) }
            target.forEachPart { visit($0, $1) }
        case .layer(let layer): layer.forEachPart { visit($0, $1) }
        }
    }

    private mutating func visit(_ statement: Statement) {
        switch statement.kind {
        case .forLoop(let variables, let iterable, let body):
            visit(iterable)
            variables.forEach { bind($0.name) }
            return body.statements.forEach { visit($0) }
        case .function(let definition): bind(definition.name.name)
        case .model(let definition): bind(definition.name.name)
        case .importModule(let module): if let name = module.boundName { bind(name) }
        default: break
        }
        statement.forEachPart { visit($0, $1) }
    }

    private mutating func visit(_ expression: Expression) { expression.forEachPart { visit($0, $1) } }
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

/// What a statement reads of modules: `filters.apply` where it names a member, `filters.*` where it takes the module
/// itself, as `f = filters` does. Any variable may be one.
struct MemberReads {
    private(set) var names: Set<String> = []

    init(_ statement: Statement) { statement.forEachPart { part, _ in visit(part) } }

    private mutating func visit(_ part: SyntaxPart) {
        switch part {
        case .statement(let statement): statement.forEachPart { part, _ in visit(part) }
        case .expression(let expression): visit(expression)
        case .argument(let argument): visit(argument.value)
        case .target(let target): target.forEachPart { part, _ in visit(part) }
        case .layer(let layer):
            if case .layer(let name, _, _) = layer.kind { names.insert("\(name.name).*") }
            layer.forEachPart { part, _ in visit(part) }
        }
    }

    private mutating func visit(_ expression: Expression) {
        switch expression.kind {
        case .name(let name): names.insert("\(name).*")
        case .member(let base, let member):
            guard case .name(let name) = base.kind else { return visit(base) }
            names.insert("\(name).\(member.name)")
        default: expression.forEachPart { part, _ in visit(part) }
        }
    }
}

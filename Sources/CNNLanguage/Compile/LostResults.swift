import CNNCore

/// Functions that compute a value at their end and give it to nobody: `def square(x) { x ** 2 }`.
///
/// In some languages the last expression is what a function gives. What is told is lost for certain: the expression
/// changes nothing and shows nothing.
struct LostResults {
    /// The names that the function or the session gives values to.
    private let isVariable: (String) -> Bool

    /// One warning for each function that is defined among the statements, however deep.
    static func warnings(
        in statements: [Statement], source: SourceText, module: ModuleScope, cell: String?
    ) -> [Warning] {
        let session = Set(AssignedNames(statements).names)
        return LostChanges.definitions(statements).compactMap { definition in
            let own = Set(definition.parameters.map(\.name.name) + AssignedNames(definition.body.statements).names)
            let search = LostResults { own.contains($0) || session.contains($0) || module[$0] != nil }
            guard let value = search.lost(definition.body.statements) else { return nil }
            let text = OperandNames.line(source, value.span)
            return Warning(
                "'\(definition.name.name)' forgets what it computes last: only return gives a value back",
                notes: [text.map { "write return \($0)" } ?? "write return before it"], source: source,
                span: value.span, cell: cell)
        }
    }

    /// The first value at an end of the statements, in the order of the text.
    private func lost(_ statements: [Statement]) -> Expression? {
        switch statements.last?.kind {
        case .expression(let value, _)?:
            // A text alone is a comment of Python's.
            if case .string = value.kind, statements.count == 1 { return nil }
            if case .none = value.kind { return nil }
            return isPure(value) ? value : nil
        case .conditional(let conditional)?:
            let blocks = conditional.branches.map(\.body) + [conditional.otherwise].compactMap { $0 }
            return blocks.lazy.compactMap { lost($0.statements) }.first
        default: return nil
        }
    }

    /// Whether an expression does nothing but give its value.
    private func isPure(_ value: Expression) -> Bool {
        switch value.kind {
        case .train, .gradient, .conditional: return false
        case .lambda: return true
        case .name(let name): return isVariable(name) || BuiltinRegistry.named(name) != nil
        case .call(let function, let arguments):
            return isPure(called: function) && arguments.allSatisfy { isPure($0.value) }
        default: break
        }
        var hasOnlyPure = true
        value.forEachPart { part, _ in
            if case .expression(let inner) = part, !isPure(inner) { hasOnlyPure = false }
            if case .argument(let argument) = part, !isPure(argument.value) { hasOnlyPure = false }
        }
        return hasOnlyPure
    }

    /// Whether what is called computes, and does nothing else.
    private func isPure(called function: Expression) -> Bool {
        let name: String
        switch function.kind {
        case .name(let own) where !isVariable(own): name = own
        case .member(let base, let member) where isPure(base): name = member.name
        default: return false
        }
        guard let builtin = BuiltinRegistry.named(name), !builtin.isMutating else { return false }
        switch builtin.group {
        case .elementwise, .reduce, .shape, .linearAlgebra, .cnn: return true
        case .make: return name != "seed"
        case .language: return ["len", "str", "int", "float", "list", "type"].contains(name)
        default: return false
        }
    }
}

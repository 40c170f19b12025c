/// Changes that a function makes to its own copy of a value and then forgets: `def add(xs, x) { xs.append(x) }`.
///
/// Whoever knows Python expects to see them outside. What is told is lost for certain: nothing of the function reads the
/// variable after the change, not in the loop around it either, and no function inside has it.
struct LostChanges {
    private struct Change {
        let name: String
        let span: SourceSpan
        /// A plain assignment of the whole variable.
        let isBinding: Bool
        /// Reads from here on see it: the change itself, or the beginning of the outermost loop around it.
        let start: Int
    }

    /// A call on a line of its own whose arguments are all variables: `add(scores, x)`.
    private struct PlainCall {
        let function: String
        let arguments: [String]

        init?(_ statement: Statement) {
            guard case .expression(let value, _) = statement.kind, case .call(let called, let arguments) = value.kind,
                case .name(let name) = called.kind
            else { return nil }
            function = name
            self.arguments = arguments.compactMap {
                guard $0.name == nil, case .name(let variable) = $0.value.kind else { return nil }
                return variable
            }
            if self.arguments.count != arguments.count { return nil }
        }
    }

    private var calls: [PlainCall] = []

    /// Counts what is visited, in the order in which it runs.
    private var clock = 0
    private var changes: [Change] = []
    /// When each name was read last; for look-up only.
    private var lastRead: [String: Int] = [:]
    /// When the outermost loop around the current place began.
    private var loopStart: Int?
    /// Whether the current place belongs to a function or a comprehension inside, which runs later or elsewhere.
    private var isInside = false

    /// One warning for each variable of each function that is defined among the statements, however deep.
    static func warnings(
        in statements: [Statement], source: SourceText, module: ModuleScope, cell: String?
    ) -> [Warning] {
        let session = Set(AssignedNames(statements).names)
        let calls = statements.compactMap { PlainCall($0) }
        return definitions(statements).flatMap { definition in
            LostChanges(definition, calls).lost(definition) { session.contains($0) || module[$0] != nil }.map {
                var warning = $0
                warning.source = source
                warning.cell = cell
                return warning
            }
        }
    }

    private init(_ definition: FunctionDefinition, _ calls: [PlainCall]) {
        self.calls = calls
        definition.body.statements.forEach { visit($0) }
    }

    /// Changes of variables that nothing among the statements reads afterwards, the first of each.
    static func lost(of names: [String], in statements: [Statement]) -> [(name: String, span: SourceSpan)] {
        var search = LostChanges()
        statements.forEach { search.visit($0) }
        return names.compactMap { name in
            let change = search.changes.last { $0.name == name }
            guard let change, search.lastRead[name].map({ $0 < change.start }) ?? true else { return nil }
            return (name, change.span)
        }
    }

    private init() {}

    // MARK: - What is lost

    private func lost(_ definition: FunctionDefinition, isOuter: (String) -> Bool) -> [Warning] {
        let parameters = definition.parameters.map(\.name.name)
        var told: Set<String> = []
        var result: [Warning] = []
        for change in changes where !told.contains(change.name) {
            let isParameter = parameters.contains(change.name)
            // A change of an outer value in place is an error of its own; a name of the function's own alone may stay
            // unused.
            guard isParameter || (change.isBinding && isOuter(change.name)),
                lastRead[change.name].map({ $0 < change.start }) ?? true
            else { continue }
            told.insert(change.name)
            result.append(warning(definition, change.name, change.span, isParameter: isParameter))
        }
        return result
    }

    private func warning(
        _ definition: FunctionDefinition, _ name: String, _ span: SourceSpan, isParameter: Bool
    ) -> Warning {
        let function = definition.name.name
        let parameters = definition.parameters.map(\.name.name)
        // The user's own names, where the function is called.
        let given = calls.first { $0.function == function && $0.arguments.count == parameters.count }?.arguments
        let call = "\(function)(\((given ?? parameters).joined(separator: ", ")))"
        let place = parameters.firstIndex(of: name)
        let target = given.flatMap { given in place.map { given[$0] } } ?? name
        return Warning(
            isParameter
                ? "'\(function)' changes its own copy of '\(name)', and nothing uses that afterwards"
                : "'\(name)' is a variable of '\(function)' alone here: the '\(name)' outside stays as it is",
            notes: [
                "to give the new value back, end \(function) with return \(name) and call it as \(target) = \(call)"
            ],
            span: span)
    }

    // MARK: - Definitions

    static func definitions(_ statements: [Statement]) -> [FunctionDefinition] {
        statements.flatMap { statement -> [FunctionDefinition] in
            var result: [FunctionDefinition] = []
            if case .function(let definition) = statement.kind { result.append(definition) }
            statement.forEachPart { part, _ in
                if case .statement(let inner) = part { result += definitions([inner]) }
            }
            return result
        }
    }

    // MARK: - Reads and changes

    private mutating func read(_ name: String) {
        clock += 1
        // What is inside may run at any time.
        lastRead[name] = isInside ? Int.max : max(clock, lastRead[name] ?? 0)
    }

    private mutating func change(_ name: String, _ span: SourceSpan, isBinding: Bool) {
        clock += 1
        if isInside { return read(name) }
        changes.append(Change(name: name, span: span, isBinding: isBinding, start: loopStart ?? clock))
    }

    private mutating func loop(_ body: (inout LostChanges) -> Void) {
        let outer = loopStart
        clock += 1
        loopStart = loopStart ?? clock
        body(&self)
        loopStart = outer
    }

    // MARK: - The tree

    private mutating func visit(_ part: SyntaxPart, _ scope: SyntaxScope) {
        let outer = isInside
        if scope == .inner { isInside = true }
        switch part {
        case .statement(let statement): visit(statement)
        case .expression(let expression): visit(expression)
        case .argument(let argument): visit(argument.value)
        case .target(let target): target.forEachPart { visit($0, $1) }
        case .layer(let layer):
            if case .layer(let name, _, _) = layer.kind { read(name.root) }
            layer.forEachPart { visit($0, $1) }
        }
        isInside = outer
    }

    private mutating func visit(_ statement: Statement) {
        switch statement.kind {
        case .expression(let expression, _): visitStatement(expression)
        case .assign(let targets, let value):
            visit(value)
            // A history is often kept in a variable that nothing reads; the training is what was wanted.
            let isTraining = if case .train = value.kind { true } else { false }
            targets.forEach { visit($0, isOne: targets.count == 1 && !isTraining, statement.span) }
        case .augment(let target, _, let value):
            visit(value)
            if case .name(let identifier) = target {
                change(identifier.name, statement.span, isBinding: false)
            } else {
                visit(target, isOne: true, statement.span)
            }
        case .forLoop(_, let iterable, let body):
            visit(iterable)
            loop { inner in body.forEachPart(.same) { inner.visit($0, $1) } }
        case .whileLoop: loop { inner in statement.forEachPart { inner.visit($0, $1) } }
        default: statement.forEachPart { visit($0, $1) }
        }
    }

    /// `xs.append(x)` on a line of its own changes `xs` and reads nothing of it.
    private mutating func visitStatement(_ expression: Expression) {
        guard case .call(let function, let arguments) = expression.kind,
            case .member(let base, let name) = function.kind,
            Interpreter.mutatingMethodNames.contains(name.name), let root = root(of: base)
        else { return visit(expression) }
        arguments.forEach { visit($0.value) }
        change(root, expression.span, isBinding: false)
    }

    private mutating func visit(_ target: AssignmentTarget, isOne: Bool, _ span: SourceSpan) {
        switch target {
        // One of several targets is often there to be ignored.
        case .name(let identifier): if isOne { change(identifier.name, span, isBinding: true) }
        case .index(let base, let subscripts, _):
            subscripts.forEachPart { visit($0, $1) }
            guard let root = root(of: base) else { return visit(base) }
            change(root, span, isBinding: false)
        // A field belongs to something with an identity, which everybody sees.
        case .member(let base, _, _): visit(base)
        }
    }

    /// `m` of `m[i][j]`; the indices are read.
    private mutating func root(of expression: Expression) -> String? {
        switch expression.kind {
        case .name(let name): return name
        case .index(let base, let subscripts):
            subscripts.forEachPart { visit($0, $1) }
            return root(of: base)
        default: return nil
        }
    }

    private mutating func visit(_ expression: Expression) {
        switch expression.kind {
        case .name(let name): read(name)
        case .train(let train):
            train.forEachSetting { visit($0, $1) }
            loop { inner in train.hooks.forEach { $0.body.forEachPart(.same) { inner.visit($0, $1) } } }
        default: expression.forEachPart { visit($0, $1) }
        }
    }
}

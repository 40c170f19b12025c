import CNNCore

/// Variables of the user's that have the name of a built-in: `loss, g = gradient(net) { ... }` and then `loss(net, d)`.
///
/// Found again from the source when such a name is called and is no function: nothing is noted while programs run.
struct HiddenBuiltins {
    private struct Place {
        let span: SourceSpan
        /// The function that the variable belongs to; nil for a variable of the session.
        let scope: SourceSpan?
        let kind: Kind
    }

    private enum Kind: String { case variable = "the variable set", parameter = "a parameter of the function" }

    /// Units of work for a byte that is parsed again.
    private static let byteWork = 20

    private let name: String
    private var places: [Place] = []

    private init(_ name: String, in program: ModuleScope.Program) {
        self.name = name
        WorkMeter.shared.spend(HiddenBuiltins.byteWork * (program.span.end - program.span.start))
        let parsed = Parser.parse(program.source, range: program.span.start..<program.span.end)
        parsed.statements.forEach { visit($0, nil) }
    }

    /// Says which variable was called instead of the built-in, and how to come back to that.
    static func explain(_ name: String, _ diagnostic: inout Diagnostic, programs: [ModuleScope.Program]) {
        guard BuiltinRegistry.named(name) != nil, let source = diagnostic.source, let span = diagnostic.span else {
            return
        }
        let isOwn = { (program: ModuleScope.Program) in program.source === source && program.span.holds(span) }
        let own = programs.last(where: isOwn).map { HiddenBuiltins(name, in: $0) }
        var found: (source: SourceText, place: Place)?
        if let place = own?.local(around: span) {
            found = (source, place)
        } else if let place = own?.session(before: span) {
            found = (source, place)
        } else {
            for program in programs.reversed() where found == nil {
                found = HiddenBuiltins(name, in: program).session(before: nil).map { (program.source, $0) }
            }
        }
        guard let found else { return }
        let line = "line \(found.source.line(at: found.place.span.start))"
        let place = found.source === source ? "in \(line)" : "in \(line) of \(found.source.name)"
        diagnostic.error.message =
            "'\(name)' is \(found.place.kind.rawValue) \(place); it hides the built-in \(name)"
        let way = "write another name for the variable, as my_\(name), there and where it is used"
        diagnostic.error.notes = [way] + diagnostic.error.notes.filter { !$0.hasPrefix("write *") }
    }

    /// The last place within the innermost function around a call that binds the name.
    private func local(around span: SourceSpan) -> Place? {
        let around = places.filter { $0.scope?.holds(span) ?? false }
        guard let innermost = around.compactMap(\.scope).max(by: { $0.start < $1.start }) else { return nil }
        let own = around.filter { $0.scope == innermost }
        return own.last { $0.span.start < span.start } ?? own.first
    }

    private func session(before span: SourceSpan?) -> Place? {
        places.last { $0.scope == nil && $0.span.start < span?.start ?? .max }
    }

    // MARK: - The search

    private mutating func bind(_ identifier: Identifier, _ scope: SourceSpan?, _ kind: Kind = .variable) {
        guard identifier.name == name else { return }
        places.append(Place(span: identifier.span, scope: scope, kind: kind))
    }

    private mutating func visit(_ part: SyntaxPart, _ scope: SourceSpan?) {
        switch part {
        case .statement(let statement): visit(statement, scope)
        case .expression(let expression): visit(expression, scope)
        case .argument(let argument): visit(argument.value, scope)
        case .target(let target):
            if case .name(let identifier) = target { bind(identifier, scope) }
            target.forEachPart { part, _ in visit(part, scope) }
        case .layer(let layer): layer.forEachPart { part, _ in visit(part, scope) }
        }
    }

    private mutating func visit(_ statement: Statement, _ scope: SourceSpan?) {
        var inner = scope
        switch statement.kind {
        case .forLoop(let variables, _, _): variables.forEach { bind($0, scope) }
        case .function(let definition):
            inner = statement.span
            definition.parameters.forEach { bind($0.name, inner, .parameter) }
        case .model(let definition):
            inner = statement.span
            definition.parameters.forEach { bind($0.name, inner, .parameter) }
        case .importModule(let module): if let alias = module.alias { bind(alias, scope) }
        default: break
        }
        statement.forEachPart { part, kind in visit(part, kind == .inner ? inner : scope) }
    }

    private mutating func visit(_ expression: Expression, _ scope: SourceSpan?) {
        var inner = scope
        switch expression.kind {
        case .lambda(let parameters, _):
            inner = expression.span
            parameters.forEach { bind($0, inner, .parameter) }
        case .train(let train):
            for hook in train.hooks where TrainBuiltin.hookParameters.contains(name) {
                bind(Identifier(name, hook.event.span), hook.body.span)
            }
        default: break
        }
        expression.forEachPart { part, kind in visit(part, kind == .inner ? inner : scope) }
    }
}

extension SourceSpan {
    /// Whether another span lies in this one.
    func holds(_ other: SourceSpan) -> Bool { start <= other.start && other.end <= end }
}

/// Changes of a loop's own variable that the next round forgets: `for x in xs { x.append(0) }`.
///
/// An element is a copy, so that the list stays as it is. What is told is lost for certain: nothing reads the variable
/// after the change, neither in that round nor behind the loop.
struct LostLoopChanges {
    private let source: SourceText
    private let cell: String?
    private var warnings: [Warning] = []

    /// One warning for each variable of each loop, however deep.
    static func warnings(in statements: [Statement], source: SourceText, cell: String?) -> [Warning] {
        var search = LostLoopChanges(source: source, cell: cell)
        search.visit(statements)
        return search.warnings
    }

    private init(source: SourceText, cell: String?) { (self.source, self.cell) = (source, cell) }

    private mutating func visit(_ statements: [Statement]) {
        for statement in statements { visit(statement, among: statements) }
    }

    /// - Parameter all: the statements of the same scope, for what is read behind the loop.
    private mutating func visit(_ statement: Statement, among all: [Statement]) {
        if case .forLoop(let names, let iterable, let body) = statement.kind {
            for (name, span) in LostChanges.lost(of: names.map(\.name), in: body.statements)
            where !all.contains(where: { LostLoopChanges.reads(.statement($0), name, from: statement.span.end) }) {
                warnings.append(warning(name, span, names.map(\.name), iterable))
            }
        }
        statement.forEachPart { part, scope in
            guard case .statement(let inner) = part else { return }
            visit(inner, among: scope == .inner ? [inner] : all)
        }
    }

    /// Whether a name is read from an offset on, other than in a loop that sets it anew.
    private static func reads(_ part: SyntaxPart, _ name: String, from start: Int) -> Bool {
        var result = false
        let visit: PartVisitor = { inner, _ in if !result { result = reads(inner, name, from: start) } }
        switch part {
        case .statement(let statement):
            guard statement.span.end > start else { return false }
            if case .forLoop(let names, let iterable, _) = statement.kind, statement.span.start >= start,
                names.contains(where: { $0.name == name })
            {
                return reads(.expression(iterable), name, from: start)
            }
            statement.forEachPart(visit)
        case .expression(let expression):
            guard expression.span.end > start else { return false }
            if case .name(name) = expression.kind { return true }
            expression.forEachPart(visit)
        case .target(let target): target.forEachPart(visit)
        case .argument(let argument): return reads(.expression(argument.value), name, from: start)
        case .layer(let layer): layer.forEachPart(visit)
        }
        return result
    }

    private func warning(_ name: String, _ span: SourceSpan, _ names: [String], _ iterable: Expression) -> Warning {
        Warning(
            "'\(name)' gets the next element in each round: this change of it is lost",
            notes: way(name, names, iterable), source: source, span: span, cell: cell)
    }

    private func way(_ name: String, _ names: [String], _ iterable: Expression) -> [String] {
        switch iterable.kind {
        case .name(let list) where names.count == 1:
            return ["to change \(list) write for i in range(len(\(list))) { ... }, with \(list)[i] in place of \(name)"]
        case .call(let function, let arguments):
            // Of `net.parameters().items()` too.
            if case .member(let base, let method) = function.kind, method.name == "items", names.count == 2 {
                return way(name, [name], base)
            }
            if case .member(let base, let method) = function.kind, method.name == "parameters",
                case .name(let net) = base.kind
            {
                return ["weights are changed by an optimizer: opt = sgd(\(net), lr=0.1), then opt.step(g)"]
            }
            if case .name("enumerate") = function.kind, names.count == 2, name == names[1], arguments.count == 1,
                case .name(let list) = arguments[0].value.kind
            {
                return ["to change \(list) write \(list)[\(names[0])] in place of \(name)"]
            }
            return []
        default: return []
        }
    }
}

import CNNCore

/// Where the first operand of a product or a convolution got its size, for errors of sizes that do not fit:
/// `1352 comes from flatten of 13x13x8 (line 4)`.
///
/// Found again from the source when such an error arises, and told only where it is certain: nothing is noted while
/// programs run.
struct SizeOrigin {
    /// Units of work for a byte that is parsed again.
    private static let byteWork = 20

    private let name: String
    /// The place of the error.
    private let place: SourceSpan

    /// - Parameter value: of a variable, where the error arose.
    static func explain(
        _ diagnostic: inout Diagnostic, at site: ErrorSite, in programs: [ModuleScope.Program],
        value: (String) -> Value?
    ) {
        guard diagnostic.error.code == .innerSizeMismatch || diagnostic.error.code == .channelMismatch,
            let operand = site.firstOperand
        else { return }
        if case .name(let name) = operand.kind {
            guard case .tensor(let object)? = value(name), let size = object.tensor.shape.dimensions.last else {
                return
            }
            let search = SizeOrigin(name: name, place: operand.span)
            guard let (origin, source) = search.assigned(in: programs, site.source, size, value),
                let words = words(origin, source, size, value)
            else { return }
            let line = "line \(source.line(at: origin.span.start))"
            let place = source === site.source ? line : "\(line) of \(source.name)"
            diagnostic.error.notes.insert("\(size) comes from \(words) (\(place))", at: 0)
        } else if diagnostic.error.code == .innerSizeMismatch,
            let size = Int(diagnostic.error.label.dropFirst("[..., ".count).prefix { $0.isNumber }),
            let shape = flattened(operand, size, value)
        {
            diagnostic.error.notes.insert("\(size) comes from flatten of \(shape)", at: 0)
        }
    }

    /// What the name was given last; from an earlier program only what its size bears out, since that may have ended early.
    private func assigned(
        in programs: [ModuleScope.Program], _ source: SourceText, _ size: Int, _ value: (String) -> Value?
    ) -> (Expression, SourceText)? {
        guard let own = programs.lastIndex(where: { $0.source === source && $0.span.holds(place) }) else { return nil }
        switch finding(in: SizeOrigin.statements(of: programs[own]), .nothing) {
        case .value(let origin): return (origin, source)
        case .unsure: return nil
        case .nothing: break
        }
        for program in programs[..<own].reversed() {
            let statements = SizeOrigin.statements(of: program)
            guard AssignedNames(statements).names.contains(name) else { continue }
            let everything = SizeOrigin(name: name, place: SourceSpan(.max, .max))
            guard case .value(let origin) = everything.finding(in: statements, .nothing),
                SizeOrigin.flattened(origin, size, value) != nil
            else { return nil }
            return (origin, program.source)
        }
        return nil
    }

    private static func statements(of program: ModuleScope.Program) -> [Statement] {
        WorkMeter.shared.spend(byteWork * (program.span.end - program.span.start))
        return Parser.parse(program.source, range: program.span.start..<program.span.end).statements
    }

    /// `flatten of 5x5x16`, or the call itself; nil for what is no call or operation.
    private static func words(
        _ origin: Expression, _ source: SourceText, _ size: Int, _ value: (String) -> Value?
    ) -> String? {
        if let shape = flattened(origin, size, value) { return "flatten of \(shape)" }
        switch origin.kind {
        case .call, .binary, .index, .chain: return origin.elided(source, longest: OperandNames.longest)
        default: return nil
        }
    }

    /// The shape of `h` in `flatten(h)`; nil where that has another size by now.
    private static func flattened(_ origin: Expression, _ size: Int, _ value: (String) -> Value?) -> Shape? {
        guard let (name, input) = origin.calledOn, name == "flatten", case .name(let variable) = input.kind,
            case .tensor(let object)? = value(variable), object.rank > 0
        else { return nil }
        let shape = object.tensor.shape
        let row = shape.dimensions.dropFirst().reduce(1) { $0 &* $1 }
        return shape.count == size || row == size ? shape : nil
    }

    // MARK: - The search

    /// What has been learnt of a name from the statements before a place.
    private enum Finding {
        /// Nothing binds it, where session variables are meant.
        case nothing
        case unsure
        case value(Expression)
    }

    /// - Parameter before: what is known when the first of the statements begins.
    private func finding(in statements: [Statement], _ before: Finding) -> Finding {
        var known = before
        for statement in statements {
            guard statement.span.start <= place.start else { break }
            if statement.span.holds(place) { return finding(within: statement, known) }
            if case .assign(let targets, let value) = statement.kind, targets.count == 1,
                case .name(let identifier) = targets[0], identifier.name == name
            {
                known = .value(value)
            } else if AssignedNames([statement]).names.contains(name) {
                known = .unsure
            }
        }
        return known
    }

    private func finding(within statement: Statement, _ before: Finding) -> Finding {
        switch statement.kind {
        case .function(let definition):
            let isParameter = definition.parameters.contains { $0.name.name == name }
            let own = finding(in: definition.body.statements, isParameter ? .unsure : .nothing)
            // A variable of the session or of a closure may have any value when the function runs.
            if case .nothing = own { return .unsure }
            return own
        case .forLoop(_, let iterable, let body):
            if iterable.span.holds(place) { return before }
            return finding(in: body.statements, repeated(statement, before))
        case .whileLoop(_, let body):
            return finding(in: body.span.holds(place) ? body.statements : [], repeated(statement, before))
        case .conditional(let conditional): return finding(within: conditional, before)
        default: break
        }
        var result: Finding?
        statement.forEachPart { part, scope in
            if result == nil { result = finding(within: part, scope, before) }
        }
        return result ?? .unsure
    }

    /// What a round begins with: a later one has what the round before it left.
    private func repeated(_ loop: Statement, _ before: Finding) -> Finding {
        AssignedNames([loop]).names.contains(name) ? .unsure : before
    }

    private func finding(within conditional: Conditional, _ before: Finding) -> Finding {
        for branch in conditional.branches {
            if branch.condition.span.holds(place) { return before }
            if branch.body.span.holds(place) { return finding(in: branch.body.statements, before) }
        }
        return finding(in: conditional.otherwise?.statements ?? [], before)
    }

    /// Nil where the place is not in a part.
    private func finding(within part: SyntaxPart, _ scope: SyntaxScope, _ before: Finding) -> Finding? {
        switch part {
        case .argument(let argument): return finding(within: .expression(argument.value), scope, before)
        case .statement(let statement):
            return statement.span.holds(place) ? finding(within: statement, before) : nil
        case .target(let target): return target.span.holds(place) ? before : nil
        case .layer: return nil
        case .expression(let value):
            guard value.span.holds(place) else { return nil }
            // Lambdas and comprehensions have variables of their own, and run when they run.
            if scope == .inner { return .unsure }
            switch value.kind {
            case .gradient(_, let block) where block.span.holds(place): return finding(in: block.statements, before)
            case .conditional(let conditional): return finding(within: conditional, before)
            case .train: return .unsure
            default: break
            }
            var result: Finding?
            value.forEachPart { part, scope in
                if result == nil { result = finding(within: part, scope, before) }
            }
            return result ?? before
        }
    }
}

extension ErrorSite {
    /// The one whose last axis a product sums over.
    fileprivate var firstOperand: Expression? {
        if case .binary(.matrixProduct, let left, _, _) = expression.kind { return left }
        return expression.calledOn?.value
    }
}

extension Expression {
    /// `f` and `x` of `f(x, ...)` and of `x.f(...)`.
    fileprivate var calledOn: (name: String, value: Expression)? {
        guard case .call(let function, let arguments) = kind else { return nil }
        switch function.kind {
        case .name(let name):
            guard BuiltinRegistry.named(name) != nil, let first = arguments.first, first.name == nil else { return nil }
            return (name, first.value)
        case .member(let base, let name): return (name.name, base)
        default: return nil
        }
    }
}

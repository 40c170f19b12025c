import CNNCore

/// The expression that an error arose in, read again from the source: it tells which part the carets belong under, and
/// what the user calls the `x` and `w` of a built-in's message.
struct ErrorSite {
    private let source: SourceText
    private let expression: Expression

    /// - Parameter span: of the whole expression.
    init?(_ source: SourceText, _ span: SourceSpan) {
        // A page of code is not parsed twice for a note.
        guard span.end > span.start, span.end - span.start <= 4_000 else { return nil }
        let parsed = Parser.parse(source, range: span.start..<span.end)
        guard parsed.diagnostics.isEmpty, parsed.statements.count == 1 else { return nil }
        self.source = source
        switch parsed.statements[0].kind {
        case .expression(let value, _): expression = value
        case .augment(.name(let name), let operation, let value):
            let left = Expression(.name(name.name), name.span)
            expression = Expression(.binary(operation, left, value, operatorSpan: name.span), span)
        default: return nil
        }
    }

    /// Puts the carets under the part at fault, and the user's own words into the notes.
    func refine(_ diagnostic: inout Diagnostic) {
        switch expression.kind {
        case .name(let name) where diagnostic.error.code == .unknownName: refineForeignName(name, &diagnostic)
        case .call(let function, let arguments): refine(call: function, arguments, &diagnostic)
        case .member(let base, let name) where diagnostic.error.code == .unknownMember:
            diagnostic.span = name.span
            OperandNames(receivers(base, diagnostic.error), source).write(into: &diagnostic.error)
        case .index(let base, let subscripts): refine(subscripts, of: base, &diagnostic)
        case .gradient(let arguments, _):
            let culprit = arguments.first { diagnostic.error.argument == .named(source.text($0.value.span)) }
            if let culprit { diagnostic.span = culprit.value.span }
        case .train(let train):
            refine(train, &diagnostic)
        case .binary(_, let left, let right, _):
            if diagnostic.error.code == .conditionNotBool { return refineCondition(&diagnostic) }
            OperandNames([("x", left), ("y", right)], source).write(into: &diagnostic.error)
        case .chain(let first, let links): refine(first, links, &diagnostic)
        default: if diagnostic.error.code == .conditionNotBool { refineCondition(&diagnostic) }
        }
    }

    /// The last operator of a chain is the one that ran.
    private func refine(_ first: Expression, _ links: ArraySlice<ChainLink>, _ diagnostic: inout Diagnostic) {
        guard let last = links.last, let before = links.dropLast().last else { return }
        let left = Expression(.chain(first, links.dropLast()), first.span.through(before.operand.span))
        OperandNames([("x", left), ("y", last.operand)], source).write(into: &diagnostic.error)
    }

    // MARK: - Calls

    private func refine(call function: Expression, _ arguments: [Argument], _ diagnostic: inout Diagnostic) {
        var names: [String] = ["x"]
        var values: [Argument] = arguments
        switch function.kind {
        case .name(let name):
            if let builtin = BuiltinRegistry.named(name) { names = builtin.parameters.map(\.name) }
        case .member(let base, let name):
            values.insert(Argument(name: nil, value: base), at: 0)
            if let builtin = BuiltinRegistry.named(name.name) ?? method(name.name) {
                names = builtin.parameters.map(\.name)
            }
            if diagnostic.error.code != .misplacedStatement { diagnostic.span = name.span }
        default: break
        }
        fillArguments(arguments, of: function, &diagnostic)
        if diagnostic.error.code != .unknownMember { place(names, values, function, &diagnostic) }
        var operands = zip(names, values).filter { $0.1.name == nil }.map { ($0.0, $0.1.value) }
        operands += operands.filter { $0.0 == "data" }.flatMap { parts(of: $0.1) }
        for case let argument in values { if let name = argument.name { operands.append((name.name, argument.value)) } }
        if case .member(let base, _) = function.kind, diagnostic.error.code.isAboutMembers {
            operands = receivers(base, diagnostic.error)
            fillReshape(arguments, &diagnostic)
        }
        if case .member(let base, _) = function.kind, diagnostic.error.code == .misplacedStatement {
            nameOuterValue(base, &diagnostic)
        }
        OperandNames(operands, source).write(into: &diagnostic.error)
    }

    /// The user's own arguments where a note puts them into another form: `tensor([...])`, `accuracy(net, ...)`.
    private func fillArguments(_ arguments: [Argument], of function: Expression, _ diagnostic: inout Diagnostic) {
        guard let first = arguments.first, let last = arguments.last else { return }
        let span = first.span.through(last.span)
        guard let text = OperandNames.line(source, span, longest: 70) else { return }
        let isMethod = if case .member = function.kind { true } else { false }
        diagnostic.error.notes = diagnostic.error.notes.map { note in
            let isOpen =
                (note.hasPrefix("write ") && note.hasSuffix("([...])"))
                || (isMethod && (note.hasPrefix("write train model on ...") || note.hasSuffix("(net, ...)")))
            return isOpen ? note.replacing("...", with: text, maxReplacements: 1) : note
        }
    }

    /// `x.view(-1, 10)` and `x.astype("float64")` with their own arguments.
    private func fillReshape(_ arguments: [Argument], _ diagnostic: inout Diagnostic) {
        guard let first = arguments.first, let last = arguments.last,
            let text = OperandNames.line(source, first.value.span.through(last.value.span))
        else { return }
        let dtype = DType.allCases.map(\.rawValue).first { text.contains($0) } ?? DType.float32.rawValue
        diagnostic.error.notes = diagnostic.error.notes.map { note in
            switch note {
            case "write reshape(x, ...)" where diagnostic.error.message.hasSuffix("'view'"): "write reshape(x, \(text))"
            case "write x.to(float32)": "write x.to(\(dtype))"
            default: note
            }
        }
    }

    /// Which value it is that a function may not change.
    private func nameOuterValue(_ base: Expression, _ diagnostic: inout Diagnostic) {
        guard let name = ErrorSite.root(of: base) else { return }
        diagnostic.error.message = "'\(name)' belongs to an outer scope, and a function cannot change it"
        diagnostic.error.notes = [
            "give it as an argument and return it: \(name) = f(\(name)), where f ends with return \(name)"
        ]
    }

    private static func root(of expression: Expression) -> String? {
        switch expression.kind {
        case .name(let name): name
        case .index(let base, _), .member(let base, _): root(of: base)
        default: nil
        }
    }

    /// What a note about a member calls the value before the point.
    private func receivers(_ base: Expression, _ error: CNNError) -> [(String, Expression)] {
        error.argument == .named("net") ? [("net", base)] : [("x", base), ("xs", base)]
    }

    private func method(_ name: String) -> Builtin? {
        BuiltinRegistry.methods.lazy.flatMap(\.list).first { $0.name == name }
    }

    /// Carets under an argument; under the whole call where one is missing.
    private func place(
        _ names: [String], _ values: [Argument], _ function: Expression, _ diagnostic: inout Diagnostic
    ) {
        switch diagnostic.error.argument {
        case .named(let name):
            let position = names.firstIndex(of: name)
            if let argument = values.first(where: { $0.name?.name == name }) {
                diagnostic.span = argument.span
                offer(argument.value, &diagnostic)
            } else if let position, values.indices.contains(position), values[position].name == nil {
                diagnostic.span = values[position].value.span
            }
            fill(&diagnostic)
        case .position(let position):
            let unnamed = values.filter { $0.name == nil }
            // A method's receiver is no argument that the user counts.
            let isMethod = if case .member = function.kind { true } else { false }
            let first = isMethod && names.first == "x" ? max(1, position) : position
            guard unnamed.indices.contains(first), let last = unnamed.last else { return }
            diagnostic.span = unnamed[first].value.span.through(last.value.span)
        case nil:
            if diagnostic.error.code == .argumentMismatch { diagnostic.span = expression.span }
            guard diagnostic.error.code == .typeMismatch, values.count == 1 else { return }
            diagnostic.span = values[0].value.span
            fill(&diagnostic)
        }
    }

    /// Of an argument of `train`; nil where it is not written.
    func span(of argument: String) -> SourceSpan? {
        guard case .train(let train) = expression.kind else { return nil }
        return train.arguments.first { $0.name?.name == argument }?.span
    }

    /// `[x, y]` as data: what a note calls images and labels.
    private func parts(of data: Expression) -> [(String, Expression)] {
        guard case .list(let elements) = data.kind, elements.count == 2 else { return [] }
        return [("images", elements[0]), ("labels", elements[1])]
    }

    private func refine(_ train: TrainExpression, _ diagnostic: inout Diagnostic) {
        OperandNames(parts(of: train.data), source).write(into: &diagnostic.error)
        guard case .named(let name)? = diagnostic.error.argument else { return }
        if let argument = train.arguments.first(where: { $0.name?.name == name }) {
            diagnostic.span = argument.span
            offer(argument.value, &diagnostic)
        } else if name == "model" {
            diagnostic.span = train.model.span
        } else if name == "data" {
            diagnostic.span = train.data.span
        }
    }

    // MARK: - Indices

    private func refine(_ subscripts: [Subscript], of base: Expression, _ diagnostic: inout Diagnostic) {
        switch diagnostic.error.code {
        case .misplacedStatement: return nameOuterValue(base, &diagnostic)
        case .typeMismatch, .indexOutOfRange, .keyMissing, .rankMismatch: break
        default: return
        }
        let parts = subscripts.flatMap(\.parts)
        guard let first = parts.first, let last = parts.last else { return }
        diagnostic.span = first.span.through(last.span)
        fill(&diagnostic)
        OperandNames([("x", base)], source).write(into: &diagnostic.error)
    }

    /// `axis=0` for `dim=0`.
    private func offer(_ value: Expression, _ diagnostic: inout Diagnostic) {
        guard let text = OperandNames.line(source, value.span) else { return }
        diagnostic.error.notes = diagnostic.error.notes.map { note in
            note.hasPrefix("write ") && note.hasSuffix("=...") ? "\(note.dropLast(3))\(text)" : note
        }
    }

    /// `int(...)` around what the carets mark.
    private func fill(_ diagnostic: inout Diagnostic) {
        guard let span = diagnostic.span, let text = OperandNames.line(source, span) else { return }
        diagnostic.error.notes = diagnostic.error.notes.map { note in
            note.hasPrefix("write int(...)") || note.hasPrefix("write tensor(...)")
                ? note.replacing("(...)", with: "(\(text))", maxReplacements: 1) : note
        }
    }

    // MARK: - Layers

    /// Carets under `kernel_size=5` of a layer, and what that is called here.
    static func refine(layer diagnostic: inout Diagnostic) {
        guard case .named(let name)? = diagnostic.error.argument, let source = diagnostic.source,
            let span = diagnostic.span,
            let place = source.text(span.start..<span.end).firstRange(of: "\(name)=")
        else { return }
        let text = source.text(span.start..<span.end)
        let start = span.start + text[..<place.lowerBound].utf8.count
        let rest = text[place.lowerBound...].prefix { $0 != "," && $0 != ")" && !$0.isNewline && $0 != ";" }
        diagnostic.span = SourceSpan(start, start + rest.utf8.count)
        let kind = text.prefix { $0.isLetter || $0 == "_" }
        let parameters = LayerDefinition.named(String(kind))?.parameters ?? []
        let names = parameters.map(\.name)
        if let parameter = parameters.first(where: { $0.name == name }) {
            let word = String(rest.dropFirst(name.count + 1))
            guard let ours = EditDistance.nearest(word, among: parameter.words) else { return }
            diagnostic.error.notes.insert("did you mean \(ours)?", at: 0)
            return
        }
        guard let ours = ArgumentErrors.suggestion(for: name, among: names) else { return }
        diagnostic.error.notes.insert("write \(ours)\(rest.dropFirst(name.count))", at: 0)
    }

    // MARK: - Conditions

    /// The condition itself in place of the `x` of the notes.
    private func refineCondition(_ diagnostic: inout Diagnostic) {
        guard let text = OperandNames.line(source, expression.span) else { return }
        switch expression.kind {
        case .and, .or, .lambda, .conditional, .unary(.not, _): return
        default: break
        }
        diagnostic.error.notes = diagnostic.error.notes.map { OperandNames.replace("x", in: $0) { _ in text } }
    }

    // MARK: - Names of other libraries

    /// `np.random.randn(3, 4)`: the whole path, and what it is called here.
    private func refineForeignName(_ name: String, _ diagnostic: inout Diagnostic) {
        guard ForeignNames.isPrefix(name) else {
            if let ours = ForeignLayers.translation(name, arguments(after: expression.span.end)) {
                diagnostic.error.notes = ["write \(ours) in a model"]
            }
            return
        }
        var end = expression.span.end
        var path = name
        while end < source.bytes.count, source.bytes[end] == UInt8(ascii: ".") {
            let rest = source.bytes[(end + 1)...].prefix { $0.isWordByte }
            guard !rest.isEmpty else { break }
            path += "." + source.text(end + 1..<end + 1 + rest.count)
            end += 1 + rest.count
        }
        guard path != name, let last = path.split(separator: ".").last.map(String.init) else { return }
        diagnostic.span = SourceSpan(expression.span.start, end)
        diagnostic.error.message = "there is no '\(path)'"
        if let ours = ForeignLayers.translation(last, arguments(after: end)) {
            diagnostic.error.notes = ["write \(ours) in a model"]
        } else {
            diagnostic.error.notes = [ForeignNames.pathHint(path)]
        }
    }

    /// The text between the parentheses behind a name; nil where there are none, or of several lines.
    private func arguments(after end: Int) -> String? {
        let line = source.lineRange(source.line(at: end))
        guard end < line.upperBound, source.bytes[end] == UInt8(ascii: "(") else { return nil }
        let rest = source.bytes[(end + 1)..<line.upperBound]
        guard let closer = rest.firstIndex(of: UInt8(ascii: ")")) else { return nil }
        return source.text(end + 1..<closer)
    }
}

extension ErrorCode {
    fileprivate var isAboutMembers: Bool { self == .unknownMember || self == .notCallable }
}

extension Argument {
    /// With its name.
    fileprivate var span: SourceSpan { name.map { $0.span.through(value.span) } ?? value.span }
}

extension UInt8 {
    /// Whether a name may hold it.
    fileprivate var isWordByte: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
            true
        default: self >= 0x80
        }
    }
}

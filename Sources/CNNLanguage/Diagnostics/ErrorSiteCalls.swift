import CNNCore

/// Errors of calls: carets under the argument at fault, the user's own arguments in the notes.
extension ErrorSite {
    func refine(call function: Expression, _ arguments: [Argument], _ diagnostic: inout Diagnostic) {
        if diagnostic.error.code == .unknownName, case .name(let name) = function.kind, diagnostic.span == function.span
        {
            return refineForeignName(name, function.span, &diagnostic)
        }
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
        if case .member(let base, let name) = function.kind, name.name == "format",
            diagnostic.error.code == .unknownMember
        {
            return noteFormat(base, name.span, arguments, &diagnostic)
        }
        fillModel(arguments, &diagnostic)
        // Keras' `evaluate(net, x, y)`
        if diagnostic.error.code == .argumentMismatch, names == ["model", "data"], arguments.count == 3,
            let name = line(function), case let parts = arguments.compactMap({ $0.name == nil ? line($0.value) : nil }),
            parts.count == 3
        {
            diagnostic.error.notes.insert("write \(name)(\(parts[0]), [\(parts[1]), \(parts[2])])", at: 0)
        }
        // NumPy's `randint(10)` begins at 0.
        if diagnostic.error.code == .argumentMismatch, case .name("randint") = function.kind, arguments.count == 1,
            arguments[0].name == nil, let high = line(arguments[0].value)
        {
            diagnostic.error.notes.insert("write randint(0, \(high))", at: 0)
        }
        fillArguments(arguments, of: function, &diagnostic)
        if diagnostic.error.code != .unknownMember { place(names, values, function, &diagnostic) }
        if let first = arguments.first, case .list(let elements) = first.value.kind, first.name == nil,
            let name = names.first
        {
            nameElements(elements, of: name, &diagnostic)
        }
        if case .member(let base, _) = function.kind, diagnostic.error.code == .unknownMember {
            noteMissingKey(base, &diagnostic)
        }
        if diagnostic.error.code == .notCallable {
            // Of a number that is called without arguments nothing was meant to be multiplied.
            let isHidden = diagnostic.error.notes.count > 1
            diagnostic.error.notes = diagnostic.error.notes.filter { note in
                !(note == "write * to multiply" && arguments.isEmpty)
                    && !(note == "write x[i] to read an element" && isHidden)
            }
        }
        if diagnostic.error.code == .notCallable, diagnostic.error.notes == ["write x[i] to read an element"] {
            return noteIndex(function, arguments, &diagnostic)
        }
        if case .member(_, let name) = function.kind, diagnostic.error.code == .typeMismatch,
            let hint = ForeignNames.memberHint(name.name)
        {
            // PyTorch's x.float() is another type than Python's float(x).
            diagnostic.error.notes = diagnostic.error.notes.map { $0.hasPrefix("to convert every element") ? hint : $0 }
        }
        var operands = zip(names, values).filter { $0.1.name == nil }.map { ($0.0, $0.1.value) }
        operands += operands.filter { $0.0 == "data" }.flatMap { parts(of: $0.1) }
        for case let argument in values { if let name = argument.name { operands.append((name.name, argument.value)) } }
        if case .member(let base, _) = function.kind, diagnostic.error.code.isAboutMembers {
            operands = receivers(base, diagnostic.error)
            if diagnostic.error.code == .unknownMember {
                // `"abc".slice(1)` goes to the end.
                if arguments.count < 2 {
                    diagnostic.error.notes = diagnostic.error.notes.map { $0.replacing("argument2", with: "") }
                }
                operands += zip(["argument1", "argument2"], arguments.map(\.value)).map { ($0, $1) }
            }
            fillReshape(arguments, &diagnostic)
            if diagnostic.error.code == .unknownMember, let note = noteOfMethod(function, base, arguments) {
                diagnostic.error.notes = [note]
                return
            }
            if diagnostic.error.code == .unknownMember, fillMethod(base, arguments, &diagnostic) { return }
        }
        if case .member(let base, _) = function.kind, diagnostic.error.code == .misplacedStatement {
            nameOuterValue(base, &diagnostic)
        }
        // Python's range has steps of ints too, NumPy's arange any.
        if case .name("range") = function.kind, diagnostic.error.code == .typeMismatch, arguments.count == 3,
            arguments.contains(where: { if case .float(let n) = $0.value.kind { n.rounded() != n } else { false } }),
            let first = arguments.first, let last = arguments.last,
            let text = OperandNames.line(
                source, first.value.span.through(last.value.span))
        {
            diagnostic.error.notes = ["write arange(\(text))"]
        }
        // Which model it is that a way out speaks of.
        if case .name(let name) = function.kind {
            if BuiltinRegistry.named(name) == nil {
                operands.append(("net", function))
            } else if names.first == "layer", let first = arguments.first {
                operands.append(("net", first.value))
            }
        }
        if diagnostic.error.code == .notDifferentiable, case .member(_, let name) = function.kind, name.name == "item" {
            diagnostic.error.notes.append("item() gives a plain number, which gradients do not reach: leave it out")
        }
        OperandNames(operands, source).write(into: &diagnostic.error)
    }

    /// `net.fit(images, labels)` and `x.unsqueeze(0)`
    private func noteOfMethod(_ function: Expression, _ base: Expression, _ arguments: [Argument]) -> String? {
        guard case .member(_, let name) = function.kind, let receiver = line(base) else { return nil }
        let texts = arguments.compactMap { line($0.value) }
        guard texts.count == arguments.count else { return nil }
        switch name.name {
        case "fit":
            return ForeignArrayCalls.fit(
                receiver,
                zip(arguments, texts).map { argument, text in (argument.name.map { "\($0.name)=" } ?? "") + text })
        case "unsqueeze", "expand_dims":
            guard texts.count == 1, let axis = Int(texts[0]) else { return nil }
            return ErrorSite.newAxis(OperandNames.isSimple(base, receiver) ? receiver : "(\(receiver))", axis)
                .map { "write \($0)" }
        default: return nil
        }
    }

    /// `confusion(net(x), y)`: the model itself, and its data.
    private func fillModel(_ arguments: [Argument], _ diagnostic: inout Diagnostic) {
        guard arguments.count > 1, case .call(let model, let inputs) = arguments[0].value.kind, inputs.count == 1,
            case .name(let name) = model.kind, BuiltinRegistry.named(name) == nil, let images = line(inputs[0].value),
            let labels = line(arguments[1].value)
        else { return }
        diagnostic.error.notes = diagnostic.error.notes.map { note in
            guard note.hasSuffix("(net, [images, labels])"), let start = note.firstRange(of: " it is ") else {
                return note
            }
            let call = String(note[start.upperBound...].dropLast("(net, [images, labels])".count))
            return "write \(call)(\(name), [\(images), \(labels)])"
        }
    }

    /// `"{:.4f}".format(loss)`
    private func noteFormat(
        _ base: Expression, _ name: SourceSpan, _ arguments: [Argument], _ diagnostic: inout Diagnostic
    ) {
        diagnostic.span = name
        guard case .string = base.kind else { return }
        let values = arguments.map { (name: $0.name?.name, text: source.text($0.value.span)) }
        guard let written = FormatTemplate.format(source.text(base.span), values) else { return }
        diagnostic.error.notes = ["write \(written)"]
    }

    /// MATLAB's `x(1)`
    private func noteIndex(_ function: Expression, _ arguments: [Argument], _ diagnostic: inout Diagnostic) {
        let index = arguments.compactMap { $0.name == nil ? line($0.value) : nil }
        guard !index.isEmpty, index.count == arguments.count, let name = line(function) else { return }
        // A list of lists has an index for each.
        let isList = diagnostic.error.message.hasPrefix("a list")
        let written = isList ? index.map { "[\($0)]" }.joined() : "[\(index.joined(separator: ", "))]"
        diagnostic.error.notes = ["write \(name)\(written) to read an element"]
    }

    private func line(_ value: Expression) -> String? { OperandNames.line(source, value.span) }

    /// The element itself for `list[0]` of a list that is written out.
    private func nameElements(_ elements: [Expression], of name: String, _ diagnostic: inout Diagnostic) {
        for (index, element) in elements.enumerated() {
            guard let text = OperandNames.line(source, element.span) else { continue }
            let simple = OperandNames.isSimple(element, text) ? text : "(\(text))"
            diagnostic.error.notes = diagnostic.error.notes.map {
                $0.hasPrefix("write \(name)[\(index)].")
                    ? $0.replacing("\(name)[\(index)]", with: simple, maxReplacements: 1) : $0
            }
        }
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
                || LayerBuiltins.functions.values.contains { note == "write \($0)(...)" }
                || (isMethod && (note.hasPrefix("write train model on ...") || note.hasSuffix("(net, ...)")))
            return isOpen ? note.replacing("...", with: text, maxReplacements: 1) : note
        }
    }

    /// `a.mm(b)`: both in the form that it has here.
    private func fillMethod(_ base: Expression, _ arguments: [Argument], _ diagnostic: inout Diagnostic) -> Bool {
        let texts = [base] + arguments.map(\.value)
        let parts = texts.compactMap(line)
        guard !arguments.isEmpty, parts.count == texts.count, diagnostic.error.notes.count == 1 else { return false }
        let filled = ForeignCall.filled(diagnostic.error.notes[0], parts.joined(separator: ", "))
        defer { diagnostic.error.notes = [filled] }
        return filled != diagnostic.error.notes[0]
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
    func nameOuterValue(_ base: Expression, _ diagnostic: inout Diagnostic) {
        guard let name = ErrorSite.root(of: base) else { return nameTemporary(base, &diagnostic) }
        diagnostic.error.message = "'\(name)' belongs to an outer scope, and a function cannot change it"
        diagnostic.error.notes = [
            "give it as an argument and return it: \(name) = f(\(name)), where f ends with return \(name)"
        ]
    }

    /// `f()[0] = 5`: what is changed is gone at once.
    private func nameTemporary(_ base: Expression, _ diagnostic: inout Diagnostic) {
        var root = base
        while true {
            switch root.kind {
            case .index(let inner, _), .member(let inner, _): root = inner
            default:
                let text = OperandNames.line(source, root.span) ?? "this value"
                if case .string = root.kind {
                    diagnostic.error.message = "a str cannot be changed"
                    diagnostic.error.notes = ["build a new one with +"]
                    return
                }
                let isCall = if case .call = root.kind { true } else { false }
                diagnostic.error.message =
                    isCall ? "the result of \(text) cannot be changed: nothing keeps it" : "\(text) cannot be changed"
                diagnostic.error.notes = ["give it a name first: result = \(text)"]
                return
            }
        }
    }

    private static func root(of expression: Expression) -> String? {
        switch expression.kind {
        case .name(let name): name
        case .index(let base, _), .member(let base, _): root(of: base)
        default: nil
        }
    }

    /// What a note about a member calls the value before the point.
    func receivers(_ base: Expression, _ error: CNNError) -> [(String, Expression)] {
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
                fill(argument.value, as: "\(name)=", &diagnostic)
            } else if let position, values.indices.contains(position), values[position].name == nil {
                diagnostic.span = values[position].value.span
                fill(values[position].value, &diagnostic)
            }
        case .position(let position):
            let unnamed = values.filter { $0.name == nil }
            // A method's receiver is no argument that the user counts.
            let isMethod = if case .member = function.kind { true } else { false }
            let first = isMethod && names.first == "x" ? max(1, position) : position
            guard unnamed.indices.contains(first), let last = unnamed.last else { return }
            diagnostic.span = unnamed[first].value.span.through(last.value.span)
        case nil:
            if diagnostic.error.code == .argumentMismatch { diagnostic.span = expression.span }
            if let culprit = culprit(names, values, diagnostic.error.code) {
                diagnostic.span = culprit.span
                return
            }
            guard values.count == 1, diagnostic.error.code.isAboutOneArgument else { return }
            diagnostic.span = values[0].value.span
            fill(values[0].value, &diagnostic)
        }
    }

    /// The argument that errors of one kind are always about.
    private func culprit(_ names: [String], _ values: [Argument], _ code: ErrorCode) -> Argument? {
        let wanted: [String]
        switch code {
        case .labelOutOfRange: wanted = ["labels"]
        case .fileNotFound, .fileUnreadable, .malformedFile: wanted = ["path"]
        case .invalidConversion: wanted = ["value"]
        default: return nil
        }
        guard case .call(let function, _) = expression.kind, case .name(let name) = function.kind,
            BuiltinRegistry.named(name) != nil
        else { return nil }
        if let named = values.first(where: { $0.name.map { wanted.contains($0.name) } ?? false }) { return named }
        guard let place = names.firstIndex(where: wanted.contains), values.indices.contains(place),
            values[place].name == nil
        else { return nil }
        return values[place]
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

    func refine(_ train: TrainExpression, _ diagnostic: inout Diagnostic) {
        OperandNames(parts(of: train.data) + [("data", train.data)], source).write(into: &diagnostic.error)
        // `train net on d.images`
        if case .member(let base, let name) = train.data.kind, name.name == "images",
            diagnostic.error.code == .typeMismatch, diagnostic.error.message.contains("'on' is"), let text = line(base)
        {
            diagnostic.span = train.data.span
            diagnostic.error.notes = ["write \(text), which has its labels too"]
        }
        // `train d on net`
        if diagnostic.error.message == "train needs a model, not a dataset", let model = line(train.data),
            let data = line(train.model), model != data
        {
            diagnostic.error.notes = ["write train \(model) on \(data)"]
        }
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
}

extension ErrorCode {
    fileprivate var isAboutMembers: Bool { self == .unknownMember || self == .notCallable }

    /// Where a call has only one, it is the one at fault.
    fileprivate var isAboutOneArgument: Bool {
        switch self {
        case .typeMismatch, .invalidConversion, .dtypeMismatch, .shapeMismatch, .rankMismatch, .channelMismatch,
            .invalidValue:
            true
        default: false
        }
    }
}

extension Argument {
    /// With its name.
    fileprivate var span: SourceSpan { name.map { $0.span.through(value.span) } ?? value.span }
}

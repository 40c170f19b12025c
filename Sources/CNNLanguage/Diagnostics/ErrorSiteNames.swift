import CNNCore

/// Errors of names: those of other libraries, and of the arguments of layers.
extension ErrorSite {
    /// `np.random.randn(3, 4)`: the whole path, and what it is called here.
    /// - Parameter span: of the name, or of what stands before the first point.
    func refineForeignName(_ name: String, _ span: SourceSpan, _ diagnostic: inout Diagnostic) {
        var end = span.end
        var path = name
        while ForeignNames.isPrefix(name), end < source.bytes.count, source.bytes[end] == UInt8(ascii: ".") {
            let rest = source.bytes[(end + 1)...].prefix { $0.isWordByte }
            guard !rest.isEmpty else { break }
            path += "." + source.text(end + 1..<end + 1 + rest.count)
            end += 1 + rest.count
        }
        if path == name, isKey(span) {
            diagnostic.error.notes.insert("a key that is a text stands in quotes: \"\(name)\": ...", at: 0)
        }
        if path == name, let note = noteOfPlace(name, SourceSpan(span.start, end)) {
            diagnostic.error.notes = [note]
            return
        }
        let last = path.split(separator: ".").last.map(String.init) ?? path
        let arguments = arguments(after: end)
        if path != name {
            diagnostic.span = SourceSpan(span.start, end)
            diagnostic.error.message = "there is no '\(path)'"
            diagnostic.error.notes = [ForeignNames.pathHint(path)]
        }
        if let arguments, let note = ErrorSite.noteOfCall(path, last, arguments) {
            diagnostic.error.notes = [note]
        } else if let ours = ForeignLayers.translation(last, arguments) {
            diagnostic.error.notes = ["write \(ours) in a model"]
        } else if let arguments {
            diagnostic.error.notes = diagnostic.error.notes.map { note in
                note.hasSuffix(": write \(last)")
                    ? note + (ErrorSite.callArguments(of: last, arguments) ?? "") : ForeignCall.filled(note, arguments)
            }
            nameFunction(&diagnostic)
        } else if path == name, ForeignNames.isFunction(name) {
            // Not called, it is as likely a variable.
            diagnostic.error.notes.insert("a name gets a value by an assignment: \(name) = ...", at: 0)
        }
    }

    /// The arguments of a call with a prefix where the function without it takes the same ones: `(x, axis=0)`, and
    /// `(3x4)` for the sizes `3, 4`.
    private static func callArguments(of name: String, _ text: String) -> String? {
        guard let builtin = BuiltinRegistry.named(name), let parts = ForeignCall.parts(text), !parts.isEmpty else {
            return nil
        }
        if builtin.parameters.first?.name == "size", parts.count > 1, parts.allSatisfy({ $0.allSatisfy(\.isNumber) }) {
            return "(\(parts.joined(separator: "x")))"
        }
        if name == "save", parts.count == 2 { return savedCall(parts) }
        // PyTorch's tensors say where they are, and whether they have gradients.
        if parts.contains(where: { ["requires_grad", "device"].contains($0.label) }) {
            let kept = parts.filter { !["requires_grad", "device"].contains($0.label) }
            return kept.isEmpty ? nil : callArguments(of: name, kept.joined(separator: ", "))
        }
        let own = parts.map { ownLabel($0, builtin) }
        if own != parts { return callArguments(of: name, own.joined(separator: ", ")) }
        let unnamed = parts.count { $0.label == nil }
        let most = builtin.parameters.contains(where: \.isVariadic) ? Int.max : builtin.parameters.count
        let isKnown = parts.allSatisfy { part in
            guard let label = part.label else { return true }
            return builtin.parameters.contains { $0.name == label }
        }
        // NumPy's tuples are lists here.
        guard isKnown, unnamed <= most, !text.contains("(("), !parts.contains(where: { $0.hasPrefix("(") }) else {
            return nil
        }
        return "(\(text))"
    }

    /// `axis=0` for `dim=0`
    private static func ownLabel(_ part: String, _ builtin: Builtin) -> String {
        let names = builtin.parameters.map(\.name)
        guard let label = part.label, !names.contains(label),
            let ours = ArgumentErrors.foreignName(label, among: names)
        else { return part }
        return ours + part.dropFirst(label.count)
    }

    /// NumPy has the path first, PyTorch a dict of weights and other endings.
    private static func savedCall(_ parts: [String]) -> String {
        let isSwapped = parts[0].hasPrefix("\"") || parts[0].hasPrefix("'")
        var (value, path) = isSwapped ? (parts[1], parts[0]) : (parts[0], parts[1])
        if value.hasSuffix(".state_dict()") { value.removeLast(".state_dict()".count) }
        for ending in [".pth", ".pt"] { path = path.replacing(ending + "\"", with: ".safetensors\"") }
        return "(\(value), \(path))"
    }

    /// What the signs around a name tell: `x <- 3`, `3 // three`, `x[end]`, `console.log(x)`.
    private func noteOfPlace(_ name: String, _ span: SourceSpan) -> String? {
        let line = source.lineRange(source.line(at: span.start))
        let before = source.text(line.lowerBound..<span.start)
        let behind = source.text(span.end..<line.upperBound)
        let start = before.trimmedOfBlanks
        if start.isEmpty, let arrow = behind.firstRange(of: "<- "),
            behind[..<arrow.lowerBound].allSatisfy({ $0 == " " })
        {
            let value = behind[behind.index(before: arrow.upperBound)...].prefix { $0 != ";" }
            return "an assignment is written '=': write \(name) =\(value)"
        }
        if start.hasSuffix("//"), !behind.contains("//") {
            return "a comment begins with #: write # \(name)\(behind)"
        }
        if name == "end", let sign = start.last, "[:,(".contains(sign), start.contains("[") || sign == "[" {
            return sign == ":" ? "leave it out: x[1:] goes to the end" : "the index of the last element is -1"
        }
        if name == "System", behind.hasPrefix(".exit(") { return ForeignNames.hint(for: "exit") }
        if ["console", "System", "std"].contains(name), let opener = behind.firstIndex(of: "("),
            let values = ForeignCall.enclosed(String(behind[opener...]))
        {
            return "write print(\(values))"
        }
        return nil
    }

    /// Calls whose arguments stand otherwise here, or which are not needed.
    private static func noteOfCall(_ path: String, _ last: String, _ arguments: String) -> String? {
        let parts = ForeignCall.parts(arguments) ?? []
        switch last {
        case "isinstance": return TypeTest.note(arguments)
        case "imread", "loadtxt", "genfromtxt", "read_csv":
            guard let first = parts.first, first.hasPrefix("\"") || first.hasPrefix("'") else { return nil }
            return "write load(\(first))"
        case "DataLoader":
            guard let data = parts.first, data.label == nil else { return nil }
            let named = parts.dropFirst().filter { $0.label != nil }
            let size = named.first { $0.label == "batch_size" }?.dropFirst("batch_size=".count)
            let order = named.first { $0.label == "shuffle" }.map { ", \($0)" } ?? ""
            return "write batches(\(data), \(size.map(String.init) ?? "32")\(order))"
        case "random", "random_sample": return parts.isEmpty && path != last ? "write rand()" : nil
        case "printf", "sprintf", "fprintf":
            guard let first = parts.first, first.hasPrefix("\""), first.count > 1 else { return nil }
            var text = first
            if text.hasSuffix("\\n\"") { text = text.dropLast(3) + "\"" }
            if parts.count == 1 { return "write print(\(text))" }
            return FormatTemplate.percent(text, Array(parts.dropFirst())).map { "write print(\($0))" }
        case "expand_dims", "unsqueeze":
            guard parts.count == 2, let axis = Int(parts[1].split(separator: "=").last ?? "") else { return nil }
            return newAxis(parts[0], axis).map { "write \($0)" }
        case "show", "figure", "title", "xlabel", "ylabel", "legend", "subplot", "subplots", "colorbar", "axis", "grid",
            "tight_layout", "savefig", "xlim", "ylim":
            guard path.hasPrefix("plt.") || last == "figure" else { return nil }
            return "leave it out: plot(...) and show(...) draw at once, with title=\"...\" for a title"
        default:
            return ForeignArrayCalls.note(path, last, parts) ?? optimizer(last, parts)
                ?? (path == last ? ForeignLanguageCalls.note(last, parts) : nil)
        }
    }

    /// PyTorch's `SGD(net.parameters(), lr=0.1)`
    private static func optimizer(_ last: String, _ parts: [String]) -> String? {
        let names = ["SGD": "sgd", "Adam": "adam", "AdamW": "adamw", "RMSprop": "rmsprop", "Adagrad": "adagrad"]
        guard let ours = names[last], let first = parts.first else { return nil }
        let hasNet = first.hasSuffix(".parameters()")
        guard hasNet || parts.allSatisfy({ $0.label != nil }) else { return nil }
        let others = hasNet ? Array(parts.dropFirst()) : parts.map { $0.replacing("learning_rate=", with: "lr=") }
        let isKnown = others.allSatisfy { part in
            guard let label = part.label else { return false }
            return BuiltinRegistry.named(ours)?.parameters.contains { $0.name == label } == true
        }
        let kept = isKnown ? others : others.filter { $0.label == "lr" }
        let net = hasNet ? [String(first.dropLast(".parameters()".count))] : []
        return "write \(ours)(\((net + kept).joined(separator: ", ")))"
    }

    /// `x[None]`, `x[:, None]`, `x[..., None]`
    static func newAxis(_ value: String, _ axis: Int) -> String? {
        switch axis {
        case -1: "\(value)[..., None]"
        case 0...7: "\(value)[\(String(repeating: ":, ", count: axis))None]"
        default: nil
        }
    }

    /// Whether a name stands before a colon in a dict: `{a: 1}`. The `{x:.2f}` of an f-string has no blank there.
    private func isKey(_ span: SourceSpan) -> Bool {
        let isBlank = { (byte: UInt8) in byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 }
        guard let before = source.bytes[..<span.start].last(where: { !isBlank($0) }),
            before == UInt8(ascii: "{") || before == UInt8(ascii: ","), span.end + 1 < source.bytes.count
        else { return false }
        return source.bytes[span.end] == UInt8(ascii: ":") && isBlank(source.bytes[span.end + 1])
    }

    /// `maxpol(x, 2)`: what is nearest is a layer, and what computes has another name.
    private func nameFunction(_ diagnostic: inout Diagnostic) {
        diagnostic.error.notes = diagnostic.error.notes.map { note in
            guard note.hasPrefix("did you mean "), note.hasSuffix("?"),
                let function = LayerBuiltins.functions[String(note.dropFirst("did you mean ".count).dropLast())]
            else { return note }
            return "did you mean \(function), or in a model \(note.dropFirst("did you mean ".count))"
        }
    }

    /// The text between the parentheses behind a name; nil where there are none, or of several lines.
    private func arguments(after end: Int) -> String? {
        let line = source.lineRange(source.line(at: end))
        guard end < line.upperBound, source.bytes[end] == UInt8(ascii: "(") else { return nil }
        let rest = source.text(end..<line.upperBound)
        return ForeignCall.enclosed(rest)
    }

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
            let word = rest.dropFirst(name.count + 1).filter { $0 != "\"" && $0 != "'" }
            if parameter.words.contains(word.lowercased()) {
                diagnostic.error.notes = ["write \(name)=\(word.lowercased())"]
                return
            }
            guard let ours = EditDistance.nearest(word, among: parameter.words) else { return }
            diagnostic.error.notes = ["did you mean \(ours)?"]
            return
        }
        guard let ours = ArgumentErrors.suggestion(for: name, among: names) else { return }
        diagnostic.error.notes.insert("write \(ours)\(rest.dropFirst(name.count))", at: 0)
    }
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

import CNNCore

/// What `help` prints: from the registry, the layers' table and the errors' table.
public struct HelpText {
    /// Of lines that are words, where that can be; an example stays as it is.
    let columns: Int
    /// Where nobody says otherwise: the same bytes everywhere.
    public static let usualColumns = 80

    /// In bytes: to look for more takes long and finds nothing.
    private static let longestTopic = 200

    /// Of a terminal: nobody reads lines that are narrower or wider.
    public static let readableColumns = 40...200

    /// - Parameter columns: of the terminal.
    public init(columns: Int = HelpText.usualColumns) { self.columns = HelpText.readable(columns) }

    /// The columns that texts are laid out for on a terminal of so many.
    public static func readable(_ columns: Int) -> Int {
        min(max(columns, readableColumns.lowerBound), readableColumns.upperBound)
    }

    /// For a name, or for words that are searched for; nil where nothing is about them.
    public func found(for query: String) -> String? {
        if let text = text(named: query) { return text }
        return ForeignNames.hint(for: query) == nil ? HelpSearch.text(for: query, columns: columns) : nil
    }

    /// For a name, as `help("conv2d")`, `help("E0301")`, `help("dataset.map")` and the terminal's `help conv2d` ask for
    /// it; nil where nothing has it.
    public func text(named name: String) -> String? {
        if let code = ErrorCode(rawValue: name.uppercased()) { return ErrorCatalog.text(code, columns: columns) }
        if let text = text(ofFamily: name.uppercased()) { return text }
        if let point = name.lastIndex(of: ".") {
            return text(ofMethod: String(name[name.index(after: point)...]), of: String(name[..<point]))
        }
        var parts: [String] = []
        if let builtin = BuiltinRegistry.named(name) { parts.append(text(builtin)) }
        if let form = LanguageForm.named(name) { parts.append(text(form)) }
        for (type, list) in BuiltinRegistry.methods {
            parts += list.filter { $0.name == name }.map { text($0, methodOf: type) }
        }
        if let layer = LayerDefinition.named(name) { parts.append(text(layer)) }
        if BuiltinRegistry.constantNames.contains(name) {
            parts.append("\(name)\n  an element type of tensors: zeros(3, dtype=\(name))\n")
        }
        if let module = ModuleManual.named(name) { parts.append(text(module)) }
        parts += ModuleManual.entries(named: name).map(text)
        return parts.isEmpty ? nil : parts.joined(separator: "\n")
    }

    /// The errors of a family: `E03`.
    private func text(ofFamily name: String) -> String? {
        let errors = ErrorCatalog.all.filter { $0.code.rawValue.hasPrefix(name) }
        guard name.count == 3, name.hasPrefix("E"), let first = errors.first else { return nil }
        let lines =
            table(errors.map { ($0.code.rawValue, $0.title) }) + [
                "", "help \(first.code.rawValue) explains the first.",
            ]
        return lines.map { $0 + "\n" }.joined()
    }

    /// For a module that comes along: what it has.
    private func text(_ module: ModuleManual) -> String {
        let lines =
            ["import \(module.name)"] + wrapped(module.summary, indent: 2) + [""]
            + module.entries.flatMap { WordWrap.call($0.call, columns: columns) + wrapped($0.summary, indent: 2) }
        return lines.map { $0 + "\n" }.joined()
    }

    private func text(_ entry: ModuleManual.Entry) -> String {
        let lines =
            WordWrap.call(entry.call, columns: columns) + wrapped(entry.summary, indent: 2)
            + ["", "  after import \(entry.module)"]
        return lines.map { $0 + "\n" }.joined()
    }

    /// For `list.append`, as the manual calls it; a tensor's methods are built-ins. Nil where the type has none such.
    private func text(ofMethod name: String, of type: String) -> String? {
        if type == "tensor" { return Members.tensorMethods.first { $0.name == name }.map { text($0) } }
        if let entry = ModuleManual.named(type)?.entries.first(where: { $0.name == name }) { return text(entry) }
        let methods = BuiltinRegistry.methods.first { $0.type == type }?.list ?? []
        return methods.first { $0.name == name }.map { text($0, methodOf: type) }
    }

    /// For a built-in: signature, line, formula, example.
    func text(_ builtin: Builtin, methodOf type: String? = nil) -> String {
        var lines = WordWrap.call(type.map { builtin.methodSignature($0) } ?? builtin.signature, columns: columns)
        lines += wrapped(builtin.summary, indent: 2)
        lines += self.formula(builtin.formula)
        lines.append("")
        // A figure is as wide as it is; what a summary says are words and tables.
        let isFigure = builtin.group == .look && builtin.name != "summary"
        lines += exampleLines(builtin.example, isFitted: !isFigure)
        return lines.map { $0 + "\n" }.joined()
    }

    private func text(_ layer: LayerDefinition) -> String {
        let arguments = layer.parameters.isEmpty ? [] : [""] + table(layer.parameters.map { ($0.name, $0.summary) })
        let lines =
            WordWrap.call("layer \(layer.signature)", columns: columns) + wrapped(layer.summary, indent: 2)
            + formula(layer.formula) + arguments + [""] + code(layer.example, "  ", "  ")
        return lines.map { $0 + "\n" }.joined()
    }

    /// For a word of the language, or a form of a statement or an expression.
    func text(_ form: LanguageForm) -> String {
        var lines = form.forms.flatMap { WordWrap.call($0, columns: columns) } + wrapped(form.summary, indent: 2)
        if form.names[0] == "train" { lines += [""] + table(TrainingKey.allCases.map { ($0.rawValue, $0.summary) }) }
        lines.append("")
        lines += exampleLines(form.example)
        return lines.map { $0 + "\n" }.joined()
    }

    private func formula(_ formula: String?) -> [String] {
        guard let formula else { return [] }
        return [""] + WordWrap.formula(formula, columns: columns - 4).flatMap { wrapped($0, indent: 4) }
    }

    /// Names with what they are, in two columns.
    private func table(_ rows: [(name: String, summary: String)]) -> [String] {
        let width = rows.map(\.name.count).max() ?? 0
        return rows.flatMap { name, summary -> [String] in
            let lines = wrapped(summary, indent: width + 4)
            let padded = name + String(repeating: " ", count: width - name.count)
            return ["  \(padded)  \(lines[0].dropFirst(width + 4))"] + lines.dropFirst()
        }
    }

    private func exampleLines(_ example: (code: String, output: String), isFitted: Bool = true) -> [String] {
        var lines = example.code.split(separator: "\n").flatMap { code(String($0), "  >>> ", "  ... ") }
        let isNarrow = isFitted && columns < HelpText.usualColumns
        let output = isNarrow ? FittedText.table(example.output, columns: columns - 2) : example.output
        lines += output.split(separator: "\n", omittingEmptySubsequences: false).map {
            $0.isEmpty ? "" : "  \($0)"
        }
        while lines.last == "" { lines.removeLast() }
        return lines
    }

    private func code(_ line: String, _ first: String, _ next: String) -> [String] {
        columns < HelpText.usualColumns ? WordWrap.code(line, first, next, columns: columns) : [first + line]
    }

    /// For a value of any type.
    func text(_ topic: Value, _ call: Call) throws -> String {
        switch topic {
        case .builtin(let object): return text(object.builtin)
        case .function(let function):
            let lines = WordWrap.call(function.asciiSignature, columns: columns) + ["  a function of this session"]
            return lines.map { $0 + "\n" }.joined()
        case .string(let object) where object.text.utf8.count > HelpText.longestTopic:
            throw call.wrongType(0, "a name or a few words", topic)
        case .string(let object):
            if let text = text(named: object.text) { return text }
            if let value = call.interpreter.module[object.text] { return try text(value, call) }
            if ForeignNames.hint(for: object.text) == nil,
                let found = HelpSearch.text(for: object.text, columns: columns)
            {
                return found
            }
            throw HelpText.missing(object.text)
        case .native(let object) where object is DTypeObject: return text(named: object.display()) ?? ""
        default: return text(of: topic)
        }
    }

    /// That nothing is about these words, and what may be meant.
    public static func missing(_ topic: String) -> CNNError {
        let names =
            BuiltinRegistry.all.map(\.name) + LayerDefinition.all.map(\.name)
            + LanguageForm.all.flatMap(\.names).filter(HelpText.isWord)
        let nearest = EditDistance.nearest(topic, among: names)
        let note = ForeignNames.hint(for: topic) ?? nearest.map { "did you mean \($0)?" } ?? "help lists all names"
        return CNNError(
            .unknownName, "there is no help for '\(topic)'", notes: [note], argument: .named("topic"))
    }

    /// What a value is, and what stands behind its point.
    public func text(of value: Value) -> String {
        // After import filters the name is the module itself.
        if case .native(let object) = value, let module = object as? ModuleObject,
            let page = ModuleManual.named(module.name)
        {
            return text(page)
        }
        let names = Members.names(value)
        let lines =
            [value.typeName.withArticle + HelpText.detail(of: value)]
            + (names.isEmpty ? [] : wrapped(names.map { ".\($0)" }.joined(separator: " "), indent: 2))
        return lines.map { $0 + "\n" }.joined()
    }

    /// What stands behind the type of a value: a tensor's shape and dtype, a model's name and input.
    private static func detail(of value: Value) -> String {
        switch value {
        case .tensor(let object): return " \(object.tensor.shape) \(object.tensor.dtype.rawValue)"
        case .native(let object):
            guard let model = (object as? ModelObject)?.model else { return "" }
            return " \(model.name), " + (model.inputShape.map { "input \($0)" } ?? "no shapes until its first call")
        default: return ""
        }
    }

    /// All names by group.
    public func overview() -> String {
        var lines =
            wrapped("help conv2d explains one of these; help E0301 an error; help \"strides\" searches.", indent: 0) + [
                ""
            ]
        for group in Builtin.Group.allCases {
            let names = BuiltinRegistry.all.filter { $0.group == group }.map(\.name)
            if names.isEmpty { continue }
            lines.append(group.title)
            lines += wrapped(names.joined(separator: " "), indent: 2)
        }
        for (type, list) in BuiltinRegistry.methods {
            lines.append("Methods of \(type.withArticle)")
            lines += wrapped(list.map(\.name).joined(separator: " "), indent: 2)
        }
        lines.append("Words and forms of the language")
        lines += wrapped(LanguageForm.all.flatMap(\.names).filter(HelpText.isWord).joined(separator: " "), indent: 2)
        lines.append("Layers of a model")
        lines += wrapped(LayerDefinition.all.map(\.name).joined(separator: " "), indent: 2)
        lines.append("Modules, by import")
        lines += wrapped(ModuleManual.all.map(\.name).joined(separator: " "), indent: 2)
        return lines.map { $0 + "\n" }.joined()
    }

    /// Whether it can be asked for without quotes.
    private static func isWord(_ name: String) -> Bool { name.allSatisfy { $0.isLetter || $0 == "_" } && name != "x" }

    private func wrapped(_ text: String, indent: Int) -> [String] {
        HelpText.wrapped(text, indent: indent, columns: columns)
    }

    /// Words in lines, with blanks before each.
    static func wrapped(_ text: String, indent: Int, columns: Int = HelpText.usualColumns) -> [String] {
        let lines = WordWrap.packed(text.split(separator: " ").map(String.init), indent: indent, columns: columns)
        return lines.isEmpty ? [String(repeating: " ", count: indent)] : lines
    }
}

extension Builtin {
    /// `text.upper()`: as a method is called.
    func methodSignature(_ type: String) -> String {
        let receiver = parameters.first?.name ?? type
        let rest = Builtin(name, Array(parameters.dropFirst()), group, summary, example: example, body: body)
        return "\(receiver).\(rest.signature)"
    }
}

extension String {
    /// `an int`, `a tensor`.
    var withArticle: String { first.map { "aeio".contains($0) } == true ? "an \(self)" : "a \(self)" }
}

extension Builtin.Group {
    /// As a heading.
    public var title: String {
        switch self {
        case .make: "Make"
        case .elementwise: "Elementwise"
        case .reduce: "Reduce"
        case .shape: "Shape"
        case .linearAlgebra: "Linear algebra"
        case .cnn: "CNN"
        case .lecture: "Lecture"
        case .explain: "Explain"
        case .look: "Look"
        case .data: "Data"
        case .augment: "Augment"
        case .evaluate: "Evaluate"
        case .strings: "Strings"
        case .lists: "Lists"
        case .language: "Language"
        case .training: "Training"
        }
    }
}

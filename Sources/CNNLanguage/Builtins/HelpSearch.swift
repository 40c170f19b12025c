import CNNCore

/// Finds entries of the manual by a word in them: `help "strides"`.
enum HelpSearch {
    private struct Entry {
        /// As `help` is asked for it.
        let name: String
        let summary: String
        /// The words that count most: names of the entry and of its parameters.
        let names: [String]
        let text: String
    }

    /// More are counted, not listed.
    private static let limit = 20

    /// The entries that hold every word of a query, those first that have one as a name; nil where there are none.
    static func text(for query: String, columns: Int) -> String? {
        let stems = words(query).map(stem)
        guard !stems.isEmpty else { return nil }
        let found = entries.filter { entry in stems.allSatisfy { entry.text.contains($0) } }
        guard !found.isEmpty else { return nil }
        func isNamed(_ entry: Entry) -> Bool { stems.contains { stem in entry.names.contains { $0.hasPrefix(stem) } } }
        let ordered = found.filter(isNamed) + found.filter { !isNamed($0) }
        var lines = ["\(found.count == 1 ? "1 entry" : "\(found.count) entries") about \"\(query)\":", ""]
        for entry in ordered.prefix(limit) {
            lines += [entry.name] + HelpText.wrapped(entry.summary, indent: 2, columns: columns)
        }
        if ordered.count > limit { lines.append("... and \(ordered.count - limit) more") }
        lines += [""] + HelpText.wrapped("help \(ordered[0].name) explains the first.", indent: 0, columns: columns)
        return lines.map { $0 + "\n" }.joined()
    }

    private static let entries: [Entry] = {
        var list = BuiltinRegistry.all.map { entry($0) }
        for (type, methods) in BuiltinRegistry.methods {
            list += methods.map { entry($0, summary: "of \(type.withArticle): \($0.summary)") }
        }
        list += LayerDefinition.all.map { layer in
            Entry(
                name: layer.name, summary: "a layer: \(layer.summary)",
                names: ([layer.name] + layer.parameters.map(\.name)).flatMap(words),
                text: "\(layer.signature) \(layer.summary) \(layer.parameters.map(\.summary))".lowercased())
        }
        list += LanguageForm.all.map { form in
            Entry(
                name: form.names[0], summary: form.summary, names: form.names.flatMap(words),
                text: "\(form.names.joined(separator: " ")) \(form.forms) \(form.summary)".lowercased())
        }
        list += ErrorCatalog.all.map { error in
            Entry(
                name: error.code.rawValue, summary: error.title, names: [],
                text: "\(error.title) \(error.text)".lowercased())
        }
        list += ModuleManual.all.flatMap(\.entries).map { entry in
            Entry(
                name: "\(entry.module).\(entry.name)", summary: entry.summary, names: words(entry.name),
                text: "\(entry.call) \(entry.summary)".lowercased())
        }
        // A function and its layer, or a method of several types, are one page.
        var seen: Set<String> = []
        return list.filter { seen.insert($0.name).inserted }
    }()

    private static func entry(_ builtin: Builtin, summary: String? = nil) -> Entry {
        Entry(
            name: builtin.name, summary: summary ?? builtin.summary,
            names: ([builtin.name] + builtin.parameters.map(\.name)).flatMap(words),
            text: "\(builtin.signature) \(builtin.summary) \(builtin.formula ?? "")".lowercased())
    }

    private static func words(_ text: String) -> [String] {
        text.lowercased().split { !($0.isLetter || $0.isNumber) }.map(String.init)
    }

    /// `strides` asks for stride, `losses` for loss.
    private static func stem(_ word: String) -> String {
        if word.count > 5, word.hasSuffix("sses") { return String(word.dropLast(2)) }
        return word.count > 3 && word.hasSuffix("s") && !word.hasSuffix("ss") ? String(word.dropLast()) : word
    }
}

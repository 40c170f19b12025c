import CNNCore
import CNNLanguage

/// One way to go on.
struct Candidate: Equatable {
    /// What takes the place of the word.
    let text: String
    /// A signature, a line; shown beside it.
    var hint = ""
    /// One line; shown below the hint where this is the only candidate.
    var summary = ""
    /// What follows where this is the only candidate.
    var end = ""
}

/// Finds how a name, an argument, a file can go on. Looks at values and runs nothing.
struct Completer {
    let interpreter: Interpreter
    /// Whether small letters stand for large ones too, as the user of readline may want it.
    let ignoresCase: Bool
    /// What the entry itself gives names to.
    private var given: [String] = []

    init(interpreter: Interpreter, ignoresCase: Bool = false) {
        self.interpreter = interpreter
        self.ignoresCase = ignoresCase
    }

    /// - Parameter text: the entry up to the cursor, of one line or several.
    /// - Returns: the word before the cursor, what it may become in the order of the alphabet, and the call around it.
    func candidates(for text: String) -> (word: String, list: [Candidate], form: CallForm?) {
        if let command = commandPart(text) { return command }
        if let topic = topicPart(text) { return (topic, topics(topic), nil) }
        let context = InputContext(text)
        var completer = self
        completer.given = context.names
        return completer.candidates(context)
    }

    private func candidates(_ context: InputContext) -> (word: String, list: [Candidate], form: CallForm?) {
        switch context.place {
        case .nothing: return (context.word, [], nil)
        case .text(let callee, let typed): return quoted(callee, typed)
        case .argumentText(let callee, let first, let byPlace, let key, let typed):
            let parameters = interpreter.callForm(of: callee)?.parameters ?? []
            let name = key ?? (parameters.indices.contains(byPlace) ? parameters[byPlace].name : nil)
            guard name == "layer" else { return quoted(callee, typed) }
            return (typed, matching(typed, interpreter.layerNames(of: first).map { Candidate(text: $0) }), nil)
        case .key(let owner, let typed, let quote): return keys(of: owner, typed, quote)
        case .index(let owner): return (context.word, keys(of: owner, "", "'", hasQuote: false).list, nil)
        case .member(let owner): return (context.word, matching(context.word, members(of: owner)), nil)
        case .module: return (context.word, matching(context.word, Assets.moduleNames.map { Candidate(text: $0) }), nil)
        case .layer: return (context.word, preferring(layers, over: names, context.word), nil)
        case .layerArgument(let kind, let key, let byPlace, let given):
            let form = LayerDefinition.named(kind).map(CallForm.init)
            let own = layerArguments(form, key, byPlace, given)
            return (context.word, preferring(own, over: names, context.word), form)
        case .trainingKey(let given):
            let own = arguments(CallForm.training, besides: given)
            return (context.word, preferring(own, over: names, context.word), CallForm.training)
        case .trainingOn: return (context.word, preferring([Candidate(text: "on")], over: names, context.word), nil)
        case .trainingValue(let key):
            let words = CallForm.training.parameters.first { $0.name == key }?.words ?? []
            let own = words.map { word in
                let builtin = BuiltinRegistry.named(word)
                return Candidate(text: word, hint: builtin?.signature ?? "", summary: builtin?.summary ?? "")
            }
            return (context.word, preferring(own, over: names, context.word), nil)
        case .argument(let callee, let byPlace, let given):
            let form = interpreter.callForm(of: callee)
            let own = form.map { arguments($0, from: byPlace, besides: given) } ?? []
            // What must be given comes by its place: nobody writes relu(x=...).
            let isPlain = own.count == 1 && given.isEmpty && context.word.isEmpty && own[0].hint.isEmpty
            return (context.word, isPlain ? [] : preferring(own, over: names, context.word), form)
        case .name: return (context.word, context.word.isEmpty ? [] : matching(context.word, names), nil)
        }
    }

    /// What belongs to the place, with the variables; other names only where nothing of that fits.
    private func preferring(_ own: [Candidate], over others: [Candidate], _ word: String) -> [Candidate] {
        let near = matching(word, own + (word.isEmpty ? [] : variables))
        let isOwn = near.contains { candidate in own.contains(candidate) }
        return isOwn ? near : word.isEmpty ? [] : matching(word, others)
    }

    private func matching(_ word: String, _ candidates: [Candidate]) -> [Candidate] {
        var seen: Set<String> = []
        let found = candidates.filter { begins($0.text, with: word) && seen.insert($0.text).inserted }
        // Private names wait until they are asked for.
        let shown = word.isEmpty ? found.filter { !$0.text.hasPrefix("_") } : found
        return shown.sorted { $0.text.unicodeScalars.lexicographicallyPrecedes($1.text.unicodeScalars) }
    }

    private func begins(_ name: String, with word: String) -> Bool {
        name.hasPrefix(word) || (ignoresCase && name.lowercased().hasPrefix(word.lowercased()))
    }

    // MARK: - Names

    private var variables: [Candidate] {
        let known = interpreter.module.definedNames
        return (known + given.filter { !known.contains($0) }).map { Candidate(text: $0, hint: hint([$0])) }
    }

    private var names: [Candidate] {
        let builtins = BuiltinRegistry.all.map {
            Candidate(text: $0.name, hint: $0.signature, summary: $0.summary)
        }
        return variables + builtins + (BuiltinRegistry.constantNames + Keyword.all).map { Candidate(text: $0) }
    }

    private func hint(_ path: [String]) -> String {
        if let form = interpreter.callForm(of: path) { return form.signature }
        return interpreter.value(at: path).map { $0.typeName } ?? ""
    }

    private func members(of owner: Receiver) -> [Candidate] {
        interpreter.memberNames(of: owner).map { name in
            let form = interpreter.callForm(of: .member(owner, name))
            return Candidate(text: name, hint: form?.signature ?? "", summary: form?.summary ?? "")
        }
    }

    /// - Parameter hasQuote: whether the opening quotes are typed.
    private func keys(
        of owner: Receiver, _ typed: String, _ quote: Character, hasQuote: Bool = true
    ) -> (word: String, list: [Candidate], form: CallForm?) {
        let keys = interpreter.quotedKeys(of: owner, quote: quote).map { key in
            hasQuote
                ? Candidate(text: String(key.dropFirst().dropLast()), end: "\(quote)]") : Candidate(text: key, end: "]")
        }
        return (typed, matching(typed, keys), nil)
    }

    private var layers: [Candidate] {
        LayerDefinition.all.map { Candidate(text: $0.name, hint: $0.signature) }
            + ["if", "repeat"].map { Candidate(text: $0) }
    }

    private func layerArguments(
        _ form: CallForm?, _ key: String?, _ byPlace: Int, _ given: Set<String>
    ) -> [Candidate] {
        guard let form else { return [] }
        if let key { return form.parameters.first { $0.name == key }?.words.map { Candidate(text: $0) } ?? [] }
        return arguments(form, from: byPlace, besides: given)
    }

    private func arguments(_ form: CallForm, from place: Int = 0, besides given: Set<String>) -> [Candidate] {
        form.parameters.dropFirst(place).filter { !given.contains($0.name) }.map { parameter in
            Candidate(text: parameter.name + "=", hint: parameter.defaultText.map { "\(parameter.name)=\($0)" } ?? "")
        }
    }

    // MARK: - Quotes

    private func quoted(_ callee: Receiver?, _ typed: String) -> (String, [Candidate], CallForm?) {
        if callee == .name("dataset") {
            let sets = matching(typed, DatasetCatalog.names.map { Candidate(text: $0) })
            if !sets.isEmpty { return (typed, sets, nil) }
        }
        let (part, list) = FileNames.candidates(typed, begins: begins)
        return (part, list, nil)
    }

    // MARK: - Commands and questions

    private func commandPart(_ text: String) -> (word: String, list: [Candidate], form: CallForm?)? {
        let entry = text.drop { $0 == " " }
        guard entry.first == ":" else { return nil }
        guard let blank = entry.firstIndex(of: " ") else {
            let all = Command.all.map { Candidate(text: ":\($0.name)", hint: "\($0.form)  \($0.summary)") }
            return (String(entry), matching(String(entry), all), nil)
        }
        let rest = String(entry[entry.index(after: blank)...].drop { $0 == " " })
        guard let command = Command.named(String(entry[..<blank].dropFirst())) else { return ("", [], nil) }
        switch command.argument {
        case .none, .number: return ("", [], nil)
        case .expression: return candidates(for: rest)
        case .file:
            let (part, list) = FileNames.candidates(rest, endings: ["cnnbook"], begins: begins)
            return (part, list, nil)
        case .name:
            let known = variables.filter { interpreter.sourceText(of: [$0.text]) != nil }
            return (rest, matching(rest, known), nil)
        case .topic:
            let commands = Command.all.map { Candidate(text: ":\($0.name)", hint: $0.summary) }
            return (rest, rest.hasPrefix(":") ? matching(rest, commands) : topics(rest), nil)
        case .setting:
            if let blank = rest.firstIndex(of: " ") {
                let value = String(rest[blank...].trimmed)
                guard let setting = Setting.all.first(where: { $0.name == rest[..<blank] }) else {
                    return ("", [], nil)
                }
                if setting.choices.isEmpty {
                    return (value, [Candidate(text: value, hint: setting.values, summary: setting.summary)], nil)
                }
                return (value, matching(value, setting.choices.map { Candidate(text: $0) }), nil)
            }
            let settings = Setting.all.map {
                Candidate(text: $0.name, hint: "\($0.name) \($0.form)  \($0.summary)", end: " ")
            }
            return (rest, matching(rest, settings), nil)
        }
    }

    /// What is typed behind `?`, `??` or `help`.
    private func topicPart(_ text: String) -> String? {
        let entry = text.drop { $0 == " " }
        let rest: Substring
        if entry.hasPrefix("?") {
            rest = entry.drop { $0 == "?" }
        } else if entry.hasPrefix("help ") {
            rest = entry.dropFirst(5)
        } else {
            return nil
        }
        let topic = rest.drop { $0 == " " }
        return topic.contains { $0 == " " || $0 == "(" || $0 == "\"" } ? nil : String(topic)
    }

    private func topics(_ word: String) -> [Candidate] {
        let path = word.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        if path.count > 1, let last = path.last {
            let owner = path.dropLast().joined(separator: ".")
            return matching(last, Receiver(path.dropLast()).map(members) ?? []).map {
                Candidate(text: "\(owner).\($0.text)", hint: $0.hint, summary: $0.summary)
            }
        }
        let errors = ErrorCatalog.all.map { Candidate(text: $0.code.rawValue, hint: $0.title) }
        let layers = LayerDefinition.all.map { Candidate(text: $0.name, hint: $0.signature) }
        return matching(word, names + layers + (word.isEmpty ? [] : errors))
    }
}

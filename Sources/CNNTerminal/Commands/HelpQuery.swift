import CNNLanguage

/// `?conv2d`, `conv2d?`, `help conv2d`, `help E0301`, `??conv2d`, `help zero padding`: questions that are no statements
/// of the language.
struct HelpQuery: Equatable {
    let topic: String
    /// `??`: the source is wanted.
    let wantsSource: Bool

    /// nil for an entry that is no question.
    init?(_ entry: String) {
        let words = entry.split(whereSeparator: \.isWhitespace)
        if let several = HelpQuery.severalWords(words, in: entry) {
            topic = several
            wantsSource = false
            return
        }
        var text: Substring
        var marks = 1
        if words.count == 2, words[0] == "help" || words[0] == "?" || words[0] == "??" {
            text = words[1]
            marks = words[0] == "??" ? 2 : 1
        } else if words.count == 2, words[1] == "?" || words[1] == "??" {
            text = words[0]
            marks = words[1].count
        } else if words.count == 1, words[0].hasPrefix("?") || words[0].hasSuffix("?") {
            text = words[0].hasPrefix("?") ? words[0].dropFirst() : words[0].dropLast()
            if words[0].hasPrefix("?"), text.hasPrefix("?") { (text, marks) = (text.dropFirst(), 2) }
            if words[0].hasSuffix("?"), text.hasSuffix("?") { (text, marks) = (text.dropLast(), 2) }
        } else {
            return nil
        }
        if text.count > 2, let quote = text.first, "\"'".contains(quote), text.last == quote {
            text = text.dropFirst().dropLast()
        }
        if HelpQuery.isSign(text), words[0].hasPrefix("?") || words[0] == "help" {
            topic = String(text)
            wantsSource = marks == 2
            return
        }
        // A command of the prompt too: `?:save`.
        let name = text.hasPrefix(":") ? text.dropFirst() : text
        let isName = name.unicodeScalars.allSatisfy { $0.properties.isXIDContinue || $0 == "." }
        guard isName, let first = name.unicodeScalars.first, first.properties.isXIDStart || first == "_" else {
            return nil
        }
        topic = String(text)
        wantsSource = marks == 2
    }

    /// Whether it is an operator, or looks like one: `**`, `@`, `:`.
    private static func isSign(_ text: Substring) -> Bool {
        !text.isEmpty && text.utf8.count < 4
            && text.utf8.allSatisfy { "+-*/%@=<>!&|^~.,:;?$".utf8.contains($0) }
    }

    /// What is searched for by `help zero padding` and `? zero padding`; nil for all else.
    private static func severalWords(_ words: [Substring], in entry: String) -> String? {
        guard let first = words.first, words.count > 2 || first.count > 1, !entry.contains("\n") else { return nil }
        let asked: [Substring]
        if first == "help" || first == "?" {
            asked = Array(words.dropFirst())
        } else if first.hasPrefix("?"), !first.hasPrefix("??") {
            asked = [first.dropFirst()] + words.dropFirst()
        } else {
            return nil
        }
        let areWords = asked.allSatisfy { $0.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "-" } }
        return asked.count > 1 && areWords ? asked.joined(separator: " ") : nil
    }

    /// Whether an entry asks for help without saying about what.
    static func isBare(_ entry: String) -> Bool { entry == "?" || entry == "??" }

    /// Answers it.
    func answer(in session: TerminalSession) {
        if topic == ":" { return session.answer(HelpCommands.overview(session)) }
        if let command = CommandLine(topic) { return HelpCommands.answer(command, session) }
        let path = topic.split(separator: ".").map(String.init)
        if wantsSource, let found = session.interpreter.sourceText(of: path) {
            return session.answer(
                [session.painter.quiet("# \(found.place)"), session.painter.code(String(found.text.trimmed))])
        }
        if session.interpreter.module[topic] == nil, let text = manualText(session.columns) {
            return session.output.write(text)
        }
        if let text = formText(path, in: session) { return session.output.write(text) }
        if let missing = missingMember(path, in: session) { return session.complain(missing) }
        if path.count == 1, case .function? = session.interpreter.module[topic],
            let form = session.interpreter.callForm(of: path)
        {
            return session.answer(
                WordWrap.call(form.signature, columns: session.columns) + ["  a function of this session"])
        }
        if let value = session.interpreter.value(at: path), let line = line(of: value, in: session) {
            session.answer([line])
            return session.output.write(HelpText(columns: session.columns).text(of: value))
        }
        if path.first.map(session.interpreter.defines) ?? false {
            session.runAside(SourceText(name: "?", "help(\(topic))"))
            return
        }
        // What is no name of the session is searched for, as `cnnbook help padding` does.
        if let found = HelpText(columns: session.columns).found(for: topic) { return session.output.write(found) }
        let missing = HelpText.missing(topic)
        session.complain(([missing.message] + missing.notes).joined(separator: "; "))
    }

    /// `n = 5` of a value that a line holds; nil for what `help` shows better.
    private func line(of value: Value, in session: TerminalSession) -> String? {
        switch value {
        case .none, .bool, .int, .float, .float32, .string, .list, .dictionary, .range:
            "\(topic) = \(session.interpreter.brief(value))"
        default: nil
        }
    }

    /// That what stands before the point has no such member.
    private func missingMember(_ path: [String], in session: TerminalSession) -> String? {
        let before = Array(path.dropLast())
        guard let name = path.last, let first = before.first, session.interpreter.module[first] != nil,
            session.interpreter.value(at: before) != nil
        else { return nil }
        let owner = before.joined(separator: ".")
        let names = session.interpreter.memberNames(of: before)
        guard !names.contains(name) else { return nil }
        let longer = names.filter { $0.hasPrefix(name) }.prefix(3)
        let near = longer.isEmpty ? [EditDistance.nearest(name, among: names)].compactMap { $0 } : Array(longer)
        let question = near.map { "?\(owner).\($0)" }.joined(separator: " or ")
        return "\(owner) has no '\(name)'; "
            + (near.isEmpty ? "?\(owner) lists what it has" : "did you mean \(question)?")
    }

    /// What the manual says; nil where it says nothing.
    private func manualText(_ columns: Int) -> String? {
        guard let text = HelpText(columns: columns).text(named: topic) else { return nil }
        let isOurs = wantsSource && ErrorCatalog.all.allSatisfy { $0.code.rawValue != topic.uppercased() }
        return isOurs ? text + "\n  It is built in: its source is no program of this language.\n" : text
    }

    /// For a method or a function in a module: how it is called.
    private func formText(_ path: [String], in session: TerminalSession) -> String? {
        guard path.count > 1, let form = session.interpreter.callForm(of: path) else { return nil }
        let summary = TextTable.wrapped(form.summary, indent: 2, columns: session.columns)
        return (WordWrap.call(form.signature, columns: session.columns) + summary).map { $0 + "\n" }.joined()
    }
}

import CNNLanguage

/// A command or a question on one line with something else: `x = 1; :vars`.
struct JoinedCommand {
    /// What is to be written instead.
    let lines: [String]

    init?(_ entry: String, in interpreter: Interpreter) {
        guard entry.contains(";"), !entry.contains("\n"), !interpreter.isProgram(entry) else { return nil }
        var lines: [String] = []
        // Whether the last of these goes on behind a semicolon.
        var isOpen = false
        for part in JoinedCommand.parts(of: entry) {
            let isRequest = JoinedCommand.isRequest(part)
            guard isRequest || isOpen || interpreter.isProgram(part) else { return nil }
            if isOpen, !isRequest {
                lines[lines.count - 1] += "; " + part
            } else {
                lines.append(part)
                isOpen = !isRequest || JoinedCommand.takesStatements(part)
            }
        }
        guard lines.count > 1 else { return nil }
        self.lines = lines
    }

    func complain(in session: TerminalSession) {
        let sentence = "a command of the prompt stands alone on its line; write \(lines.count) lines:"
        let text = WordWrap.lines(sentence, width: session.columns) + lines.map { "  \($0)" }
        session.tell(text.map { $0 + "\n" }.joined())
    }

    private static func isRequest(_ part: String) -> Bool {
        if let command = CommandLine(part) { return Command.named(command.name) != nil }
        return HelpQuery.isBare(part) || (HelpQuery(part) != nil && (part.hasPrefix("?") || part.hasSuffix("?")))
    }

    /// `:time a(); b()`, `:save a;b`
    private static func takesStatements(_ part: String) -> Bool {
        switch CommandLine(part).flatMap({ Command.named($0.name) })?.argument {
        case .expression, .file: true
        default: false
        }
    }

    /// What stands between semicolons that are in no text.
    private static func parts(of entry: String) -> [String] {
        var parts = [""]
        var quote: Character?
        for character in entry {
            if character == "\"" || character == "'" {
                if quote == nil { quote = character } else if quote == character { quote = nil }
            }
            if character == ";", quote == nil {
                parts.append("")
            } else {
                parts[parts.count - 1].append(character)
            }
        }
        return parts.map { String($0.trimmed) }.filter { !$0.isEmpty }
    }
}

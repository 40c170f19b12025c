import CNNLanguage

/// Commands that explain.
enum HelpCommands {
    static let all: [Command] = [help, explain, demo]

    private static let help = Command(":help TOPIC", .topic, "these commands; with a topic, what it is") { call in
        guard !call.argument.isEmpty else { return call.session.answer(overview(call.session)) }
        // A function may have the name of a command: then both are told.
        if let command = Command.all.first(where: { $0.name == call.argument }) {
            call.session.answer(lines(command, call.session))
            guard HelpText().text(named: call.argument) != nil || call.session.interpreter.module[call.argument] != nil
            else { return }
            call.session.answer([""])
        }
        guard let query = HelpQuery("?\(call.argument)") else {
            call.session.runAside(SourceText(name: ":help", "help(\(ValueText.quoted(call.argument)))"))
            return
        }
        query.answer(in: call.session)
    }

    /// Answers `?:save`.
    static func answer(_ line: CommandLine, _ session: TerminalSession) {
        guard let command = Command.named(line.name) else { return session.complain(line.complaint) }
        session.answer(lines(command, session))
    }

    private static func lines(_ command: Command, _ session: TerminalSession) -> [String] {
        [command.form] + TextTable.wrapped(command.summary, indent: 2, columns: session.columns)
    }

    /// The table of commands and of keys.
    static func overview(_ session: TerminalSession) -> [String] {
        TextTable.definitions(PromptHelp.commands + [("", "")] + PromptHelp.keys, columns: session.columns)
            + ["", "help lists the functions."]
    }

    private static let explain = Command(":explain", .none, "the last error at length") { call in
        guard let diagnostic = call.session.lastDiagnostic else { return call.session.answer("there was no error yet") }
        call.session.output.write(
            DiagnosticRenderer.render(
                diagnostic, color: call.session.settings.color, columns: call.session.output.columns))
        call.session.output.write("\n" + ErrorCatalog.text(diagnostic.error.code, columns: call.session.columns))
    }

    private static let demo = Command(":demo", .none, "a tour of two minutes") { call in
        Demo(call.session, call.editor).run()
    }
}

/// What `:help` lists, for the manual page too.
public enum PromptHelp {
    public static let commands: [(word: String, meaning: String)] =
        [("?NAME", "what a name is; help NAME and NAME? do the same"), ("??NAME", "its source")]
        + Command.all.map { ($0.form, $0.summary) }

    public static let keys: [(word: String, meaning: String)] = [
        ("Tab", "completes; shows how a function is called"),
        ("Up, Down", "the lines of a block; beyond them earlier entries, whole blocks"),
        ("Ctrl-R", "searches them"), ("Ctrl-_", "takes back what was typed"),
        ("Alt-Enter", "a new line within the entry"),
        ("Ctrl-C", "drops the line; stops what runs, and keeps the variables"),
        ("Ctrl-D", "leaves"), ("_", "the last value"), ("; at the end", "shows no value"),
    ]
}

/// Text as a string of the language.
enum ValueText {
    static func quoted(_ text: String) -> String {
        "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n") + "\""
    }
}

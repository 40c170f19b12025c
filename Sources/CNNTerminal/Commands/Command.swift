import CNNLanguage

/// A command of the prompt: `:vars`. `:help`, completion, the manual page and the tests follow from the table.
struct Command: Sendable {
    /// What stands behind the name.
    enum Argument: Sendable {
        case none
        /// An expression of the language.
        case expression
        /// A name of the session.
        case name
        /// Whatever `?` explains, or a command.
        case topic
        case file
        case setting
        case number
    }

    let name: String
    let argument: Argument
    /// `:time EXPR`
    let form: String
    /// One line.
    let summary: String
    let run: @Sendable (CommandCall) -> Void

    init(
        _ form: String, _ argument: Argument, _ summary: String, run: @escaping @Sendable (CommandCall) -> Void
    ) {
        self.form = form
        self.argument = argument
        self.summary = summary
        self.run = run
        name = String(form.dropFirst().prefix { $0 != " " })
    }

    static let all: [Command] =
        HelpCommands.all + InspectionCommands.all + FileCommands.all + StateCommands.all + SettingCommands.all

    static func named(_ name: String) -> Command? { all.first { $0.name == name } ?? abbreviated(name) }

    /// `:q` and `:h`: letters that only one command begins with.
    private static func abbreviated(_ name: String) -> Command? {
        let found = all.filter { $0.name.hasPrefix(name) }
        return found.count == 1 && !name.isEmpty ? found[0] : nil
    }
}

/// A command with what stands behind it.
struct CommandCall {
    let command: Command
    /// Without blanks around it.
    let argument: String
    let session: TerminalSession
    let editor: any LineEditor

    /// Says what the command wants instead.
    func refuse(_ reason: String) { session.complain(reason) }

    /// The argument, or a complaint that it is missing.
    func required(_ example: String) -> String? {
        if argument.isEmpty { refuse("write \(command.form), as :\(command.name) \(example)") }
        return argument.isEmpty ? nil : argument
    }
}

/// `:time x @ x` as it was typed.
struct CommandLine: Equatable {
    let name: String
    let argument: String

    /// nil for what is no command.
    init?(_ entry: String) {
        let text = entry.drop { $0.isWhitespace }
        guard text.first == ":" else { return nil }
        let name = text.dropFirst().prefix { !$0.isWhitespace }
        let rest = text.dropFirst(1 + name.count)
        self.name = String(name)
        argument = String(rest.trimmed)
    }

    func run(in session: TerminalSession, _ editor: any LineEditor) {
        guard let command = Command.named(name) else { return session.complain(complaint) }
        guard command.argument != .none || argument.isEmpty else {
            return session.complain(":\(command.name) takes nothing behind it")
        }
        command.run(CommandCall(command: command, argument: argument, session: session, editor: editor))
    }

    /// That there is no such command.
    var complaint: String {
        let names = Command.all.map(\.name)
        if name.isEmpty, let meant = Command.named(String(argument.prefix { !$0.isWhitespace })) {
            return "write :\(meant.name); a command follows its colon at once"
        }
        if name == "exit" { return "there is no command ':exit'; :quit leaves" }
        let started = names.filter { !name.isEmpty && $0.hasPrefix(name) }
        if started.count > 1 { return "':\(name)' could be \(started.map { ":" + $0 }.joined(separator: ", "))" }
        let nearest = EditDistance.nearest(name, among: names).map { "did you mean :\($0)? " } ?? ""
        return "there is no command ':\(name)'; \(nearest):help lists all"
    }
}

extension StringProtocol {
    /// Without blanks at either end.
    var trimmed: SubSequence {
        var text = self[...]
        while let last = text.last, last.isWhitespace { text.removeLast() }
        return text.drop { $0.isWhitespace }
    }
}

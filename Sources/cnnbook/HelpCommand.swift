import ArgumentParser
import CNNNotebook

import enum CNNLanguage.HelpText

struct HelpCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "help",
        abstract: "Explain a built-in, a layer, an error code or a command; without a topic, list them.")

    @Argument(help: ArgumentHelp("conv2d, maxpool, E0301, run, ...", valueName: "topic"))
    var topic: String?

    @OptionGroup var shared: SharedOptions

    func run() throws {
        guard let topic else { return try ask("help()") }
        if let command = RootCommand.configuration.subcommands.first(where: { $0.configuration.commandName == topic }) {
            return try show(RootCommand.helpMessage(for: command) + "\n")
        }
        if let text = HelpText.text(named: topic) { return try show(text) }
        try ask("help(\(SourceLiteral.quoted(topic)))")
    }

    private func show(_ text: String) throws {
        let output = StandardStreams.output()
        output.write(text)
        output.flush()
        if output.failure != nil { try ExitStatus.failure.end() }
    }

    private func ask(_ code: String) throws { try shared.run(Array(code.utf8), name: "<command line>") }
}

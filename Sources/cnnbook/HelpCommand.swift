import ArgumentParser
import CNNCore
import CNNNotebook

import enum CNNLanguage.BuiltinRegistry
import struct CNNLanguage.Diagnostic
import enum CNNLanguage.ErrorCatalog
import struct CNNLanguage.HelpText
import struct CNNLanguage.LanguageForm
import enum CNNLanguage.Manual

struct HelpCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "help",
        abstract: "Explain a built-in, a layer, an error code or a command; without a topic, list them.")

    @Argument(
        help: ArgumentHelp("conv2d, maxpool, E0301, run, ...", valueName: "topic"),
        completion: .list(HelpCommand.topics))
    var topic: String?

    @Flag(name: .long, help: "Write the whole manual as Markdown.")
    var all = false

    @Option(
        name: .long, help: ArgumentHelp("Where --all writes (default: docs/reference).", valueName: "folder"),
        completion: .directory)
    var out: String?

    @OptionGroup var shared: SharedOptions

    /// What a shell offers.
    private static var topics: [String] {
        let commands = RootCommand.configuration.subcommands.map { $0.configuration }
        let words = BuiltinRegistry.all.map(\.name) + LayerDefinition.all.map(\.name)
        let names = commands.filter(\.shouldDisplay).compactMap(\.commandName)
        let forms = LanguageForm.all.flatMap(\.names).filter { $0.allSatisfy { $0.isLetter || $0 == "_" } }
        let errors = ErrorCatalog.all.map(\.code.rawValue)
        return Set(words + names + forms + Assets.moduleNames + errors).filter { $0 != "-" }.sorted()
    }

    func validate() throws {
        if all, topic != nil { throw ValidationError("--all writes everything, and takes no topic") }
        if !all, out != nil { throw ValidationError("--out goes with --all") }
        if out == "" { throw ValidationError("--out is the name of a folder") }
    }

    func run() throws {
        if all { return try writeManual(to: out ?? "docs/reference") }
        let help = HelpText(columns: StandardStreams.output().columns ?? HelpText.usualColumns)
        guard let topic else { return try show(help.overview()) }
        if let command = RootCommand.configuration.subcommands.first(where: { $0.configuration.commandName == topic }) {
            return try show(RootCommand.helpMessage(for: command) + "\n")
        }
        if let text = help.found(for: topic) { return try show(text) }
        try ask("help(\(SourceLiteral.quoted(topic)))")
    }

    private func writeManual(to folder: String) throws {
        do {
            try FileWriter.makeFolder(folder)
            for page in Manual.pages { try FileWriter.write(Array(page.text.utf8), to: "\(folder)/\(page.fileName)") }
        } catch {
            shared.runner(shared.runSettings()).tell(Diagnostic(error))
            return try ExitStatus.failure.end()
        }
        try show("\(Manual.pages.count) pages in \(folder)\n")
    }

    private func show(_ text: String) throws {
        let output = StandardStreams.output()
        output.write(text)
        output.flush()
        if output.failure != nil { try ExitStatus.failure.end() }
    }

    private func ask(_ code: String) throws { try shared.run(Array(code.utf8), name: "<command line>") }
}

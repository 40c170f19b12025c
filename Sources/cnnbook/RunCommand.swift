import ArgumentParser
import CNNCore
import CNNNotebook
import CNNTerminal

struct RunCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Run every cell from the top in a fresh session, and print what they show.",
        discussion: """
            An error ends its cell; the next cells run on. An error that the cell's #> lines expect is printed with the \
            cell's output. Ctrl-C ends the run as it ends other commands: a shell sees 130.
            """)

    @Argument(help: ArgumentHelp("Notebooks.", valueName: "file"))
    var files: [String]

    @Option(
        name: .long,
        help: ArgumentHelp("Give a variable of the parameters cell another value; may be repeated.", valueName: "k=v"))
    var param: [String] = []

    @Option(name: .customLong("repeat"), help: ArgumentHelp("Run n times; fail where two runs differ.", valueName: "n"))
    var times = 1

    @OptionGroup var graphics: GraphicsOptions
    @OptionGroup var limits: LimitOptions
    @OptionGroup var shared: SharedOptions

    func validate() throws {
        guard times >= 1 else { throw ValidationError("--repeat is a number from 1") }
        _ = try parameters()
    }

    private func parameters() throws -> [NotebookParameter] { try param.map(RunCommand.parameter) }

    private static func parameter(_ text: String) throws -> NotebookParameter {
        do { return try NotebookParameter(text) } catch { throw ValidationError("--param: \(error.message)") }
    }

    func run() throws {
        try shared.prepareComputing()
        try limits.prepare()
        var settings = shared.runSettings()
        settings.parameters = try parameters()
        settings.timeoutSeconds = limits.timeout
        graphics.apply(to: &settings)
        let runner = shared.runner(settings)
        try runner.finish(files) { runner.run(file: $0, times: times) }
    }
}

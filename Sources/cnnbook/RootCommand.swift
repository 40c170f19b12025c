import ArgumentParser
import CNNCore
import CNNLanguage
import CNNNotebook
import CNNTerminal

struct RootCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cnnbook",
        abstract: "Notebooks for convolutional neural networks.",
        usage: """
            cnnbook                      a session on a terminal
            cnnbook -c <code>            one line
            cnnbook - < <file>           from standard input
            cnnbook run <file> ...       runs notebooks
            cnnbook test <file> ...      runs them and compares with their #> lines
            cnnbook fmt <file> ...       lays out their code
            cnnbook grade <assignment> <submission> ...
                                         grades a class
            cnnbook convert <from> <to>  .cnnbook, .ipynb, .md, .html
            """,
        discussion: """
            Standard output is the notebook's output and nothing else; errors and progress go to standard error. \
            Exit codes: 0 fine, 1 a check, comparison or cell failed, 2 usage, 3 the file cannot be read, 4 a limit \
            was hit, 5 a fault of cnnbook itself.
            """,
        subcommands: [
            StandardInputCommand.self, RunCommand.self, TestCommand.self, FormatCommand.self, ConvertCommand.self,
            HelpCommand.self, GradeCommand.self, ReleaseCommand.self, StatsCommand.self, DoctorCommand.self,
            CompletionsCommand.self, InspectCommand.self, GradeWorkerCommand.self,
        ])

    @Option(
        name: .customShort("c"), parsing: .unconditional,
        help: ArgumentHelp("Run a line, or several, and show the values.", valueName: "code"))
    var code: String?

    @Flag(name: .long, help: "Show version, SIMD level and line editor.")
    var version = false

    @OptionGroup var graphics: GraphicsOptions
    @OptionGroup var memory: MemoryOption
    @OptionGroup var shared: SharedOptions

    /// What is wrong with a first word that is no command, and a way out; nil where it is one, or an option.
    static func problem(of word: String) -> String? {
        if word.hasPrefix("-") { return nil }
        var names: [String] = []
        for command in configuration.subcommands {
            let name = command.configuration.commandName ?? ""
            if name == word { return nil }
            if command.configuration.shouldDisplay { names.append(name) }
        }
        if FileReader.exists(word) { return "'\(word)' is a file: write cnnbook run \(word)" }
        let nearest = EditDistance.nearest(word, among: names)
        return "there is no command '\(word)'" + (nearest.map { ": did you mean cnnbook \($0)?" } ?? "")
    }

    func run() throws {
        if version { return try showVersion() }
        if let code { return try shared.run(Array(code.utf8), name: "<command line>", graphics, memory: memory.memory) }
        guard StandardStreams.inputIsTerminal else { return try StandardInputCommand.run(shared, graphics, memory) }
        try startSession()
    }

    private func showVersion() throws {
        try shared.prepareComputing()
        let output = StandardStreams.output()
        output.write("cnnbook \(Version.current) (\(ComputeRuntime.simdName), \(LineEditing.libraryName))\n")
        output.flush()
        if output.failure != nil { try ExitStatus.failure.end() }
    }

    private func startSession() throws {
        try shared.prepareComputing()
        memory.prepare()
        let settings = shared.runSettings()
        var options = InterpreterOptions()
        options.dataFolders = settings.dataFolders
        options.folder = "."
        let (output, errors) = (StandardStreams.output(), StandardStreams.errors())
        let drawing = Graphics(graphics.graphics ?? .auto, output: output)
        let session = REPL(
            options, output: output, errors: errors, graphics: drawing,
            training: shared.trainingDisplay(output, errors))
        try session.run(greets: !shared.quiet).end()
    }
}

/// `cnnbook -`
struct StandardInputCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "-", abstract: "Run what standard input holds.")

    @OptionGroup var graphics: GraphicsOptions
    @OptionGroup var memory: MemoryOption
    @OptionGroup var shared: SharedOptions

    func run() throws { try StandardInputCommand.run(shared, graphics, memory) }

    static func run(_ shared: SharedOptions, _ graphics: GraphicsOptions, _ memory: MemoryOption) throws {
        let bytes: [UInt8]
        do { bytes = try StandardStreams.readInput(limit: Notebook.byteLimit) } catch {
            shared.runner(RunSettings()).tell(Diagnostic(error))
            throw ExitCode(ExitStatus.unreadable.rawValue)
        }
        try shared.run(bytes, name: "<standard input>", graphics, memory: memory.memory)
    }
}

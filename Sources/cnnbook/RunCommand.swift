import ArgumentParser
import CNNCore
import CNNNotebook
import CNNTerminal

import struct CNNLanguage.Diagnostic

struct RunCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Run every cell from the top in a fresh session, and print what they show.",
        discussion: """
            An error ends its cell; the next cells run on. An error that the cell's #> lines expect is printed with the \
            cell's output. Ctrl-C ends the run as it ends other commands: a shell sees 130.
            """)

    @Argument(help: ArgumentHelp("Notebooks.", valueName: "file"), completion: .file())
    var files: [String]

    @Option(
        name: .long,
        help: ArgumentHelp("Give a variable of the parameters cell another value; may be repeated.", valueName: "k=v"))
    var param: [String] = []

    @Option(name: .customLong("repeat"), help: ArgumentHelp("Run n times; fail where two runs differ.", valueName: "n"))
    var times = 1

    @Option(
        name: .long,
        help: ArgumentHelp("Take parameters from a JSON object; --param overrules it.", valueName: "file"),
        completion: .file())
    var params: String?

    @Option(name: .long, help: ArgumentHelp("Run up to this cell: its id or number.", valueName: "cell"))
    var until: String?

    @Flag(name: .long, help: "Write what cells print into the notebooks, as #> lines.")
    var save = false

    @Option(name: .long, help: ArgumentHelp("Run so many notebooks at once.", valueName: "n"))
    var jobs = 1

    @Flag(name: .long, help: "Run again whenever a file changes, until Ctrl-C.")
    var watch = false

    @Flag(name: .long, help: "Say which cell runs, also where standard error is no terminal.")
    var progress = false

    @OptionGroup var reports: ReportOptions
    @OptionGroup var graphics: GraphicsOptions
    @OptionGroup var limits: LimitOptions
    @OptionGroup var shared: SharedOptions

    /// For a process that runs one of several notebooks: the file's number.
    @Option(name: .customLong("part"), help: .hidden) var part: Int?

    func validate() throws {
        guard times >= 1 else { throw ValidationError("--repeat is a number from 1") }
        guard (1...256).contains(jobs) else { throw ValidationError("--jobs is a number from 1 to 256") }
        if save, let mode = graphics.graphics, mode != .ascii {
            throw ValidationError(
                "--save writes what is the same everywhere: it goes without --graphics \(mode.rawValue)")
        }
        _ = try givenParameters()
    }

    private func givenParameters() throws -> [NotebookParameter] {
        try param.map(RunCommand.parameter)
    }

    private static func parameter(_ text: String) throws -> NotebookParameter {
        do { return try NotebookParameter(text) } catch { throw ValidationError("--param: \(error.message)") }
    }

    /// Those of the file first; later ones overrule.
    private func parameters() throws -> [NotebookParameter] {
        let given = try givenParameters()
        guard let params else { return given }
        let read: [NotebookParameter]
        do { read = try ParameterFile.read(params) } catch {
            shared.runner(RunSettings()).tell(Diagnostic(error))
            throw ExitCode(ExitStatus.unreadable.rawValue)
        }
        return read.filter { parameter in !given.contains { $0.name == parameter.name } } + given
    }

    func run() throws {
        try shared.prepareComputing()
        limits.prepare()
        if part != nil { Lifeline.watch() }
        repeat {
            let stamps = files.map { FileStamp($0) }
            let status = try runOnce()
            guard watch, !InterruptSignal.wasReceived else {
                if InterruptSignal.wasReceived { InterruptSignal.endProcess() }
                return try status.end()
            }
            let errors = StandardStreams.errors()
            errors.write("-- waiting for a change, Ctrl-C ends --\n")
            errors.flush()
            guard FileStamp.waitForChange(of: files, since: stamps, shouldStop: { InterruptSignal.wasReceived }) else {
                InterruptSignal.endProcess()
                return
            }
        } while true
    }

    private func runOnce() throws -> ExitStatus {
        var settings = shared.runSettings()
        settings.parameters = try parameters()
        settings.timeoutSeconds = limits.timeout
        settings.lastCell = until
        settings.summarizesValues = reports.json != nil || part != nil
        settings.keepsFigures = reports.json != nil || reports.html != nil || part != nil
        // What is saved is compared, and so the same bytes everywhere.
        if !save { graphics.apply(to: &settings) }
        let runner = shared.runner(settings)
        runner.savesOutput = save
        runner.progressStyle = progressStyle
        runner.firstNumber = part ?? 1
        runner.reports = reports.files(isPart: part != nil) { runner.tell(Diagnostic($0)) }
        guard jobs > 1, files.count > 1 else { return runner.work(files) { runner.run(file: $0, times: times) } }
        return try runJobs(runner)
    }

    /// Where the output itself is on the terminal, it says enough.
    private var progressStyle: ProgressStyle {
        if progress { return .lines }
        let isWanted = !shared.quiet && StandardStreams.errors().isTerminal && !StandardStreams.output().isTerminal
        return isWanted ? .line : .none
    }

    private func runJobs(_ runner: ConsoleRunner) throws -> ExitStatus {
        let work = NotebookJobs(
            min(jobs, files.count), output: StandardStreams.output(), errors: StandardStreams.errors(),
            reports: runner.reports, isInterrupted: { InterruptSignal.wasReceived })
        let given = argumentsForParts()
        return work.run(files) { file, number in given + ["--part", String(number), "--", file] }
    }

    /// The options that every notebook's own process gets.
    private func argumentsForParts() -> [String] {
        var arguments = ["run", "--repeat", String(times)]
        param.forEach { arguments += ["--param=\($0)"] }
        if let params { arguments.append("--params=\(params)") }
        if let until { arguments.append("--until=\(until)") }
        if save { arguments.append("--save") }
        if progress { arguments.append("--progress") }
        if let graphics = graphics.graphics { arguments.append("--graphics=\(graphics.rawValue)") }
        if shared.quiet { arguments.append("--quiet") }
        // The cores are shared out: the number of threads changes no byte.
        let threads = shared.threads ?? max(1, ComputeRuntime.threads / min(jobs, files.count))
        arguments += ["--threads", String(threads)]
        if let timeout = limits.timeout { arguments += ["--timeout", String(timeout)] }
        if let memory = limits.memory.memory { arguments += ["--memory", memory] }
        if let work = limits.work { arguments += ["--work", work] }
        return arguments + reports.formats.map { "--part-format=\($0.rawValue)" }
    }
}

/// The files that a run or a comparison writes beside its output.
struct ReportOptions: ParsableArguments {
    @Option(name: .long, help: ArgumentHelp("Write the results as JSON.", valueName: "file"), completion: .file())
    var json: String?

    @Option(name: .long, help: ArgumentHelp("Write the results as JUnit XML.", valueName: "file"), completion: .file())
    var junit: String?

    @Option(
        name: .long, help: ArgumentHelp("Write the notebooks with their output as one HTML page.", valueName: "file"),
        completion: .file())
    var html: String?

    /// Of a process that works for another.
    @Option(name: .customLong("part-format"), help: .hidden) var partFormats: [String] = []

    private var paths: [(format: ReportFormat, path: String?)] { [(.json, json), (.junit, junit), (.html, html)] }

    var formats: [ReportFormat] { paths.compactMap { $0.path == nil ? nil : $0.format } }

    func validate() throws {
        let given = paths.compactMap(\.path)
        if given.contains("") { throw ValidationError("a report needs the name of a file") }
        if Set(given).count < given.count { throw ValidationError("each report needs a file of its own") }
    }

    func files(isPart: Bool, whenItFails: @escaping (CNNError) -> Void) -> ReportFiles {
        let files: ReportFiles
        if isPart {
            files = ReportFiles(sending: partFormats.compactMap { ReportFormat(rawValue: $0) })
        } else {
            files = ReportFiles(paths.compactMap { entry in entry.path.map { (entry.format, $0) } })
        }
        files.whenItFails = whenItFails
        return files
    }
}

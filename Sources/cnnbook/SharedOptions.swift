import ArgumentParser
import CNNCore
import CNNLanguage
import CNNNotebook
import CNNTerminal

/// Options of every command.
struct SharedOptions: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp(
            "Threads to compute with (default: CNNBOOK_THREADS, or the cores at hand). Changes no byte of output.",
            valueName: "n"))
    var threads: Int?

    @Flag(name: .long, help: "Leave out progress.")
    var quiet = false

    /// Sets threads and SIMD level.
    func prepareComputing() throws {
        if let threads = try threads ?? threadsOfEnvironment() {
            guard (1...256).contains(threads) else { throw ValidationError("threads: from 1 to 256, not \(threads)") }
            ComputeRuntime.setThreads(threads)
        }
        guard let level = DataFolders.environment("CNNBOOK_SIMD") else { return }
        do { try ComputeRuntime.selectSIMD(level) } catch { throw ValidationError("CNNBOOK_SIMD: \(error.message)") }
    }

    private func threadsOfEnvironment() throws -> Int? {
        guard let text = DataFolders.environment("CNNBOOK_THREADS") else { return nil }
        guard let number = Int(text) else { throw ValidationError("CNNBOOK_THREADS: '\(text)' is no number") }
        return number
    }

    /// What notebooks are run with, by default.
    func runSettings() -> RunSettings {
        var settings = RunSettings()
        settings.dataFolders = DataFolders.standard()
        return settings
    }

    /// What shows how training goes on, unless it is not wanted.
    func trainingDisplay(_ output: FileOutput, _ errors: FileOutput) -> (any TrainingDisplay)? {
        quiet ? nil : TrainingLine(errors: errors, output: output)
    }

    /// A runner on the standard streams, which Ctrl-C stops.
    func runner(_ settings: RunSettings) -> ConsoleRunner {
        InterruptSignal.install(secondEnds: true)
        let (output, errors) = (StandardStreams.output(), StandardStreams.errors())
        let runner = ConsoleRunner(output: output, errors: errors, settings)
        runner.trainingDisplay = trainingDisplay(output, errors)
        runner.usesColor = TerminalStyle.usesColor(on: errors)
        runner.isInterrupted = { InterruptSignal.wasReceived }
        return runner
    }

    /// Runs a program that stands in no file.
    func run(_ code: [UInt8], name: String, _ graphics: GraphicsOptions? = nil, memory: String? = nil) throws {
        try prepareComputing()
        MemoryOption.prepare(memory)
        var settings = runSettings()
        graphics?.apply(to: &settings)
        let runner = runner(settings)
        let status: ExitStatus
        do { status = runner.run(try Notebook(SourceText(name: name, bytes: code)), folder: ".") } catch {
            runner.tell(error)
            status = .unreadable
        }
        if InterruptSignal.wasReceived { InterruptSignal.endProcess() }
        try status.end()
    }
}

extension ConsoleRunner {
    /// Works on one file after the other, until Ctrl-C or an output that takes no more.
    /// - Returns: the worst status.
    func work(_ files: [String], _ work: (String) -> ExitStatus) -> ExitStatus {
        var status = ExitStatus.success
        for file in files where !InterruptSignal.wasReceived {
            status = max(status, work(file))
            if tellOutputFailure() { break }
        }
        return status
    }

    /// The same, and ends with that status.
    func finish(_ files: [String], _ work: (String) -> ExitStatus) throws {
        let status = self.work(files, work)
        if InterruptSignal.wasReceived { InterruptSignal.endProcess() }
        try status.end()
    }
}

/// Limits of what a cell may take.
struct LimitOptions: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp("Seconds that a cell may take; timeout= in its line overrules it.", valueName: "s"))
    var timeout: Double?

    @OptionGroup var memory: MemoryOption

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Units of work that a run may take: 1 a multiply-add or element, 10 a round of a loop. The same everywhere.",
            valueName: "n"))
    var work: String?

    func validate() throws {
        if let work, WorkMeter.units(work) == nil {
            throw ValidationError("--work is a number from 1, as 200000 or 1e9")
        }
        if let timeout, !(timeout > 0 && timeout.isFinite) {
            throw ValidationError("--timeout is a number of seconds above 0")
        }
    }

    /// Sets the limits that hold for the whole process.
    func prepare() {
        memory.prepare()
        if let work = work.flatMap(WorkMeter.units) { WorkMeter.shared.limit = work }
    }
}

/// What the tensors and other values of a process may take together.
struct MemoryOption: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp(
            "Memory for tensors, lists and texts, as 512M or 2G (default: three quarters of the machine's).",
            valueName: "m"))
    var memory: String?

    func validate() throws {
        if let memory, MemoryBudget.bytes(memory) == nil {
            throw ValidationError("--memory is a size such as 512M or 2G")
        }
    }

    /// Sets the limit for the whole process.
    func prepare() { MemoryOption.prepare(memory) }

    static func prepare(_ size: String?) {
        TensorAllocator.shared.budgetBytes = size.flatMap(MemoryBudget.bytes) ?? MemoryBudget.standard()
    }
}

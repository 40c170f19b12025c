import CNNCore
import CNNLanguage

/// Runs notebooks for the command line: what cells print goes to one stream, everything else to the other.
public final class ConsoleRunner {
    private let output: FileOutput
    private let errors: FileOutput
    private let settings: RunSettings
    private var hasToldFailure = false
    /// Whether errors are shown in colour.
    public var usesColor = false
    /// Shows how training goes on; nil: nothing does.
    public var trainingDisplay: (any TrainingDisplay)?
    /// Whether Ctrl-C was pressed.
    public var isInterrupted: () -> Bool = { false }

    public init(output: FileOutput, errors: FileOutput, _ settings: RunSettings) {
        self.output = output
        self.errors = errors
        self.settings = settings
        output.whenItFails = { Interpreter.requestInterrupt() }
    }

    // MARK: - Run

    /// - Parameters:
    ///   - folder: where relative paths of the notebook begin.
    ///   - times: how often it is run; only the first run shows its output, and the others must give the same.
    public func run(_ notebook: Notebook, folder: String, times: Int = 1) -> ExitStatus {
        let first = runOnce(notebook, folder, events(showsOutput: true))
        var status = first.exitStatus
        if let refusal = first.refusal { tell(refusal) }
        for number in stride(from: 2, through: times, by: 1) where !first.wasInterrupted && output.failure == nil {
            let next = runOnce(notebook, folder, events(showsOutput: false))
            if let difference = ConsoleRunner.difference(first, next) {
                tell("\(notebook.source.name): run \(number) differs from run 1 in \(difference)\n")
                return max(status, .failure)
            }
        }
        if tellOutputFailure() { status = .failure }
        return status
    }

    /// - Parameter path: the file, as it was given.
    public func run(file path: String, times: Int = 1) -> ExitStatus {
        do { return run(try Notebook.read(path), folder: ConsoleRunner.folder(of: path), times: times) } catch {
            tell(error)
            return .unreadable
        }
    }

    private func runOnce(_ notebook: Notebook, _ folder: String, _ events: RunEvents) -> NotebookResult {
        var settings = settings
        settings.folder = folder
        // Its limit is one notebook's.
        WorkMeter.shared.reset()
        var result = NotebookResult()
        BigStack.run { result = NotebookRunner(notebook, settings, events).run() }
        return result
    }

    private func events(showsOutput: Bool) -> RunEvents {
        var events = RunEvents()
        events.shouldStop = { [self] in output.failure != nil || isInterrupted() }
        guard showsOutput else { return events }
        events.output = { [self] text in
            trainingDisplay?.willPrint(text)
            output.write(text)
        }
        events.training = { [self] signal in
            output.flush()
            trainingDisplay?.take(signal)
        }
        events.warning = { [self] in tell(DiagnosticRenderer.render($0, color: usesColor)) }
        events.cellEnds = { [self] _ in output.flush() }
        events.diagnostic = { [self] diagnostic in
            // That it was stopped is no news where nobody reads the output.
            if output.failure == nil || diagnostic.error.code != .interrupted { tell(diagnostic) }
        }
        return events
    }

    /// The cell in which two runs differ.
    private static func difference(_ first: NotebookResult, _ second: NotebookResult) -> String? {
        func lines(_ cell: CellResult) -> [String] { cell.segments.flatMap(\.lines) }
        for (one, other) in zip(first.cells, second.cells) {
            let (before, after) = (lines(one), lines(other))
            if before == after { continue }
            let index = zip(before, after).prefix { $0 == $1 }.count
            let was = index < before.count ? "'\(before[index])'" : "nothing"
            let came = index < after.count ? "'\(after[index])'" : "nothing"
            return "\(one.cell.label), output line \(index + 1): \(came), was \(was)"
        }
        return first.cells.count == second.cells.count ? nil : "the number of cells"
    }

    // MARK: - Test

    /// Runs a notebook and compares; the report goes to standard output.
    public func test(file path: String, isUpdate: Bool) -> ExitStatus {
        let notebook: Notebook
        do { notebook = try Notebook.read(path) } catch {
            tell(error)
            return .unreadable
        }
        var events = events(showsOutput: false)
        events.diagnostic = { [self] in output.write(DiagnosticRenderer.render($0)) }
        let test = NotebookTest(notebook, runOnce(notebook, ConsoleRunner.folder(of: path), events))
        var status = test.exitStatus(isUpdate: isUpdate)
        if isUpdate, !test.result.wasInterrupted, let bytes = test.updated {
            do { try FileWriter.write(bytes, to: path) } catch {
                tell(Diagnostic(error))
                return .failure
            }
        }
        output.write(TestReport(test, isUpdate: isUpdate).text)
        output.flush()
        if tellOutputFailure() { status = .failure }
        return status
    }

    // MARK: - Format

    /// Lays out a file in place, where something changes.
    /// - Parameters:
    ///   - isCheck: nothing is written; the name of a file that would change goes to standard output.
    ///   - isQuiet: what is written is not told.
    public func format(file path: String, isCheck: Bool, isQuiet: Bool) -> ExitStatus {
        let notebook: Notebook
        do { notebook = try Notebook.read(path) } catch {
            tell(error)
            return .unreadable
        }
        let (formatter, status) = format(notebook, name: path)
        guard status == .success, formatter.hasChanges else { return status }
        if isCheck {
            output.write("\(path)\n")
            return .failure
        }
        do { try FileWriter.write(formatter.bytes, to: path) } catch {
            tell(Diagnostic(error))
            return .failure
        }
        if !isQuiet { tell("formatted \(path)\n") }
        return .success
    }

    /// Lays out what standard input holds; the result goes to standard output.
    public func format(_ bytes: [UInt8], isCheck: Bool) -> ExitStatus {
        let name = "<standard input>"
        let notebook: Notebook
        do { notebook = try Notebook(SourceText(name: name, bytes: bytes)) } catch {
            tell(error)
            return .unreadable
        }
        let (formatter, status) = format(notebook, name: name)
        guard status == .success else { return status }
        let hasFailed = isCheck && formatter.hasChanges
        if hasFailed { output.write(name + "\n") }
        if !isCheck { output.write(String(decoding: formatter.bytes, as: UTF8.self)) }
        return tellOutputFailure() || hasFailed ? .failure : .success
    }

    private func format(_ notebook: Notebook, name: String) -> (NotebookFormatter, ExitStatus) {
        var result: NotebookFormatter?
        BigStack.run { result = NotebookFormatter(notebook) }
        let formatter = result ?? NotebookFormatter(notebook)
        formatter.diagnostics.forEach { tell($0) }
        if !formatter.diagnostics.isEmpty { return (formatter, .failure) }
        for cell in formatter.keptCells {
            tell("\(name): \(cell.label) cannot be laid out: a fault of cnnbook itself, please report it\n")
        }
        return (formatter, formatter.keptCells.isEmpty ? .success : .fault)
    }

    // MARK: - Streams

    /// What stands before the last `/`; a file of the working directory is in `.`.
    static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// What was printed before is shown first.
    public func tell(_ text: String) {
        output.flush()
        trainingDisplay?.clear()
        errors.write(text)
        errors.flush()
    }

    public func tell(_ diagnostic: Diagnostic) { tell(DiagnosticRenderer.render(diagnostic, color: usesColor)) }

    /// Tells once that standard output cannot be written.
    /// - Returns: whether it cannot.
    public func tellOutputFailure() -> Bool {
        output.flush()
        guard let failure = output.failure else { return false }
        if !hasToldFailure { tell(Diagnostic(failure)) }
        hasToldFailure = true
        return true
    }
}

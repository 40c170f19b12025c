import CNNCore
import CNNLanguage

/// Runs notebooks for the command line: what cells print goes to one stream, everything else to the other.
public final class ConsoleRunner {
    let output: FileOutput
    let errors: FileOutput
    let settings: RunSettings
    /// The files that a run writes beside its output.
    public var reports = ReportFiles([])
    /// Whether a run writes what cells print into the notebook.
    public var savesOutput = false
    public var progressStyle = ProgressStyle.none
    /// The place of the first file, from 1, where another process has the ones before.
    public var firstNumber = 1
    /// Files so far.
    var fileCount = 0
    private(set) lazy var progress = CellProgress(progressStyle) { [self] in
        errors.write($0); errors.flush()
    }
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

    // MARK: - Test

    /// Runs a notebook and compares; the report goes to standard output.
    public func test(file path: String, isUpdate: Bool) -> ExitStatus {
        fileCount += 1
        let notebook: Notebook
        do { notebook = try Notebook.read(path) } catch {
            tell(error)
            reports.update(report(NotebookReport(name: Notebook.fileName(of: path), .unreadable(error))))
            return .unreadable
        }
        notebook.layoutWarnings.forEach(tell)
        var events = events(showsOutput: false)
        events.diagnostic = { [self] in output.write(DiagnosticRenderer.render($0, columns: output.columns)) }
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
        var report = report(NotebookReport(name: notebook.source.name, .ran(notebook, test.result)))
        report.test = test
        reports.update(report)
        if reports.hasFailed { status = max(status, .failure) }
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
    public static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// What was printed before is shown first.
    public func tell(_ text: String) {
        progress.clear()
        output.flush()
        trainingDisplay?.clear()
        errors.write(text)
        errors.flush()
    }

    public func tell(_ warning: Warning) {
        tell(DiagnosticRenderer.render(warning, color: usesColor, columns: errors.columns))
    }

    public func tell(_ diagnostic: Diagnostic) {
        tell(DiagnosticRenderer.render(diagnostic, color: usesColor, columns: errors.columns))
    }

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

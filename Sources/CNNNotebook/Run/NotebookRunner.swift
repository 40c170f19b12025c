import CNNCore
import CNNLanguage

public struct RunSettings {
    public var parameters: [NotebookParameter] = []
    /// For each cell that sets none itself.
    public var timeoutSeconds: Double?
    public var outputLimit = OutputLimit.cell
    /// Folders that data sets are looked for in.
    public var dataFolders: [String] = []
    /// Where relative paths begin.
    public var folder: String?
    /// Takes what the cells write, in place of the files themselves.
    public var scratch: ScratchFolder?
    /// The id or number of the last cell to run; nil: all run.
    public var lastCell: String?
    /// Whether the variables that a cell assigns are summed up in its result.
    public var summarizesValues = false
    /// Whether differences from the `#>` lines are to be explained later by what the session holds now.
    public var keepsFacts = false
    /// Draws figures as text.
    public var draw: (Figure) -> String = { $0.text }
    /// Whether the results keep figures, for a report that draws them anew.
    public var keepsFigures = false

    public init() {}
}

/// What a run tells while it goes on.
public struct RunEvents {
    /// Takes the cells' output.
    public var output: (String) -> Void = { _ in }
    /// Takes an error that no `#>` line expects, when its cell ends by it.
    public var diagnostic: (Diagnostic) -> Void = { _ in }
    /// Takes a figure when it is shown, right before its text comes as output.
    public var figure: (Figure) -> Void = { _ in }
    /// Takes how training goes on.
    public var training: (TrainingSignal) -> Void = { _ in }
    /// Takes what runs and is most likely not what was meant.
    public var warning: (Warning) -> Void = { _ in }
    public var cellBegins: (Cell) -> Void = { _ in }
    public var cellEnds: (CellResult) -> Void = { _ in }
    /// Asked between cells and their segments.
    public var shouldStop: () -> Bool = { false }

    public init() {}
}

/// Runs a notebook from the top in a fresh session. To be used once, on a thread with a big stack (`BigStack`).
public final class NotebookRunner {
    private let notebook: Notebook
    private let settings: RunSettings
    private let events: RunEvents
    private let interpreter: Interpreter
    private let router: OutputRouter

    public init(_ notebook: Notebook, _ settings: RunSettings = RunSettings(), _ events: RunEvents = RunEvents()) {
        self.notebook = notebook
        self.settings = settings
        self.events = events
        let router = OutputRouter()
        self.router = router
        var options = InterpreterOptions()
        options.seed = notebook.header.seed
        options.dataFolders = settings.dataFolders
        options.folder = settings.folder
        options.scratch = settings.scratch
        options.write = { router.cell?.write($0) }
        options.draw = settings.draw
        let keepsFigures = settings.keepsFigures
        options.figure = { figure, text in
            if keepsFigures { router.cell?.place(figure, text: text) }
            events.figure(figure)
        }
        options.training = events.training
        options.warn = events.warning
        interpreter = Interpreter(options)
        for cell in notebook.cells where cell.kind.isCode && cell.kind != .check {
            interpreter.cellCode.add(notebook.source, cell.body, cell: cell.id)
        }
    }

    /// An error stops its cell; the next cells run on.
    public func run() -> NotebookResult {
        var result = NotebookResult()
        if let refusal = notebook.refusal(of: settings.parameters) {
            result.refusal = refusal
            return result
        }
        var last = Int.max
        if let name = settings.lastCell {
            do { last = try notebook.cell(named: name).number } catch {
                result.refusal = error
                return result
            }
        }
        for cell in notebook.cells where cell.kind.isCode && cell.number <= last {
            events.cellBegins(cell)
            let ended = run(cell)
            result.cells.append(ended)
            events.cellEnds(ended)
            if ended.status == .interrupted { break }
        }
        return result
    }

    // MARK: - Cells

    private func run(_ cell: Cell) -> CellResult {
        var result = CellResult(cell: cell)
        guard !cell.options.isSkipped else {
            result.status = .skipped
            return result
        }
        let output = CellOutput(settings.outputLimit, handOn: events.output)
        router.cell = output
        defer { router.cell = nil }
        let seconds = cell.options.timeoutSeconds ?? settings.timeoutSeconds
        let timer = seconds.flatMap { CellTimer(seconds: $0) }
        let before = WorkMeter.shared.spent
        interpreter.isChecking = cell.kind == .check
        runSegments(of: cell, output, into: &result)
        let isTimeUp = timer?.stop() ?? false
        if isTimeUp, let seconds, result.status == .interrupted { tellTimeout(seconds, &result) }
        result.work = WorkMeter.shared.spent - before
        if settings.summarizesValues { result.values = ValueSummary.all(of: cell, in: notebook, interpreter) }
        if let last = result.segments.last, !last.isExpectedFailure { last.diagnostics.forEach(events.diagnostic) }
        return result
    }

    private func runSegments(of cell: Cell, _ output: CellOutput, into result: inout CellResult) {
        for segment in cell.segments {
            guard !events.shouldStop() else {
                result.status = .interrupted
                return
            }
            var outcome = interpreter.run(notebook.source, range: segment.range, cell: cell.id)
            if outcome.isFailure, let misplaced = notebook.misplacedExpectation(segment, of: cell) {
                outcome.diagnostics = [misplaced]
            }
            let isExpected = isExpected(outcome, segment.expectation)
            let shown = output.endSegment()
            var ended = SegmentResult(
                expectation: segment.expectation, output: shown, figures: output.figures,
                diagnostics: outcome.diagnostics, isExpectedFailure: isExpected)
            if settings.keepsFacts, differs(ended, of: cell) { ended.facts = SessionFacts(interpreter) }
            result.segments.append(ended)
            if isExpected { output.tell(outcome.diagnostics.map(\.headline)) }
            if outcome.isFailure, !isExpected {
                result.status = outcome.wasInterrupted ? .interrupted : outcome.hitLimit ? .hitLimit : .failed
                return
            }
        }
        if cell.kind == .parameters { setParameters(of: cell, &result) }
    }

    private func differs(_ segment: SegmentResult, of cell: Cell) -> Bool {
        guard let expectation = segment.expectation, segment.diagnostics.isEmpty else { return false }
        return !OutputComparison(cell.options).differences(expected: expectation.lines, actual: segment.lines).isEmpty
    }

    /// An interruption is never what a notebook expects.
    private func isExpected(_ outcome: RunOutcome, _ expectation: ExpectedOutput?) -> Bool {
        guard let code = expectation?.errorCode, !outcome.wasInterrupted else { return false }
        return outcome.diagnostics.first?.error.code.rawValue == code
    }

    private func tellTimeout(_ seconds: Double, _ result: inout CellResult) {
        result.status = .timedOut
        guard let last = result.segments.popLast() else { return }
        let diagnostics = last.diagnostics.map { diagnostic in
            var told = diagnostic
            told.error = CNNError(
                .interrupted, "stopped: the cell took longer than its \(NumberFormatter.general(seconds, 6)) s",
                notes: ["give it more with --timeout, or with timeout= in its line # %%"])
            return told
        }
        result.segments.append(
            SegmentResult(
                expectation: last.expectation, output: last.output, figures: last.figures, diagnostics: diagnostics,
                isExpectedFailure: false))
    }

    // MARK: - Parameters

    /// What the command line gives takes the place of what the cell has set.
    private func setParameters(of cell: Cell, _ result: inout CellResult) {
        let names = NotebookParameter.assignedNames(Parser.parse(notebook.source, range: cell.body))
        for parameter in settings.parameters where names.contains(parameter.name) {
            let outcome = interpreter.run(parameter.source, showsValues: false)
            guard outcome.isFailure else { continue }
            result.status = .failed
            result.segments.append(
                SegmentResult(
                    expectation: nil, output: "", diagnostics: outcome.diagnostics, isExpectedFailure: false))
        }
    }
}

/// Where the session's output goes: to the cell that runs.
private final class OutputRouter {
    var cell: CellOutput?
}

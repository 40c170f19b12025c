import CNNLanguage

/// What one file gave: every report is written from such values alone.
public struct NotebookReport: Sendable {
    public enum Content: Sendable {
        case ran(Notebook, NotebookResult)
        /// The file cannot be read, or is no notebook.
        case unreadable(Diagnostic)
    }

    /// The file, without its folder.
    public let name: String
    public let content: Content
    /// Its place among the files of the command, from 1: it keeps the ids of a page apart.
    public var number = 1
    public var parameters: [NotebookParameter] = []
    /// Whether the run has ended; otherwise more cells may follow.
    public var isComplete = true
    /// Whether it tells of a run, and so what became of each cell.
    public var showsStatus = true
    /// The comparison with the `#>` lines, where one was asked for.
    public var test: NotebookTest?

    public init(name: String, _ content: Content) {
        self.name = name
        self.content = content
    }

    var notebook: Notebook? { if case .ran(let notebook, _) = content { notebook } else { nil } }

    /// What people call it.
    var title: String { notebook?.header.title ?? name }

    /// What ended it before the first cell.
    var refusal: Diagnostic? {
        switch content {
        case .ran(_, let result): result.refusal
        case .unreadable(let diagnostic): diagnostic
        }
    }

    /// The cells in the order of the file, with what became of them.
    var cells: [(cell: Cell, result: CellResult?)] {
        guard case .ran(let notebook, let result) = content else { return [] }
        return notebook.cells.map { ($0, result.result(of: $0)) }
    }

    public var exitStatus: ExitStatus {
        guard case .ran(_, let result) = content else { return .unreadable }
        return max(result.exitStatus, test?.exitStatus(isUpdate: false) ?? .success)
    }

    /// One word for all of it.
    var status: String {
        guard isComplete else { return "running" }
        if refusal != nil { return exitStatus == .unreadable ? "unreadable" : "refused" }
        if case .ran(_, let result) = content, result.wasInterrupted { return "interrupted" }
        return exitStatus == .success ? "passed" : exitStatus == .limit ? "limit" : "failed"
    }

    /// The blocks of a cell that are not as expected.
    func failures(of cell: Cell) -> [NotebookTest.Failure] {
        test?.failures.filter { $0.cell.number == cell.number } ?? []
    }

    /// One word for what became of a cell.
    func status(of cell: Cell, _ result: CellResult?) -> String {
        guard cell.kind.isCode else { return "prose" }
        guard let result else { return "not run" }
        if result.status == .passed, !failures(of: cell).isEmpty { return "differs" }
        return result.status.text
    }
}

extension CellResult.Status {
    var text: String {
        switch self {
        case .passed: "passed"
        case .failed: "failed"
        case .skipped: "skipped"
        case .hitLimit: "limit"
        case .timedOut: "timed out"
        case .interrupted: "interrupted"
        }
    }
}

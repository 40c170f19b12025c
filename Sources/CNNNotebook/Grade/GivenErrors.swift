import CNNCore
import CNNLanguage

/// Tells which given cells of a students' copy end with the error that their `#>` lines say, before anything is answered.
struct GivenErrors {
    private let assignment: Assignment
    private let settings: RunSettings

    init(_ assignment: Assignment, _ settings: RunSettings) {
        self.assignment = assignment
        self.settings = settings
    }

    /// Runs the copy as students do at first, each cell within the limits of the assignment.
    /// - Returns: the ids of the cells all of whose blocks are what is shown.
    func holding(_ copy: [UInt8], upTo lastID: String) -> Set<String> {
        guard let notebook = try? Notebook(SourceText(name: "the copy", bytes: copy)) else { return [] }
        var settings = settings
        settings.lastCell = lastID
        settings.timeoutSeconds = assignment.limits.seconds
        var events = RunEvents()
        events.cellBegins = { _ in WorkMeter.shared.reset() }
        let limit = WorkMeter.shared.limit
        WorkMeter.shared.limit = assignment.limits.work
        defer { WorkMeter.shared.limit = limit }
        var cells: [CellResult] = []
        BigStack.run { cells = NotebookRunner(notebook, settings, events).run().cells }
        return Set(cells.filter(holds).compactMap(\.cell.id))
    }

    /// A tolerance of the cell does not count: its number might be another one than is shown.
    private func holds(_ ended: CellResult) -> Bool {
        var rules = OutputComparison(ended.cell.options)
        (rules.tolerance, rules.relativeTolerance) = (nil, nil)
        guard ended.status == .passed, ended.cell.expectations.contains(where: \.expectsError) else { return false }
        return ended.segments.allSatisfy { segment in
            guard let expectation = segment.expectation else { return segment.diagnostics.isEmpty }
            return expectation.expectsError == segment.isExpectedFailure
                && rules.differences(expected: expectation.lines, actual: segment.lines).isEmpty
        }
    }
}

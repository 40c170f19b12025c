import CNNCore
import CNNLanguage

/// A run compared with what its notebook expects.
public struct NotebookTest: Sendable {
    /// A block of `#>` lines that is not what came.
    public struct Failure: Sendable {
        public let cell: Cell
        public let expectation: ExpectedOutput
        /// What the block should say.
        public let lines: [String]
        public let differences: [LineDifference]
        /// What the output looks like, where that explains the difference.
        public let explanation: String?
        /// Whether `--update` may write it: not where the difference is an error that came or stayed away.
        public let isUpdatable: Bool
    }

    public let notebook: Notebook
    public let result: NotebookResult
    public let failures: [Failure]
    /// Blocks that are as expected but laid out otherwise, or with other decimals, than what is shown now.
    private let stale: [(expectation: ExpectedOutput, lines: [String])]
    /// Blocks that are as expected.
    public let passedCount: Int
    /// Blocks that were not compared: their cell ended before by an error, or was skipped.
    public let uncomparedCount: Int

    public init(_ notebook: Notebook, _ result: NotebookResult) {
        self.notebook = notebook
        self.result = result
        var failures: [Failure] = []
        var stale: [(expectation: ExpectedOutput, lines: [String])] = []
        var passed = 0
        for ended in result.cells {
            let rules = OutputComparison(ended.cell.options)
            for segment in ended.segments {
                guard let expectation = segment.expectation,
                    segment.diagnostics.isEmpty || segment.isExpectedFailure
                else { continue }
                var differences = rules.differences(expected: expectation.lines, actual: segment.lines)
                var explanation: String?
                if differences.isEmpty, expectation.expectsError, !segment.isExpectedFailure {
                    differences = expectation.lines.prefix(1).map { .missing($0) }
                    explanation = NotebookTest.printedError
                }
                if differences.isEmpty {
                    passed += 1
                    if !rules.isCurrent(expected: expectation.lines, actual: segment.lines) {
                        stale.append((expectation, segment.lines))
                    }
                    continue
                }
                failures.append(
                    Failure(
                        cell: ended.cell, expectation: expectation, lines: segment.lines, differences: differences,
                        explanation: explanation
                            ?? DifferenceExplanation.text(
                                expected: expectation.lines, actual: segment.lines, segment.facts),
                        isUpdatable: expectation.expectsError == segment.isExpectedFailure))
            }
        }
        let total = notebook.cells.reduce(0) { $0 + $1.expectations.count }
        self.failures = failures
        self.stale = stale
        passedCount = passed
        uncomparedCount = total - passed - failures.count
    }

    /// - Parameter isUpdate: blocks that may be written anew are no failures then.
    public func exitStatus(isUpdate: Bool) -> ExitStatus {
        let remaining = failures.contains { !(isUpdate && $0.isUpdatable) }
        return max(result.exitStatus, remaining ? .failure : .success)
    }

    /// Of a block that says an error, where its very text came otherwise.
    static let printedError = "that was printed, and no error ended the cell here"

    // MARK: - Update

    /// The file with those blocks written anew that differ and may be, also in their layout alone; nil where there are
    /// none.
    public var updated: [UInt8]? {
        let failed = failures.filter(\.isUpdatable).map { (expectation: $0.expectation, lines: $0.lines) }
        let changes = (failed + stale).sorted { $0.expectation.range.lowerBound < $1.expectation.range.lowerBound }
            .map { (range: $0.expectation.range, bytes: block($0.expectation, $0.lines)) }
        return changes.isEmpty ? nil : notebook.replacing(changes)
    }

    public var updatedCount: Int { updatedFailureCount + stale.count }

    var updatedFailureCount: Int { failures.filter(\.isUpdatable).count }

    /// Blocks that `--update` leaves.
    var keptCount: Int { passedCount - stale.count }

    /// The `#>` lines, with the line ends that the block had, or the file where the block has none.
    private func block(_ expectation: ExpectedOutput, _ shown: [String]) -> [UInt8] {
        let bytes = notebook.source.bytes
        let old = bytes[expectation.range]
        let end = old.firstIndex(of: UInt8(ascii: "\n")) ?? bytes.firstIndex(of: UInt8(ascii: "\n"))
        let isCRLF = end.map { $0 > 0 && bytes[$0 - 1] == UInt8(ascii: "\r") } ?? false
        let lineEnd = isCRLF ? "\r\n" : "\n"
        let lines = shown.isEmpty ? [""] : shown
        let text = lines.map { $0.isEmpty ? "#>" : "#> " + $0 }.joined(separator: lineEnd)
        // The last line of a file may have no end.
        return Array((text + (old.last == UInt8(ascii: "\n") ? lineEnd : "")).utf8)
    }
}

import CNNCore
import CNNLanguage

/// What `cnnbook test` tells about one notebook.
public struct TestReport {
    private let test: NotebookTest
    private let isUpdate: Bool
    /// Of a long list of differences, so many lines are shown.
    private static let shownDifferences = 20

    /// - Parameter isUpdate: blocks that may be written anew are told as such.
    public init(_ test: NotebookTest, isUpdate: Bool) {
        self.test = test
        self.isUpdate = isUpdate
    }

    public var text: String {
        var lines: [String] = []
        for failure in test.failures where !(isUpdate && failure.isUpdatable) {
            lines += TestReport.describe(failure, in: test.notebook.source.name)
        }
        lines.append(summary)
        return lines.map { $0 + "\n" }.joined()
    }

    private var summary: String {
        let name = test.notebook.source.name
        if let refusal = test.result.refusal { return "\(name): \(refusal.headline)" }
        let ended = test.result.cells.filter { $0.status != .skipped }
        let checks = ended.filter { $0.cell.kind == .check }
        let failedChecks = checks.count { $0.status != .passed }
        let blocks = test.notebook.cells.reduce(0) { $0 + $1.expectations.count }
        var parts: [String] = []
        if blocks > 0 || checks.isEmpty {
            parts.append((isUpdate ? test.keptCount : test.passedCount).counting("block") + " as expected")
        }
        // Of a handout: what is left to do.
        if failedChecks > 0 {
            parts.append("\(failedChecks) of \(checks.count.counting("check")) failed")
        } else if !checks.isEmpty {
            parts.append(checks.count.counting("check") + " passed")
        }
        let remaining = test.failures.count - (isUpdate ? test.updatedFailureCount : 0)
        if remaining > 0 {
            parts.append(remaining.counting("block differs", "blocks differ"))
        }
        if isUpdate, test.updatedCount > 0 { parts.append(test.updatedCount.counting("block") + " updated") }
        if test.uncomparedCount > 0 {
            parts.append(test.uncomparedCount.counting("block") + " not compared")
        }
        let failed = ended.count { $0.cell.kind != .check && $0.status != .passed }
        if failed > 0 { parts.append(failed.counting("cell") + " failed") }
        let hint =
            isUpdate && blocks == 0
            ? "\n  = it has no #> lines yet: cnnbook run --save writes them below each cell" : ""
        return "\(name): \(parts.joined(separator: ", "))\(hint)"
    }

    /// One failure, for a report that shows it beside its cell.
    static func text(of failure: NotebookTest.Failure, in name: String) -> String {
        describe(failure, in: name).map { $0 + "\n" }.joined()
    }

    private static func describe(_ failure: NotebookTest.Failure, in name: String) -> [String] {
        let place = "\(name):\(failure.expectation.line) (\(failure.cell.label))"
        var lines = ["\(place): the output differs"]
        for difference in failure.differences.prefix(TestReport.shownDifferences) { lines += describe(difference) }
        let more = failure.differences.count - TestReport.shownDifferences
        if more > 0 { lines.append("  ... \(more.counting("line")) more") }
        if let explanation = failure.explanation { lines.append("  = \(explanation)") }
        return lines
    }

    private static func describe(_ difference: LineDifference) -> [String] {
        switch difference {
        case .missing(let line): return ["  - \(line)"]
        case .extra(let line): return ["  + \(line)"]
        case .changed(let expected, let actual, let words):
            var lines = ["  - \(expected)", "  + \(actual)"]
            if !words.isEmpty { lines.append("    " + marks(words, under: actual)) }
            lines += words.prefix(3).compactMap { word in
                word.number.map { "    \(word.actual) for \(word.expected): \($0.text)" }
            }
            return lines
        }
    }

    /// Carets under the words that differ.
    private static func marks(_ words: [WordDifference], under line: String) -> String {
        var result = ""
        var position = 0
        for word in words {
            let before = line.dropFirst(position).prefix(word.column - position)
            result += String(repeating: " ", count: DisplayWidth.of(String(before)))
            let marked = line.dropFirst(word.column).prefix(max(1, word.length))
            result += String(repeating: "^", count: max(1, DisplayWidth.of(String(marked))))
            position = word.column + word.length
        }
        return result
    }
}

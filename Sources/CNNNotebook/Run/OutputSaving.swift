import CNNCore
import CNNLanguage

/// What a run printed, written into the notebook as `#>` lines.
///
/// A block that is as expected stays byte for byte; one that differs is written anew; what a cell printed behind its last
/// block gets one of its own. A cell that ended by an error is left alone: an error becomes expected only by hand.
struct OutputSaving {
    private let notebook: Notebook
    private let isCRLF: Bool

    init(_ notebook: Notebook) {
        self.notebook = notebook
        let end = notebook.source.bytes.firstIndex(of: UInt8(ascii: "\n"))
        isCRLF = end.map { $0 > 0 && notebook.source.bytes[$0 - 1] == UInt8(ascii: "\r") } ?? false
    }

    /// The file with the outputs of a run, or of its first cells.
    func bytes(_ result: NotebookResult) -> [UInt8] {
        var changes: [(range: Range<Int>, bytes: [UInt8])] = []
        for ended in result.cells where ended.status == .passed {
            for (place, segment) in zip(ended.cell.segments, ended.segments) {
                if let change = change(place, segment, ended.cell) { changes.append(change) }
            }
        }
        return notebook.replacing(changes)
    }

    private func change(
        _ place: CellSegment, _ segment: SegmentResult, _ cell: Cell
    ) -> (range: Range<Int>, bytes: [UInt8])? {
        guard let expectation = segment.expectation else {
            guard !segment.lines.isEmpty else { return nil }
            let position = codeEnd(place.range)
            let isOpen = position > 0 && notebook.source.bytes[position - 1] != UInt8(ascii: "\n")
            let text = (isOpen ? lineEnd : "") + block(segment.lines) + lineEnd
            return (position..<position, Array(text.utf8))
        }
        let rules = OutputComparison(cell.options)
        let differs = !rules.differences(expected: expectation.lines, actual: segment.lines).isEmpty
        guard differs, expectation.expectsError == segment.isExpectedFailure else { return nil }
        let isEnded = notebook.source.bytes[expectation.range].last == UInt8(ascii: "\n")
        return (expectation.range, Array((block(segment.lines) + (isEnded ? lineEnd : "")).utf8))
    }

    private var lineEnd: String { isCRLF ? "\r\n" : "\n" }

    private func block(_ lines: [String]) -> String {
        (lines.isEmpty ? [""] : lines).map { $0.isEmpty ? "#>" : "#> " + $0 }.joined(separator: lineEnd)
    }

    /// Behind the last line that is not blank.
    private func codeEnd(_ range: Range<Int>) -> Int {
        let source = notebook.source
        var end = range.upperBound
        while end > range.lowerBound {
            let line = source.sourceLine(source.line(at: end - 1))
            if !source.isBlank(line.content) { break }
            end = max(range.lowerBound, line.whole.lowerBound)
        }
        return end
    }
}

/// Keeps a notebook's file at what its run has printed so far.
final class OutputSaver {
    private let path: String
    private let saving: OutputSaving
    /// What the file should hold, unless another has written it.
    private var known: [UInt8]
    private(set) var failure: Diagnostic?
    private(set) var hasChanged = false

    init(_ notebook: Notebook, path: String) {
        self.path = path
        saving = OutputSaving(notebook)
        known = notebook.source.bytes
    }

    func save(_ result: NotebookResult) {
        let bytes = saving.bytes(result)
        guard failure == nil, bytes != known else { return }
        do {
            guard try FileReader.bytes(path, limit: Notebook.byteLimit) == known else {
                let name = Notebook.fileName(of: path)
                throw CNNError(.fileUnwritable, "\(name) was changed while it ran: its output is not saved")
            }
            try FileWriter.write(bytes, to: path)
            known = bytes
            hasChanged = true
        } catch {
            failure = Diagnostic((error as? CNNError) ?? CNNError(.fileUnwritable, "'\(path)' cannot be written"))
        }
    }
}

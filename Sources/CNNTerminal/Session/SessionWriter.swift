import CNNCore
import CNNLanguage
import CNNNotebook

/// Writes a session as a notebook that says nothing a fresh run does not give.
///
/// The cells are run from the top; one that fails there is left out, and its output is what came there. Then the file
/// is compared with a second run, as `cnnbook test` does, before it is written.
struct SessionWriter {
    private struct Candidate {
        let record: CellRecord
        let code: String
        var output: String?
        /// The code of the error that it ends with in a fresh run.
        var failure: String?

        mutating func take(_ ended: CellResult) {
            output = ended.output
            let code = ended.segments.last?.diagnostics.first?.error.code.rawValue
            failure = ended.status == .passed ? nil : code ?? "nothing"
        }
    }

    private let session: TerminalSession
    /// Blocks of more lines say little.
    private static let outputLines = 200

    init(_ session: TerminalSession) { self.session = session }

    func write(to path: String) {
        var notes: [String] = []
        var cells = candidates(&notes)
        var hasFailures = true
        while hasFailures, !cells.isEmpty {
            guard let (_, result) = run(cells, for: path, expectations: false) else { return tellStopped() }
            for (index, ended) in result.cells.enumerated() { cells[index].take(ended) }
            let failed = cells.filter { $0.failure != nil }
            notes += failed.map { "left out [\($0.record.number)]: in a fresh run it gives \($0.failure ?? "")" }
            cells.removeAll { $0.failure != nil }
            hasFailures = !failed.isEmpty
        }
        guard !cells.isEmpty else { return session.answer(sentences: notes + ["nothing is left to save"]) }
        for cell in cells where cell.output != cell.record.output {
            notes.append("[\(cell.record.number)] shows something else in a fresh run: the file has that")
        }
        finish(cells, path, notes)
    }

    /// The second run, with what the first one showed as expectation.
    private func finish(_ cells: [Candidate], _ path: String, _ notes: [String]) {
        var (cells, notes) = (cells, notes)
        guard let (notebook, result) = run(cells, for: path, expectations: true) else { return tellStopped() }
        if let failed = result.cells.first(where: { $0.status != .passed }) {
            let number = cells[failed.cell.number - 1].record.number
            return session.answer(sentences: notes + ["[\(number)] ends differently each time: nothing is written"])
        }
        for failure in NotebookTest(notebook, result).failures {
            let number = cells[failure.cell.number - 1].record.number
            notes.append("[\(number)] cannot be compared: the file has no output of it")
            cells[failure.cell.number - 1].output = nil
        }
        let text = SessionWriter.text(cells, expectations: true)
        do { try FileWriter.write(Array(text.utf8), to: path) } catch { return session.tell(Diagnostic(error)) }
        let count = cells.count == 1 ? "1 cell" : "\(cells.count) cells"
        session.answer(sentences: notes + ["\(path): \(count), and a fresh run gives the same"])
    }

    private func tellStopped() { session.answer("stopped: nothing is written") }

    // MARK: - Cells

    private func candidates(_ notes: inout [String]) -> [Candidate] {
        var cells: [Candidate] = []
        for record in session.records {
            switch record.outcome {
            case .passed: break
            case .failed(let code):
                notes.append("left out [\(record.number)]: it ended with \(code)")
                continue
            case .interrupted:
                notes.append("left out [\(record.number)]: it was stopped")
                continue
            }
            guard let code = SessionWriter.cellCode(record.code) else {
                notes.append("left out [\(record.number)]: a text in it holds a line that would begin a cell")
                continue
            }
            if !code.isEmpty { cells.append(Candidate(record: record, code: code)) }
        }
        return cells
    }

    /// Without comments that a notebook reads as marks; nil where such a line is part of a text.
    private static func cellCode(_ code: String) -> String? {
        func isMark(_ line: Substring) -> Bool { line.hasPrefix("# %%") || line.hasPrefix("#>") }
        let lines = code.split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.contains(where: isMark) else { return code }
        let source = SourceText(name: "", code)
        let texts = ClassifiedToken.scan(source, 0..<source.bytes.count).filter { $0.kind == .string }.map(\.range)
        var kept: [Substring] = []
        var position = 0
        for line in lines {
            if !isMark(line) {
                kept.append(line)
            } else if texts.contains(where: { $0.contains(position) }) {
                return nil
            }
            position += line.utf8.count + 1
        }
        return String(kept.joined(separator: "\n").trimmed)
    }

    private static func text(_ cells: [Candidate], expectations: Bool) -> String {
        cells.enumerated().map { index, cell in
            // A notebook that was loaded twice has its ids once.
            let id = cell.record.id.flatMap { id in cells[(index + 1)...].contains { $0.record.id == id } ? nil : id }
            var text = "# %%\(id.map { " id=\($0)" } ?? "")\n\(cell.code)\n"
            if expectations, let output = cell.output, !output.isEmpty {
                var lines = output.split(separator: "\n", omittingEmptySubsequences: false)
                if lines.last?.isEmpty ?? false { lines.removeLast() }
                if lines.count <= outputLines {
                    text += lines.map { $0.isEmpty ? "#>\n" : "#> \($0)\n" }.joined()
                }
            }
            return text
        }.joined(separator: "\n")
    }

    // MARK: - The fresh run

    /// Beside the file that is to be, as `cnnbook run` does it; nil where it was stopped.
    private func run(_ cells: [Candidate], for path: String, expectations: Bool) -> (Notebook, NotebookResult)? {
        let text = SessionWriter.text(cells, expectations: expectations)
        guard let notebook = try? Notebook(SourceText(name: "session", text)), notebook.cells.count == cells.count
        else { return nil }
        var settings = RunSettings()
        settings.dataFolders = session.options.dataFolders
        settings.folder = ConsoleRunner.folder(of: path)
        // The user's files are as the session has left them.
        let scratch = ScratchFolder(in: DataFolders.environment("TMPDIR") ?? "/tmp")
        defer { scratch.remove() }
        settings.scratch = scratch
        let result = session.onBigStack { _ in NotebookRunner(notebook, settings).run() }
        return result.wasInterrupted ? nil : (notebook, result)
    }
}

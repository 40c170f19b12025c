import CNNCore
import CNNLanguage

/// Lays out the code of a notebook. Everything else stays byte for byte: header, marker lines, prose, `#>` lines.
///
/// To be used on a thread with a big stack (`BigStack`).
public struct NotebookFormatter {
    /// The whole file with its code laid out; the file as it was where something is wrong with it.
    public private(set) var bytes: [UInt8]
    /// What is wrong with the code, in the order of the file.
    public private(set) var diagnostics: [Diagnostic] = []
    /// The cells with code that was left alone, because the layout would have changed what it means: a mistake of ours.
    public private(set) var keptCells: [Cell] = []

    private let notebook: Notebook

    public init(_ notebook: Notebook) {
        self.notebook = notebook
        bytes = notebook.source.bytes
        var changes: [(range: Range<Int>, bytes: [UInt8])] = []
        for cell in notebook.cells where cell.kind.isCode {
            for segment in cell.segments {
                guard let code = format(segment, of: cell) else { continue }
                changes.append((range: segment.range, bytes: code))
            }
        }
        guard diagnostics.isEmpty else { return }
        bytes = notebook.replacing(changes)
        if !isSameNotebook {
            bytes = notebook.source.bytes
            keptCells = notebook.cells
        }
    }

    /// Whether the result has the same header and cells, each with the same blocks of `#>` lines.
    private var isSameNotebook: Bool {
        guard let result = try? Notebook(SourceText(name: "", bytes: bytes)),
            result.source.text(result.preamble) == notebook.source.text(notebook.preamble)
        else { return false }
        return result.cells.elementsEqual(notebook.cells) { new, old in
            new.kind == old.kind && new.expectations.map(\.lines) == old.expectations.map(\.lines)
        }
    }

    public var hasChanges: Bool { bytes != notebook.source.bytes }

    private mutating func format(_ segment: CellSegment, of cell: Cell) -> [UInt8]? {
        switch CodeFormatter.format(notebook.source, range: segment.range, settings(for: segment.range)) {
        case .formatted(let code): return code
        case .kept: keptCells.append(cell)
        case .refused(let found):
            // A mistake that the notebook shows on purpose.
            if let code = segment.expectation?.errorCode, code == found.first?.error.code.rawValue { return nil }
            let misplaced = notebook.misplacedExpectation(segment, of: cell).map { [$0] }
            diagnostics += (misplaced ?? found).map { diagnostic in
                var told = diagnostic
                told.cell = cell.id
                return told
            }
        }
        return nil
    }

    private func settings(for range: Range<Int>) -> LayoutSettings {
        let source = notebook.source
        var settings = LayoutSettings()
        settings.lineEnd = source.firstLineEnd
        settings.isFileEnd = range.upperBound == source.bytes.count
        settings.isReserved = { comment in
            let line = SourceLine(number: 0, content: comment, whole: comment)
            return source.begins(comment, with: "#>") || source.begins(comment, with: "#@ ")
                || CellMarker.begins(line, in: source)
        }
        return settings
    }
}

extension SourceText {
    /// The line end that the file uses first.
    fileprivate var firstLineEnd: [UInt8] {
        guard let end = bytes.firstIndex(of: UInt8(ascii: "\n")) else { return [UInt8(ascii: "\n")] }
        return end > 0 && bytes[end - 1] == UInt8(ascii: "\r")
            ? [UInt8(ascii: "\r"), UInt8(ascii: "\n")] : [UInt8(ascii: "\n")]
    }
}

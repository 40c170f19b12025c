import CNNLanguage

public enum ProgressStyle: Sendable {
    case none
    /// One line of a terminal, which goes away.
    case line
    /// A line for each cell.
    case lines
}

/// Says on standard error which cell runs: on a terminal in one line that goes away, elsewhere in a line for each cell.
final class CellProgress {
    private let style: ProgressStyle
    private let write: (String) -> Void
    private var isShown = false
    private var count = 0
    private var total = 0

    init(_ style: ProgressStyle, _ write: @escaping (String) -> Void) {
        self.style = style
        self.write = write
    }

    func begin(_ notebook: Notebook) {
        count = 0
        total = notebook.cells.count { $0.kind.isCode }
    }

    func show(_ cell: Cell, in notebook: Notebook) {
        count += 1
        let title = notebook.title(of: cell).map { ": \($0)" } ?? ""
        let text = CellProgress.printable("[\(count)/\(total)] \(notebook.source.name), \(cell.label)\(title)")
        switch style {
        case .none: break
        case .line:
            write("\r\u{1B}[K" + String(text.prefix(78)))
            isShown = true
        case .lines: write(text + "\n")
        }
    }

    /// A title must not move the cursor.
    private static func printable(_ text: String) -> String {
        String(text.map { $0.unicodeScalars.contains { $0.properties.generalCategory == .control } ? " " : $0 })
    }

    /// Takes the line away, before something else is written.
    func clear() {
        guard isShown else { return }
        isShown = false
        write("\r\u{1B}[K")
    }
}

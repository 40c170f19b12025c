import CNNCore

/// A small table as a value: a statement shows it.
public final class TableObject: NativeObject {
    let title: String?
    let header: [String]
    let rows: [[String]]
    /// So many columns, the first ones, stand left, the others right.
    private let leftColumns: Int

    init(title: String? = nil, header: [String], rows: [[String]], leftColumns: Int = 1) {
        self.title = title
        self.header = header
        self.rows = rows
        self.leftColumns = leftColumns
    }

    public override var typeName: String { "table" }
    public override var isReference: Bool { false }
    public override func display() -> String {
        ([title].compactMap { $0 } + TextTable.lines(header, rows, leftColumns: leftColumns)).joined(separator: "\n")
    }

    public override func isEqual(to other: Value) -> Bool {
        guard case .native(let object) = other, let table = object as? TableObject else { return false }
        return table.header == header && table.rows == rows
    }
}

/// Cells in columns, two spaces apart.
enum TextTable {
    static func lines(_ header: [String], _ rows: [[String]], leftColumns: Int = 1) -> [String] {
        var widths = header.map(DisplayWidth.of)
        for row in rows {
            for (column, cell) in row.enumerated() where column < widths.count {
                widths[column] = max(widths[column], DisplayWidth.of(cell))
            }
        }
        return ([header] + rows).map { row in
            var line = ""
            for (column, cell) in row.enumerated() {
                let blanks = String(repeating: " ", count: max(0, widths[column] - DisplayWidth.of(cell)))
                line += (column == 0 ? "" : "  ") + (column < leftColumns ? cell + blanks : blanks + cell)
            }
            while line.last == " " { line.removeLast() }
            return line
        }
    }
}

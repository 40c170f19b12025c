import CNNLanguage

/// Rows of words in columns that line up, whatever the width of their characters.
struct TextTable {
    /// Columns from these on stand to the right.
    var rightColumns: Set<Int> = []
    /// The column that is cut where a row would be wider than the terminal.
    var flexibleColumn: Int?

    func lines(_ rows: [[String]], columns: Int) -> [String] {
        guard let count = rows.map(\.count).max() else { return [] }
        var widths = (0..<count).map { column in
            rows.map { $0.indices.contains(column) ? DisplayWidth.of($0[column]) : 0 }.max() ?? 0
        }
        let total = widths.reduce(0, +) + 2 * (count - 1)
        if let flexibleColumn, total > columns {
            widths[flexibleColumn] = max(4, widths[flexibleColumn] - (total - columns))
        }
        return rows.map { row in
            var line = ""
            for (column, cell) in row.enumerated() {
                let text = TextTable.cut(cell, to: widths[column])
                let margin = String(repeating: " ", count: max(0, widths[column] - DisplayWidth.of(text)))
                line += (column > 0 ? "  " : "") + (rightColumns.contains(column) ? margin + text : text + margin)
            }
            while line.last == " " { line.removeLast() }
            return line
        }
    }

    /// The text, or its beginning and `...`.
    static func cut(_ text: String, to width: Int) -> String {
        guard DisplayWidth.of(text) > width else { return text }
        var result = ""
        var used = 0
        for character in text {
            let next = DisplayWidth.of(character)
            guard used + next <= max(0, width - 3) else { break }
            result.append(character)
            used += next
        }
        return result + String("...".prefix(max(0, width - used)))
    }
}

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
        var excess = widths.reduce(0, +) + 2 * (count - 1) - columns
        if let flexibleColumn, excess > 0 {
            let cut = min(excess, max(0, widths[flexibleColumn] - 12))
            widths[flexibleColumn] -= cut
            excess -= cut
        }
        // What is still too wide is taken from the widest.
        while excess > 0, let widest = widths.indices.max(by: { widths[$0] < widths[$1] }), widths[widest] > 4 {
            widths[widest] -= 1
            excess -= 1
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

    /// Words and what they mean: side by side, or one below the other where that leaves too little room.
    static func definitions(_ rows: [(word: String, meaning: String)], columns: Int) -> [String] {
        let width = rows.map { DisplayWidth.of($0.word) }.max() ?? 0
        let isWide = columns - width - 3 >= 28
        let indent = isWide ? width + 2 : 4
        return rows.flatMap { row -> [String] in
            var lines = wrapped(row.meaning, indent: indent, columns: columns - 1)
            guard isWide, !lines.isEmpty else { return [row.word] + lines }
            let margin = String(repeating: " ", count: indent - DisplayWidth.of(row.word))
            lines[0] = row.word + margin + lines[0].dropFirst(indent)
            return lines
        }
    }

    /// Words in lines.
    static func wrapped(_ text: String, indent: Int = 0, columns: Int) -> [String] {
        WordWrap.packed(text.split(separator: " ").map(String.init), indent: indent, columns: columns)
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

import CNNLanguage

/// Rows of words in columns that line up, whatever the width of their characters.
struct TextTable {
    /// Columns from these on stand to the right.
    var rightColumns: Set<Int> = []
    /// The column that is narrowed first where a row would be wider than the terminal.
    var flexibleColumn: Int?

    /// Whether no cell is divided or cut.
    func isOneLineEach(_ rows: [[String]], columns: Int) -> Bool {
        let widths = (0..<(rows.map(\.count).max() ?? 0)).map { column in
            rows.map { $0.indices.contains(column) ? DisplayWidth.of($0[column]) : 0 }.max() ?? 0
        }
        return widths.reduce(0, +) + 2 * (widths.count - 1) <= columns
    }

    /// Whether every word of the rows has room in one line.
    func fits(_ rows: [[String]], columns: Int) -> Bool {
        let words = words(rows)
        return words.reduce(0, +) + 2 * (words.count - 1) <= columns
    }

    /// The least widths of columns: words stay whole as long as there is room for them, numbers in any case.
    private func words(_ rows: [[String]]) -> [Int] {
        (0..<(rows.map(\.count).max() ?? 0)).map { column in
            let cells = rows.compactMap { $0.indices.contains(column) ? $0[column] : nil }
            return rightColumns.contains(column)
                ? cells.map { DisplayWidth.of($0) }.max() ?? 0
                : min(20, cells.flatMap { $0.split(separator: " ") }.map { DisplayWidth.of(String($0)) }.max() ?? 0)
        }
    }

    func lines(_ rows: [[String]], columns: Int) -> [String] {
        guard let count = rows.map(\.count).max() else { return [] }
        var widths = (0..<count).map { column in
            rows.map { $0.indices.contains(column) ? DisplayWidth.of($0[column]) : 0 }.max() ?? 0
        }
        var excess = widths.reduce(0, +) + 2 * (count - 1) - columns
        let words = words(rows)
        if let flexibleColumn, excess > 0 {
            let cut = min(excess, max(0, widths[flexibleColumn] - max(12, words[flexibleColumn])))
            widths[flexibleColumn] -= cut
            excess -= cut
        }
        for least in [words, words.map { min($0, 4) }] {
            while excess > 0,
                let widest = widths.indices.filter({ widths[$0] > least[$0] }).max(by: { widths[$0] < widths[$1] })
            {
                widths[widest] -= 1
                excess -= 1
            }
        }
        return rows.flatMap { row -> [String] in
            let cells = row.enumerated().map { TextTable.folded($1, to: widths[$0]) }
            return (0..<(cells.map(\.count).max() ?? 0)).map { line(cells, $0, widths) }
        }
    }

    private func line(_ cells: [[String]], _ number: Int, _ widths: [Int]) -> String {
        var line = ""
        for (column, lines) in cells.enumerated() {
            let text = number < lines.count ? lines[number] : ""
            let margin = String(repeating: " ", count: max(0, widths[column] - DisplayWidth.of(text)))
            line += (column > 0 ? "  " : "") + (rightColumns.contains(column) ? margin + text : text + margin)
        }
        while line.last == " " { line.removeLast() }
        return line
    }

    /// A cell in at most three lines, divided between words; what has no room is cut.
    private static func folded(_ text: String, to width: Int) -> [String] {
        guard DisplayWidth.of(text) > width else { return [text] }
        let lines = WordWrap.lines(text, width: width)
        let rest = lines.count > 3 ? [lines.dropFirst(2).joined(separator: " ")] : Array(lines.dropFirst(2))
        return (lines.prefix(2) + rest).map { cut($0, to: width) }
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

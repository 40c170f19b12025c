/// Texts of a run, laid out for a terminal that is narrower than they are: what is one word stays one.
enum FittedText {
    /// A table in blocks of as many columns as there is room for, each with the first column, and all other lines as
    /// `sentences` has them.
    static func table(_ text: String, columns: Int) -> String {
        guard isTooWide(text, columns) else { return text }
        if text.last == "\n" { return table(String(text.dropLast()), columns: columns) + "\n" }
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        // A title may stand above a table, and what it comes to below.
        for above in 0...min(1, lines.count) {
            for below in 0...min(3, lines.count - above) {
                let rows = Array(lines.dropFirst(above).dropLast(below))
                guard let blocks = Columns(rows)?.blocks(columns) else { continue }
                let around = [lines.prefix(above), lines.suffix(below)].map {
                    $0.map { sentence($0, columns) }
                }
                return (around[0] + blocks + around[1]).joined(separator: "\n")
            }
        }
        return sentences(text, columns: columns)
    }

    /// Lines divided between words; what goes on stands further in than the line began.
    static func sentences(_ text: String, columns: Int) -> String {
        guard isTooWide(text, columns) else { return text }
        return text.split(separator: "\n", omittingEmptySubsequences: false).map { sentence(String($0), columns) }
            .joined(separator: "\n")
    }

    private static func isTooWide(_ text: String, _ columns: Int) -> Bool {
        guard text.utf8.count > columns else { return false }
        return text.split(separator: "\n").contains { $0.utf8.count > columns && DisplayWidth.of(String($0)) > columns }
    }

    /// One line of `sentences`.
    static func sentence(_ line: String, _ columns: Int) -> String {
        guard DisplayWidth.of(line) > columns else { return line }
        let margin = String(line.prefix { $0 == " " })
        let next = margin.count + 4
        let body = String(line.dropFirst(margin.count))
        let (width, first) = (max(1, columns - next), columns - margin.count)
        // Two blanks stand between `mean 3` and `std 1.871`, which are not divided where that is not needed.
        let parts = body.split(separator: "  ").map(String.init)
        let areParts = parts.count > 1 && parts.allSatisfy { DisplayWidth.of($0) <= width }
        let words =
            areParts
            ? WordWrap.packed(parts, separator: "  ", columns: width, first: first)
            : WordWrap.lines(body, width: width, first: first)
        return words.enumerated().map { ($0 == 0 ? margin : margin + "    ") + $1 }.joined(separator: "\n")
    }
}

/// The columns of a table that is there as text: they are where every line has two blanks between them.
private struct Columns {
    /// A line's characters by their column; a wide one is followed by nothing.
    private let rows: [[Character?]]
    /// Rules, which go through all columns.
    private let isRule: [Bool]
    private let parts: [Range<Int>]

    /// nil for what is no table.
    init?(_ lines: [String]) {
        isRule = lines.map { !$0.isEmpty && $0.allSatisfy { $0 == "-" } }
        guard isRule.filter({ !$0 }).count > 1 else { return nil }
        rows = lines.map { line in
            line.flatMap { character -> [Character?] in
                let width = DisplayWidth.of(character)
                return width == 0 ? [] : [character] + Array(repeating: nil, count: width - 1)
            }
        }
        let width = rows.map(\.count).max() ?? 0
        var isFilled = Array(repeating: false, count: width)
        for (row, isRule) in zip(rows, isRule) where !isRule {
            for (column, character) in row.enumerated() where character != " " { isFilled[column] = true }
        }
        var parts: [Range<Int>] = []
        for column in 0..<width where isFilled[column] {
            if let last = parts.last, column - last.upperBound < 2 {
                parts[parts.count - 1] = last.lowerBound..<column + 1
            } else {
                parts.append(column..<column + 1)
            }
        }
        guard parts.count > 2 else { return nil }
        // The first column begins where the lines begin.
        parts[0] = 0..<parts[0].upperBound
        self.parts = parts
    }

    /// nil where a column has no room beside the first.
    func blocks(_ columns: Int) -> [String]? {
        let room = columns - parts[0].count
        guard parts.dropFirst().allSatisfy({ $0.count + 2 <= room }) else { return nil }
        var blocks: [[Range<Int>]] = []
        var used = room + 1
        for part in parts.dropFirst() {
            if used + 2 + part.count > room {
                blocks.append([])
                used = 0
            }
            blocks[blocks.count - 1].append(part)
            used += 2 + part.count
        }
        return Array(blocks.map(lines).joined(separator: [""]))
    }

    private func lines(_ block: [Range<Int>]) -> [String] {
        let shown = [parts[0]] + block
        let width = shown.reduce(-2) { $0 + 2 + $1.count }
        return zip(rows, isRule).map { row, isRule in
            if isRule { return String(repeating: "-", count: width) }
            var line = shown.map { part in
                String(row[min(part.lowerBound, row.count)..<min(part.upperBound, row.count)].compactMap { $0 })
                    + String(repeating: " ", count: max(0, part.upperBound - max(row.count, part.lowerBound)))
            }.joined(separator: "  ")
            while line.last == " " { line.removeLast() }
            return line
        }
    }
}

extension ModelSummary {
    private static let width = 80
    private static let heads = ["layer", "output", "kernel", "parameters", "MACs", "field", "jump", "memory"]
    /// Layer, output and kernel are texts, the others numbers.
    private static let textColumns = 3

    /// The table, at most 80 columns of ASCII, without a line feed at the end:
    ///
    ///     layer     output    kernel  parameters     MACs  field  jump    memory
    ///     input     28x28x1                    0        0      1     1   3.1 KiB
    ///     conv1     28x28x6   5x5            156  117,600      5     1  18.4 KiB
    public func text() -> String {
        let table = [ModelSummary.heads] + rows.map(cells) + [totals]
        var widths = ModelSummary.heads.indices.map { column in table.map { $0[column].count }.max() ?? 0 }
        var gap = 2
        func total() -> Int { widths.reduce(0, +) + gap * (widths.count - 1) }
        if total() > ModelSummary.width { gap = 1 }
        if total() > ModelSummary.width { widths[0] = max(8, widths[0] - (total() - ModelSummary.width)) }
        let separator = String(repeating: "-", count: min(ModelSummary.width, total()))
        var lines = table.map { ModelSummary.line($0, widths, gap) }
        lines.insert(separator, at: lines.count - 1)
        lines.insert(separator, at: 1)
        if trainableParameters != totalParameters {
            lines.append("trainable: \(DigitGroups.text(trainableParameters)) parameters")
        }
        return lines.joined(separator: "\n")
    }

    private func cells(_ row: Row) -> [String] {
        [
            String(repeating: " ", count: row.depth) + (row.name.split(separator: ".").last.map(String.init) ?? ""),
            row.output.description, row.kernel, DigitGroups.text(row.parameters), DigitGroups.text(row.macs),
            ModelSummary.pair(row.receptiveField), ModelSummary.pair(row.jump), ByteCount.text(row.activationBytes),
        ]
    }

    private var totals: [String] {
        [
            "total", "", "", DigitGroups.text(totalParameters), DigitGroups.text(totalMACs), "", "",
            ByteCount.text(activationBytes),
        ]
    }

    private static func pair(_ pair: (Int, Int)?) -> String {
        guard let pair else { return "" }
        return pair.0 == pair.1 ? "\(pair.0)" : "\(pair.0)x\(pair.1)"
    }

    private static func line(_ cells: [String], _ widths: [Int], _ gap: Int) -> String {
        var line = ""
        for (column, cell) in cells.enumerated() {
            if column > 0 { line += String(repeating: " ", count: gap) }
            let text = cell.count > widths[column] ? cell.prefix(max(0, widths[column] - 2)) + ".." : cell[...]
            let fill = String(repeating: " ", count: max(0, widths[column] - text.count))
            line += column < textColumns ? text + fill : fill + text
        }
        while line.last == " " { line.removeLast() }
        return line
    }
}

/// Whole numbers with thousands separators: `416,520`.
enum DigitGroups {
    static func text(_ number: Int) -> String {
        let digits = String(number.magnitude)
        var result = ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index) % 3 == 0 { result.append(",") }
            result.append(digit)
        }
        return number < 0 ? "-" + result : result
    }
}

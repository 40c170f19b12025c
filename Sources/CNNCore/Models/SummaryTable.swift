extension ModelSummary {
    private static let width = 80
    private static let heads = ["layer", "output", "kernel", "parameters", "MACs", "field", "jump", "memory"]
    /// Layer, output and kernel are texts, the others numbers.
    private static let textColumns = 3
    /// What a table that is too wide does without: jump, kernel, field.
    private static let dispensableColumns = [6, 2, 5]
    private static let leastNameWidth = 10

    /// The table, at most 80 columns of ASCII, without a line feed at the end; for a batch, what a step holds:
    ///
    ///     layer     output    kernel  parameters     MACs  field  jump    memory
    ///     input     28x28x1                    0        0      1     1   3.1 KiB
    ///     conv1     28x28x6   5x5            156  117,600      5     1  18.4 KiB
    public func text() -> String {
        let table = [ModelSummary.heads] + rows.map(cells) + [totals]
        var columns = Array(ModelSummary.heads.indices)
        var widths = columns.map { column in table.map { $0[column].count }.max() ?? 0 }
        var gap = 2
        func total() -> Int { columns.reduce(0) { $0 + widths[$1] } + gap * (columns.count - 1) }
        func excess() -> Int { max(0, total() - ModelSummary.width) }
        if excess() > 0 { gap = 1 }
        let nameWidth = widths[0]
        var dispensable = ModelSummary.dispensableColumns[...]
        while true {
            widths[0] = nameWidth
            widths[0] = max(min(nameWidth, ModelSummary.leastNameWidth), nameWidth - excess())
            guard excess() > 0, let column = dispensable.popFirst() else { break }
            columns.removeAll { $0 == column }
        }
        let separator = String(repeating: "-", count: total() - excess())
        var lines = table.map { cells in
            String(
                ModelSummary.line(columns.map { (cells[$0], widths[$0], $0 < ModelSummary.textColumns) }, gap)
                    .prefix(ModelSummary.width))
        }
        lines.insert(separator, at: lines.count - 1)
        lines.insert(separator, at: 1)
        if batch > 1 {
            lines.append("a training step with \(DigitGroups.text(batch)) at a time holds \(ByteCount.text(stepBytes))")
        }
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

    private static func line(_ cells: [(text: String, width: Int, isText: Bool)], _ gap: Int) -> String {
        var line = ""
        for cell in cells {
            if !line.isEmpty { line += String(repeating: " ", count: gap) }
            let isCut = cell.text.count > cell.width
            let text = isCut ? cell.text.prefix(max(0, cell.width - 2)) + ".." : cell.text[...]
            let fill = String(repeating: " ", count: max(0, cell.width - text.count))
            line += cell.isText ? text + fill : fill + text
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

import CNNCore

/// Lists and dicts that are longer than a line: numbers and texts fill the lines, what is itself a list or a
/// dict begins a line of its own, an entry of a dict as well.
struct LineWrapping {
    /// Of a line, at most.
    let columns: Int
    /// Longer ones stay as they are: nobody reads them, and wrapping writes them several times.
    private static let maximumBytes = 1 << 20
    /// Units of work for a byte whose width is looked up and that is copied into its line.
    private static let byteWork = 48

    func text(_ value: Value) -> String {
        let text = ValueDisplay.inLine(value)
        guard text.utf8.count > columns, text.utf8.count <= LineWrapping.maximumBytes, !WorkMeter.shared.isUsedUp else {
            return text
        }
        WorkMeter.shared.spend(LineWrapping.byteWork * text.utf8.count)
        return lines(value, indent: 0, after: 0).joined(separator: "\n")
    }

    /// - Parameters:
    ///   - indent: the column that it begins in.
    ///   - after: characters that follow at once: commas and brackets.
    private func lines(_ value: Value, indent: Int, after: Int) -> [String] {
        let text = ValueDisplay.inLine(value)
        guard DisplayWidth.of(text) + indent + after > columns, indent < columns / 2 else { return [text] }
        switch value {
        case .list(let list) where !list.elements.isEmpty:
            let last = list.elements.count - 1
            let parts = list.elements.enumerated().map {
                lines($1, indent: indent + 1, after: $0 == last ? after + 1 : 1)
            }
            let isFlat = list.elements.allSatisfy { !isNested($0) }
            return joined(parts, isFilled: isFlat, "[", "]", indent: indent, after: after)
        case .dictionary(let dictionary) where dictionary.count > 0:
            let last = dictionary.count - 1
            let parts = dictionary.entries.enumerated().map { index, entry -> [String] in
                let key = ValueDisplay.inLine(entry.key.value) + ": "
                var rest = lines(
                    entry.value, indent: indent + 1 + DisplayWidth.of(key), after: index == last ? after + 1 : 1)
                for line in rest.indices {
                    rest[line] = (line == 0 ? key : String(repeating: " ", count: DisplayWidth.of(key))) + rest[line]
                }
                return rest
            }
            return joined(parts, isFilled: false, "{", "}", indent: indent, after: after)
        case .string: return [text]
        default:
            // A run has what is one value in one line.
            guard columns < HelpText.usualColumns else { return [text] }
            let isSummed = text.contains("  ")
            return WordWrap.packed(
                isSummed ? text.split(separator: "  ").map(String.init) : text.split(separator: " ").map(String.init),
                separator: isSummed ? "  " : " ", columns: columns - indent - after)
        }
    }

    private func isNested(_ value: Value) -> Bool {
        switch value {
        case .list, .dictionary: true
        default: false
        }
    }

    /// The first line begins with the bracket, the others with a space below it.
    private func joined(
        _ parts: [[String]], isFilled: Bool, _ open: String, _ close: String, indent: Int, after: Int
    ) -> [String] {
        var result: [String] = []
        var line = open
        for (index, part) in parts.enumerated() {
            let isLast = index == parts.count - 1
            let end = isLast ? "" : ","
            let width = DisplayWidth.of(part[0]) + (isLast ? 1 + after : 1)
            if index > 0 {
                if !isFilled || indent + DisplayWidth.of(line) + 1 + width > columns {
                    result.append(line)
                    line = " "
                } else {
                    line += " "
                }
            }
            line += part[0]
            for more in part.dropFirst() {
                result.append(line)
                line = " " + more
            }
            line += end
        }
        result.append(line + close)
        return result
    }
}

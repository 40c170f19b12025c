import CNNLanguage

/// The rows of the screen that an edited entry takes.
enum EntryRows {
    /// - Parameters:
    ///   - prompt: the columns before the first line.
    ///   - text: the entry, of one line or several; the others begin at the left.
    /// - Returns: nil where terminals differ: tabs, a line that ends with the last column, wide characters at the edge.
    static func count(prompt: Int, _ text: String, columns: Int) -> Int? {
        var rows = 0
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            guard !line.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F }) else { return nil }
            let plain = line.utf8.count == line.unicodeScalars.count
            let width = (index == 0 ? prompt : 0) + (plain ? line.utf8.count : DisplayWidth.of(String(line)))
            guard width < columns || (plain && width % columns != 0) else { return nil }
            rows += width / columns + 1
        }
        return rows
    }
}

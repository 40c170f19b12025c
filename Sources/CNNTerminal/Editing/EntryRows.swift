import CNNLanguage

/// The rows of the screen that an edited entry takes.
enum EntryRows {
    /// - Parameters:
    ///   - prompt: the columns before the first line.
    ///   - text: the entry, of one line or several; the others begin at the left.
    /// - Returns: nil where terminals differ: a line that ends with the last column, wide characters or tabs at the edge.
    static func count(prompt: Int, _ text: String, columns: Int) -> Int? {
        var rows = 0
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            guard !line.unicodeScalars.contains(where: { ($0.value < 0x20 && $0 != "\t") || $0.value == 0x7F }) else {
                return nil
            }
            let plain = line.utf8.count == line.unicodeScalars.count && !line.utf8.contains(UInt8(ascii: "\t"))
            let start = index == 0 ? prompt : 0
            let width = plain ? start + line.utf8.count : end(of: line, from: start)
            guard width < columns || (plain && width % columns != 0) else { return nil }
            rows += width / columns + 1
        }
        return rows
    }

    /// The column behind a line, with tabs to every eighth.
    private static func end(of line: Substring, from start: Int) -> Int {
        let parts = line.split(separator: "\t", omittingEmptySubsequences: false)
        return parts.enumerated().reduce(start) { column, part in
            (part.offset == 0 ? column : column / 8 * 8 + 8) + DisplayWidth.of(String(part.element))
        }
    }
}

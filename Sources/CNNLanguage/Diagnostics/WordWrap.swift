/// A text in lines for a terminal, divided between words.
enum WordWrap {
    /// - Parameters:
    ///   - width: of the lines, in columns of the display.
    ///   - first: the same of the first line.
    /// - Returns: at least one line. A word that is wider than a line has one for itself.
    static func lines(_ text: String, width: Int, first: Int? = nil) -> [String] {
        var room = first ?? width
        guard DisplayWidth.of(text) > room else { return [text] }
        var lines = [""]
        var used = 0
        for (index, word) in text.split(separator: " ", omittingEmptySubsequences: false).enumerated() {
            let needed = DisplayWidth.of(String(word))
            if index > 0, used + 1 + needed > room {
                while lines[lines.count - 1].last == " " { lines[lines.count - 1].removeLast() }
                lines.append("")
                (used, room) = (0, width)
            } else if index > 0 {
                lines[lines.count - 1] += " "
                used += 1
            }
            lines[lines.count - 1] += word
            used += needed
        }
        return lines
    }
}

/// A text in lines for a terminal, divided between words.
public enum WordWrap {
    /// - Parameters:
    ///   - width: of the lines, in columns of the display.
    ///   - first: the same of the first line.
    /// - Returns: at least one line. A word that is wider than a line has one for itself.
    public static func lines(_ text: String, width: Int, first: Int? = nil) -> [String] {
        guard DisplayWidth.of(text) > first ?? width else { return [text] }
        let words = text.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
        return packed(words, columns: width, first: first)
    }

    /// Parts that are not broken, in lines of at most so many columns where that can be.
    /// - Parameters:
    ///   - indent: blanks before each line, within the columns.
    ///   - first: the columns of the first line, where they differ.
    /// - Returns: no lines for no parts.
    public static func packed(
        _ parts: [String], separator: String = " ", indent: Int = 0, columns: Int, first: Int? = nil
    ) -> [String] {
        let margin = String(repeating: " ", count: indent)
        let gap = DisplayWidth.of(separator)
        var room = first ?? columns
        var lines: [String] = []
        var used = 0
        for part in parts {
            let needed = DisplayWidth.of(part)
            if !lines.isEmpty, used + gap + needed <= room {
                lines[lines.count - 1] += separator + part
                used += gap + needed
                continue
            }
            if !lines.isEmpty {
                while lines[lines.count - 1].last == " " { lines[lines.count - 1].removeLast() }
                room = columns
            }
            lines.append(margin + part)
            used = indent + needed
        }
        return lines
    }

    /// How something is called, divided behind the commas between its arguments: what stands in quotes is whole.
    public static func call(_ form: String, columns: Int) -> [String] {
        guard DisplayWidth.of(form) > columns else { return [form] }
        var parts = [""]
        var isQuoted = false
        for character in form {
            if character == "\"" { isQuoted.toggle() }
            if character == " ", !isQuoted, parts[parts.count - 1].last == "," {
                parts.append("")
            } else {
                parts[parts.count - 1].append(character)
            }
        }
        let lines = packed(parts, columns: columns - 4, first: columns)
        return lines.prefix(1) + lines.dropFirst().map { "    " + $0 }
    }
}

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

    /// A formula: where it is wider than the columns, each of its parts, which are divided by `;`, has a line.
    static func formula(_ formula: String, columns: Int) -> [String] {
        guard DisplayWidth.of(formula) > columns else { return [formula] }
        return formula.replacing(";  ", with: ";\n").split(separator: "\n").map(String.init)
    }

    /// How something is called, divided behind the commas between its arguments, and where that is not enough between
    /// words: what stands in quotes is whole.
    public static func call(_ form: String, columns: Int) -> [String] {
        guard DisplayWidth.of(form) > columns else { return [form] }
        let parts = pieces(form) { $0 == "," }.flatMap { part in
            DisplayWidth.of(part) > columns - 4 ? pieces(part) { _ in true } : [part]
        }
        let lines = packed(parts, columns: columns - 4, first: columns)
        return lines.prefix(1) + lines.dropFirst().map { "    " + $0 }
    }

    /// A line of a program, divided where a line may end: behind commas, semicolons and opening braces, within brackets at
    /// any blank too, and where that is not enough behind an opening bracket.
    /// - Parameters:
    ///   - first: what stands before it.
    ///   - next: what stands before each further line, which is indented.
    static func code(_ line: String, _ first: String, _ next: String, columns: Int) -> [String] {
        guard DisplayWidth.of(first + line) > columns else { return [first + line] }
        let indent = String(line.prefix { $0 == " " })
        let room = columns - DisplayWidth.of(first) - indent.count
        var lines = [""]
        for part in CodePieces(String(line.dropFirst(indent.count))).parts(upTo: room - 4) {
            let whole = lines[lines.count - 1] + part
            if DisplayWidth.of(whole.trimmedOfBlanks) <= (lines.count == 1 ? room : room - 4) {
                lines[lines.count - 1] = whole
            } else {
                lines.append(part)
            }
        }
        if lines[0].isEmpty { lines.removeFirst() }
        return lines.enumerated().map { ($0 == 0 ? first : next + "    ") + indent + $1.trimmedOfBlanks }
    }

    /// The parts between blanks that stand behind certain characters, outside of quotes.
    private static func pieces(_ text: String, behind isEnd: (Character) -> Bool) -> [String] {
        var parts = [""]
        var quote: Character?
        for character in text {
            if character == "\"" || character == "'" {
                if quote == nil { quote = character } else if quote == character { quote = nil }
            }
            if character == " ", quote == nil, let last = parts[parts.count - 1].last, isEnd(last) {
                parts.append("")
            } else {
                parts[parts.count - 1].append(character)
            }
        }
        return parts
    }
}

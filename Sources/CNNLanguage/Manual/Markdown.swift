/// Pieces of Markdown (CommonMark with GitHub's tables) from plain text.
enum Markdown {
    /// Text of a line, with every sign escaped that would mean something there; within a word `_` means nothing.
    static func text(_ plain: some StringProtocol) -> String {
        var result = ""
        var before: Character = " "
        for (index, character) in plain.enumerated() {
            let after = plain.dropFirst(index + 1).first ?? " "
            let isWithinWord = character == "_" && isPartOfWord(before) && isPartOfWord(after)
            let isMark = "\\`*_[]<|~&$".contains(character) || (index == 0 && "#>+-=".contains(character))
            if isMark, !isWithinWord { result.append("\\") }
            result.append(character)
            before = character
        }
        return result
    }

    private static func isPartOfWord(_ character: Character) -> Bool { character.isLetter || character.isNumber }

    /// Code within a line. A longer run of backticks than any inside encloses it.
    static func code(_ plain: String) -> String {
        let ticks = String(repeating: "`", count: longestRun(of: "`", in: plain) + 1)
        let margin = plain.hasPrefix("`") || plain.hasSuffix("`") ? " " : ""
        return ticks + margin + plain + margin + ticks
    }

    /// A block of code. A longer fence than any inside encloses it.
    static func block(_ plain: String, language: String) -> String {
        let fence = String(repeating: "`", count: max(3, longestRun(of: "`", in: plain) + 1))
        return "\(fence)\(language)\n\(plain)\n\(fence)"
    }

    /// A table; its cells are Markdown already. A bar within code ends a cell too, so that it is escaped there as well.
    static func table(_ head: [String], _ rows: [[String]]) -> String {
        ([head, head.map { _ in "---" }] + rows.map { row in row.map(cell) })
            .map { "| " + $0.joined(separator: " | ") + " |" }.joined(separator: "\n")
    }

    private static func cell(_ markdown: String) -> String {
        var result = ""
        var isEscaped = false
        for character in markdown {
            if character == "|", !isEscaped { result.append("\\") }
            isEscaped = character == "\\" && !isEscaped
            result.append(character)
        }
        return result
    }

    /// What a heading is linked by, as GitHub makes it: small letters, no signs but `-` and `_`, `-` for a blank.
    static func anchor(_ heading: String) -> String {
        heading.lowercased().unicodeScalars.reduce(into: "") { result, scalar in
            if scalar == " " {
                result.append("-")
            } else if scalar == "-" || scalar == "_" || scalar.properties.isAlphabetic
                || scalar.properties.numericType != nil
            {
                result.unicodeScalars.append(scalar)
            }
        }
    }

    private static func longestRun(of mark: Character, in text: String) -> Int {
        var (longest, length) = (0, 0)
        for character in text {
            length = character == mark ? length + 1 : 0
            longest = max(longest, length)
        }
        return longest
    }
}

/// Text as it is pasted: line ends of every kind, prompts of a session that was copied along.
enum PastedText {
    /// As it is typed: line feeds, no control characters, no line end at the end. Where the text is a transcript, its
    /// prompts go, and so does what the program had printed.
    static func cleaned(_ text: String) -> String {
        var scalars = String.UnicodeScalarView()
        var hadReturn = false
        for scalar in text.unicodeScalars {
            defer { hadReturn = scalar == "\r" }
            switch scalar {
            case "\r": scalars.append("\n")
            case "\n": if !hadReturn { scalars.append(scalar) }
            case "\t": scalars.append(scalar)
            default: if scalar.value >= 0x20, !(0x7F..<0xA0).contains(scalar.value) { scalars.append(scalar) }
            }
        }
        var lines = String(scalars).split(separator: "\n", omittingEmptySubsequences: false)
        while lines.count > 1, lines.last?.allSatisfy(\.isWhitespace) ?? false { lines.removeLast() }
        return withoutPrompts(lines).joined(separator: "\n")
    }

    private static func withoutPrompts(_ all: [Substring]) -> [Substring] {
        // How the session was begun may stand above it.
        let begun = all.drop { $0.allSatisfy(\.isWhitespace) || isBeginning($0) }
        let lines = begun.first.map { afterFirstPrompt($0) != nil } ?? false ? Array(begun) : all
        let filled = lines.filter { !$0.allSatisfy(\.isWhitespace) }
        guard let first = filled.first else { return lines }
        // The first prompt may have been left out when the text was marked. Within a long text, a prompt is text.
        let beginsText = first.contains("\"\"\"") || first.contains("'''")
        let second = filled.dropFirst().first.flatMap { line in
            afterNextPrompt(line) ?? (beginsText ? nil : afterFirstPrompt(line))
        }
        let isTranscript = afterFirstPrompt(first) != nil || second != nil
        guard isTranscript else { return lines }
        var kept: [Substring] = []
        for line in lines {
            if let code = afterFirstPrompt(line) ?? afterNextPrompt(line) {
                kept.append(code)
            } else if kept.isEmpty {
                kept.append(line)
            }
        }
        return kept
    }

    /// Whether a line is a shell's `$ cnnbook` or of a greeting: `cnnbook 0.1.0   :help lists commands`, `Python 3.11.2 …`.
    private static func isBeginning(_ line: Substring) -> Bool {
        let words = line.split(separator: " ")
        let programs: [Substring] = ["cnnbook", "Python", "IPython"]
        let isGreeting = words.count > 1 && programs.contains(words[0]) && words[1].first?.isNumber ?? false
        let beginnings = ["Type \"", "Type '", "[GCC", "[Clang", "[MSC"]
        return isGreeting || ShellPrompt.command(in: line) != nil || line == ":help lists commands"
            || beginnings.contains { line.hasPrefix($0) }
    }

    /// The code behind `>>> `, `julia> `, `In [3]: ` or `[3]> `; nil where the line has no such prompt.
    private static func afterFirstPrompt(_ line: Substring) -> Substring? {
        let text = line.drop { $0 == " " }
        if let code = afterForeignPrompt(text) { return code }
        return text.hasPrefix("julia>") ? code(after: text.dropFirst(6)) : afterNumber(text, "[", "]>")
    }

    /// The code behind a prompt with which no code of ours begins: `>>> ` or `In [3]: `.
    private static func afterForeignPrompt(_ text: Substring) -> Substring? {
        text.hasPrefix(">>>") ? code(after: text.dropFirst(3)) : afterNumber(text, "In [", "]:")
    }

    private static func afterNumber(_ text: Substring, _ opening: String, _ closing: String) -> Substring? {
        guard text.hasPrefix(opening) else { return nil }
        let rest = text.dropFirst(opening.count)
        let digits = rest.prefix { $0.isASCII && $0.isNumber }
        guard !digits.isEmpty, rest.dropFirst(digits.count).hasPrefix(closing) else { return nil }
        return code(after: rest.dropFirst(digits.count + closing.count))
    }

    /// A line of a session that comes from a terminal which does not mark pastes: a line that is entered.
    /// - Parameter isBegun: whether the entry began behind such a prompt, so that `... ` is one too.
    /// - Returns: the code behind its prompt; nil where it has none.
    static func typedLine(_ line: String, isBegun: Bool) -> String? {
        let code = isBegun ? afterNextPrompt(line[...]) : afterForeignPrompt(line.drop { $0 == " " })
        return code.map(String.init)
    }

    /// The code behind `... `, `   ...: ` or ` ...> `. Three points alone may be code: `...` with a comma behind it.
    private static func afterNextPrompt(_ line: Substring) -> Substring? {
        let text = line.drop { $0 == " " }
        guard text.hasPrefix("...") else { return nil }
        let rest = text.dropFirst(3)
        return code(after: rest.hasPrefix(":") || rest.hasPrefix(">") ? rest.dropFirst() : rest)
    }

    private static func code(after text: Substring) -> Substring? {
        text.isEmpty ? text : text.hasPrefix(" ") ? text.dropFirst() : nil
    }
}

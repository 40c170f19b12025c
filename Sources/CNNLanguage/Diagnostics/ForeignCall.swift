/// A call as another library has it, put into the form that it has here: `np.concatenate([p, q])` is `concat([p, q])`.
enum ForeignCall {
    /// What notes call the arguments of another library's function.
    private static let placeholders: Set<String> = [
        "x", "a", "b", "n", "w", "y", "low", "high", "value", "size", "xs", "f",
    ]

    /// A note with the user's arguments in it; as it is where they do not fit.
    /// - Parameter arguments: the text between the parentheses.
    static func filled(_ note: String, _ arguments: String) -> String {
        guard note.hasPrefix("write "), let parts = parts(arguments), !parts.isEmpty else { return note }
        // The letters of a text are none of the arguments.
        if note.contains("\"") { return note }
        let words = words(of: note)
        if words.isEmpty {
            guard note.hasSuffix("(...)") || note.contains("(...,") else { return note }
            return note.replacing("...", with: arguments, maxReplacements: 1)
        }
        let isJoined = note.contains("[a, b]") && parts[0].hasPrefix("[")
        if isJoined {
            let joined = note.replacing("[a, b]", with: parts[0])
            guard parts.count == 2 else { return joined }
            guard let axis = parts[1].split(separator: "=").last else { return joined }
            return joined.replacing("axis=0", with: "axis=\(axis.filter { $0 != " " })")
        }
        guard words.count == parts.count, parts.allSatisfy({ $0.label == nil }) else { return note }
        return OperandNames.replace(words, in: note) { word, isEnclosed in
            guard let place = words.firstIndex(of: word) else { return word }
            return isEnclosed || parts[place].isPlain ? parts[place] : "(\(parts[place]))"
        }
    }

    /// The placeholders of a note, in the order of their first mention.
    static func words(of note: String) -> [String] {
        var result: [String] = []
        // What stands behind a point is a member's name.
        for word in note.split(whereSeparator: { !($0.isLetter || $0.isNumber || "_.".contains($0)) })
            .compactMap({ $0.split(separator: ".").first }).map(String.init)
        where placeholders.contains(word) && !result.contains(word) {
            result.append(word)
        }
        return result
    }

    /// What stands in the first pair of parentheses; nil where it is not closed.
    static func enclosed(_ text: String) -> String? {
        guard let end = closer(text) else { return nil }
        return String(text[text.index(after: text.startIndex)..<end])
    }

    private static func closer(_ text: String) -> String.Index? {
        var depth = 0
        var quote: Character?
        for index in text.indices {
            let letter = text[index]
            if let open = quote {
                if letter == open { quote = nil }
                continue
            }
            switch letter {
            case "\"", "'": quote = letter
            case "(", "[", "{": depth += 1
            case ")", "]", "}":
                depth -= 1
                if depth == 0 { return index }
            default: break
            }
        }
        return nil
    }

    /// The arguments one by one; nil where brackets or quotes are not closed.
    static func parts(_ arguments: String) -> [String]? {
        var result: [String] = []
        var part = ""
        var depth = 0
        var quote: Character?
        for letter in arguments {
            if let open = quote {
                if letter == open { quote = nil }
            } else {
                switch letter {
                case "\"", "'": quote = letter
                case "(", "[", "{": depth += 1
                case ")", "]", "}": depth -= 1
                case "," where depth == 0:
                    result.append(part.trimmedOfBlanks)
                    part = ""
                    continue
                default: break
                }
            }
            part.append(letter)
        }
        guard depth == 0, quote == nil else { return nil }
        let last = part.trimmedOfBlanks
        return last.isEmpty ? result : result + [last]
    }
}

extension String {
    var trimmedOfBlanks: String {
        var text = self[...]
        while text.first == " " { text.removeFirst() }
        while text.last == " " { text.removeLast() }
        return String(text)
    }

    /// `axis` of `axis=0`
    var label: String? {
        let name = prefix { $0.isLetter || $0 == "_" }
        let isLabel = !name.isEmpty && dropFirst(name.count).first == "=" && dropFirst(name.count + 1).first != "="
        return isLabel ? String(name) : nil
    }

    /// Whether operators beside it take it as a whole: a name, a number, a call or an element.
    fileprivate var isPlain: Bool {
        var depth = 0
        for letter in self {
            switch letter {
            case "(", "[": depth += 1
            case ")", "]": depth -= 1
            default: if depth == 0, "+-*/%@<>=! ".contains(letter) { return false }
            }
        }
        return true
    }
}

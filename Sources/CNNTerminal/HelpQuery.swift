import CNNLanguage

/// `?conv2d`, `conv2d?`, `help conv2d`, `help E0301`: questions that are no statements of the language.
struct HelpQuery {
    let topic: String

    /// nil for an entry that is no question.
    init?(_ entry: String) {
        let words = entry.split(whereSeparator: \.isWhitespace)
        let text: Substring
        if words.count == 2, words[0] == "help" || words[0] == "?" {
            text = words[1]
        } else if words.count == 2, words[1] == "?" {
            text = words[0]
        } else if words.count == 1, words[0].hasPrefix("?") || words[0].hasSuffix("?") {
            text = words[0].hasPrefix("?") ? words[0].dropFirst() : words[0].dropLast()
        } else {
            return nil
        }
        let isName = text.unicodeScalars.allSatisfy { $0.properties.isXIDContinue || $0 == "." }
        guard isName, let first = text.unicodeScalars.first, first.properties.isXIDStart || first == "_" else {
            return nil
        }
        topic = String(text)
    }

    /// What the manual says; nil where the session has a variable of that name, or the manual nothing.
    func text(in interpreter: Interpreter) -> String? {
        interpreter.module[topic] == nil ? HelpText.text(named: topic) : nil
    }

    /// Asks the language itself, which knows the session's values.
    var program: String { "help(\(topic))" }
}

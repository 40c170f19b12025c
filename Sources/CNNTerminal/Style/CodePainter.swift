import CNNLanguage

/// Code and values in the colours of a terminal. Taking the colours away leaves the same characters.
struct CodePainter {
    let isOn: Bool

    /// More is shown as it is: colours must not cost time.
    private static let limit = 64 << 10

    /// A program, or what is typed of it so far.
    func code(_ text: String) -> String {
        paint(text) { kind, word in
            switch kind {
            case .keyword: ["True", "False", "None"].contains(word) ? "36" : "35"
            case .number: "36"
            case .string: "32"
            case .comment: "90"
            case .invalid: "31"
            case .format, .name, .sign: nil
            }
        }
    }

    /// A value as it is shown: its numbers and texts.
    func value(_ text: String) -> String {
        paint(text) { kind, word in
            switch kind {
            case .number: "36"
            case .string: "32"
            case .keyword: ["True", "False", "None"].contains(word) ? "36" : nil
            default: nil
            }
        }
    }

    func heading(_ text: String) -> String { wrap(text, "1") }
    func quiet(_ text: String) -> String { wrap(text, "90") }

    private func wrap(_ text: String, _ code: String) -> String {
        isOn && !text.isEmpty ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
    }

    private func paint(_ text: String, _ color: (ClassifiedToken.Kind, String) -> String?) -> String {
        guard isOn, text.utf8.count <= CodePainter.limit else { return text }
        let source = SourceText(name: "", text)
        var result = ""
        var position = 0
        for token in ClassifiedToken.scan(source, 0..<source.bytes.count) {
            guard token.range.lowerBound >= position else { continue }
            result += source.text(position..<token.range.lowerBound)
            let word = source.text(token.range)
            // Each line by itself: the prompt of the next one stands between.
            let code = color(token.kind, word)
            result += code.map { code in lines(word).map { wrap($0, code) }.joined(separator: "\n") } ?? word
            position = token.range.upperBound
        }
        return result + source.text(position..<source.bytes.count)
    }

    private func lines(_ text: String) -> [String] {
        text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }
}

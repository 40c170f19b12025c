import CNNCore

/// What the compiler knows of an expression, should an error arise there: what it is a part of.
enum PlaceNote {
    /// A side of `and` or `or` that decides no `if` or `while`: all sides.
    case side(of: String, among: [SourceSpan])
    /// A name for which an argument takes a word in quotes: what to write.
    case word(String)
    /// What a `for` of two variables runs over.
    case pairs

    func refine(_ diagnostic: inout Diagnostic, _ source: SourceText, _ module: ModuleScope) {
        switch self {
        case .word(let way):
            guard diagnostic.error.code == .unknownName else { return }
            diagnostic.error.notes = ["a word stands in quotes here: write \(way)"]
        case .side(let word, let sides):
            guard diagnostic.error.code == .conditionNotBool, diagnostic.error.message.contains("a tensor of ") else {
                return
            }
            let texts = sides.compactMap { OperandNames.line(source, $0, longest: 60) }
            guard texts.count == sides.count else { return }
            PlaceNote.explain(word, texts, &diagnostic.error)
        case .pairs:
            guard diagnostic.error.message.hasSuffix("unpacked into 2 variables"), let span = diagnostic.span,
                let text = OperandNames.line(source, span)
            else { return }
            if text.hasPrefix("\"") || text.hasPrefix("'") || module[text]?.isText ?? false {
                diagnostic.error.notes = ["for each character with its number write enumerate(\(text))"]
                return
            }
            let isDictionary = text.hasPrefix("{") || module[text]?.isDictionary ?? false
            if isDictionary {
                // Its keys alone are what a loop gets.
                diagnostic.error.notes = ["write \(text).items()"]
            } else if diagnostic.error.code == .invalidValue, module[text] == nil,
                text.isWord
            {
                diagnostic.error.notes = ["of a dict write \(text).items()"]
            } else if diagnostic.error.code == .typeMismatch {
                diagnostic.error.notes = ["for each element with its number write enumerate(\(text))"]
            }
        }
    }

    /// NumPy's `&` and `|`, which Python's words are often taken for.
    private static func explain(_ word: String, _ sides: [String], _ error: inout CNNError) {
        error.message = error.message.replacing("a condition is", with: "each side of '\(word)' is", maxReplacements: 1)
        // Of numbers, what is wanted of them is not said.
        let areBools = error.label.contains("bool")
        let conditions = sides.map { side in
            let inner = side.isEnclosed ? String(side.dropFirst().dropLast()) : side
            return areBools || inner.contains(where: { "<>=".contains($0) }) ? inner : "\(side) > 0"
        }
        let elementwise = conditions.map { $0.isWord ? $0 : "(\($0))" }.joined(separator: word == "and" ? " * " : " + ")
        let whole = conditions.map { "all(\($0))" }.joined(separator: " \(word) ")
        error.notes = [
            "for each element write \(elementwise)", "for one answer write \(whole), or any(...) for all(...)",
        ]
    }
}

extension String {
    /// Whether it is a name alone.
    var isWord: Bool { allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" } }

    /// Whether one pair of parentheses stands around all of it.
    var isEnclosed: Bool {
        guard hasPrefix("("), hasSuffix(")") else { return false }
        var depth = 0
        for (position, letter) in enumerated() {
            if letter == "(" { depth += 1 }
            if letter == ")" { depth -= 1 }
            if depth == 0 { return position == count - 1 }
        }
        return false
    }
}

import CNNCore

/// What the user wrote where a message says `x`, `y` or `w`: "write permute(images, [0, 2, 3, 1])".
struct OperandNames {
    private let operands: [(name: String, text: String, isSimple: Bool)]

    /// Letters that stand for nothing else in a message; other parameters' names are words too ("the labels look …").
    private static let letters: Set<String> = ["x", "y", "w"]
    /// Longer texts make a note harder to read than the letter does.
    private static let longest = 44

    /// - Parameter operands: parameters of an operation and what was given for them.
    init(_ operands: [(String, Expression)], _ source: SourceText) {
        let texts = operands.map { name, value in
            let text = OperandNames.line(source, value.span)
            return (name: name, text: text, isSimple: text.map { OperandNames.isSimple(value, $0) } ?? false)
        }
        // A letter that stays must not be taken for the user's variable of that name.
        let staying = texts.filter { !$0.isSimple }.map(\.name)
        self.operands = texts.compactMap { name, text, isSimple in
            guard let text, text != name, !staying.contains(text) else { return nil }
            return (name: name, text: text, isSimple: isSimple)
        }
    }

    /// The text of a span in one line, if it is short.
    static func line(_ source: SourceText, _ span: SourceSpan, longest: Int = longest) -> String? {
        guard span.end > span.start, span.end - span.start <= longest else { return nil }
        let text = source.text(span.start..<span.end)
        return text.contains(where: \.isNewline) ? nil : text
    }

    /// Whether a text can stand before a point or an operator as it is.
    static func isSimple(_ value: Expression, _ text: String) -> Bool {
        switch value.kind {
        case .name, .member, .index, .call, .list: true
        default: text.isEnclosed
        }
    }

    /// Puts the user's words in, all at once.
    func write(into error: inout CNNError) {
        guard !operands.isEmpty else { return }
        if error.code == .argumentMismatch {
            // A signature is left as it is.
            let all = Set(operands.map(\.name))
            error.notes = error.notes.map { $0.hasPrefix("write ") ? worded($0, all) : $0 }
            return
        }
        guard OperandNames.isWorded(error.code) else { return }
        let isMember = OperandNames.isWordedInNotes(error.code)
        if !isMember {
            error.message = worded(error.message, OperandNames.letters)
            error.label = worded(error.label, OperandNames.letters)
        }
        let all = Set(operands.map(\.name))
        error.notes = error.notes.map { note in
            guard let start = note.firstRange(of: "write ")?.upperBound else {
                return isMember ? note : worded(note, OperandNames.letters)
            }
            let way = worded(String(note[start...]), all)
            return (isMember ? String(note[..<start]) : worded(String(note[..<start]), OperandNames.letters)) + way
        }
    }

    /// The codes whose texts speak of operands.
    private static func isWorded(_ code: ErrorCode) -> Bool {
        switch code {
        case .typeMismatch, .dtypeMismatch, .labelOutOfRange, .notDifferentiable: true
        default: code.rawValue.hasPrefix("E03") || isWordedInNotes(code)
        }
    }

    /// Those whose ways out speak of operands, and nothing else of them.
    private static func isWordedInNotes(_ code: ErrorCode) -> Bool {
        switch code {
        case .unknownMember, .notCallable, .invalidConversion, .integerOverflow, .divisionByZero, .invalidValue:
            true
        default: false
        }
    }

    private func worded(_ text: String, _ names: Set<String>) -> String {
        OperandNames.replace(operands.map(\.name).filter(names.contains), in: text) { name, isEnclosed in
            guard let operand = operands.first(where: { $0.name == name }) else { return name }
            return operand.isSimple || isEnclosed ? operand.text : name
        }
    }

    static func replace(_ name: String, in text: String, by replacement: (Bool) -> String) -> String {
        replace([name], in: text) { _, isEnclosed in replacement(isEnclosed) }
    }

    /// - Parameter replacement: gets the name, and whether it is an argument as a whole: between `(` or `, ` and `,` or `)`.
    static func replace(
        _ names: [String], in text: String, by replacement: (String, Bool) -> String
    ) -> String {
        guard !names.isEmpty else { return text }
        let letters = Array(text)
        var result = ""
        var index = 0
        while index < letters.count {
            guard letters[index].isWordLetter else {
                result.append(letters[index])
                index += 1
                continue
            }
            var end = index
            while end < letters.count, letters[end].isWordLetter { end += 1 }
            let word = String(letters[index..<end])
            let before = index > 0 ? letters[index - 1] : " "
            let after = end < letters.count ? letters[end] : " "
            let isNamed = after == "=" && !(end + 1 < letters.count && letters[end + 1] == "=")
            // The form [h, w] names sizes.
            let isSize = index >= 4 && letters[index - 4..<index] == ["[", "h", ",", " "]
            if names.contains(word), !isSize, before != ".", before != "'", before != "\"", after != "'", !isNamed {
                let isFirst = before == "(" || (before == " " && index > 1 && letters[index - 2] == ",")
                result += replacement(word, isFirst && (after == ")" || after == ","))
            } else {
                result += word
            }
            index = end
        }
        return result
    }
}

extension Character {
    fileprivate var isWordLetter: Bool { isLetter || isNumber || self == "_" }
}

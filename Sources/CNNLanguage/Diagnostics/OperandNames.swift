import CNNCore

/// What the user wrote where a message says `x`, `y` or `w`: "write permute(images, [0, 2, 3, 1])".
struct OperandNames {
    private struct Operand {
        let name: String
        /// As messages say it: what is long has `...` in it.
        let text: String
        let isSimple: Bool
        /// What is long gets a name of its own first, so that a way out can be typed: `values` for `x`.
        let variable: String?
    }

    private let operands: [Operand]

    /// Letters that stand for nothing else in a message; other parameters' names are words too ("the labels look …").
    private static let letters: Set<String> = ["x", "y", "w"]
    /// Longer texts make a note harder to read.
    static let longest = 44

    /// - Parameter operands: parameters of an operation and what was given for them.
    init(_ operands: [(String, Expression)], _ source: SourceText) {
        let texts = operands.map { name, value -> Operand? in
            if let text = OperandNames.line(source, value.span) {
                return Operand(name: name, text: text, isSimple: OperandNames.isSimple(value, text), variable: nil)
            }
            guard let text = value.elided(source, longest: OperandNames.longest) else { return nil }
            return Operand(
                name: name, text: text, isSimple: OperandNames.isSimple(value, text),
                variable: OperandNames.variable(for: name, source))
        }
        // A letter that stays must not be taken for the user's variable of that name.
        let staying = zip(operands, texts).filter { $1 == nil }.map(\.0.0)
        self.operands = texts.compactMap { operand in
            guard let operand, operand.text != operand.name, !staying.contains(operand.text) else { return nil }
            return operand
        }
    }

    /// A name for a long operand that nothing in the text has yet.
    private static func variable(for name: String, _ source: SourceText) -> String {
        let word = ["x": "values", "y": "others", "w": "weights"][name] ?? name
        let text = source.text(0..<min(source.bytes.count, 1 << 16))
        let words = Set(text.split { !$0.isWordLetter }.map(String.init))
        var number = 1
        while words.contains(number == 1 ? word : "\(word)\(number)") { number += 1 }
        return number == 1 ? word : "\(word)\(number)"
    }

    /// The text of a span in one line, if it is short.
    static func line(_ source: SourceText, _ span: SourceSpan, longest: Int = longest) -> String? {
        guard span.end > span.start, span.end - span.start <= longest else { return nil }
        let text = source.text(span.start..<span.end)
        return text.contains(where: \.isNewline) ? nil : text
    }

    /// `(relu(...) + ...)`; nil where nothing is left of either side.
    fileprivate static func joined(_ left: String?, _ sign: String, _ right: String?) -> String? {
        left == nil && right == nil ? nil : "(\(left ?? "...") \(sign) \(right ?? "..."))"
    }

    /// Whether a text can stand before a point or an operator as it is.
    static func isSimple(_ value: Expression, _ text: String) -> Bool {
        switch value.kind {
        // A point behind -2 belongs to the 2.
        case .int, .float: !text.hasPrefix("-")
        case .name, .member, .index, .call, .list, .string, .interpolated, .dictionary: true
        default: text.isEnclosed
        }
    }

    /// Puts the user's words in, all at once.
    func write(into error: inout CNNError) {
        guard !operands.isEmpty else { return }
        let all = Set(operands.map(\.name))
        if error.code == .argumentMismatch {
            // A signature is left as it is.
            error.notes = error.notes.map { $0.hasPrefix("write ") ? way($0, all) : $0 }
            return
        }
        guard OperandNames.isWorded(error.code) else { return }
        let isMember = OperandNames.isWordedInNotes(error.code) && !error.message.contains(": x is uint8, and ")
        if !isMember {
            error.message = worded(error.message, besides: error.form)
            error.label = worded(error.label, OperandNames.letters)
        }
        error.notes = error.notes.map { note in
            guard let start = note.firstRange(of: "write ")?.lowerBound else {
                return isMember ? note : worded(note, OperandNames.letters)
            }
            let head = String(note[..<start])
            return (isMember ? head : worded(head, OperandNames.letters)) + way(String(note[start...]), all)
        }
    }

    /// The form of an argument that a message quotes speaks of no operand: `[h, w]`.
    private func worded(_ message: String, besides form: String) -> String {
        guard !form.isEmpty, let place = message.firstRange(of: form) else {
            return worded(message, OperandNames.letters)
        }
        return worded(String(message[..<place.lowerBound]), OperandNames.letters) + form
            + worded(String(message[place.upperBound...]), OperandNames.letters)
    }

    /// `write reshape(target, 2x10)` with the user's own target; one that is too long for a line is given a name first.
    private func way(_ note: String, _ names: Set<String>) -> String {
        var named: [Operand] = []
        let result = OperandNames.replace(operands.map(\.name).filter(names.contains), in: note) { name, isEnclosed in
            guard let operand = operands.first(where: { $0.name == name }) else { return name }
            if let variable = operand.variable {
                if !named.contains(where: { $0.name == name }) { named.append(operand) }
                return variable
            }
            return operand.isSimple || isEnclosed ? operand.text : "(\(operand.text))"
        }
        guard !named.isEmpty, result.hasPrefix("write ") else { return result }
        let given = named.map { "\($0.variable ?? $0.name) = \($0.text), then " }.joined()
        return "write \(given)\(result.dropFirst("write ".count))"
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
            return operand.isSimple || isEnclosed ? operand.text : "(\(operand.text))"
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
            if names.contains(word), before != ".", before != "'", before != "\"", after != "'", !isNamed {
                let isFirst =
                    before == "(" || before == "[" || (before == " " && index > 1 && letters[index - 2] == ",")
                result += replacement(word, isFirst && (after == ")" || after == "]" || after == ","))
            } else {
                result += word
            }
            index = end
        }
        return result
    }
}

extension Expression {
    /// The text in one line of at most so many letters, with `...` for what stands within brackets; nil where even that is
    /// longer.
    func elided(_ source: SourceText, longest: Int) -> String? {
        if let text = OperandNames.line(source, span, longest: longest) { return text }
        let text: String? =
            switch kind {
            case .call(let function, _): function.elided(source, longest: longest - 5).map { "\($0)(...)" }
            case .index(let base, _): base.elided(source, longest: longest - 5).map { "\($0)[...]" }
            case .member(let base, let name):
                base.elided(source, longest: longest - name.name.count - 1).map { "\($0).\(name.name)" }
            case .list, .comprehension: "[...]"
            case .binary(let operation, let left, let right, _):
                OperandNames.joined(
                    left.elided(source, longest: longest / 2 - 2), operation.rawValue,
                    right.elided(source, longest: longest / 2 - 2))
            default: nil
            }
        return text.flatMap { $0.count <= longest ? $0 : nil }
    }
}

extension Character {
    fileprivate var isWordLetter: Bool { isLetter || isNumber || self == "_" }
}

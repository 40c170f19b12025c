import CNNCore

/// Python's format mini-language: `[[fill]align][sign][z][#][0][width][,|_][.precision][type]`.
struct FormatSpec {
    enum Alignment: Unicode.Scalar { case left = "<", right = ">", center = "^", afterSign = "=" }

    var fill: Unicode.Scalar = " "
    var alignment: Alignment?
    var sign: Unicode.Scalar?
    /// `z`: a negative zero is shown without its sign.
    var hidesNegativeZero = false
    var isAlternate = false
    var isZeroPadded = false
    var width = 0
    var grouping: Unicode.Scalar?
    var precision: Int?
    var type: Unicode.Scalar?

    /// The spec as it was written, for messages.
    let text: String

    static let maximumWidth = 10_000
    /// Units of work for a character that fills, or a digit.
    static let characterWork = 30
    static let maximumPrecision = 1_000

    /// - Throws: E0404 for what is no spec.
    init(_ text: String) throws(CNNError) {
        self.text = text
        let characters = Array(text.unicodeScalars)
        var position = 0
        var hasFill = false
        func next() -> Unicode.Scalar? { position < characters.count ? characters[position] : nil }
        if characters.count > 1, let found = Alignment(rawValue: characters[1]) {
            fill = characters[0]
            hasFill = true
            alignment = found
            position = 2
        } else if let first = next(), let found = Alignment(rawValue: first) {
            alignment = found
            position = 1
        }
        if let character = next(), "+- ".unicodeScalars.contains(character) {
            sign = character
            position += 1
        }
        if next() == "z" { hidesNegativeZero = true; position += 1 }
        if next() == "#" { isAlternate = true; position += 1 }
        if !hasFill, next() == "0" {
            isZeroPadded = true
            fill = "0"
            position += 1
        }
        width = try FormatSpec.number(characters, &position, "width", FormatSpec.maximumWidth) ?? 0
        if let character = next(), ",_".unicodeScalars.contains(character) {
            grouping = character
            position += 1
        }
        if next() == "." {
            position += 1
            guard let digits = try FormatSpec.number(characters, &position, "precision", FormatSpec.maximumPrecision)
            else {
                throw FormatSpec.malformed(text, "digits are missing after the '.'")
            }
            precision = digits
        }
        if let character = next() {
            type = character
            position += 1
        }
        guard position == characters.count else {
            throw FormatSpec.malformed(text, "it is [fill][<>^=][+- ][#][0][width][,_][.precision][type]")
        }
    }

    private static func number(
        _ characters: [Unicode.Scalar], _ position: inout Int, _ what: String, _ limit: Int
    ) throws(CNNError) -> Int? {
        var value: Int?
        while position < characters.count, ("0"..."9").contains(characters[position]) {
            let next = (value ?? 0) * 10 + Int(characters[position].value) - 0x30
            guard next <= limit else {
                throw CNNError(
                    .invalidValue,
                    "a format's \(what) is at most \(limit): '\(String(codePoints: characters.prefix(24)))'")
            }
            value = next
            position += 1
        }
        return value
    }

    static func malformed(_ text: String, _ note: String) -> CNNError {
        CNNError(.invalidValue, "'\(text)' is no format", notes: [note])
    }

    // MARK: - Alignment

    /// - Parameters:
    ///   - prefix: sign and `0x`, which stay before zeros that fill.
    ///   - body: the rest.
    func padded(prefix: String, body: String, default fallback: Alignment) -> String {
        let length = CodePoints.count(prefix) + CodePoints.count(body)
        guard length < width else { return prefix + body }
        let missing = width - length
        func filling(_ count: Int) -> String { String(repeating: String(fill), count: count) }
        switch alignment ?? fallback {
        case .left: return prefix + body + filling(missing)
        case .right: return filling(missing) + prefix + body
        case .center: return filling(missing / 2) + prefix + body + filling(missing - missing / 2)
        case .afterSign: return prefix + filling(missing) + body
        }
    }
}

extension ValueDisplay {
    /// The value as an f-string's `{value:spec}` shows it.
    /// - Throws: E0404 where the spec is malformed or does not go with the value.
    static func format(_ value: Value, spec text: String) throws -> String {
        try format(value, try FormatSpec(text))
    }

    static func format(_ value: Value, _ spec: FormatSpec) throws -> String {
        try WorkMeter.shared.charge(FormatSpec.characterWork * (spec.width + (spec.precision ?? 0)))
        let text = spec.text
        switch value {
        case .string(let object): return try StringFormat.format(object.text, spec)
        case .int(let number): return try NumberFormat.format(number, spec)
        case .bool(let flag):
            // As in Python: True and False without a spec, numbers with one.
            return text.isEmpty ? (flag ? "True" : "False") : try NumberFormat.format(flag ? 1 : 0, spec)
        case .float(let number):
            return try NumberFormat.format(number, spec, shortest: NumberFormatter.shortest(abs(number)))
        case .float32(let number):
            return try NumberFormat.format(Double(number), spec, shortest: NumberFormatter.shortest(abs(number)))
        case .tensor(let object) where object.rank == 0: return try format(Value(object.tensor.detached), spec)
        default:
            if text.isEmpty { return inLine(value) }
            let notes: [String]
            switch value {
            case .tensor: notes = ["format one element, as {x[0]:\(text)}, or show the tensor by print(x)"]
            case .builtin(let object):
                let name = object.builtin.name
                notes = ["'\(name)' is a function until a variable of that name has a value: \(name) = ..."]
            // No text takes a format of numbers.
            case .list where text.last.map { $0.isLetter && $0 != "s" } == true:
                notes = ["format one element, as {x[0]:\(text)}"]
            default: notes = ["write str(...) around it"]
            }
            throw CNNError(
                .invalidValue, "the format '\(text)' goes with a number or a str, not with \(value.describedType)",
                notes: notes)
        }
    }
}

enum StringFormat {
    static func format(_ text: String, _ spec: FormatSpec) throws(CNNError) -> String {
        guard spec.type == nil || spec.type == "s" else {
            throw CNNError(
                .invalidValue, "the format '\(spec.text)' is for numbers, not for a str",
                notes: ["write float(...) or int(...) around it"])
        }
        guard spec.sign == nil, spec.grouping == nil, !spec.isAlternate, !spec.hidesNegativeZero,
            spec.alignment != .afterSign
        else {
            throw CNNError(.invalidValue, "the format '\(spec.text)' is for numbers, not for a str")
        }
        let shown = spec.precision.map { String(text.unicodeScalars.prefix($0)) } ?? text
        return spec.padded(prefix: "", body: shown, default: .left)
    }
}

import CNNCore

/// Numbers by Python's format mini-language.
enum NumberFormat {
    static func format(_ number: Int, _ spec: FormatSpec) throws(CNNError) -> String {
        switch spec.type {
        case nil, "d", "n", "b", "o", "x", "X": return try integer(number, spec)
        case "c": return try character(number, spec)
        case "e", "E", "f", "F", "g", "G", "%":
            return try format(Double(number), spec, shortest: NumberFormatter.shortest(abs(Double(number))))
        default: throw unknownType(spec, "an int")
        }
    }

    /// - Parameter shortest: the digits that stand for the number's absolute value.
    static func format(
        _ number: Double, _ spec: FormatSpec, shortest: @autoclosure () -> String
    ) throws(CNNError) -> String {
        var body: String
        let magnitude = abs(number)
        switch spec.type {
        case "d", "b", "o", "x", "X", "c":
            throw CNNError(
                .invalidValue, "the format '\(spec.text)' is for ints, not for a float",
                notes: ["write int(...) around the number, or a format as .0f"])
        case nil, "e", "E", "f", "F", "g", "G", "%", "n": break
        default: throw unknownType(spec, "a float")
        }
        try checkGrouping(spec)
        let precision = spec.precision ?? 6
        if !number.isFinite {
            body = number.isNaN ? "nan" : "inf"
            if spec.type == "%" { body += "%" }
        } else {
            switch spec.type {
            case "f", "F": body = fixed(magnitude, precision, spec)
            case "%": body = fixed(magnitude * 100, precision, spec) + "%"
            case "e", "E": body = exponent(magnitude, precision, spec)
            case nil where spec.precision == nil: body = spec.isAlternate ? pointed(shortest()) : shortest()
            default: body = general(magnitude, max(1, precision), spec)
            }
        }
        if spec.type == "E" || spec.type == "F" || spec.type == "G" { body = body.uppercased() }
        // "z" looks at what is shown: -0.001 with .1f is 0.0.
        let hidesSign = spec.hidesNegativeZero && !body.contains(where: { ("1"..."9").contains($0) }) && number.isFinite
        let isNegative = number.sign == .minus && !number.isNaN && !hidesSign
        return assembled(isNegative, "", body, spec)
    }

    /// The groups of 'n' would be those of the locale, and there is none.
    private static func checkGrouping(_ spec: FormatSpec) throws(CNNError) {
        guard spec.type == "n", let separator = spec.grouping else { return }
        throw CNNError(
            .invalidValue, "'\(separator)' does not go with 'n': '\(spec.text)'",
            notes: ["leave the n out"])
    }

    private static func unknownType(_ spec: FormatSpec, _ what: String) -> CNNError {
        CNNError(
            .invalidValue, "there is no format '\(spec.type.map(String.init) ?? "")' for \(what)",
            notes: ["the formats are b c d o x X for ints and e f g % for all numbers"])
    }

    // MARK: - Ints

    private static func integer(_ number: Int, _ spec: FormatSpec) throws(CNNError) -> String {
        guard spec.precision == nil else {
            throw CNNError(
                .invalidValue, "a precision goes with a float, not with an int: '\(spec.text)'",
                notes: ["add f: '\(spec.text.filter { $0 != "d" })f'"])
        }
        let radix: Int
        switch spec.type {
        case "b": radix = 2
        case "o": radix = 8
        case "x", "X": radix = 16
        default: radix = 10
        }
        guard radix == 10 || spec.grouping != "," else {
            throw CNNError(.invalidValue, "',' groups decimal digits: write _ in '\(spec.text)'")
        }
        guard !spec.hidesNegativeZero else { throw CNNError(.invalidValue, "'z' is for floats: '\(spec.text)'") }
        try checkGrouping(spec)
        let digits = String(number.magnitude, radix: radix, uppercase: spec.type == "X")
        let base = spec.isAlternate && radix != 10 ? "0" + String(spec.type ?? "d") : ""
        return assembled(number < 0, base, digits, spec, group: radix == 10 ? 3 : 4)
    }

    private static func character(_ number: Int, _ spec: FormatSpec) throws(CNNError) -> String {
        guard let value = UInt32(exactly: number), let scalar = Unicode.Scalar(value) else {
            throw CNNError(.invalidValue, "\(number) is no character's number")
        }
        guard spec.sign == nil, spec.precision == nil, spec.grouping == nil, !spec.isAlternate,
            !spec.hidesNegativeZero
        else {
            throw CNNError(.invalidValue, "'c' takes no sign, z, #, precision or grouping: '\(spec.text)'")
        }
        return spec.padded(prefix: "", body: String(scalar), default: .right)
    }

    // MARK: - Floats

    private static func fixed(_ magnitude: Double, _ precision: Int, _ spec: FormatSpec) -> String {
        guard magnitude.isFinite else { return "inf" }
        return NumberFormatter.fixed(magnitude, precision) + (spec.isAlternate && precision == 0 ? "." : "")
    }

    private static func exponent(_ magnitude: Double, _ precision: Int, _ spec: FormatSpec) -> String {
        let text = NumberFormatter.exponent(magnitude, precision)
        return spec.isAlternate ? pointed(text) : text
    }

    /// `#`: with a point, where there is none.
    private static func pointed(_ text: String) -> String {
        guard !text.contains(".") else { return text }
        let mark = text.firstIndex(of: "e") ?? text.endIndex
        return text[..<mark] + "." + text[mark...]
    }

    /// %g, and Python's form without a type, which keeps one digit after the point: 3.0 with .3 is 3.0.
    private static func general(_ magnitude: Double, _ digits: Int, _ spec: FormatSpec) -> String {
        let scientific = NumberFormatter.exponent(magnitude, digits - 1)
        let parts = scientific.split(separator: "e")
        guard parts.count == 2, let power = Int(parts[1]) else { return scientific }
        let keepsPoint = spec.type == nil
        if power < -4 || power >= digits - (keepsPoint ? 1 : 0) {
            var mantissa = String(parts[0])
            if !spec.isAlternate {
                mantissa = stripped(mantissa)
            } else if !mantissa.contains(".") {
                mantissa += "."
            }
            return mantissa + "e" + parts[1]
        }
        var text = NumberFormatter.fixed(magnitude, digits - 1 - power)
        if spec.isAlternate { return text.contains(".") ? text : text + "." }
        text = stripped(text)
        return keepsPoint && !text.contains(".") ? text + ".0" : text
    }

    private static func stripped(_ text: String) -> String {
        guard text.contains(".") else { return text }
        var text = text
        while text.last == "0" { text.removeLast() }
        if text.last == "." { text.removeLast() }
        return text
    }

    // MARK: - Sign, groups, width

    private static func assembled(
        _ isNegative: Bool, _ base: String, _ body: String, _ spec: FormatSpec, group: Int = 3
    ) -> String {
        var spec = spec
        if spec.isZeroPadded, spec.alignment == nil { spec.alignment = .afterSign }
        let sign = isNegative ? "-" : spec.sign.map { $0 == "-" ? "" : String($0) } ?? ""
        let prefix = sign + base
        guard let separator = spec.grouping, body.first?.isNumber == true || group == 4 else {
            return spec.padded(prefix: prefix, body: body, default: .right)
        }
        let isDigit: (Character) -> Bool = { group == 4 ? $0.isHexDigit : $0.isNumber }
        var digits = String(body.prefix(while: isDigit))
        let rest = body.dropFirst(digits.count)
        if spec.fill == "0", spec.alignment == .afterSign {
            // The zeros that fill are grouped too.
            while prefix.count + grouped(digits, separator, group).count + rest.count < spec.width {
                digits = "0" + digits
            }
        }
        return spec.padded(prefix: prefix, body: grouped(digits, separator, group) + rest, default: .right)
    }

    private static func grouped(_ digits: String, _ separator: Unicode.Scalar, _ group: Int) -> String {
        var result = ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index) % group == 0 { result.unicodeScalars.append(separator) }
            result.append(digit)
        }
        return result
    }
}

import CNNCore

/// The values of number and size tokens.
enum NumberLiteral {
    static func int(_ text: String, _ span: SourceSpan) throws(SyntaxFailure) -> Int {
        let digits = try checkedDigits(text, span)
        if digits.count > 2, digits.hasPrefix("0x") || digits.hasPrefix("0X") {
            let significant = digits.dropFirst(2)
            guard significant.utf8.allSatisfy(\.isHexadecimalDigit) else { throw malformed(text, span) }
            guard let value = Int(significant, radix: 16) else { throw tooLarge(text, span, isHexadecimal: true) }
            return value
        }
        guard digits.utf8.allSatisfy(\.isDigit) else { throw malformed(text, span) }
        if digits.count > 1, digits.hasPrefix("0"), let value = Int(digits), value != 0 {
            throw SyntaxFailure(
                .invalidNumber, "a number does not begin with 0", span, notes: ["write \(value)"])
        }
        guard let value = Int(digits) else { throw tooLarge(text, span, isHexadecimal: false) }
        return value
    }

    /// Whether a text is 2**63, which is an int only behind a minus.
    static func isSmallest(_ text: String, _ span: SourceSpan) -> Bool {
        guard text.utf8.count >= 18, let digits = try? checkedDigits(text, span) else { return false }
        if digits.hasPrefix("0x") || digits.hasPrefix("0X") {
            return UInt(digits.dropFirst(2), radix: 16) == Int.min.magnitude
        }
        return !digits.hasPrefix("0") && UInt(digits) == Int.min.magnitude
    }

    static func float(_ text: String, _ span: SourceSpan) throws(SyntaxFailure) -> Double {
        let digits = try checkedDigits(text, span)
        let isPlain = digits.utf8.allSatisfy {
            $0.isDigit || $0 == UInt8(ascii: ".") || $0 | 0x20 == UInt8(ascii: "e")
                || $0 == UInt8(ascii: "+") || $0 == UInt8(ascii: "-")
        }
        guard isPlain, let value = Double(digits.hasPrefix(".") ? "0" + digits : digits) else {
            throw malformed(text, span)
        }
        guard value.isFinite else {
            throw SyntaxFailure(
                .invalidNumber, "\(shortened(text)) is too large for a float", span,
                notes: ["the largest is about 1.8e308; infinity is written inf"])
        }
        return value
    }

    /// `32x32x3`
    static func size(_ text: String, _ span: SourceSpan) throws(SyntaxFailure) -> [Int] {
        let digits = try checkedDigits(text, span)
        var sizes: [Int] = []
        for part in digits.split(omittingEmptySubsequences: false, whereSeparator: { $0 == "x" || $0 == "X" }) {
            guard !part.isEmpty, part.utf8.allSatisfy(\.isDigit) else { throw malformedSize(text, span) }
            guard let size = Int(part) else { throw tooLarge(text, span, isHexadecimal: false) }
            sizes.append(size)
        }
        guard !text.contains("X") else {
            throw SyntaxFailure(
                .invalidNumber, "a size is written with a small x", span,
                notes: ["write \(shortened(text.lowercased()))"])
        }
        return sizes
    }

    /// The text without its underscores, which stand between digits only.
    private static func checkedDigits(_ text: String, _ span: SourceSpan) throws(SyntaxFailure) -> String {
        guard text.utf8.contains(UInt8(ascii: "_")) else { return text }
        var before: UInt8 = 0
        for byte in text.utf8 {
            if byte == UInt8(ascii: "_")
                ? !before.isHexadecimalDigit : before == UInt8(ascii: "_") && !byte.isHexadecimalDigit
            {
                throw malformed(text, span)
            }
            before = byte
        }
        guard before != UInt8(ascii: "_") else { throw malformed(text, span) }
        return text.filter { $0 != "_" }
    }

    // MARK: - Errors

    private static func malformed(_ text: String, _ span: SourceSpan) -> SyntaxFailure {
        let lower = text.lowercased()
        var notes: [String] = []
        if lower.hasPrefix("0b"), let value = Int(lower.dropFirst(2), radix: 2) {
            notes.append("there are no binary numbers: write \(value), or 0x\(String(value, radix: 16))")
        } else if lower.hasPrefix("0o"), let value = Int(lower.dropFirst(2), radix: 8) {
            notes.append("there are no octal numbers: write \(value), or 0x\(String(value, radix: 16))")
        } else if lower.hasPrefix("0x") {
            notes.append("a hexadecimal number has the digits 0 to 9 and a to f: 0xff")
        } else if text.contains("_"), text.utf8.allSatisfy({ $0.isDigit || $0 == UInt8(ascii: "_") }) {
            notes.append("an underscore stands between two digits: 1_000")
        } else if text.filter({ $0 == "." }).count > 1 {
            notes.append("a number has one point; a version or a list of numbers goes into quotes or brackets")
        } else {
            notes += noteForLetters(text)
        }
        return SyntaxFailure(.invalidNumber, "\(shortened(text)) is not a number", span, notes: notes)
    }

    /// `2x` is a product, a size or a name.
    private static func noteForLetters(_ text: String) -> [String] {
        let number = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
        let letters = text.dropFirst(number.count)
        guard let first = letters.first, first.isLetter || first == "_" else { return [] }
        if letters == "e" || letters == "E" { return ["the exponent is missing: write \(number)e3"] }
        if ["f", "F", "d", "L", "u"].contains(letters), text.count > 1 {
            return ["a number has no letter for its type: write \(number)"]
        }
        if letters == "x" || letters == "X" {
            return ["write \(number) * x for a product, \(number)x\(number) for a size"]
        }
        if let sizes = sizes(in: text) {
            return ["write \(sizes) for a size, \(number) * \(shortened(String(letters))) for a product"]
        }
        return ["write \(number) * \(shortened(String(letters))) for a product; a name does not begin with a digit"]
    }

    /// `[5, n]` for `5xn`: a size with names in it.
    static func sizes(in text: String) -> String? {
        let parts = text.split(separator: "x", omittingEmptySubsequences: false)
        let arePlain = parts.allSatisfy { part in
            guard let first = part.first else { return false }
            return first.isNumber
                ? part.allSatisfy(\.isNumber) : part.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" }
        }
        return parts.count > 1 && arePlain ? "[\(parts.joined(separator: ", "))]" : nil
    }

    private static func malformedSize(_ text: String, _ span: SourceSpan) -> SyntaxFailure {
        SyntaxFailure(
            .invalidNumber, "\(shortened(text)) is not a size", span,
            notes: [
                "a size is whole numbers with x between them, without spaces: 32x32x3",
                sizes(in: text).map { "with variables a size is a list: write \($0)" }
                    ?? "where a size is computed, write a list: [n, n, 3]",
            ])
    }

    private static func tooLarge(_ text: String, _ span: SourceSpan, isHexadecimal: Bool) -> SyntaxFailure {
        let way = isHexadecimal || text.contains("x") ? [] : ["write \(shortened(text)).0 for a float"]
        return SyntaxFailure(
            .invalidNumber, "\(shortened(text)) is too large for an int", span,
            notes: ["the largest int is 9223372036854775807"] + way)
    }

    private static func shortened(_ text: String) -> String { text.count > 40 ? text.prefix(37) + "..." : text }
}

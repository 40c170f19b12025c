import CNNCore

/// A word, a number, a sign or a blank of an output line.
struct OutputToken: Equatable {
    enum Kind: Equatable {
        case word
        /// Digits alone, with a sign or without: compared exactly.
        case integer
        /// A number with decimals or an exponent, and half a unit of its last decimal.
        case decimal(halfUnit: Double)
        /// `nan`, `inf`, `-inf`
        case notFinite
        case sign
        case blank
        /// `...`: any text. Only in an expectation.
        case gap
        /// `<int>`, `<num>`: any such number. Only in an expectation.
        case anyInteger, anyNumber
    }

    let kind: Kind
    let text: String
    /// The column (from 0) that it begins at, in columns of the display.
    let column: Int

    /// The number that it writes; nil for what is none.
    var value: Double? {
        switch kind {
        case .integer, .decimal: Double(text)
        default: nil
        }
    }
}

/// Divides an output line into tokens.
struct OutputTokenizer {
    private let bytes: [UInt8]
    private let isExpectation: Bool
    private let isStrict: Bool
    private var position = 0
    private var column = 0
    private var tokens: [OutputToken] = []

    /// - Parameter isStrict: blanks count one by one, those at the ends too.
    static func tokens(_ line: String, isExpectation: Bool, isStrict: Bool) -> [OutputToken] {
        var tokenizer = OutputTokenizer(bytes: Array(line.utf8), isExpectation: isExpectation, isStrict: isStrict)
        while tokenizer.position < tokenizer.bytes.count { tokenizer.scan() }
        guard !isStrict else { return tokenizer.tokens }
        if tokenizer.tokens.last?.kind == .blank { tokenizer.tokens.removeLast() }
        if tokenizer.tokens.first?.kind == .blank { tokenizer.tokens.removeFirst() }
        return tokenizer.tokens
    }

    private init(bytes: [UInt8], isExpectation: Bool, isStrict: Bool) {
        self.bytes = bytes
        self.isExpectation = isExpectation
        self.isStrict = isStrict
    }

    private mutating func scan() {
        if isExpectation, scanPattern() { return }
        if bytes[position].isBlank { return scanBlank() }
        if let number = number(at: position) { return add(number.kind, upTo: number.end) }
        if isWordPart(position) {
            var end = position
            while end < bytes.count, isWordPart(end) || isPointWithin(end) { end += 1 }
            return add(.word, upTo: end)
        }
        add(.sign, upTo: position + 1)
    }

    private mutating func add(_ kind: OutputToken.Kind, upTo end: Int, text: String? = nil) {
        let written = String(decoding: bytes[position..<end], as: UTF8.self)
        tokens.append(OutputToken(kind: kind, text: text ?? written, column: column))
        column += written.count
        position = end
    }

    private mutating func scanBlank() {
        var end = position
        while end < bytes.count, bytes[end].isBlank { end += 1 }
        add(.blank, upTo: end, text: isStrict ? nil : " ")
    }

    private mutating func scanPattern() -> Bool {
        let patterns: [(text: String, kind: OutputToken.Kind)] = [
            ("...", .gap), ("<int>", .anyInteger), ("<num>", .anyNumber),
        ]
        for pattern in patterns where bytes[position...].starts(with: pattern.text.utf8) {
            add(pattern.kind, upTo: position + pattern.text.utf8.count)
            return true
        }
        return false
    }

    // MARK: - Numbers

    /// A number that begins here and has nothing clinging to it: `5x5` and `conv2` are words.
    private func number(at start: Int) -> (kind: OutputToken.Kind, end: Int)? {
        guard start == 0 || !isWordPart(start - 1) else { return nil }
        var end = start
        if byte(end) == UInt8(ascii: "-") || byte(end) == UInt8(ascii: "+") {
            // Behind a value it is a sign between two.
            if start > 0, [UInt8(ascii: ")"), UInt8(ascii: "]")].contains(bytes[start - 1]) { return nil }
            end += 1
        }
        for word in ["inf", "nan"] where bytes[end...].starts(with: word.utf8) && !isWordPart(end + 3) {
            return (.notFinite, end + 3)
        }
        let first = end
        while byte(end).isDecimalDigit { end += 1 }
        let digits = end - first
        var decimals = 0
        if byte(end) == UInt8(ascii: "."), byte(end + 1).isDecimalDigit {
            end += 1
            let point = end
            while byte(end).isDecimalDigit { end += 1 }
            decimals = end - point
        }
        guard digits + decimals > 0 else { return nil }
        var exponent: Int?
        if byte(end) | 0x20 == UInt8(ascii: "e") {
            let hasSign = byte(end + 1) == UInt8(ascii: "-") || byte(end + 1) == UInt8(ascii: "+")
            var last = end + (hasSign ? 2 : 1)
            let point = end + 1
            while byte(last).isDecimalDigit { last += 1 }
            exponent = Int(String(decoding: bytes[min(point, last)..<last], as: UTF8.self))
            if exponent != nil { end = last }
        }
        guard !isWordPart(end), !isPointWithin(end) else { return nil }
        if decimals == 0, exponent == nil { return (.integer, end) }
        let (power, overflow) = (exponent ?? 0).subtractingReportingOverflow(decimals + 1)
        return (.decimal(halfUnit: overflow ? 0 : Double("5e\(power)") ?? 0), end)
    }

    private func byte(_ offset: Int) -> UInt8 { offset < bytes.count ? bytes[offset] : 0 }

    /// A letter, a digit, `_`, or a part of a character beyond ASCII.
    private func isWordPart(_ offset: Int) -> Bool {
        let byte = byte(offset)
        let letter = byte | 0x20
        return byte.isDecimalDigit || (letter >= UInt8(ascii: "a") && letter <= UInt8(ascii: "z"))
            || byte == UInt8(ascii: "_") || byte >= 0x80
    }

    /// The point of `v1.2.3` and `net.conv1`.
    private func isPointWithin(_ offset: Int) -> Bool {
        byte(offset) == UInt8(ascii: ".") && offset > 0 && isWordPart(offset - 1) && isWordPart(offset + 1)
    }
}

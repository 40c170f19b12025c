import CNNCore

/// Turns bytes into tokens. Works on UTF-8 throughout; line ends are a mark on the token that follows them, because
/// only the parser knows where they count.
public struct Lexer {
    let source: SourceText
    let bytes: [UInt8]
    let end: Int
    var position: Int
    private var beginsLine = true
    private var tokens: [Token] = []
    /// What was wrong, in the order of the text; at most as many as are shown.
    var failures: [SyntaxFailure] = []

    public init(_ source: SourceText, range: Range<Int>) {
        self.source = source
        self.bytes = source.bytes
        let range = range.clamped(to: 0..<source.bytes.count)
        self.position = range.lowerBound
        self.end = range.upperBound
    }

    /// All tokens, the last one `.end`.
    public mutating func scan() -> [Token] {
        if let fault = TextEncoding.firstFault(in: source, position..<end) {
            failures.append(fault)
            position = end
        }
        tokens.reserveCapacity((end - position) / 4 + 2)
        if position == 0, end >= 3, bytes[0] == 0xEF, bytes[1] == 0xBB, bytes[2] == 0xBF { position = 3 }
        while true {
            skipBlanks()
            guard position < end else { break }
            scanToken()
        }
        add(.end, from: end)
        return tokens
    }

    mutating func report(_ failure: SyntaxFailure) {
        // Of several strange characters in a line, the first is told.
        if let last = failures.last, last.error?.code == .invalidCharacter, failure.error?.code == .invalidCharacter,
            source.line(at: last.span.start) == source.line(at: failure.span.start)
        {
            return
        }
        if failures.count < Parser.errorLimit { failures.append(failure) }
    }

    func byte(_ distance: Int) -> UInt8 {
        let offset = position + distance
        return offset < end ? bytes[offset] : 0
    }

    mutating func add(_ kind: TokenKind, from start: Int) {
        tokens.append(Token(kind: kind, start: start, end: position, beginsLine: beginsLine))
        beginsLine = false
    }

    // MARK: - Blanks

    private mutating func skipBlanks() {
        while position < end {
            switch bytes[position] {
            case UInt8(ascii: " "), UInt8(ascii: "\t"), 0x0C: position += 1
            case UInt8(ascii: "\n"):
                beginsLine = true
                position += 1
            case UInt8(ascii: "\r")
            where position + 1 == end || byte(1) == UInt8(ascii: "\n") || byte(1) == UInt8(ascii: "\r"):
                position += 1
            case UInt8(ascii: "#"):
                while position < end, bytes[position] != UInt8(ascii: "\n") { position += 1 }
            // A no-break space, which comes along when code is copied from a web page.
            case 0xC2 where byte(1) == 0xA0: position += 2
            default: return
            }
        }
    }

    // MARK: - Tokens

    private mutating func scanToken() {
        let first = bytes[position]
        switch first {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"): scanName()
        case UInt8(ascii: "0")...UInt8(ascii: "9"): scanNumber()
        case UInt8(ascii: "."):
            if byte(1).isDigit {
                scanNumber()
            } else {
                scanSign()
            }
        case UInt8(ascii: "\""), UInt8(ascii: "'"): scanString(.string, from: position)
        case 0x80...: scanUnicode()
        default: scanSign()
        }
    }

    private mutating func scanName() {
        let start = position
        skipName()
        if position < end, bytes[position] == UInt8(ascii: "\"") || bytes[position] == UInt8(ascii: "'"),
            position - start <= 2
        {
            if scanPrefixedString(from: start) { return }
        }
        add(Keyword.kind(bytes[start..<position]) ?? .name, from: start)
    }

    private mutating func skipName() {
        while position < end {
            let next = bytes[position]
            if next.isNamePart {
                position += 1
            } else if next >= 0x80 {
                let (scalar, length) = TextEncoding.scalar(bytes, position)
                // The middle dot may stand in names by Unicode, but is written for a product.
                guard scalar.properties.isXIDContinue, scalar != "\u{B7}" else { return }
                position += length
            } else {
                return
            }
        }
    }

    private mutating func scanUnicode() {
        let start = position
        let (scalar, length) = TextEncoding.scalar(bytes, position)
        position += length
        if scalar.properties.isXIDStart {
            skipName()
            return add(.name, from: start)
        }
        report(Confusable.failure(scalar, SourceSpan(start, position)))
        skipInvalid()
        add(.invalid, from: start)
    }

    /// A run of strange characters is one mistake.
    private mutating func skipInvalid() {
        while position < end, bytes[position] >= 0x80 {
            let (scalar, length) = TextEncoding.scalar(bytes, position)
            guard !scalar.properties.isXIDStart else { return }
            position += length
        }
    }

    private mutating func scanSign() {
        let start = position
        for length in [3, 2, 1] where position + length <= end {
            guard let kind = Sign.kind(bytes, position, length) else { continue }
            position += length
            return add(kind, from: start)
        }
        let scalar = Unicode.Scalar(bytes[position])
        position += 1
        report(Confusable.failure(scalar, SourceSpan(start, position)))
        while position < end, bytes[position] < 0x20, bytes[position] != UInt8(ascii: "\n") { position += 1 }
        add(.invalid, from: start)
    }

    // MARK: - Numbers

    /// Takes all that clings to a number, so that `2x` is one mistake; the parser computes its value.
    private mutating func scanNumber() {
        let start = position
        var kind = TokenKind.int
        if byte(0) == UInt8(ascii: "0"), byte(1) | 0x20 == UInt8(ascii: "x") {
            skipName()
            return add(.int, from: start)
        }
        skipDigits()
        if byte(0) | 0x20 == UInt8(ascii: "x"), byte(1).isDigit {
            kind = .size
        } else if byte(0) == UInt8(ascii: "."), byte(1) != UInt8(ascii: ".") {
            kind = .float
            position += 1
            skipDigits()
        }
        if kind != .size, byte(0) | 0x20 == UInt8(ascii: "e") {
            let hasSign = byte(1) == UInt8(ascii: "+") || byte(1) == UInt8(ascii: "-")
            if byte(hasSign ? 2 : 1).isDigit {
                kind = .float
                position += hasSign ? 2 : 1
            }
        }
        skipName()
        while kind != .size, byte(0) == UInt8(ascii: "."), byte(1).isDigit {
            position += 1
            skipName()
        }
        add(kind, from: start)
    }

    private mutating func skipDigits() {
        while position < end, bytes[position].isDigit || bytes[position] == UInt8(ascii: "_") { position += 1 }
    }
}

extension UInt8 {
    var isDigit: Bool { self >= UInt8(ascii: "0") && self <= UInt8(ascii: "9") }

    var isNamePart: Bool {
        isDigit || (self | 0x20 >= UInt8(ascii: "a") && self | 0x20 <= UInt8(ascii: "z")) || self == UInt8(ascii: "_")
    }
}

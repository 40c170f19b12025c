import CNNCore

/// The text of a string token: where it lies between its quotes, and what its escapes mean.
struct StringLiteral {
    let source: SourceText
    /// The bytes between the quotes.
    let content: Range<Int>

    /// - Parameter span: of a string token, with prefix and quotes; the closing ones may be missing.
    init(_ source: SourceText, _ span: SourceSpan) {
        self.source = source
        let bytes = source.bytes
        var start = span.start
        while start < span.end, bytes[start] != UInt8(ascii: "\""), bytes[start] != UInt8(ascii: "'") { start += 1 }
        let quote = start < span.end ? bytes[start] : 0
        let isLong = start + 2 < span.end && bytes[start + 1] == quote && bytes[start + 2] == quote
        let width = isLong ? 3 : 1
        let begin = min(span.end, start + width)
        let isClosed = span.end - width >= begin && (span.end - width..<span.end).allSatisfy { bytes[$0] == quote }
        content = begin..<(isClosed ? span.end - width : span.end)
    }

    /// The text with its escapes read.
    func value() throws(SyntaxFailure) -> String { try StringLiteral.decode(source, content) }

    /// Reads Python's escapes in a range. Where there are none, this is one copy.
    static func decode(_ source: SourceText, _ range: Range<Int>) throws(SyntaxFailure) -> String {
        let bytes = source.bytes
        guard bytes[range].contains(where: { $0 == UInt8(ascii: "\\") || $0 == UInt8(ascii: "\r") }) else {
            return source.text(range)
        }
        var result: [UInt8] = []
        result.reserveCapacity(range.count)
        var offset = range.lowerBound
        while offset < range.upperBound {
            let byte = bytes[offset]
            if byte == UInt8(ascii: "\\") {
                offset = try escape(source, offset, range.upperBound, &result)
            } else {
                // A line end is one line feed, however the file writes it.
                let isLineEnd = byte == UInt8(ascii: "\r") && offset + 1 < range.upperBound && bytes[offset + 1] == 0x0A
                if !isLineEnd { result.append(byte) }
                offset += 1
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    /// Appends what an escape means, and returns the offset after it.
    private static func escape(
        _ source: SourceText, _ start: Int, _ end: Int, _ result: inout [UInt8]
    ) throws(SyntaxFailure) -> Int {
        let bytes = source.bytes
        guard start + 1 < end else {
            result.append(UInt8(ascii: "\\"))
            return end
        }
        let letter = bytes[start + 1]
        if let plain = plainEscape(letter) {
            result.append(plain)
            return start + 2
        }
        switch letter {
        case UInt8(ascii: "\n"): return start + 2
        case UInt8(ascii: "\r"):
            return start + 2 < end && bytes[start + 2] == UInt8(ascii: "\n") ? start + 3 : start + 2
        case UInt8(ascii: "0") where start + 2 >= end || !bytes[start + 2].isDigit:
            result.append(0)
            return start + 2
        case UInt8(ascii: "x"): return try codePoint(source, start, 2, end, &result)
        case UInt8(ascii: "u"): return try codePoint(source, start, 4, end, &result)
        case UInt8(ascii: "U"): return try codePoint(source, start, 8, end, &result)
        default:
            let length = TextEncoding.scalar(bytes, start + 1).length
            let text = source.text(start..<start + 1 + length)
            throw SyntaxFailure(
                .invalidCharacter, "there is no escape \(text)", SourceSpan(start, start + 1 + length),
                notes: ["write \\\\ for a backslash"])
        }
    }

    private static func plainEscape(_ letter: UInt8) -> UInt8? {
        switch letter {
        case UInt8(ascii: "n"): 0x0A
        case UInt8(ascii: "t"): 0x09
        case UInt8(ascii: "r"): 0x0D
        case UInt8(ascii: "a"): 0x07
        case UInt8(ascii: "b"): 0x08
        case UInt8(ascii: "f"): 0x0C
        case UInt8(ascii: "v"): 0x0B
        case UInt8(ascii: "\\"), UInt8(ascii: "'"), UInt8(ascii: "\""): letter
        default: nil
        }
    }

    private static func codePoint(
        _ source: SourceText, _ start: Int, _ digits: Int, _ end: Int, _ result: inout [UInt8]
    ) throws(SyntaxFailure) -> Int {
        let last = min(end, start + 2 + digits)
        let text = source.text(start + 2..<max(start + 2, last))
        let isHexadecimal = text.utf8.count == digits && text.utf8.allSatisfy { $0.isHexadecimalDigit }
        let letter = source.text(start..<start + 2)
        guard isHexadecimal, let value = UInt32(text, radix: 16) else {
            throw SyntaxFailure(
                .invalidCharacter, "\(letter) needs \(digits) hexadecimal digits after it",
                SourceSpan(start, start + 2),
                notes: ["write \\\\ for a backslash"])
        }
        guard let scalar = Unicode.Scalar(value) else {
            throw SyntaxFailure(
                .invalidCharacter, "there is no character \(letter)\(text)", SourceSpan(start, last),
                notes: value < 0x10000 ? ["write the whole character as \\U and eight digits"] : [])
        }
        result.append(contentsOf: String(scalar).utf8)
        return last
    }
}

extension UInt8 {
    var isHexadecimalDigit: Bool { isDigit || (self | 0x20 >= UInt8(ascii: "a") && self | 0x20 <= UInt8(ascii: "f")) }
}

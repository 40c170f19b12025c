import CNNCore

/// Whether bytes are text at all.
enum TextEncoding {
    /// The first place that is not UTF-8 text, or that only binary files have.
    static func firstFault(in source: SourceText, _ range: Range<Int>) -> SyntaxFailure? {
        let bytes = source.bytes
        var offset = range.lowerBound
        while offset < range.upperBound {
            let byte = bytes[offset]
            if byte == 0 {
                return SyntaxFailure(
                    .invalidCharacter, "line \(source.line(at: offset)) holds a zero byte",
                    SourceSpan(offset, offset + 1),
                    notes: ["is this a text file?"], isFatal: true)
            }
            if byte < 0x80 {
                offset += 1
                continue
            }
            let length = sequenceLength(bytes, offset, range.upperBound)
            guard length > 0 else {
                let digits = String(byte, radix: 16, uppercase: true)
                return SyntaxFailure(
                    .invalidEncoding, "line \(source.line(at: offset)) is not UTF-8 text",
                    SourceSpan(offset, offset + 1), label: "byte 0x\(digits)",
                    notes: ["save the file with the encoding UTF-8"], isFatal: true)
            }
            offset += length
        }
        return nil
    }

    /// The length of the well-formed sequence that begins at an offset (Unicode, table 3-7), or 0.
    private static func sequenceLength(_ bytes: [UInt8], _ offset: Int, _ end: Int) -> Int {
        let first = bytes[offset]
        let second: ClosedRange<UInt8>
        let length: Int
        switch first {
        case 0xC2...0xDF: (length, second) = (2, 0x80...0xBF)
        case 0xE0: (length, second) = (3, 0xA0...0xBF)
        case 0xED: (length, second) = (3, 0x80...0x9F)
        case 0xE1...0xEF: (length, second) = (3, 0x80...0xBF)
        case 0xF0: (length, second) = (4, 0x90...0xBF)
        case 0xF1...0xF3: (length, second) = (4, 0x80...0xBF)
        case 0xF4: (length, second) = (4, 0x80...0x8F)
        default: return 0
        }
        guard offset + length <= end, second.contains(bytes[offset + 1]) else { return 0 }
        for next in offset + 2..<max(offset + 2, offset + length) where bytes[next] & 0xC0 != 0x80 { return 0 }
        return length
    }

    /// The scalar at an offset of well-formed text, and its length in bytes.
    static func scalar(_ bytes: [UInt8], _ offset: Int) -> (scalar: Unicode.Scalar, length: Int) {
        let first = bytes[offset]
        let length = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4
        var value = length == 1 ? UInt32(first) : UInt32(first) & (0x7F >> UInt32(length))
        for next in offset + 1..<max(offset + 1, min(offset + length, bytes.count)) {
            value = value << 6 | UInt32(bytes[next] & 0x3F)
        }
        return (Unicode.Scalar(value) ?? "\u{FFFD}", length)
    }
}

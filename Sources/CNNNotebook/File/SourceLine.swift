import CNNLanguage

/// One line of a text, by its bytes.
struct SourceLine {
    /// From 1.
    let number: Int
    /// Without the line's end, and without a byte-order mark.
    let content: Range<Int>
    /// With the line's end.
    let whole: Range<Int>
}

extension SourceText {
    func sourceLine(_ number: Int) -> SourceLine {
        let text = lineRange(number)
        let end = number < lineCount ? lineRange(number + 1).lowerBound : bytes.count
        let start = number == 1 ? min(byteOrderMarkLength, text.upperBound) : text.lowerBound
        return SourceLine(number: number, content: start..<text.upperBound, whole: text.lowerBound..<end)
    }

    /// 3 where the text begins with the mark that some editors write, else 0.
    var byteOrderMarkLength: Int { bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0 }

    func begins(_ range: Range<Int>, with prefix: StaticString) -> Bool {
        guard range.count >= prefix.utf8CodeUnitCount else { return false }
        return prefix.withUTF8Buffer { bytes[range].starts(with: $0) }
    }

    /// Whether nothing but spaces and tabs stands there.
    func isBlank(_ range: Range<Int>) -> Bool { bytes[range].allSatisfy(\.isBlank) }

    /// A range without the spaces and tabs at its ends.
    func trimmed(_ range: Range<Int>) -> Range<Int> {
        var range = range
        while let first = bytes[range].first, first.isBlank { range = range.lowerBound + 1..<range.upperBound }
        while let last = bytes[range].last, last.isBlank { range = range.lowerBound..<range.upperBound - 1 }
        return range
    }
}

extension UInt8 {
    var isBlank: Bool { self == UInt8(ascii: " ") || self == UInt8(ascii: "\t") }
}

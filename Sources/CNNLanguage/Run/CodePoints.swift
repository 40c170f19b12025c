import CNNKernels

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Texts as Python has them: sequences of code points, compared one by one.
///
/// Swift's own `==`, `count`, `contains` and `hasPrefix` work on what a reader sees as one character: they hold
/// "\u{E9}" and "e\u{301}" for the same, and "\r\n" for one. None of them may be asked about a text of the language.
enum CodePoints {
    /// The order of UTF-8 bytes is the order of code points.
    static func areEqual(_ a: String, _ b: String) -> Bool {
        let count = a.utf8.count
        guard count == b.utf8.count else { return false }
        return withBytes(a) { first in
            withBytes(b) { second in
                guard let first = first.baseAddress, let second = second.baseAddress else { return true }
                return memcmp(first, second, count) == 0
            }
        }
    }

    /// -1, 0 or 1.
    static func order(_ a: String, _ b: String) -> Int {
        withBytes(a) { first in
            withBytes(b) { second in
                if let first = first.baseAddress, let second = second.baseAddress {
                    let order = memcmp(first, second, min(a.utf8.count, b.utf8.count))
                    if order != 0 { return Int(order).signum() }
                }
                return (first.count - second.count).signum()
            }
        }
    }

    static func count(_ text: String) -> Int {
        // Every byte but those that continue a code point; so many at once as a byte can count, for vectors of bytes.
        withBytes(text) { bytes in
            var count = 0
            for start in stride(from: 0, to: bytes.count, by: 128) {
                var part: UInt8 = 0
                for byte in bytes[start..<min(start + 128, bytes.count)] { part &+= byte & 0xC0 == 0x80 ? 0 : 1 }
                count += Int(part)
            }
            return count
        }
    }

    static func contains(_ text: String, _ part: String) -> Bool {
        guard !part.isEmpty else { return true }
        // A code point's bytes are never found inside of another's.
        return withBytes(text) { bytes in
            withBytes(part) { !TextSearch.matches(of: $0, in: bytes, limit: 1).isEmpty }
        }
    }

    /// The text's UTF-8 bytes, without a copy where that is possible.
    static func withBytes<Result>(_ text: String, _ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
        text.utf8.withContiguousStorageIfAvailable(body) ?? Array(text.utf8).withUnsafeBufferPointer(body)
    }
}

/// Finding a part in a text in time that grows with their lengths (Knuth, Morris, Pratt).
enum TextSearch {
    /// Where the part begins, without overlaps, at most `limit` times. An empty part is found before every element
    /// and at the end.
    static func matches<Text: RandomAccessCollection>(of part: Text, in text: Text, limit: Int) -> [Int]
    where Text.Element: Equatable, Text.Index == Int {
        guard !part.isEmpty else { return Array((0...text.count).prefix(limit)) }
        var matches: [Int] = []
        forEachMatch(of: part, in: text, limit: limit) { matches.append($0) }
        return matches
    }

    /// The same for a part that is not empty, one after the other. After an interrupt it ends early: whoever calls a built-in
    /// sees it then, and throws the result away.
    static func forEachMatch<Text: RandomAccessCollection>(
        of part: Text, in text: Text, limit: Int, _ body: (Int) -> Void
    ) where Text.Element: Equatable, Text.Index == Int {
        guard limit > 0, !part.isEmpty, part.count <= text.count else { return }
        let borders = borders(part)
        var count = 0
        var length = 0
        for (position, element) in text.enumerated() {
            if position & 0xFFFF == 0xFFFF, cnn_interrupt_pending() { return }
            while length > 0, part[part.startIndex + length] != element { length = borders[length - 1] }
            if part[part.startIndex + length] == element { length += 1 }
            guard length == part.count else { continue }
            body(position + 1 - length)
            length = 0
            count += 1
            if count == limit { break }
        }
    }

    /// For each beginning of the part: how long its longest own beginning is that it also ends with.
    private static func borders<Text: RandomAccessCollection>(_ part: Text) -> [Int]
    where Text.Element: Equatable, Text.Index == Int {
        var borders = [0]
        var length = 0
        for element in part.dropFirst() {
            // What is found with fewer is thrown away after an interrupt, and nothing is looked for any more.
            if borders.count & 0xFFFF == 0, cnn_interrupt_pending() { return Array(repeating: 0, count: part.count) }
            while length > 0, part[part.startIndex + length] != element { length = borders[length - 1] }
            if part[part.startIndex + length] == element { length += 1 }
            borders.append(length)
        }
        return borders
    }
}

extension Unicode.Scalar {
    /// As Python's `str.isspace`: white space, and the four separators of ASCII.
    var isSpace: Bool {
        // Unicode's tables are asked only where they have to be: a look-up takes longer than all else in a search.
        isASCII
            ? value == 0x20 || (0x09...0x0D).contains(value) || (0x1C...0x1F).contains(value) : properties.isWhitespace
    }

    /// As Python's `str.isdigit`: decimal digits, and digits such as the superscript two.
    var isPythonDigit: Bool {
        isASCII
            ? (0x30...0x39).contains(value) : properties.numericType == .decimal || properties.numericType == .digit
    }

    /// As Python's `str.isalpha`: the categories of letters.
    var isLetter: Bool {
        if isASCII { return (0x61...0x7A).contains(value | 0x20) }
        return switch properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter: true
        default: false
        }
    }
}

extension String {
    /// Written into its bytes: appended to a `UnicodeScalarView`, a split takes three times as long. After an interrupt it
    /// ends early.
    init(codePoints: some Collection<Unicode.Scalar>) {
        var size = 0
        for (position, scalar) in codePoints.enumerated() {
            if position & 0xFFFF == 0xFFFF, cnn_interrupt_pending() { break }
            size += UTF8.width(scalar)
        }
        self.init(unsafeUninitializedCapacity: size) { bytes in
            var offset = 0
            for (position, scalar) in codePoints.enumerated() {
                if position & 0xFFFF == 0xFFFF, cnn_interrupt_pending() { break }
                if scalar.isASCII {
                    bytes[offset] = UInt8(truncatingIfNeeded: scalar.value)
                    offset += 1
                } else {
                    for byte in String(scalar).utf8 {
                        bytes[offset] = byte
                        offset += 1
                    }
                }
            }
            return offset
        }
    }
}

import CNNCore
import CNNKernels

/// Capital and small letters as in Python: code point by code point, by Unicode's full mappings. After an interrupt a text
/// may end early: whoever calls a built-in sees it then, and throws the result away.
enum LetterCase {
    static func upper(_ text: String) -> String { inPieces(text) { $0.uppercased() } }

    /// By pieces of a megabyte: Swift's mappings know nothing of what is around a code point.
    private static func inPieces(_ text: String, _ mapped: (String) -> String) -> String {
        let bytes = text.utf8
        guard bytes.count > 1 << 20 else { return mapped(text) }
        var result = ""
        var start = bytes.startIndex
        while start < bytes.endIndex, !cnn_interrupt_pending() {
            var end = bytes.index(start, offsetBy: 1 << 20, limitedBy: bytes.endIndex) ?? bytes.endIndex
            while end < bytes.endIndex, bytes[end] & 0xC0 == 0x80 { end = bytes.index(after: end) }
            result += mapped(String(text.unicodeScalars[start..<end]))
            start = end
        }
        return result
    }

    static func lower(_ text: String) throws(CNNError) -> String {
        guard CodePoints.contains(text, String(capitalSigma)) else { return inPieces(text) { $0.lowercased() } }
        let scalars = try StringObject.codePoints(of: text)
        return joined(scalars) { lower(scalars, $0) }
    }

    /// A word's letters are those that stand together, as far as they have capitals at all.
    static func title(_ text: String) throws(CNNError) -> String {
        let scalars = try StringObject.codePoints(of: text)
        var isInside = false
        var result = ""
        for (position, scalar) in scalars.enumerated() {
            if position & 0xFFFF == 0xFFFF, cnn_interrupt_pending() { break }
            result += isInside ? lower(scalars, position) : scalar.properties.titlecaseMapping
            isInside = scalar.properties.isCased
        }
        return result
    }

    static func capitalize(_ text: String) throws(CNNError) -> String {
        let scalars = try StringObject.codePoints(of: text)
        return joined(scalars) { $0 == 0 ? scalars[0].properties.titlecaseMapping : lower(scalars, $0) }
    }

    private static func joined(_ scalars: [Unicode.Scalar], _ part: (Int) -> String) -> String {
        var result = ""
        for position in scalars.indices {
            if position & 0xFFFF == 0xFFFF, cnn_interrupt_pending() { break }
            result += part(position)
        }
        return result
    }

    private static let capitalSigma: Unicode.Scalar = "\u{3A3}"

    private static func lower(_ scalars: [Unicode.Scalar], _ position: Int) -> String {
        guard scalars[position] == capitalSigma else { return scalars[position].properties.lowercaseMapping }
        return endsWord(scalars, position) ? "\u{3C2}" : "\u{3C3}"
    }

    /// Unicode's Final_Sigma: a letter before it and none after it, whatever is ignored between.
    private static func endsWord(_ scalars: [Unicode.Scalar], _ position: Int) -> Bool {
        let before = scalars[..<position].last { !$0.properties.isCaseIgnorable }
        let after = scalars[(position + 1)...].first { !$0.properties.isCaseIgnorable }
        return before?.properties.isCased == true && after?.properties.isCased != true
    }
}

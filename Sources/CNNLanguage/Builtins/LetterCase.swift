/// Capital and small letters as in Python: code point by code point, by Unicode's full mappings.
enum LetterCase {
    static func upper(_ text: String) -> String { text.uppercased() }

    static func lower(_ text: String) -> String {
        guard text.unicodeScalars.contains(capitalSigma) else { return text.lowercased() }
        let scalars = Array(text.unicodeScalars)
        return scalars.indices.map { lower(scalars, $0) }.joined()
    }

    /// A word's letters are those that stand together, as far as they have capitals at all.
    static func title(_ text: String) -> String {
        let scalars = Array(text.unicodeScalars)
        var isInside = false
        var result = ""
        for (position, scalar) in scalars.enumerated() {
            result += isInside ? lower(scalars, position) : scalar.properties.titlecaseMapping
            isInside = scalar.properties.isCased
        }
        return result
    }

    static func capitalize(_ text: String) -> String {
        let scalars = Array(text.unicodeScalars)
        return scalars.indices.map { $0 == 0 ? scalars[0].properties.titlecaseMapping : lower(scalars, $0) }.joined()
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

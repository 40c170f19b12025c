import CNNCore

/// Characters that look like a sign of the language, as word processors, web pages and formulas have them.
enum Confusable {
    static func failure(_ scalar: Unicode.Scalar, _ span: SourceSpan) -> SyntaxFailure {
        let code = hexadecimal(scalar)
        let isVisible = scalar.properties.generalCategory.isVisible
        let message =
            isVisible ? "'\(scalar)' (\(code)) is no sign of the language" : "an invisible character (\(code))"
        var notes: [String] = []
        if let replacement = replacements[scalar] {
            notes.append("write \(replacement)")
        } else if scalar == "\u{FEFF}" || (0x200B...0x200F).contains(scalar.value) || scalar.value == 0x2060 {
            notes.append("it came along with copied text: delete it")
        } else if scalar == "\r" {
            notes.append("lines end with a line feed, or with carriage return and line feed")
        } else if isVisible {
            notes.append("leave it out, or put the text that it belongs to between \"")
        }
        return SyntaxFailure(.invalidCharacter, message, span, notes: notes)
    }

    private static func hexadecimal(_ scalar: Unicode.Scalar) -> String {
        let digits = String(scalar.value, radix: 16, uppercase: true)
        return "U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }

    private static let replacements: [Unicode.Scalar: String] = [
        "\u{201C}": "\" (a straight quote)", "\u{201D}": "\" (a straight quote)", "\u{201E}": "\" (a straight quote)",
        "\u{00AB}": "\" (a straight quote)", "\u{00BB}": "\" (a straight quote)",
        "\u{2018}": "' (a straight quote)", "\u{2019}": "' (a straight quote)", "\u{201A}": "' (a straight quote)",
        "\u{00B4}": "' (a straight quote)", "`": "\" or ' around a string",
        "\u{2212}": "- (a minus)", "\u{2010}": "- (a minus)", "\u{2011}": "- (a minus)", "\u{2013}": "- (a minus)",
        "\u{2014}": "- (a minus)", "\u{00D7}": "*, or x without spaces in a size such as 5x5", "\u{00B7}": "*",
        "\u{22C5}": "*", "\u{2217}": "*", "\u{2299}": "*", "\u{00F7}": "/", "\u{2264}": "<=", "\u{2265}": ">=",
        "\u{2260}": "!=", "\u{2248}": "~=", "\u{2192}": "->", "\u{21A6}": "->", "\u{2190}": "=", "\u{2026}": "...",
        "\u{00B2}": "** 2", "\u{00B3}": "** 3", "\u{221A}": "sqrt(...)", "\u{2211}": "sum(...)", "\u{221E}": "inf",
        "\u{2208}": "in", "\u{2227}": "and", "\u{2228}": "or", "\u{00AC}": "not", "\u{FF08}": "(", "\u{FF09}": ")",
        "\u{FF0C}": ",", "\u{FF1A}": ":", "\u{FF1B}": ";", "\u{FF1D}": "=",
    ]
}

extension Unicode.GeneralCategory {
    fileprivate var isVisible: Bool {
        switch self {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator,
            .spaceSeparator, .nonspacingMark, .enclosingMark:
            false
        default: true
        }
    }
}

/// Text in XML and HTML.
enum XMLText {
    /// Text between tags, and in attributes in double quotes. What XML 1.0 has no place for becomes U+FFFD.
    static func escaped(_ text: String) -> String {
        var result = ""
        result.reserveCapacity(text.utf8.count)
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "\r": result += "&#13;"
            default: result.unicodeScalars.append(isAllowed(scalar) ? scalar : "\u{FFFD}")
            }
        }
        return result
    }

    /// In HTML no carriage return may be written as a reference, and it ends a line like a line feed.
    static func html(_ text: String) -> String {
        escaped(String(String.UnicodeScalarView(text.unicodeScalars.filter { $0 != "\r" })))
    }

    static func attribute(_ text: String) -> String {
        html(text.split(whereSeparator: \.isNewline).joined(separator: " "))
    }

    private static func isAllowed(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x09, 0x0A, 0x20..<0x7F, 0xA0..<0xFDD0, 0xFDF0..<0xFFFE, 0x10000...: scalar.value & 0xFFFE != 0xFFFE
        default: false
        }
    }
}

/// A JSON text that is made from its parts; keys stay in order.
indirect enum ReportJSON {
    case object([(String, ReportJSON)])
    case array([ReportJSON])
    case string(String)
    case points(Points)
    case integer(Int)
    case bool(Bool)
    case null

    /// With a line feed at the end.
    var text: String { written("") + "\n" }

    private func written(_ indent: String) -> String {
        let inner = indent + "  "
        switch self {
        case .object(let members):
            guard !members.isEmpty else { return "{}" }
            let lines = members.map { "\(inner)\(ReportJSON.quoted($0.0)): \($0.1.written(inner))" }
            return "{\n\(lines.joined(separator: ",\n"))\n\(indent)}"
        case .array(let elements):
            guard !elements.isEmpty else { return "[]" }
            return "[\n\(elements.map { inner + $0.written(inner) }.joined(separator: ",\n"))\n\(indent)]"
        case .string(let text): return ReportJSON.quoted(text)
        case .points(let points): return points.text
        case .integer(let number): return String(number)
        case .bool(let flag): return flag ? "true" : "false"
        case .null: return "null"
        }
    }

    /// ASCII alone, and no `<`: safe within HTML too.
    private static func quoted(_ text: String) -> String {
        var result = "\""
        for unit in text.utf16 {
            switch unit {
            case 0x22: result += "\\\""
            case 0x5C: result += "\\\\"
            case 0x0A: result += "\\n"
            case 0x20..<0x7F where unit != 0x3C: result.unicodeScalars.append(Unicode.Scalar(UInt8(unit)))
            default:
                let digits = String(unit, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            }
        }
        return result + "\""
    }
}

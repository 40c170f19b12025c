import CNNCore

/// Writes JSON: one member a line, indented, or all in one line.
struct JSONWriter {
    /// Blanks for each level; nil: one line.
    private let indent: Int?
    private var bytes: [UInt8] = []

    /// `indent: 1` is what Jupyter writes.
    static func text(_ value: JSON, indent: Int? = 1) -> [UInt8] {
        var writer = JSONWriter(indent: indent)
        writer.write(value, level: 0)
        return writer.bytes
    }

    static func line(_ value: JSON) -> String { String(decoding: text(value, indent: nil), as: UTF8.self) }

    private init(indent: Int?) { self.indent = indent }

    private mutating func write(_ value: JSON, level: Int) {
        switch value {
        case .null: bytes += "null".utf8
        case .bool(let flag): bytes += (flag ? "true" : "false").utf8
        case .number(let text): bytes += text.utf8
        case .string(let text): write(text)
        case .array(let elements):
            list("[", "]", count: elements.count, level) { $0.write(elements[$1], level: level + 1) }
        case .object(let members):
            list("{", "}", count: members.count, level) { writer, index in
                writer.write(members[index].key)
                writer.bytes += (writer.indent == nil ? ":" : ": ").utf8
                writer.write(members[index].value, level: level + 1)
            }
        }
    }

    private mutating func list(
        _ open: String, _ close: String, count: Int, _ level: Int, _ element: (inout JSONWriter, Int) -> Void
    ) {
        bytes += open.utf8
        for index in 0..<count {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            newLine(level + 1)
            element(&self, index)
        }
        if count > 0 { newLine(level) }
        bytes += close.utf8
    }

    private mutating func newLine(_ level: Int) {
        guard let indent else { return }
        bytes.append(UInt8(ascii: "\n"))
        bytes += repeatElement(UInt8(ascii: " "), count: indent * level)
    }

    private mutating func write(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""): bytes += "\\\"".utf8
            case UInt8(ascii: "\\"): bytes += "\\\\".utf8
            case UInt8(ascii: "\n"): bytes += "\\n".utf8
            case UInt8(ascii: "\r"): bytes += "\\r".utf8
            case UInt8(ascii: "\t"): bytes += "\\t".utf8
            case ..<0x20, 0x7F:
                let digits = String(byte, radix: 16)
                bytes += ("\\u" + String(repeating: "0", count: 4 - digits.count) + digits).utf8
            default: bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }
}

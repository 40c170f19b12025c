/// A value of a JSON text, as far as the headers of tensor files need it: no fractions.
enum JSONValue {
    case object([JSONMember])
    case array([JSONValue])
    case string(String)
    case integer(Int)
    case bool(Bool)
    case null
}

struct JSONMember {
    let key: String
    let value: JSONValue
}

/// Reads strict JSON; nil from `parse` where the text is anything else.
struct JSONReader {
    private static let depthLimit = 8
    /// An array in a header is a shape or two offsets.
    private static let elementLimit = 64

    private let text: UnsafeBufferPointer<UInt8>
    private var position = 0

    static func parse(_ text: UnsafeBufferPointer<UInt8>) -> JSONValue? {
        var reader = JSONReader(text: text)
        guard let value = reader.value(depth: 0) else { return nil }
        reader.skipBlanks()
        return reader.position == text.count ? value : nil
    }

    private init(text: UnsafeBufferPointer<UInt8>) { self.text = text }

    private mutating func value(depth: Int) -> JSONValue? {
        skipBlanks()
        guard depth < JSONReader.depthLimit, position < text.count else { return nil }
        switch text[position] {
        case UInt8(ascii: "{"): return object(depth)
        case UInt8(ascii: "["): return array(depth)
        case UInt8(ascii: "\""): return string().map(JSONValue.string)
        case UInt8(ascii: "t"): return take(word: "true") ? .bool(true) : nil
        case UInt8(ascii: "f"): return take(word: "false") ? .bool(false) : nil
        case UInt8(ascii: "n"): return take(word: "null") ? .null : nil
        default: return integer().map(JSONValue.integer)
        }
    }

    private mutating func object(_ depth: Int) -> JSONValue? {
        position += 1
        var members: [JSONMember] = []
        if take("}") { return .object(members) }
        repeat {
            skipBlanks()
            guard let key = string(), take(":"), let member = value(depth: depth + 1) else { return nil }
            members.append(JSONMember(key: key, value: member))
        } while take(",")
        return take("}") ? .object(members) : nil
    }

    private mutating func array(_ depth: Int) -> JSONValue? {
        position += 1
        var elements: [JSONValue] = []
        if take("]") { return .array(elements) }
        repeat {
            guard elements.count < JSONReader.elementLimit, let element = value(depth: depth + 1) else { return nil }
            elements.append(element)
        } while take(",")
        return take("]") ? .array(elements) : nil
    }

    private mutating func string() -> String? {
        guard position < text.count, text[position] == UInt8(ascii: "\"") else { return nil }
        position += 1
        var bytes: [UInt8] = []
        while position < text.count {
            let byte = text[position]
            position += 1
            switch byte {
            case UInt8(ascii: "\""): return String(validating: bytes, as: UTF8.self)
            case UInt8(ascii: "\\"):
                guard let scalar = escape() else { return nil }
                bytes.append(contentsOf: String(scalar).utf8)
            case ..<0x20: return nil
            default: bytes.append(byte)
            }
        }
        return nil
    }

    private mutating func escape() -> Unicode.Scalar? {
        guard position < text.count else { return nil }
        let letter = text[position]
        position += 1
        switch letter {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(letter)
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{c}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"): return unicodeEscape()
        default: return nil
        }
    }

    private mutating func unicodeEscape() -> Unicode.Scalar? {
        guard let first = fourDigits() else { return nil }
        guard (0xD800..<0xDC00).contains(first) else { return Unicode.Scalar(first) }
        guard take(exactly: "\\"), take(exactly: "u"), let second = fourDigits(), (0xDC00..<0xE000).contains(second)
        else { return nil }
        return Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
    }

    private mutating func fourDigits() -> UInt32? {
        guard text.count - position >= 4 else { return nil }
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard let digit = Character(Unicode.Scalar(text[position])).hexDigitValue else { return nil }
            value = value << 4 | UInt32(digit)
            position += 1
        }
        return value
    }

    private mutating func integer() -> Int? {
        let start = position
        if position < text.count, text[position] == UInt8(ascii: "-") { position += 1 }
        let first = position
        while position < text.count, (0x30...0x39).contains(text[position]) { position += 1 }
        guard position > first, text[first] != 0x30 || position == first + 1 else { return nil }
        return Int(String(decoding: text[start..<position], as: UTF8.self))
    }

    private mutating func take(_ sign: Unicode.Scalar) -> Bool {
        skipBlanks()
        return take(exactly: sign)
    }

    private mutating func take(exactly sign: Unicode.Scalar) -> Bool {
        guard position < text.count, text[position] == UInt8(ascii: sign) else { return false }
        position += 1
        return true
    }

    private mutating func take(word: StaticString) -> Bool {
        let bytes = UnsafeBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount)
        guard text[position...].starts(with: bytes) else { return false }
        position += bytes.count
        return true
    }

    private mutating func skipBlanks() {
        while position < text.count, [0x20, 0x09, 0x0A, 0x0D].contains(text[position]) { position += 1 }
    }
}

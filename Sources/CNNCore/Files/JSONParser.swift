/// Reads strict JSON (RFC 8259).
public struct JSONParser {
    /// What is wrong, and in which line (from 1).
    public struct Failure: Error {
        public let message: String
        public let line: Int
    }

    private let bytes: [UInt8]
    private let depthLimit: Int
    private let elementLimit: Int
    private var position = 0

    /// - Parameters:
    ///   - depthLimit: how deep values may be nested.
    ///   - elementLimit: how long an array may be.
    /// - Throws: `Failure` for what is no JSON, goes beyond a limit, or has a member twice.
    public static func parse(
        _ bytes: [UInt8], depthLimit: Int = 200, elementLimit: Int = Int.max
    ) throws(Failure) -> JSON {
        var parser = JSONParser(bytes, depthLimit, elementLimit)
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { parser.position = 3 }
        let value = try parser.value(depth: 0)
        parser.skipBlanks()
        guard parser.position == bytes.count else { throw parser.failure("something follows the value") }
        return value
    }

    private init(_ bytes: [UInt8], _ depthLimit: Int, _ elementLimit: Int) {
        self.bytes = bytes
        self.depthLimit = depthLimit
        self.elementLimit = elementLimit
    }

    private func failure(_ message: String) -> Failure {
        Failure(
            message: message,
            line: bytes[..<min(position, bytes.count)].reduce(1) { $1 == UInt8(ascii: "\n") ? $0 + 1 : $0 })
    }

    private mutating func value(depth: Int) throws(Failure) -> JSON {
        skipBlanks()
        guard depth < depthLimit else { throw failure("it is nested too deep") }
        guard position < bytes.count else { throw failure("it ends too early") }
        switch bytes[position] {
        case UInt8(ascii: "{"): return try object(depth)
        case UInt8(ascii: "["): return try array(depth)
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        default: return try number()
        }
    }

    private mutating func object(_ depth: Int) throws(Failure) -> JSON {
        position += 1
        var members: [JSON.Member] = []
        var keys: Set<String> = []
        if take("}") { return .object(members) }
        repeat {
            skipBlanks()
            let key = try string()
            guard keys.insert(key).inserted else { throw failure("the member \"\(key)\" stands there twice") }
            guard take(":") else { throw failure("a : is missing") }
            members.append(JSON.Member(key, try value(depth: depth + 1)))
        } while take(",")
        guard take("}") else { throw failure("a , or } is missing") }
        return .object(members)
    }

    private mutating func array(_ depth: Int) throws(Failure) -> JSON {
        position += 1
        var elements: [JSON] = []
        if take("]") { return .array(elements) }
        repeat {
            guard elements.count < elementLimit else { throw failure("an array is too long") }
            elements.append(try value(depth: depth + 1))
        } while take(",")
        guard take("]") else { throw failure("a , or ] is missing") }
        return .array(elements)
    }

    // MARK: - Strings

    private mutating func string() throws(Failure) -> String {
        guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") else { throw failure("a \" is missing") }
        position += 1
        var result: [UInt8] = []
        while position < bytes.count {
            let byte = bytes[position]
            switch byte {
            case UInt8(ascii: "\""):
                position += 1
                guard let text = String(validating: result, as: UTF8.self) else { throw failure("it is not UTF-8") }
                return text
            case UInt8(ascii: "\\"): result += String(try escape()).utf8
            case ..<0x20: throw failure("a string holds a control character")
            default:
                result.append(byte)
                position += 1
            }
        }
        throw failure("a string has no end")
    }

    private mutating func escape() throws(Failure) -> Unicode.Scalar {
        position += 1
        let letter = position < bytes.count ? bytes[position] : 0
        position += 1
        switch letter {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(letter)
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{c}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"): return try codeUnits()
        default: throw failure("a \\ stands before what is no escape")
        }
    }

    private mutating func codeUnits() throws(Failure) -> Unicode.Scalar {
        let first = try fourDigits()
        if let scalar = Unicode.Scalar(first) { return scalar }
        guard first < 0xDC00, bytes[min(position, bytes.count)...].starts(with: "\\u".utf8) else {
            throw failure("half a surrogate pair is no character")
        }
        position += 2
        let second = try fourDigits()
        guard (0xDC00..<0xE000).contains(second),
            let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
        else { throw failure("half a surrogate pair is no character") }
        return scalar
    }

    private mutating func fourDigits() throws(Failure) -> UInt32 {
        guard bytes.count - position >= 4 else { throw failure("it ends too early") }
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard let digit = Character(Unicode.Scalar(bytes[position])).hexDigitValue else {
                throw failure("\\u needs four digits")
            }
            value = value << 4 | UInt32(digit)
            position += 1
        }
        return value
    }

    // MARK: - Numbers and words

    private mutating func number() throws(Failure) -> JSON {
        let start = position
        if peek == UInt8(ascii: "-") { position += 1 }
        let first = peek
        let digits = takeDigits()
        guard digits == 1 || (digits > 1 && first != UInt8(ascii: "0")) else { throw failure("this is no JSON value") }
        if peek == UInt8(ascii: ".") {
            position += 1
            guard takeDigits() > 0 else { throw failure("digits are missing behind the point") }
        }
        if peek | 0x20 == UInt8(ascii: "e") {
            position += 1
            if peek == UInt8(ascii: "-") || peek == UInt8(ascii: "+") { position += 1 }
            guard takeDigits() > 0 else { throw failure("digits are missing in the exponent") }
        }
        return .number(String(decoding: bytes[start..<position], as: UTF8.self))
    }

    private var peek: UInt8 { position < bytes.count ? bytes[position] : 0 }

    private mutating func takeDigits() -> Int {
        let start = position
        while (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(peek) { position += 1 }
        return position - start
    }

    private mutating func word(_ word: String, _ value: JSON) throws(Failure) -> JSON {
        guard bytes[position...].starts(with: word.utf8) else { throw failure("this is no JSON value") }
        position += word.utf8.count
        return value
    }

    private mutating func take(_ sign: Unicode.Scalar) -> Bool {
        skipBlanks()
        guard peek == UInt8(ascii: sign) else { return false }
        position += 1
        return true
    }

    private mutating func skipBlanks() {
        while position < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[position]) { position += 1 }
    }
}

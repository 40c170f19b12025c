/// The header of an .npy file: a Python dictionary of `descr`, `fortran_order` and `shape`.
struct NPYHeader {
    var element: StoredElement
    var isBigEndian: Bool
    var isFortranOrder: Bool
    var dimensions: [Int]
    /// Where the elements begin.
    var dataOffset: Int

    /// NumPy itself refuses longer ones.
    private static let lengthLimit = 10_000

    /// - Throws: E0503 that says what is wrong.
    init(_ bytes: UnsafeBufferPointer<UInt8>, name: String) throws(CNNError) {
        let magic: [UInt8] = [0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59]
        guard bytes.count >= 10, bytes.starts(with: magic) else {
            throw CNNError.malformed(name, "it does not begin as an .npy file does")
        }
        let version = bytes[6]
        guard (1...3).contains(version) else { throw CNNError.malformed(name, ".npy version \(version) is unknown") }
        let start = version == 1 ? 10 : 12
        guard bytes.count >= start else { throw CNNError.malformed(name, "its header ends too early") }
        var length = Int(bytes[8]) | Int(bytes[9]) << 8
        if version > 1 { length |= Int(bytes[10]) << 16 | Int(bytes[11]) << 24 }
        guard length <= NPYHeader.lengthLimit, length <= bytes.count - start else {
            throw CNNError.malformed(
                name, "its header claims \(length) bytes; \(bytes.count - start) follow")
        }
        dataOffset = start + length
        let text = UnsafeBufferPointer(rebasing: bytes[start..<dataOffset])
        var parser = PythonLiteral(text)
        guard let entries = parser.dictionary() else { throw CNNError.malformed(name, "its header cannot be read") }
        var kind: String?
        var order: Bool?
        var sizes: [Int]?
        for entry in entries {
            switch (entry.key, entry.value) {
            case ("descr", .text(let value)) where kind == nil: kind = value
            case ("descr", .list): throw CNNError.malformed(name, "records of several fields are not read")
            case ("fortran_order", .bool(let value)) where order == nil: order = value
            case ("shape", .list(let value)) where sizes == nil: sizes = value
            default: throw CNNError.malformed(name, "its header has an unexpected '\(entry.key.prefix(20))'")
            }
        }
        guard let kind, let order, let sizes else {
            throw CNNError.malformed(name, "its header lacks descr, fortran_order or shape")
        }
        guard let (element, isBigEndian) = NPYHeader.element(kind) else {
            let why =
                kind.contains("O")
                ? "Python objects are not read: they may run code"
                : "elements of type '\(kind.prefix(20))' are not read"
            throw CNNError.malformed(name, why, notes: ["convert it with .astype(\"float32\") where it was made"])
        }
        self.element = element
        self.isBigEndian = isBigEndian
        isFortranOrder = order
        dimensions = sizes
    }

    private static func element(_ descr: String) -> (StoredElement, Bool)? {
        guard let order = descr.first, "<>|=".contains(order) else { return nil }
        let element: StoredElement
        switch descr.dropFirst() {
        case "b1": element = .bool
        case "u1": element = .uint8
        case "i1": element = .int8
        case "u2": element = .uint16
        case "i2": element = .int16
        case "u4": element = .uint32
        case "i4": element = .int32
        case "u8": element = .uint64
        case "i8": element = .int64
        case "f2": element = .float16
        case "f4": element = .float32
        case "f8": element = .float64
        default: return nil
        }
        return (element, order == ">")
    }

    /// The `descr` that NumPy writes for a tensor's type.
    static func descr(_ dtype: DType) -> String {
        switch dtype {
        case .float32: "<f4"
        case .float64: "<f8"
        case .int64: "<i8"
        case .uint8: "|u1"
        case .bool: "|b1"
        }
    }
}

/// As much of Python's literals as an .npy header may have: strings, True, False, tuples of whole numbers.
private struct PythonLiteral {
    enum Value { case text(String), bool(Bool), list([Int]) }

    private let text: UnsafeBufferPointer<UInt8>
    private var position = 0

    init(_ text: UnsafeBufferPointer<UInt8>) { self.text = text }

    /// nil where anything else is found.
    mutating func dictionary() -> [(key: String, value: Value)]? {
        guard take("{") else { return nil }
        var entries: [(key: String, value: Value)] = []
        while !take("}") {
            guard entries.count < 8, let key = string(), take(":"), let value = value() else { return nil }
            entries.append((key, value))
            if take(",") { continue }
            guard take("}") else { return nil }
            break
        }
        skipBlanks()
        return position == text.count ? entries : nil
    }

    private mutating func value() -> Value? {
        if let word = string() { return .text(word) }
        if takeWord("True") { return .bool(true) }
        if takeWord("False") { return .bool(false) }
        if take("[") { return .list([]) }
        guard take("(") else { return nil }
        var sizes: [Int] = []
        while !take(")") {
            guard sizes.count < 64, let size = integer() else { return nil }
            sizes.append(size)
            if take(",") { continue }
            guard take(")") else { return nil }
            break
        }
        return .list(sizes)
    }

    private mutating func string() -> String? {
        skipBlanks()
        guard position < text.count, text[position] == 0x27 || text[position] == 0x22 else { return nil }
        let quote = text[position]
        var end = position + 1
        while end < text.count, text[end] != quote, text[end] != UInt8(ascii: "\\") { end += 1 }
        guard end < text.count, text[end] == quote else { return nil }
        let result = String(decoding: text[(position + 1)..<end], as: UTF8.self)
        position = end + 1
        return result
    }

    private mutating func integer() -> Int? {
        skipBlanks()
        let start = position
        while position < text.count, (0x30...0x39).contains(text[position]) { position += 1 }
        guard let value = Int(String(decoding: text[start..<position], as: UTF8.self)) else { return nil }
        // Python 2 wrote long integers so.
        if position < text.count, text[position] == UInt8(ascii: "L") { position += 1 }
        return value
    }

    private mutating func take(_ sign: Unicode.Scalar) -> Bool {
        skipBlanks()
        guard position < text.count, text[position] == UInt8(ascii: sign) else { return false }
        position += 1
        return true
    }

    private mutating func takeWord(_ word: StaticString) -> Bool {
        skipBlanks()
        let bytes = UnsafeBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount)
        guard text.count - position >= bytes.count, text[position...].starts(with: bytes) else { return false }
        position += bytes.count
        return true
    }

    private mutating func skipBlanks() {
        while position < text.count, text[position] == 0x20 || text[position] == 0x0A || text[position] == 0x09 {
            position += 1
        }
    }
}

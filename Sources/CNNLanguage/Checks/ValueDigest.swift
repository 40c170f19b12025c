import CNNCore

/// `hash(x)`: an answer that a file can hold without giving it away. Numbers count to some significant digits, so that the
/// last bits of a sum do not matter; ints, texts and shapes count exactly.
struct ValueDigest {
    /// - Throws: E0202 for a value that is not made of numbers and texts, E0603.
    static func text(_ value: Value, digits: Int, salt: String) throws -> String {
        // As long as so many elements take.
        try WorkMeter.shared.charge(10_000)
        var digest = ValueDigest(digits: digits)
        digest.content = "\(salt)\u{0}"
        try digest.append(value)
        try digest.flush()
        return String(SHA256.letters(digest.stream.end()).prefix(16))
    }

    /// Bytes between two looks at an interrupt.
    private static let stretch = 1 << 16
    private let digits: Int
    private var content = ""
    private var stream = SHA256.Stream()

    private init(digits: Int) { self.digits = digits }

    /// Hashes what has been written, so that not all of it is there at once.
    private mutating func flush() throws(CNNError) {
        let bytes = Array(content.utf8)
        for start in stride(from: 0, to: bytes.count, by: 16 * ValueDigest.stretch) {
            try WorkMeter.checkInterrupt()
            stream.add(bytes[start..<min(bytes.count, start + 16 * ValueDigest.stretch)])
        }
        content = ""
    }

    /// Units of work for a number that is written and hashed.
    private static let elementWork = 600

    private mutating func append(_ value: Value, depth: Int = 0) throws {
        guard depth < Arithmetic.maximumDepth else {
            throw CNNError(.callTooDeep, "lists that are nested more than \(Arithmetic.maximumDepth) deep have no hash")
        }
        switch value {
        case .none: content += "None"
        case .bool(let flag): content += flag ? "True" : "False"
        case .int(let number): content += String(number)
        case .float, .float32: content += NumberFormatter.general(value.number ?? .nan, digits)
        case .string(let object): content += "\"\(object.text.utf8.count):\(object.text)"
        case .list(let list):
            try WorkMeter.shared.charge(list.elements.count, each: ValueDigest.elementWork)
            try appendAll(list.elements, depth: depth + 1)
        case .tensor(let object) where object.rank == 0:
            let tensor = object.tensor
            content +=
                tensor.dtype.isFloating
                ? NumberFormatter.general(tensor.element(0), digits) : String(tensor.integerElement(0))
        case .tensor(let object):
            let tensor = object.tensor
            try WorkMeter.shared.charge(tensor.count, each: ValueDigest.elementWork)
            content += "<\(tensor.shape)"
            for number in tensor.doubles() {
                if content.utf8.count > ValueDigest.stretch { try flush() }
                content += " " + NumberFormatter.general(number, digits)
            }
            content += ">"
        default:
            throw CNNError(
                .typeMismatch, "hash takes numbers, texts, lists and tensors, not \(value.describedType)",
                argument: .named("value"))
        }
    }

    private mutating func appendAll(_ values: [Value], depth: Int) throws {
        content += "["
        for (index, value) in values.enumerated() {
            if content.utf8.count > ValueDigest.stretch { try flush() }
            if index > 0 { content += "," }
            try append(value, depth: depth)
        }
        content += "]"
    }
}

import CNNCore

/// `hash(x)`: an answer that a file can hold without giving it away. Numbers count to some significant digits, so that the
/// last bits of a sum do not matter; ints, texts and shapes count exactly.
enum ValueDigest {
    /// - Throws: E0202 for a value that is not made of numbers and texts, E0603.
    static func text(_ value: Value, digits: Int, salt: String) throws -> String {
        // As long as so many elements take.
        try WorkMeter.shared.charge(10_000)
        var content = "\(salt)\u{0}"
        try append(value, digits, to: &content)
        let digest = try SHA256.digest(Array(content.utf8)) { () throws(CNNError) in try WorkMeter.checkInterrupt() }
        return String(SHA256.letters(digest).prefix(16))
    }

    /// Units of work for a number that is written and hashed.
    private static let elementWork = 600

    private static func append(_ value: Value, _ digits: Int, to content: inout String) throws {
        switch value {
        case .none: content += "None"
        case .bool(let flag): content += flag ? "True" : "False"
        case .int(let number): content += String(number)
        case .float, .float32: content += NumberFormatter.general(value.number ?? .nan, digits)
        case .string(let object): content += "\"\(object.text.utf8.count):\(object.text)"
        case .list(let list):
            try WorkMeter.shared.charge(list.elements.count, each: elementWork)
            try appendAll(list.elements, digits, to: &content)
        case .tensor(let object) where object.rank == 0:
            let tensor = object.tensor
            content +=
                tensor.dtype.isFloating
                ? NumberFormatter.general(tensor.element(0), digits) : String(tensor.integerElement(0))
        case .tensor(let object):
            let tensor = object.tensor
            try WorkMeter.shared.charge(tensor.count, each: elementWork)
            content += "<\(tensor.shape)"
            for (index, number) in tensor.doubles().enumerated() {
                try WorkMeter.checkInterrupt(at: index)
                content += " " + NumberFormatter.general(number, digits)
            }
            content += ">"
        default:
            throw CNNError(
                .typeMismatch, "hash takes numbers, texts, lists and tensors, not \(value.describedType)",
                argument: .named("value"))
        }
    }

    private static func appendAll(_ values: [Value], _ digits: Int, to content: inout String) throws {
        content += "["
        for (index, value) in values.enumerated() {
            try WorkMeter.checkInterrupt(at: index)
            if index > 0 { content += "," }
            try append(value, digits, to: &content)
        }
        content += "]"
    }
}

/// Python's `isinstance(x, int)`, as `type(x) == "int"`.
enum TypeTest {
    private static let words: [String: String] = [
        "int": "int", "float": "float", "str": "str", "bool": "bool", "list": "list", "dict": "dict", "tuple": "list",
        "set": "list", "torch.Tensor": "tensor", "torch.FloatTensor": "tensor", "np.ndarray": "tensor",
        "numpy.ndarray": "tensor", "tf.Tensor": "tensor", "Tensor": "tensor", "ndarray": "tensor", "tensor": "tensor",
        "nn.Module": "model", "keras.Model": "model", "Model": "model", "range": "range", "np.float32": "float",
        "np.int64": "int", "np.integer": "int", "np.floating": "float", "complex": "float", "object": "",
    ]

    /// What `type` gives for a value of another language's type.
    static func word(_ type: String) -> String? { words[type].flatMap { $0.isEmpty ? nil : $0 } }

    /// - Parameters:
    ///   - value: the text of what is asked about.
    ///   - types: texts of the types that it may have.
    /// - Returns: nil where a type has no counterpart.
    static func written(_ value: String, _ types: [String]) -> String? {
        var names: [String] = []
        for type in types {
            guard let word = words[type], !word.isEmpty else { return nil }
            if !names.contains("\"\(word)\"") { names.append("\"\(word)\"") }
        }
        guard let first = names.first else { return nil }
        return names.count == 1
            ? "type(\(value)) == \(first)" : "type(\(value)) in [\(names.joined(separator: ", "))]"
    }

    /// For the text between the parentheses of `isinstance`; a sentence about types where there is no counterpart.
    static func note(_ arguments: String) -> String {
        guard let parts = ForeignCall.parts(arguments), parts.count == 2 else {
            return "type(...) gives the name of a type: \"int\", \"float\", \"str\", \"list\", \"dict\", \"tensor\""
        }
        let types = parts[1].hasPrefix("[") ? ForeignCall.parts(String(parts[1].dropFirst().dropLast())) : [parts[1]]
        if let written = types.flatMap({ written(parts[0], $0) }) { return "write \(written)" }
        return
            "type(\(parts[0])) gives the name of its type: \"int\", \"float\", \"str\", \"list\", \"dict\", \"tensor\""
    }
}

import CNNCore

extension LayerArgument {
    /// A value of the language as a layer's definition takes it.
    /// - Throws: E0202 for what no layer takes.
    init(_ value: Value) throws { try self.init(value, depth: 0) }

    private init(_ value: Value, depth: Int) throws {
        switch value {
        case .none: self = .none
        case .bool(let flag): self = .bool(flag)
        case .int(let number): self = .int(number)
        case .float(let number): self = .float(number)
        case .float32(let number): self = .float(Double(number))
        case .string(let object): self = .text(object.text)
        // No layer takes deeper lists than [[top, bottom], [left, right]].
        case .list(let list) where depth < 4 && list.elements.count <= 64:
            self = .list(try list.elements.map { try LayerArgument($0, depth: depth + 1) })
        case .range(let range) where range.count <= 64: self = .list((0..<range.count).map { .int(range.element($0)) })
        case .tensor(let object) where object.rank == 1 && object.size0 <= 64:
            let tensor = object.tensor
            self = .list((0..<tensor.count).map { LayerArgument(tensor, $0) })
        case .tensor(let object) where object.rank == 0: self = LayerArgument(object.tensor, 0)
        default:
            var notes: [String] = []
            if case .builtin(let object) = value, LayerDefinition.named(object.builtin.name) != nil {
                notes = ["\(object.builtin.name) is a layer of its own: write ; before it, or a new line"]
            }
            throw CNNError(
                .typeMismatch, "a layer takes numbers, words and lists of them, not \(value.describedType)",
                notes: notes)
        }
    }

    private init(_ tensor: Tensor, _ index: Int) {
        switch tensor.dtype {
        case .float32, .float64: self = .float(tensor.element(index))
        case .int64, .uint8: self = .int(tensor.integerElement(index))
        case .bool: self = .bool(tensor.integerElement(index) != 0)
        }
    }

    /// As it is written between the parentheses of a layer value.
    var text: String {
        switch self {
        case .none: return "None"
        case .bool(let flag): return flag ? "True" : "False"
        case .int(let number): return String(number)
        case .float(let number): return NumberFormatter.shortest(number)
        case .text(let word): return ValueDisplay.quoted(word)
        case .list(let parts):
            let sizes = parts.compactMap { part -> Int? in
                if case .int(let size) = part { return size }
                return nil
            }
            let isSize = sizes.count == parts.count && (2...3).contains(parts.count) && sizes.allSatisfy { $0 >= 0 }
            if isSize { return Shape.text(sizes) }
            return "[\(parts.map(\.text).joined(separator: ", "))]"
        }
    }
}

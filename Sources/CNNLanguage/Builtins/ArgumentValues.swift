import CNNCore

/// What a value is as an argument: a whole number, whole numbers, a tensor, a dtype.
extension Value {
    /// With its article, for messages: "an int", "a str", "None".
    public var describedType: String {
        switch self {
        case .none: "None"
        case .tensor(let object) where object.rank > 0: object.tensor.shape.asTensor
        case .native(let module as ModuleObject): "the module \(module.name)"
        default: typeName.withArticle
        }
    }

    /// An int, or a tensor of rank 0 that holds one. Bools are none.
    var wholeNumber: Int? {
        switch self {
        case .int(let number): number
        case .tensor(let object) where object.rank == 0 && (object.dtype == .int64 || object.dtype == .uint8):
            object.tensor.integerElement(0)
        default: nil
        }
    }

    /// The text of a size that was put into quotes: `"3x2"`.
    var sizesInQuotes: String? {
        guard case .string(let object) = self, object.text.allSatisfy({ $0.isNumber || $0 == "x" }),
            NumberLiteral.sizes(in: object.text) != nil
        else { return nil }
        return object.text
    }

    /// nil where this is neither an int nor a list, range or 1-d tensor of ints.
    func wholeNumbers() throws(CNNError) -> [Int]? {
        if let number = wholeNumber { return [number] }
        switch self {
        case .list(let list):
            var numbers: [Int] = []
            for (place, element) in list.elements.enumerated() {
                try WorkMeter.checkInterrupt(at: place)
                guard let number = element.wholeNumber else { return nil }
                numbers.append(number)
            }
            return numbers
        case .range(let range):
            try WorkMeter.shared.charge(range.count)
            return try LongElements.make(range.count) { range.element($0) }
        case .tensor(let object) where object.rank == 1 && !object.dtype.isFloating && object.dtype != .bool:
            return object.tensor.integers()
        default: return nil
        }
    }

    /// A tensor as it is, a number or bool as rank 0; nil for what is neither.
    func asTensor() throws(CNNError) -> Tensor? {
        switch self {
        case .tensor(let object): object.tensor
        case .int(let number): try Tensor(integers: [number], .scalar)
        case .float(let number): try Tensor.scalar(number, .float64)
        case .float32(let number): try Tensor.scalar(Double(number), .float32)
        case .bool(let flag): try Tensor.scalar(flag ? 1 : 0, .bool)
        default: nil
        }
    }

    var asDType: DType? {
        switch self {
        case .native(let object): return (object as? DTypeObject)?.dtype
        case .string(let object): return DType(rawValue: object.text)
        case .builtin(let object) where object.receiver == nil:
            // As in NumPy, the language's own types stand for the widest of theirs.
            return ["bool": DType.bool, "int": .int64, "float": .float64][object.builtin.name]
        default: return nil
        }
    }

    /// How many elements a `for` over it would give, where that is known.
    var elementCount: Int? {
        switch self {
        case .list(let list): list.elements.count
        case .dictionary(let dictionary): dictionary.count
        case .range(let range): range.count
        case .string(let object): object.count
        case .tensor(let object) where object.rank > 0: object.size0
        case .native(let object): object.length
        default: nil
        }
    }
}

import CNNCore

/// A tensor from nested lists, as `tensor([[1, 2], [3, 4]])` gives them.
struct TensorLiteral {
    private var integers: [Int] = []
    private var doubles: [Double] = []
    private var areAllInts = true
    private var areAllBools = true

    /// - Parameter dtype: nil for bool where every element is one, else float32; a tensor alone keeps its own.
    static func make(_ value: Value, _ dtype: DType?) throws -> Tensor {
        if let tensor = try value.asTensor(), tensor.rank > 0 || tensor.trace != nil {
            return try dtype.map { wanted in try tensor.dtype == wanted ? tensor : tensor.converted(to: wanted) }
                ?? tensor
        }
        if try holdsTensors(value, depth: 0) { return try stacked(value, dtype, depth: 0) }
        var literal = TensorLiteral()
        let dimensions = try literal.shape(of: value, path: [])
        try literal.collect(value, dimensions[...], path: [])
        return try literal.tensor(try Shape(dimensions), dtype)
    }

    /// For `tensor([1, 2], [3, 4])`, whose rows want brackets around them: how it is written, if that is a tensor.
    static func rowNotes(_ rows: [Value]) -> [String] {
        (try? make(.array(rows), nil)) == nil ? [] : ["write tensor([...])"]
    }

    private func tensor(_ shape: Shape, _ dtype: DType?) throws -> Tensor {
        let isEmpty = integers.isEmpty && doubles.isEmpty
        let dtype = dtype ?? (areAllBools && !isEmpty ? .bool : .float32)
        if areAllInts, dtype == .int64 { return try Tensor(integers: integers, shape, isStoppable: true) }
        let values = areAllInts ? try TensorLiteral.doubles(integers) : doubles
        return try Tensor(doubles: values, shape, dtype, isStoppable: true)
    }

    // MARK: - Numbers

    /// The sizes, by the first element of each axis.
    private func shape(of value: Value, path: [Int]) throws -> [Int] {
        guard path.count <= Shape.maximumRank else {
            throw CNNError(.rankMismatch, "a tensor has at most \(Shape.maximumRank) axes")
        }
        switch value {
        case .list(let list):
            guard let first = list.elements.first else { return [0] }
            return [list.elements.count] + (try shape(of: first, path: path + [0]))
        case .range(let range):
            try WorkMeter.shared.charge(range.count)
            guard range.count <= 1 << 28 else {
                throw CNNError(.tooLarge, "a range of \(range.count) numbers is too long for a tensor")
            }
            // Its numbers as ints, and as floats.
            try ValueMemory.require(range.count, each: 16, for: "list")
            return [range.count]
        default: return []
        }
    }

    private mutating func collect(_ value: Value, _ dimensions: ArraySlice<Int>, path: [Int]) throws {
        guard let size = dimensions.first else { return try add(value, path) }
        switch value {
        case .range(let range) where dimensions.count == 1 && range.count == size:
            for index in 0..<range.count {
                try WorkMeter.checkInterrupt(at: index)
                try add(.int(range.element(index)), path)
            }
        case .list(let list) where list.elements.count == size:
            // Looked at, and appended.
            try WorkMeter.shared.charge(size, each: 80)
            // To move millions of numbers takes long, and no interrupt is seen meanwhile.
            if dimensions.count == 1, size > 4096 { integers.reserveCapacity(integers.count + size) }
            for (index, element) in list.elements.enumerated() {
                try WorkMeter.checkInterrupt(at: index)
                try collect(element, dimensions.dropFirst(), path: path + [index])
            }
        case .list(let list): throw ragged(path, list.elements.count.counting("element"), "\(size)")
        case .range(let range): throw ragged(path, range.count.counting("element"), "\(size)")
        default: throw ragged(path, value.describedType, "a list of \(size)")
        }
    }

    private mutating func add(_ value: Value, _ path: [Int]) throws {
        switch value {
        case .int(let number): appendInt(number, isBool: false)
        case .bool(let flag): appendInt(flag ? 1 : 0, isBool: true)
        case .float(let number): try appendDouble(number)
        case .float32(let number): try appendDouble(Double(number))
        case .list, .range: throw ragged(path, "a list", "a number")
        default:
            throw CNNError(
                .typeMismatch, "a tensor holds numbers, not \(value.describedType)",
                notes: path.isEmpty ? [] : ["it stands at \(path)"])
        }
    }

    private mutating func appendInt(_ number: Int, isBool: Bool) {
        if !isBool { areAllBools = false }
        if areAllInts { integers.append(number) } else { doubles.append(Double(number)) }
    }

    private mutating func appendDouble(_ number: Double) throws {
        if areAllInts {
            doubles = try TensorLiteral.doubles(integers)
            integers = []
            areAllInts = false
        }
        areAllBools = false
        doubles.append(number)
    }

    private static func doubles(_ integers: [Int]) throws -> [Double] {
        var result: [Double] = []
        result.reserveCapacity(integers.capacity)
        for (index, number) in integers.enumerated() {
            try WorkMeter.checkInterrupt(at: index)
            result.append(Double(number))
        }
        return result
    }

    private func ragged(_ path: [Int], _ found: String, _ expected: String) -> CNNError {
        let place = path.map { "[\($0)]" }.joined()
        return CNNError(
            .shapeMismatch, "the lists are not of equal length: element \(place) has \(found), not \(expected)",
            notes: ["every row of a tensor has the same length"])
    }

    // MARK: - Tensors inside

    /// Decided by the first elements, as the shape is.
    private static func holdsTensors(_ value: Value, depth: Int) throws -> Bool {
        guard depth <= Shape.maximumRank, case .list(let list) = value else { return value.isTensor }
        for (index, element) in list.elements.enumerated() {
            try WorkMeter.checkInterrupt(at: index)
            if element.isTensor { return true }
        }
        return try list.elements.first.map { try holdsTensors($0, depth: depth + 1) } ?? false
    }

    private static func stacked(_ value: Value, _ dtype: DType?, depth: Int) throws -> Tensor {
        guard depth <= Shape.maximumRank else {
            throw CNNError(.rankMismatch, "a tensor has at most \(Shape.maximumRank) axes")
        }
        guard case .list(let list) = value, !list.elements.isEmpty else { return try make(value, dtype) }
        let parts = try list.elements.map { try stacked($0, dtype, depth: depth + 1) }
        return try Stack(axis: 0).apply(parts)
    }
}

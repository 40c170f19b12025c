import CNNKernels

extension Tensor {
    /// A tensor of one value.
    /// - Throws: E0409 where the value does not fit the dtype (a fraction or nan for a whole number), E0601.
    public static func full(_ shape: Shape, _ value: Double, _ dtype: DType) throws(CNNError) -> Tensor {
        let element = try Element(value, dtype)
        var result = try Tensor(uninitialized: shape, dtype)
        let target = try result.mutableBytes()
        element.fill(target, shape.count)
        try WorkMeter.checkInterrupt()
        return result
    }

    /// The same with all digits of an int.
    /// - Throws: E0409 where the value does not fit the dtype, E0601.
    public static func full(_ shape: Shape, integer value: Int, _ dtype: DType) throws(CNNError) -> Tensor {
        let element = try Element(value, dtype)
        var result = try Tensor(uninitialized: shape, dtype)
        element.fill(try result.mutableBytes(), shape.count)
        try WorkMeter.checkInterrupt()
        return result
    }

    /// A tensor of rank 0.
    /// - Throws: E0409 where the value does not fit the dtype.
    public static func scalar(_ value: Double, _ dtype: DType) throws(CNNError) -> Tensor {
        try full(.scalar, value, dtype)
    }

    /// int64. There must be as many integers as the shape has elements: E0302.
    /// - Parameter isStoppable: whether an interrupt ends it: E0605.
    public init(integers: [Int], _ shape: Shape, isStoppable: Bool = false) throws(CNNError) {
        try Tensor.checkCount(integers.count, shape)
        var result = try Tensor(uninitialized: shape, .int64)
        let target = try result.mutablePointer(Int.self)
        for index in 0..<integers.count {
            if isStoppable { try WorkMeter.checkInterrupt(at: index) }
            target[index] = integers[index]
        }
        self = result
    }

    /// - Parameter isStoppable: whether an interrupt ends it: E0605.
    /// - Throws: E0302 where the count differs from the shape's, E0409 for a value that does not fit the dtype.
    public init(
        doubles: [Double], _ shape: Shape, _ dtype: DType, isStoppable: Bool = false
    ) throws(CNNError) {
        try Tensor.checkCount(doubles.count, shape)
        var result = try Tensor(uninitialized: shape, dtype)
        let target = try result.mutableBytes()
        switch dtype {
        case .float64:
            let values = target.assumingMemoryBound(to: Double.self)
            for index in 0..<doubles.count {
                if isStoppable { try WorkMeter.checkInterrupt(at: index) }
                values[index] = doubles[index]
            }
        case .float32:
            let values = target.assumingMemoryBound(to: Float.self)
            for index in 0..<doubles.count {
                if isStoppable { try WorkMeter.checkInterrupt(at: index) }
                values[index] = Float(doubles[index])
            }
        case .int64, .uint8, .bool:
            for index in 0..<doubles.count {
                try Element(doubles[index], dtype).fill(target + index * dtype.size, 1)
            }
        }
        self = result
    }

    private static func checkCount(_ count: Int, _ shape: Shape) throws(CNNError) {
        guard count == shape.count else {
            throw CNNError(
                .shapeMismatch,
                "\(count.counting("number does", "numbers do")) not fill \(shape.asTensor): "
                    + "it has \(shape.count.counting("element"))")
        }
    }
}

/// One value in the form that a dtype has.
enum Element {
    case float32(Float)
    case float64(Double)
    case int64(Int64)
    /// uint8 and bool.
    case byte(UInt8)

    /// - Throws: E0409 where the value does not fit: nothing is rounded to a whole number silently.
    init(_ value: Double, _ dtype: DType) throws(CNNError) {
        switch dtype {
        case .float32: self = .float32(Float(value))
        case .float64: self = .float64(value)
        case .int64:
            guard let whole = Int64(exactly: value) else { throw Element.misfit(value, dtype) }
            self = .int64(whole)
        case .uint8:
            guard let byte = UInt8(exactly: value) else { throw Element.misfit(value, dtype) }
            self = .byte(byte)
        // Anything but 0 is True, nan as well.
        case .bool: self = .byte(value == 0 ? 0 : 1)
        }
    }

    /// - Throws: E0409 where the value does not fit.
    init(_ value: Int, _ dtype: DType) throws(CNNError) {
        switch dtype {
        case .float32: self = .float32(Float(value))
        case .float64: self = .float64(Double(value))
        case .int64: self = .int64(Int64(value))
        case .uint8:
            guard let byte = UInt8(exactly: value) else { throw Element.misfit(Double(value), dtype) }
            self = .byte(byte)
        case .bool: self = .byte(value == 0 ? 0 : 1)
        }
    }

    static func misfit(_ value: Double, _ dtype: DType) -> CNNError {
        let whole = Int(exactly: value).map(String.init) ?? NumberFormatter.shortest(value)
        var notes: [String] = []
        switch dtype {
        case .uint8: notes.append("a uint8 is a whole number from 0 to 255")
        case .int64 where value.isFinite && value.rounded(.down) != value:
            notes.append("round, floor or ceil it first")
        case .int64, .float32, .float64, .bool: break
        }
        return CNNError(.invalidConversion, "\(whole) does not fit into \(dtype.rawValue)", notes: notes)
    }

    func fill(_ target: UnsafeMutableRawPointer, _ count: Int) {
        switch self {
        case .float32(let value): cnn_fill_f32(Int64(count), value, target.assumingMemoryBound(to: Float.self))
        case .float64(let value): cnn_fill_f64(Int64(count), value, target.assumingMemoryBound(to: Double.self))
        case .int64(let value): cnn_fill_i64(Int64(count), value, target.assumingMemoryBound(to: Int64.self))
        case .byte(let value): cnn_fill_u8(Int64(count), value, target.assumingMemoryBound(to: UInt8.self))
        }
    }
}

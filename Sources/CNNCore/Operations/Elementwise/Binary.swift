import CNNKernels

/// Arithmetic of two tensors, element by element.
public struct Binary: Operation {
    public enum Kind: String, CaseIterable, Sendable {
        case add, subtract, multiply, divide, power, modulo, floorDivide, maximum, minimum
    }

    public let kind: Kind

    public init(_ kind: Kind) { self.kind = kind }

    public var name: String { symbol ?? kind.rawValue }

    /// How the language writes it; nil for what is called by name.
    private var symbol: String? {
        switch kind {
        case .add: "+"
        case .subtract: "-"
        case .multiply: "*"
        case .divide: "/"
        case .power: "**"
        case .modulo: "%"
        case .floorDivide: "//"
        case .maximum, .minimum: nil
        }
    }

    /// `7 + 5` or `maximum(7, 5)`.
    func text(_ a: String, _ b: String) -> String { symbol.map { "\(a) \($0) \(b)" } ?? "\(kind.rawValue)(\(a), \(b))" }

    /// The broadcast shape; the dtype in which the operands meet.
    /// - Throws: E0303, E0207.
    public func outputSpec(_ inputs: [TensorSpec]) throws(CNNError) -> TensorSpec {
        try outputSpec(inputs[0], inputs[1])
    }

    private func outputSpec(_ a: TensorSpec, _ b: TensorSpec) throws(CNNError) -> TensorSpec {
        let shape = try Broadcasting.shape(a.shape, b.shape, text("x", "y"))
        return TensorSpec(shape, outputDType(try Promotion.common(a, b, text("x", "y"))))
    }

    /// `/` gives floats. Sum and product of bools are `or` and `and`, as in NumPy, so that masks combine; in all else
    /// bools count as int64.
    private func outputDType(_ common: DType) -> DType {
        switch kind {
        case .divide: common.isFloating ? common : .float32
        case .add, .multiply, .maximum, .minimum: common
        case .subtract, .power, .modulo, .floorDivide: common == .bool ? .int64 : common
        }
    }

    /// As `apply`, without lists of inputs where nothing is recorded.
    public func callAsFunction(_ a: Tensor, _ b: Tensor) throws(CNNError) -> Tensor {
        guard a.trace == nil, b.trace == nil, !ShapeRun.isOn else { return try apply([a, b]) }
        let output = try outputSpec(a.spec, b.spec)
        try WorkMeter.shared.charge(output.shape.count)
        return try compute(a, b, output)
    }

    public func forward(_ inputs: [Tensor], output: TensorSpec, saved: inout [Tensor]) throws(CNNError) -> Tensor {
        try compute(inputs[0], inputs[1], output)
    }

    private func compute(_ first: Tensor, _ second: Tensor, _ output: TensorSpec) throws(CNNError) -> Tensor {
        let a = try Cast.converted(first, to: output.dtype)
        let b = try Cast.converted(second, to: output.dtype)
        var result = try Tensor(uninitialized: output.shape, output.dtype)
        let target = try result.mutableBytes()
        let layout = PairLayout(a.shape, b.shape, to: output.shape)
        let fault = ElementwiseKernels.binary(kernel(output.dtype), output.dtype, layout, a.bytes, b.bytes, target)
        try WorkMeter.checkInterrupt()
        if fault != 0 { throw IntegerFault(self, a, b, output).error() }
        return result
    }

    private func kernel(_ dtype: DType) -> cnn_binary {
        switch kind {
        case .add: dtype == .bool ? CNN_MAXIMUM : CNN_ADD
        case .subtract: CNN_SUB
        case .multiply: dtype == .bool ? CNN_MINIMUM : CNN_MUL
        case .divide: CNN_DIV
        case .power: CNN_POW
        case .modulo: CNN_MOD
        case .floorDivide: CNN_FLOOR_DIV
        case .maximum: CNN_MAXIMUM
        case .minimum: CNN_MINIMUM
        }
    }

    // MARK: - Numbers

    /// A tensor and a number. A scalar never changes a tensor's dtype; a float with an int64 tensor gives float32.
    /// - Throws: E0409 for an int that does not fit a uint8 tensor; E0401, E0402.
    public func apply(
        _ x: Tensor, scalar: Double, scalarIsInteger: Bool, scalarOnLeft: Bool
    ) throws(CNNError) -> Tensor {
        if scalarIsInteger, !x.dtype.isFloating, let whole = Int(exactly: scalar) {
            return try apply(x, scalar: whole, scalarOnLeft: scalarOnLeft)
        }
        return try apply(x, try Element(scalar, x.dtype == .float64 ? .float64 : .float32), scalarOnLeft)
    }

    /// A tensor and an int, of which no digit is lost.
    /// - Throws: E0409 for an int that does not fit a uint8 tensor; E0401, E0402.
    public func apply(_ x: Tensor, scalar: Int, scalarOnLeft: Bool) throws(CNNError) -> Tensor {
        switch x.dtype {
        case .float32, .float64: return try apply(x, try Element(scalar, x.dtype), scalarOnLeft)
        case .int64, .bool: return try apply(x, .int64(Int64(scalar)), scalarOnLeft)
        case .uint8:
            if kind == .divide { return try apply(x, .int64(Int64(scalar)), scalarOnLeft) }
            guard let byte = UInt8(exactly: scalar) else {
                let text = scalarOnLeft ? text("\(scalar)", "x") : text("x", "\(scalar)")
                throw CNNError(
                    .invalidConversion, "\(text): x is uint8, and \(scalar) does not fit into 0 to 255",
                    notes: ["write x.to(int64)"])
            }
            return try apply(x, .byte(byte), scalarOnLeft)
        }
    }

    private func apply(_ x: Tensor, _ scalar: Element, _ scalarOnLeft: Bool) throws(CNNError) -> Tensor {
        let common = try Promotion.common(x.spec, TensorSpec(.scalar, scalar.dtype), text("x", "y"))
        let dtype = outputDType(common)
        guard x.trace == nil, x.rank > 0, x.dtype == dtype, scalar.dtype == dtype, !ShapeRun.isOn else {
            let number = try Tensor(scalar)
            return try apply(scalarOnLeft ? [number, x] : [x, number])
        }
        // No tensor is made of the number.
        try WorkMeter.shared.charge(x.count)
        var result = try Tensor(uninitialized: x.shape, dtype)
        let target = try result.mutableBytes()
        let layout = PairLayout(count: x.count, scalarOnLeft: scalarOnLeft)
        let fault = scalar.withBytes { number in
            ElementwiseKernels.binary(
                kernel(dtype), dtype, layout, scalarOnLeft ? number : x.bytes, scalarOnLeft ? x.bytes : number, target)
        }
        try WorkMeter.checkInterrupt()
        if fault != 0 {
            let number = try Tensor(scalar)
            throw IntegerFault(self, scalarOnLeft ? number : x, scalarOnLeft ? x : number, result.spec).error()
        }
        return result
    }
}

extension Element {
    var dtype: DType {
        switch self {
        case .float32: .float32
        case .float64: .float64
        case .int64: .int64
        case .byte: .uint8
        }
    }

    func withBytes<Result>(_ body: (UnsafeRawPointer) -> Result) -> Result {
        switch self {
        case .float32(let value): withUnsafeBytes(of: value) { body($0.baseAddress.unsafelyUnwrapped) }
        case .float64(let value): withUnsafeBytes(of: value) { body($0.baseAddress.unsafelyUnwrapped) }
        case .int64(let value): withUnsafeBytes(of: value) { body($0.baseAddress.unsafelyUnwrapped) }
        case .byte(let value): withUnsafeBytes(of: value) { body($0.baseAddress.unsafelyUnwrapped) }
        }
    }
}

extension Tensor {
    /// Rank 0.
    init(_ element: Element) throws(CNNError) {
        var result = try Tensor(uninitialized: .scalar, element.dtype)
        element.fill(try result.mutableBytes(), 1)
        self = result
    }
}

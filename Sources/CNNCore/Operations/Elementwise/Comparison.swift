import CNNKernels

/// Comparisons of two tensors, element by element: a bool tensor.
public struct Comparison: Operation {
    public enum Kind: String, CaseIterable, Sendable {
        case equal, notEqual, less, lessOrEqual, greater, greaterOrEqual
    }

    public let kind: Kind

    public init(_ kind: Kind) { self.kind = kind }

    public var name: String {
        switch kind {
        case .equal: "=="
        case .notEqual: "!="
        case .less: "<"
        case .lessOrEqual: "<="
        case .greater: ">"
        case .greaterOrEqual: ">="
        }
    }

    public var isDifferentiable: Bool { false }

    /// The broadcast shape.
    /// - Throws: E0303, E0207.
    public func outputSpec(_ inputs: [TensorSpec]) throws(CNNError) -> TensorSpec {
        try outputSpec(inputs[0], inputs[1])
    }

    private func outputSpec(_ a: TensorSpec, _ b: TensorSpec) throws(CNNError) -> TensorSpec {
        _ = try Promotion.common(a, b, "x \(name) y")
        return TensorSpec(try Broadcasting.shape(a.shape, b.shape, "x \(name) y"), .bool)
    }

    /// As `apply`, without lists of inputs: a comparison is never recorded.
    public func callAsFunction(_ a: Tensor, _ b: Tensor) throws(CNNError) -> Tensor {
        if ShapeRun.isOn { return try apply([a, b]) }
        let output = try outputSpec(a.spec, b.spec)
        try WorkMeter.shared.charge(output.shape.count)
        return try compute(a, b, output)
    }

    public func forward(_ inputs: [Tensor], output: TensorSpec, saved: inout [Tensor]) throws(CNNError) -> Tensor {
        try compute(inputs[0], inputs[1], output)
    }

    private func compute(_ first: Tensor, _ second: Tensor, _ output: TensorSpec) throws(CNNError) -> Tensor {
        let dtype = try operandDType(first, second)
        let a = try Cast.converted(first, to: dtype)
        let b = try Cast.converted(second, to: dtype)
        return try ElementwiseKernels.compare(kernel, a, b, output.shape)
    }

    /// Whole numbers meet in int64, so that a number of rank 0 need not fit a uint8.
    private func operandDType(_ a: Tensor, _ b: Tensor) throws(CNNError) -> DType {
        let common = try Promotion.common(a.spec, b.spec, "x \(name) y")
        return common.isFloating || a.dtype == b.dtype ? common : .int64
    }

    private var kernel: cnn_compare {
        switch kind {
        case .equal: CNN_EQ
        case .notEqual: CNN_NE
        case .less: CNN_LT
        case .lessOrEqual: CNN_LE
        case .greater: CNN_GT
        case .greaterOrEqual: CNN_GE
        }
    }

    // MARK: - Numbers

    /// A tensor and a number. A float tensor is compared in its own precision, as in NumPy; whole numbers are compared
    /// by value with any number.
    public func apply(_ x: Tensor, scalar: Double, scalarOnLeft: Bool) throws(CNNError) -> Tensor {
        if x.dtype.isFloating { return try turned(scalarOnLeft).compare(x, try Element(scalar, x.dtype)) }
        return try turned(scalarOnLeft).wholeNumbers(x, scalar)
    }

    /// A tensor and an int, of which no digit is lost.
    public func apply(_ x: Tensor, scalar: Int, scalarOnLeft: Bool) throws(CNNError) -> Tensor {
        if x.dtype.isFloating { return try turned(scalarOnLeft).compare(x, try Element(scalar, x.dtype)) }
        return try turned(scalarOnLeft).wholeNumbers(x, scalar)
    }

    /// With the tensor on the left: 3 < x is x > 3.
    private func turned(_ isTurned: Bool) -> Comparison {
        guard isTurned else { return self }
        switch kind {
        case .equal, .notEqual: return self
        case .less: return Comparison(.greater)
        case .lessOrEqual: return Comparison(.greaterOrEqual)
        case .greater: return Comparison(.less)
        case .greaterOrEqual: return Comparison(.lessOrEqual)
        }
    }

    private func compare(_ x: Tensor, _ scalar: Element) throws(CNNError) -> Tensor {
        if ShapeRun.isOn { return try apply([x, try Tensor(scalar)]) }
        try WorkMeter.shared.charge(x.count)
        var result = try Tensor(uninitialized: x.shape, .bool)
        let target = try result.mutablePointer(UInt8.self)
        let layout = PairLayout(count: x.count, scalarOnLeft: false)
        scalar.withBytes { ElementwiseKernels.compare(kernel, x.dtype, layout, x.bytes, $0, target) }
        try WorkMeter.checkInterrupt()
        return result
    }

    private func wholeNumbers(_ x: Tensor, _ scalar: Int) throws(CNNError) -> Tensor {
        if x.dtype != .int64, let byte = UInt8(exactly: scalar) { return try compare(x, .byte(byte)) }
        return try compare(try Cast.converted(x.detached, to: .int64), .int64(Int64(scalar)))
    }

    private func wholeNumbers(_ x: Tensor, _ scalar: Double) throws(CNNError) -> Tensor {
        if let whole = Int(exactly: scalar) { return try wholeNumbers(x, whole) }
        // Between two whole numbers: x < 2.5 is x <= 2. Beyond all of them the answer is the same for every x.
        switch kind {
        case .equal: return try constant(x, false)
        case .notEqual: return try constant(x, true)
        case .less, .lessOrEqual:
            if let whole = Int(exactly: scalar.rounded(.down)) {
                return try Comparison(.lessOrEqual).wholeNumbers(x, whole)
            }
            return try constant(x, scalar > 0)
        case .greater, .greaterOrEqual:
            if let whole = Int(exactly: scalar.rounded(.up)) {
                return try Comparison(.greaterOrEqual).wholeNumbers(x, whole)
            }
            return try constant(x, scalar < 0)
        }
    }

    private func constant(_ x: Tensor, _ value: Bool) throws(CNNError) -> Tensor {
        try WorkMeter.shared.charge(x.count)
        return try Tensor.full(x.shape, value ? 1 : 0, .bool)
    }
}

/// True for False and False for True.
public struct LogicalNot: Operation {
    public init() {}

    public var name: String { "not" }

    public var isDifferentiable: Bool { false }

    /// - Throws: E0207 unless x is bool.
    public func outputSpec(_ inputs: [TensorSpec]) throws(CNNError) -> TensorSpec {
        guard inputs[0].dtype == .bool else {
            throw CNNError(
                .dtypeMismatch, "not: x is \(inputs[0].dtype.rawValue), not bool", notes: ["compare, as x == 0"])
        }
        return inputs[0]
    }

    public func forward(_ inputs: [Tensor], output: TensorSpec, saved: inout [Tensor]) throws(CNNError) -> Tensor {
        try Comparison(.equal).apply(inputs[0], scalar: 0 as Int, scalarOnLeft: false)
    }
}

import CNNKernels

/// Many elements to one, over all axes or some.
public struct Reduction: Operation {
    public enum Kind: String, CaseIterable, Sendable {
        case sum, mean, variance, standardDeviation, product, minimum, maximum, norm, any, all
    }

    public let kind: Kind
    public let axes: [Int]?
    public let keep: Bool
    public let ddof: Int

    /// - Parameters:
    ///   - axes: nil for all of them, which gives rank 0. Negative ones count from the end.
    ///   - keep: the reduced axes stay, with size 1.
    ///   - ddof: variance and deviation are divided by n - ddof.
    public init(_ kind: Kind, axes: [Int]? = nil, keep: Bool = false, ddof: Int = 0) {
        self.kind = kind
        self.axes = axes
        self.keep = keep
        self.ddof = ddof
    }

    public var name: String {
        switch kind {
        case .variance: "var"
        case .standardDeviation: "std"
        case .product: "prod"
        case .minimum: "min"
        case .maximum: "max"
        default: kind.rawValue
        }
    }

    public var isDifferentiable: Bool { kind != .any && kind != .all }

    /// Sums and products of whole numbers are int64; means, deviations and norms of them float32.
    /// - Throws: E0306 for an axis that is not there; E0404 where there are too few elements to reduce.
    public func outputSpec(_ inputs: [TensorSpec]) throws(CNNError) -> TensorSpec {
        try outputSpec(inputs[0], try geometry(inputs[0].shape))
    }

    private func outputSpec(_ x: TensorSpec, _ geometry: ReductionGeometry) throws(CNNError) -> TensorSpec {
        let shape = keep ? geometry.kept : geometry.reduced
        if shape.count > 0 { try checkLength(geometry.length, x.shape) }
        return TensorSpec(shape, outputDType(x.dtype))
    }

    /// As `apply`, without lists of inputs where nothing is recorded.
    public func callAsFunction(_ x: Tensor) throws(CNNError) -> Tensor {
        guard x.trace == nil, !ShapeRun.isOn else { return try apply([x]) }
        let geometry = try geometry(x.shape)
        let output = try outputSpec(x.spec, geometry)
        try WorkMeter.shared.charge(x.count)
        return try compute(x, geometry, output)
    }

    private func outputDType(_ dtype: DType) -> DType {
        switch kind {
        case .any, .all: .bool
        case .minimum, .maximum: dtype
        case .sum, .product: dtype.isFloating ? dtype : .int64
        case .mean, .variance, .standardDeviation, .norm: dtype.isFloating ? dtype : .float32
        }
    }

    private func checkLength(_ length: Int, _ shape: Shape) throws(CNNError) {
        switch kind {
        case .minimum, .maximum, .mean:
            guard length > 0 else {
                throw CNNError(.invalidValue, "\(name): \(shape.asTensor) has no elements to take the \(name) of")
            }
        case .variance, .standardDeviation:
            guard ddof >= 0 else {
                throw CNNError(.invalidValue, "\(name): ddof cannot be negative: \(ddof)", notes: ["write ddof=0"])
            }
            guard length > ddof else {
                throw CNNError(
                    .invalidValue,
                    "\(name): \(length) element\(length == 1 ? "" : "s") with ddof=\(ddof) "
                        + "would be divided by \(length - ddof)",
                    label: "n - ddof = \(length) - \(ddof)")
            }
        default: break
        }
    }

    func geometry(_ shape: Shape) throws(CNNError) -> ReductionGeometry {
        guard let axes else { return ReductionGeometry(all: shape) }
        return ReductionGeometry(shape, axes: try Axes.normalized(axes, shape, name))
    }

    public func work(_ inputs: [TensorSpec], output: TensorSpec) -> Int { inputs[0].shape.count }

    public func forward(_ inputs: [Tensor], output: TensorSpec, saved: inout [Tensor]) throws(CNNError) -> Tensor {
        try compute(inputs[0], try geometry(inputs[0].shape), output)
    }

    private func compute(
        _ x: Tensor, _ geometry: ReductionGeometry, _ output: TensorSpec
    ) throws(CNNError) -> Tensor {
        Tensor(sharing: try reduce(x, geometry, output.dtype), shape: output.shape)
    }

    /// With ones for the reduced axes.
    private func reduce(_ x: Tensor, _ geometry: ReductionGeometry, _ dtype: DType) throws(CNNError) -> Tensor {
        switch kind {
        case .sum: return try ReductionKernels.reduce(.sum, geometry, x)
        case .product: return try ReductionKernels.reduce(.product, geometry, x)
        case .minimum: return try ReductionKernels.reduce(.minimum, geometry, x)
        case .maximum: return try ReductionKernels.reduce(.maximum, geometry, x)
        case .mean: return try mean(x, geometry, dtype)
        case .norm:
            let squares = try ReductionKernels.reduce(.sumOfSquares, geometry, try Cast.converted(x, to: dtype))
            return try ElementwiseKernels.unary(CNN_SQRT, squares)
        case .variance, .standardDeviation:
            let variance = try Cast.converted(try variance(x, geometry), to: dtype)
            return kind == .variance ? variance : try ElementwiseKernels.unary(CNN_SQRT, variance)
        case .any, .all:
            guard geometry.length > 0 else { return try Tensor.full(geometry.kept, kind == .all ? 1 : 0, .bool) }
            let truth = try Cast.converted(x, to: .bool)
            return try ReductionKernels.reduce(kind == .any ? .maximum : .minimum, geometry, truth)
        }
    }

    private func mean(_ x: Tensor, _ geometry: ReductionGeometry, _ dtype: DType) throws(CNNError) -> Tensor {
        var sum = try ReductionKernels.reduce(.sum, geometry, x)
        // A sum of ints is exact and may have more digits than a float32.
        if !sum.dtype.isFloating { sum = try Cast.converted(sum, to: .float64) }
        let count = try Tensor.scalar(Double(geometry.length), sum.dtype)
        return try Cast.converted(try ElementwiseKernels.binary(CNN_DIV, sum, count, sum.shape), to: dtype)
    }

    /// The mean squared deviation in float64, which makes the variance of equal float32 numbers 0.
    private func variance(_ x: Tensor, _ geometry: ReductionGeometry) throws(CNNError) -> Tensor {
        let wide = try Cast.converted(x, to: .float64)
        guard geometry.kept.count > 0 else { return try Tensor(uninitialized: geometry.kept, .float64) }
        let deviations = try ElementwiseKernels.binary(CNN_SUB, wide, try mean(wide, geometry, .float64), x.shape)
        let squares = try ReductionKernels.reduce(.sumOfSquares, geometry, deviations)
        let divisor = try Tensor.scalar(Double(geometry.length - ddof), .float64)
        return try ElementwiseKernels.binary(CNN_DIV, squares, divisor, squares.shape)
    }
}

import CNNKernels

/// A function of every element.
public struct Unary: Operation {
    public enum Kind: String, CaseIterable, Sendable {
        case negate, abs, exp, log, sqrt, sin, cos, tanh, sigmoid, relu, leakyRelu, elu, gelu, silu, softplus, round,
            floor,
            ceil, sign, square, reciprocal
    }

    public let kind: Kind
    private let alpha: Double

    /// - Parameter alpha: the slope of leakyRelu (0.01) or the alpha of elu (1); nil for the usual one.
    public init(_ kind: Kind, alpha: Double? = nil) {
        self.kind = kind
        self.alpha = alpha ?? (kind == .leakyRelu ? 0.01 : 1)
    }

    public var name: String { kind == .leakyRelu ? "leaky_relu" : kind.rawValue }

    /// The same shape. Ints stay ints where the function gives whole numbers (int64; uint8 but for negate), else they
    /// become float32; a bool counts as an int64.
    public func outputSpec(_ inputs: [TensorSpec]) throws(CNNError) -> TensorSpec {
        TensorSpec(inputs[0].shape, outputDType(inputs[0].dtype))
    }

    private func outputDType(_ dtype: DType) -> DType {
        guard !dtype.isFloating else { return dtype }
        switch kind {
        case .negate, .abs, .round, .floor, .ceil, .sign, .square, .relu: return dtype == .bool ? .int64 : dtype
        case .exp, .log, .sqrt, .sin, .cos, .tanh, .sigmoid, .leakyRelu, .elu, .gelu, .silu, .softplus, .reciprocal:
            return .float32
        }
    }

    public func callAsFunction(_ x: Tensor) throws(CNNError) -> Tensor {
        guard x.trace == nil, x.dtype.isFloating, !ShapeRun.isOn else { return try apply([x]) }
        try WorkMeter.shared.charge(x.count)
        return try ElementwiseKernels.unary(kernel, x, alpha: alpha)
    }

    /// Of one number, as of an element of a float64 tensor.
    public func callAsFunction(_ x: Double) -> Double {
        var y = 0.0
        withUnsafePointer(to: x) { cnn_unary_f64(kernel, 1, $0, alpha, &y) }
        return y
    }

    /// Of one number, as of an element of a float32 tensor.
    public func callAsFunction(_ x: Float) -> Float {
        var y: Float = 0
        withUnsafePointer(to: x) { cnn_unary_f32(kernel, 1, $0, Float(alpha), &y) }
        return y
    }

    public func forward(_ inputs: [Tensor], output: TensorSpec, saved: inout [Tensor]) throws(CNNError) -> Tensor {
        let x = try Cast.converted(inputs[0], to: output.dtype)
        return output.dtype.isFloating ? try ElementwiseKernels.unary(kernel, x, alpha: alpha) : try whole(x)
    }

    /// The functions that keep whole numbers whole.
    private func whole(_ x: Tensor) throws(CNNError) -> Tensor {
        let zero = try Tensor.scalar(0, x.dtype)
        switch kind {
        case .negate: return try Binary(.subtract)(zero, x)
        case .square: return try Binary(.multiply)(x, x)
        case .relu: return try Binary(.maximum)(x, zero)
        case .abs: return x.dtype == .uint8 ? x : try Binary(.maximum)(x, try negated(x, zero))
        case .sign:
            let one = try Tensor.scalar(1, x.dtype)
            let below = try Binary(.minimum)(x, one)
            return x.dtype == .uint8 ? below : try Binary(.maximum)(below, try Tensor.scalar(-1, x.dtype))
        default: return x
        }
    }

    /// For the absolute value, which is what an error then speaks of.
    private func negated(_ x: Tensor, _ zero: Tensor) throws(CNNError) -> Tensor {
        do { return try Binary(.subtract)(zero, x) } catch {
            var error = error
            error.message = error.message.replacing("0 - (", with: "abs(")
            throw error
        }
    }

    public func backwardNeeds(_ needsGradient: [Bool]) -> BackwardNeeds {
        switch kind {
        case .negate, .round, .floor, .ceil, .sign: .nothing
        // relu is positive where x is.
        case .exp, .sqrt, .tanh, .sigmoid, .relu, .reciprocal: .output
        default: .firstInput
        }
    }

    public var rewritesGradient: Bool {
        switch kind {
        case .round, .floor, .ceil, .sign, .sin, .cos: false
        default: true
        }
    }

    public func rewriteGradient(_ context: BackwardContext, _ gradient: inout Tensor) throws(CNNError) {
        guard context.inputs[0].dtype == gradient.dtype else {
            throw CNNError(.dtypeMismatch, "\(name): a gradient of another dtype")
        }
        let known = known(context, gradient)
        try ElementwiseKernels.rewriteUnaryGradient(kernel, known, known, &gradient, alpha: alpha)
    }

    /// The one tensor that the derivative is computed from, in the place of x and of y.
    private func known(_ context: BackwardContext, _ gradient: Tensor) -> Tensor {
        switch backwardNeeds([true]) {
        case .firstInput: context.inputs[0]
        case .output: context.output
        default: gradient
        }
    }

    public func backward(_ context: BackwardContext) throws(CNNError) -> [Tensor?] {
        switch kind {
        // Their derivative is zero where there is one.
        case .round, .floor, .ceil, .sign: return [nil]
        default: break
        }
        let known = known(context, context.outputGradient)
        return [try ElementwiseKernels.unaryGradient(kernel, known, known, context.outputGradient, alpha: alpha)]
    }

    private var kernel: cnn_unary {
        switch kind {
        case .negate: CNN_NEG
        case .abs: CNN_ABS
        case .exp: CNN_EXP
        case .log: CNN_LOG
        case .sqrt: CNN_SQRT
        case .sin: CNN_SIN
        case .cos: CNN_COS
        case .tanh: CNN_TANH
        case .sigmoid: CNN_SIGMOID
        case .relu: CNN_RELU
        case .leakyRelu: CNN_LEAKY_RELU
        case .elu: CNN_ELU
        case .gelu: CNN_GELU
        case .silu: CNN_SILU
        case .softplus: CNN_SOFTPLUS
        case .round: CNN_ROUND
        case .floor: CNN_FLOOR
        case .ceil: CNN_CEIL
        case .sign: CNN_SIGN
        case .square: CNN_SQUARE
        case .reciprocal: CNN_RECIPROCAL
        }
    }
}

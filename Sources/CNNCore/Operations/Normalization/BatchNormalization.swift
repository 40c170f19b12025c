import CNNKernels

/// `y = (x - mean) / sqrt(variance + epsilon) * gamma + beta` for every channel, the last axis (Ioffe & Szegedy 2015).
///
/// Inputs: x `[..., C]`, then gamma, beta, mean and variance `[C]`. In training, mean and variance must be
/// `statistics(of: x)`: the gradient then goes through them into x. Otherwise they are constants.
public struct BatchNormalization: RectifiedOperation {
    public let epsilon: Double
    public let isTraining: Bool

    public init(epsilon: Double, isTraining: Bool) {
        self.epsilon = epsilon
        self.isTraining = isTraining
    }

    /// The mean and the biased variance (divided by n) of every channel of x `[..., C]`, not recorded on any tape.
    public static func statistics(of x: Tensor) throws(CNNError) -> (mean: Tensor, variance: Tensor) {
        guard x.rank >= 1, x.dtype.isFloating else {
            throw CNNError(.rankMismatch, "batch_norm wants a float tensor [..., C], not \(x.shape.asGiven)")
        }
        try WorkMeter.shared.charge(x.count)
        let channels = x.shape[x.rank - 1]
        let shape = try Shape([channels])
        var mean = try Tensor(uninitialized: shape, x.dtype)
        var variance = try Tensor(uninitialized: shape, x.dtype)
        guard channels > 0 else { return (mean, variance) }
        let (rows, c) = (Int64(x.count / channels), Int64(channels))
        if x.dtype == .float32 {
            cnn_channel_moments_f32(rows, c, x.pointer(), try mean.mutablePointer(), try variance.mutablePointer())
        } else {
            cnn_channel_moments_f64(rows, c, x.pointer(), try mean.mutablePointer(), try variance.mutablePointer())
        }
        try WorkMeter.checkInterrupt()
        return (mean, variance)
    }

    public var name: String { "batch_norm" }

    public func outputSpec(_ inputs: [TensorSpec]) throws(CNNError) -> TensorSpec {
        let x = inputs[0].shape
        guard x.rank >= 1, x[x.rank - 1] > 0 else {
            throw CNNError(.rankMismatch, "batch_norm wants x of [..., C], not \(x.asTensor)")
        }
        let names = ["x", "gamma", "beta", "mean", "var"]
        try PictureChecks.dtypes(inputs, names: names, for: .call(name))
        for (input, name) in zip(inputs, names).dropFirst() where input.shape.dimensions != [x[x.rank - 1]] {
            throw CNNError(
                .shapeMismatch,
                "batch_norm wants one \(name) a channel: \(x[x.rank - 1]), not \(input.shape.asTensor)",
                notes: PictureChecks.spread(input.shape, x[x.rank - 1], name), argument: .named(name))
        }
        return inputs[0]
    }

    public func forward(
        _ inputs: [Tensor], output: TensorSpec, saved: inout [Tensor]
    ) throws(CNNError) -> Tensor {
        try forward(inputs, output, isRectified: false)
    }

    func rectifiedForward(_ inputs: [Tensor], output: TensorSpec) throws(CNNError) -> Tensor {
        try forward(inputs, output, isRectified: true)
    }

    private func forward(
        _ inputs: [Tensor], _ output: TensorSpec, isRectified: Bool
    ) throws(CNNError) -> Tensor {
        let x = inputs[0]
        let (gamma, beta, mean, variance) = (inputs[1], inputs[2], inputs[3], inputs[4])
        var result = try Tensor(uninitialized: output.shape, output.dtype)
        guard x.count > 0 else { return result }
        let c = gamma.count
        let rows = Int64(x.count / c)
        if x.dtype == .float32 {
            let normalize = isRectified ? cnn_batch_norm_relu_f32 : cnn_batch_norm_f32
            normalize(
                rows, Int64(c), x.pointer(), mean.pointer(), variance.pointer(), gamma.pointer(), beta.pointer(),
                Float(epsilon), try result.mutablePointer())
        } else {
            let normalize = isRectified ? cnn_batch_norm_relu_f64 : cnn_batch_norm_f64
            normalize(
                rows, Int64(c), x.pointer(), mean.pointer(), variance.pointer(), gamma.pointer(), beta.pointer(),
                epsilon, try result.mutablePointer())
        }
        return result
    }

    public func backwardNeeds(_ needsGradient: [Bool]) -> BackwardNeeds {
        [.firstInput, .secondInput, .fourthInput, .fifthInput]
    }

    public func backward(_ context: BackwardContext) throws(CNNError) -> [Tensor?] {
        let (x, dy, needs) = (context.inputs[0], context.outputGradient, context.needsGradient)
        let (gamma, mean, variance) = (context.inputs[1], context.inputs[3], context.inputs[4])
        let c = gamma.count
        guard x.count > 0 else {
            var zeros: [Tensor?] = []
            for input in context.inputs { zeros.append(try Tensor.full(input.shape, 0, input.dtype)) }
            return zeros
        }
        let needsStatistics = !isTraining && (needs[3] || needs[4])
        let statistics = needsStatistics ? try statisticsGradients(context) : (nil, nil)
        var dx = needs[0] ? try Tensor(uninitialized: x.shape, x.dtype) : nil
        var dgamma = needs[1] ? try Tensor(uninitialized: gamma.shape, x.dtype) : nil
        var dbeta = needs[2] ? try Tensor(uninitialized: gamma.shape, x.dtype) : nil
        let rows = Int64(x.count / c)
        if x.dtype == .float32 {
            cnn_batch_norm_backward_f32(
                rows, Int64(c), x.pointer(), mean.pointer(), variance.pointer(), gamma.pointer(), Float(epsilon),
                isTraining, dy.pointer(), try dx?.mutablePointer(), try dgamma?.mutablePointer(),
                try dbeta?.mutablePointer())
        } else {
            cnn_batch_norm_backward_f64(
                rows, Int64(c), x.pointer(), mean.pointer(), variance.pointer(), gamma.pointer(), epsilon,
                isTraining, dy.pointer(), try dx?.mutablePointer(), try dgamma?.mutablePointer(),
                try dbeta?.mutablePointer())
        }
        return [dx, dgamma, dbeta, statistics.0, statistics.1]
    }

    /// `dmean = -gamma/s * sum(dy)`, `dvariance = -gamma/(2 s^3) * sum(dy (x - mean))` with `s = sqrt(variance + eps)`.
    private func statisticsGradients(_ context: BackwardContext) throws(CNNError) -> (Tensor?, Tensor?) {
        let (x, dy) = (context.inputs[0], context.outputGradient)
        let (gamma, mean, variance) = (context.inputs[1], context.inputs[3], context.inputs[4])
        let c = gamma.count
        var dmean = try Tensor(uninitialized: gamma.shape, x.dtype)
        var dvariance = try Tensor(uninitialized: gamma.shape, x.dtype)
        func compute<T: BinaryFloatingPoint>(_ type: T.Type) throws(CNNError) {
            let (values, gradients) = (x.pointer(T.self), dy.pointer(T.self))
            let (means, variances, scales) = (mean.pointer(T.self), variance.pointer(T.self), gamma.pointer(T.self))
            let toMean = try dmean.mutablePointer(T.self)
            let toVariance = try dvariance.mutablePointer(T.self)
            for channel in 0..<c {
                var (sum, product) = (0.0, 0.0)
                let center = Double(means[channel])
                for index in stride(from: channel, to: x.count, by: c) {
                    sum += Double(gradients[index])
                    product += Double(gradients[index]) * (Double(values[index]) - center)
                }
                let spread = Double(variances[channel]) + epsilon
                let factor = -Double(scales[channel]) / spread.squareRoot()
                toMean[channel] = T(factor * sum)
                toVariance[channel] = T(factor * product / (2 * spread))
            }
        }
        if x.dtype == .float32 { try compute(Float.self) } else { try compute(Double.self) }
        return (dmean, dvariance)
    }
}

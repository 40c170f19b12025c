import CNNKernels

/// `y[n, i, j, k] = b[k] + sum over u, v, c of x[n, iS + uD - P, jS + vD - P, c] * w[u, v, c, k]`
/// (a cross-correlation, as the lecture's scan of a filter over a picture).
///
/// Inputs: x `[N, H, W, C]`, w `[F, F, C/groups, K]`, optionally b `[K]`. Result: `[N, OH, OW, K]`.
public struct Convolution: RectifiedOperation {
    public let stride: Size2D
    public let padding: Padding
    public let dilation: Size2D
    public let groups: Int
    public let rounding: Rounding

    public init(stride: Size2D, padding: Padding, dilation: Size2D, groups: Int, rounding: Rounding) {
        self.stride = stride
        self.padding = padding
        self.dilation = dilation
        self.groups = groups
        self.rounding = rounding
    }

    public var name: String { "conv2d" }

    public func outputSpec(_ inputs: [TensorSpec]) throws(CNNError) -> TensorSpec {
        try outputSpec(inputs, for: .call(name))
    }

    func outputSpec(_ inputs: [TensorSpec], for subject: ErrorSubject) throws(CNNError) -> TensorSpec {
        let (x, w) = (inputs[0].shape, inputs[1].shape)
        try PictureChecks.batch(inputs[0], for: subject)
        try PictureChecks.filters(inputs[1], layout: "[F, F, C, K]", for: subject)
        try PictureChecks.dtypes(inputs, names: ["x", "w", "b"], for: subject)
        try PictureChecks.groups(groups, channels: x[3], filters: w[3], for: subject)
        try PictureChecks.channels(x, w, expected: Work.product(w[2], groups), groups: groups, for: subject)
        if inputs.count > 2 { try PictureChecks.bias(inputs[2], filters: w[3], for: subject) }
        return TensorSpec(try geometry(x, w, for: subject).outputShape(), inputs[0].dtype)
    }

    /// The sizes for a picture and filters of these shapes.
    /// - Throws: E0301, E0304 where the windows do not fit.
    func geometry(_ x: Shape, _ w: Shape, for subject: ErrorSubject) throws(CNNError) -> ConvolutionGeometry {
        try ConvolutionGeometry(
            batch: x[0], input: Size2D(x[1], x[2]), channels: x[3], filters: w[3], window: Size2D(w[0], w[1]),
            stride: stride, padding: padding, dilation: dilation, groups: groups, rounding: rounding, for: subject)
    }

    private func geometry(_ inputs: [Tensor]) throws(CNNError) -> ConvolutionGeometry {
        try geometry(inputs[0].shape, inputs[1].shape, for: .call(name))
    }

    public func work(_ inputs: [TensorSpec], output: TensorSpec) -> Int {
        // The product over one output element is F * F * C/groups: all of a filter but its last axis.
        let w = inputs[1].shape
        return Work.product(output.shape.count, w[0], w[1], w[2])
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
        var result = try Tensor(uninitialized: output.shape, output.dtype)
        guard output.shape.count > 0 else { return result }
        try ConvolutionKernels.forward(
            try geometry(inputs), x: inputs[0], w: inputs[1], b: inputs.count > 2 ? inputs[2] : nil,
            isRectified: isRectified, into: &result)
        return result
    }

    public func backwardNeeds(_ needsGradient: [Bool]) -> BackwardNeeds {
        .otherFactor(needsGradient)
    }

    public func backward(_ context: BackwardContext) throws(CNNError) -> [Tensor?] {
        let geometry = try geometry(context.inputs)
        let (x, w) = (context.inputs[0], context.inputs[1])
        let needs = context.needsGradient
        let needsBias = needs.count > 2 && needs[2]
        let products = (needs[0] ? 1 : 0) + (needs[1] || needsBias ? 1 : 0)
        try WorkMeter.shared.charge(Work.product(geometry.multiplyAdds, products))
        var gradients = [Tensor?](repeating: nil, count: needs.count)
        if needs[0] {
            gradients[0] = try ConvolutionKernels.inputGradient(geometry, dy: context.outputGradient, w: w, x: x.shape)
        }
        if needs[1] || needsBias {
            let (dw, db) = try ConvolutionKernels.weightGradients(
                geometry, x: x, dy: context.outputGradient, w: w.shape, withBias: needsBias)
            if needs[1] { gradients[1] = dw }
            if needsBias { gradients[2] = db }
        }
        return gradients
    }
}

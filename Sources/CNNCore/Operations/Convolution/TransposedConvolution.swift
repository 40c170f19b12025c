/// The transpose of a convolution as a linear map: `<conv(x), y> = <x, conv_t(y)>` with the same filters. It spreads
/// every pixel by the filter and so enlarges the picture.
///
/// Inputs: x `[N, H, W, C]`, w `[F, F, K/groups, C]` (the filters of the convolution that it transposes), optionally
/// b `[K]`. Result: `[N, OH, OW, K]` with `OH = (H - 1)S - 2P + D(F - 1) + 1 + output padding`.
public struct TransposedConvolution: Operation {
    public let stride: Size2D
    public let padding: Padding
    /// Rows and columns more at the bottom and the right: which of the pictures that the convolution would shrink to
    /// this size is meant.
    public let outputPadding: Size2D
    public let dilation: Size2D
    public let groups: Int

    public init(stride: Size2D, padding: Padding, outputPadding: Size2D, dilation: Size2D, groups: Int) {
        self.stride = stride
        self.padding = padding
        self.outputPadding = outputPadding
        self.dilation = dilation
        self.groups = groups
    }

    public var name: String { "conv_transpose2d" }

    public func outputSpec(_ inputs: [TensorSpec]) throws(CNNError) -> TensorSpec {
        try outputSpec(inputs, for: .call(name))
    }

    func outputSpec(_ inputs: [TensorSpec], for subject: ErrorSubject) throws(CNNError) -> TensorSpec {
        let (x, w) = (inputs[0].shape, inputs[1].shape)
        try PictureChecks.batch(inputs[0], for: subject)
        try PictureChecks.filters(inputs[1], layout: "[F, F, K, C]", for: subject)
        try PictureChecks.dtypes(inputs, names: ["x", "w", "b"], for: subject)
        guard w[3] == x[3] else {
            var notes = ["the filters are those of the convolution that is transposed: [F, F, K, C]"]
            if w[2] == x[3] { notes.append("w looks like [F, F, C, K]: write permute(w, [0, 1, 3, 2])") }
            throw CNNError(
                .channelMismatch,
                "\(subject.name) has filters for \(w[3].counting("channel")), "
                    + "but its input has \(x[3].counting("channel"))",
                label: "x is \(x), w is \(w): C = \(x[3]), not \(w[3])", notes: notes)
        }
        let filters = Work.product(w[2], groups)
        try PictureChecks.groups(groups, channels: x[3], filters: filters, for: subject)
        if inputs.count > 2 { try PictureChecks.bias(inputs[2], filters: filters, for: subject) }
        let geometry = try geometry(x, w, for: subject)
        return TensorSpec(
            try Shape([x[0], geometry.input.height, geometry.input.width, filters]), inputs[0].dtype)
    }

    /// The geometry of the convolution that is transposed: its input is our result, its output our input.
    func geometry(_ x: Shape, _ w: Shape, for subject: ErrorSubject) throws(CNNError) -> ConvolutionGeometry {
        var sides = WindowFit.Sides(top: 0, bottom: 0, left: 0, right: 0)
        if case .explicit(let top, let bottom, let left, let right) = padding {
            sides = WindowFit.Sides(top: top, bottom: bottom, left: left, right: right)
        }
        let rows = Axis(
            n: x[1], window: w[0], stride: stride.height, dilation: dilation.height, extra: outputPadding.height,
            padding: (sides.top, sides.bottom))
        let columns = Axis(
            n: x[2], window: w[1], stride: stride.width, dilation: dilation.width, extra: outputPadding.width,
            padding: (sides.left, sides.right))
        let result = Size2D(try size(rows, for: subject), try size(columns, for: subject))
        let fit = WindowFit(
            input: result, window: Size2D(w[0], w[1]), stride: stride, padding: padding, dilation: dilation,
            rounding: .floor)
        return ConvolutionGeometry(
            batch: x[0], input: result, channels: Work.product(w[2], groups), output: Size2D(x[1], x[2]),
            filters: w[3], window: fit.window, stride: stride, dilation: dilation, groups: groups, sides: fit.sides)
    }

    private struct Axis {
        let n, window, stride, dilation, extra: Int
        let padding: (Int, Int)
    }

    /// The result's size along one axis.
    private func size(_ axis: Axis, for subject: ErrorSubject) throws(CNNError) -> Int {
        try SizeArithmetic.check(
            axis.n, window: axis.window, stride: axis.stride, padding: axis.padding, dilation: axis.dilation)
        guard axis.extra >= 0, axis.extra < axis.stride else {
            throw CNNError(
                .invalidValue,
                "the output padding of \(subject.name) must be less than its stride \(axis.stride), not \(axis.extra)")
        }
        let spread = Work.product(axis.n, axis.stride)
        guard spread <= Int.max / 16 else { throw CNNError(.tooLarge, "the result of \(subject.name) is too large") }
        guard axis.n > 0 else { return 0 }
        let extent = SizeArithmetic.extent(axis.window, axis.dilation)
        var (before, after) = axis.padding
        switch padding {
        case .same:
            guard axis.extra == 0 else {
                throw CNNError(
                    .invalidValue, "\(subject.name) takes no output padding with pad=same: its output is N*S already")
            }
            return spread
        case .full: (before, after) = (extent - 1, extent - 1)
        case .explicit: break
        }
        let size = spread - axis.stride - before - after + extent + axis.extra
        guard size > 0 else {
            throw CNNError(
                .windowTooLarge, "\(subject.name) has no output: its padding is larger than its result",
                label: "(N - 1)S - P + F = (\(axis.n) - 1)*\(axis.stride) - (\(before)+\(after)) + \(extent) = \(size)")
        }
        return size
    }

    public func work(_ inputs: [TensorSpec], output: TensorSpec) -> Int {
        // Every input pixel meets the whole filter of its channel.
        let w = inputs[1].shape
        return Work.product(inputs[0].shape.count, w[0], w[1], w[2])
    }

    public func forward(
        _ inputs: [Tensor], output: TensorSpec, saved: inout [Tensor]
    ) throws(CNNError) -> Tensor {
        let geometry = try geometry(inputs[0].shape, inputs[1].shape, for: .call(name))
        var result = try ConvolutionKernels.inputGradient(geometry, dy: inputs[0], w: inputs[1], x: output.shape)
        if inputs.count > 2 { try TransposedConvolution.addBias(inputs[2], to: &result) }
        return result
    }

    private static func addBias(_ bias: Tensor, to y: inout Tensor) throws(CNNError) {
        func add<T: FloatingPoint>(_ type: T.Type) throws(CNNError) {
            let values = try y.mutablePointer(T.self)
            let b = bias.pointer(T.self)
            let channels = bias.count
            for row in Swift.stride(from: 0, to: y.count, by: channels) {
                for channel in 0..<channels { values[row + channel] += b[channel] }
            }
        }
        if y.dtype == .float32 { try add(Float.self) } else { try add(Double.self) }
    }

    public func backwardNeeds(_ needsGradient: [Bool]) -> BackwardNeeds {
        .otherFactor(needsGradient)
    }

    public func backward(_ context: BackwardContext) throws(CNNError) -> [Tensor?] {
        let (x, w, dy) = (context.inputs[0], context.inputs[1], context.outputGradient)
        let geometry = try geometry(x.shape, w.shape, for: .call(name))
        let needs = context.needsGradient
        try WorkMeter.shared.charge(Work.product(geometry.multiplyAdds, (needs[0] ? 1 : 0) + (needs[1] ? 1 : 0)))
        var gradients = [Tensor?](repeating: nil, count: needs.count)
        if needs[0] {
            var dx = try Tensor(uninitialized: x.shape, x.dtype)
            if x.count > 0 { try ConvolutionKernels.forward(geometry, x: dy, w: w, b: nil, into: &dx) }
            gradients[0] = dx
        }
        if needs[1] {
            gradients[1] = try ConvolutionKernels.weightGradients(
                geometry, x: dy, dy: x, w: w.shape, withBias: false
            ).0
        }
        if needs.count > 2, needs[2] {
            gradients[2] = try ConvolutionKernels.channelSums(dy, channels: context.inputs[2].count)
        }
        return gradients
    }
}

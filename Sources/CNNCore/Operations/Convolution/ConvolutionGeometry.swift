import CNNKernels

/// Sizes, stride, padding, dilation and groups of windows that move over a batch of pictures, with their arithmetic:
/// one value for shape rules, kernels, costs, `explain` and the summary.
public struct ConvolutionGeometry: Equatable, Sendable {
    public let batch: Int
    /// Height and width of the pictures.
    public let input: Size2D
    public let channels: Int
    /// Height and width of the result.
    public let output: Size2D
    /// Channels of the result.
    public let filters: Int
    public let window: Size2D
    public let stride: Size2D
    public let dilation: Size2D
    public let groups: Int
    /// Zeros at the four sides. Those at the bottom and the right may reach further than a window does.
    public let top, bottom, left, right: Int

    /// - Throws: E0301, E0304 about `subject`; E0404 and E0604 for numbers that make no sense.
    init(
        batch: Int, input: Size2D, channels: Int, filters: Int, window: Size2D, stride: Size2D, padding: Padding,
        dilation: Size2D = .one, groups: Int = 1, rounding: Rounding, for subject: ErrorSubject
    ) throws(CNNError) {
        let fit = WindowFit(
            input: input, window: window, stride: stride, padding: padding, dilation: dilation, rounding: rounding)
        try fit.check()
        guard let output = fit.output else { throw fit.error(for: subject) }
        let sides = fit.sides
        self.init(
            batch: batch, input: input, channels: channels, output: output, filters: filters, window: window,
            stride: stride, dilation: dilation, groups: groups, sides: sides)
    }

    /// For sizes that were checked elsewhere.
    init(
        batch: Int, input: Size2D, channels: Int, output: Size2D, filters: Int, window: Size2D, stride: Size2D,
        dilation: Size2D, groups: Int, sides: WindowFit.Sides
    ) {
        self.batch = batch
        self.input = input
        self.channels = channels
        self.output = output
        self.filters = filters
        self.window = window
        self.stride = stride
        self.dilation = dilation
        self.groups = groups
        (top, bottom, left, right) = (sides.top, sides.bottom, sides.left, sides.right)
    }

    /// `[N, OH, OW, K]`
    func outputShape() throws(CNNError) -> Shape { try Shape([batch, output.height, output.width, filters]) }

    /// `N * OH * OW * K * FH * FW * C / groups`; Int.max where that cannot be counted.
    public var multiplyAdds: Int {
        Work.product(
            batch, output.height, output.width, filters, window.height, window.width, channels / max(1, groups))
    }

    /// Window positions times window pixels and channels: what pooling touches.
    var touchedElements: Int {
        Work.product(batch, output.height, output.width, window.height, window.width, channels)
    }

    var kernel: cnn_conv2d_geometry {
        cnn_conv2d_geometry(
            n: Int64(batch), h: Int64(input.height), w: Int64(input.width), c: Int64(channels),
            oh: Int64(output.height), ow: Int64(output.width), k: Int64(filters), fh: Int64(window.height),
            fw: Int64(window.width), stride_h: Int64(stride.height), stride_w: Int64(stride.width),
            pad_top: Int64(top), pad_left: Int64(left), dilation_h: Int64(dilation.height),
            dilation_w: Int64(dilation.width), groups: Int64(groups))
    }

    /// Memory that the convolution kernels work in.
    func scratch(_ dtype: DType) throws(CNNError) -> Tensor {
        var kernel = self.kernel
        let bytes = Int(cnn_conv2d_scratch_bytes(&kernel, Int64(dtype.size)))
        return try Tensor(uninitialized: try Shape([max(bytes, 0)]), .uint8)
    }
}

/// Amounts of work.
enum Work {
    /// The product, Int.max where it does not fit.
    static func product(_ factors: Int...) -> Int {
        var result = 1
        for factor in factors {
            let (value, overflow) = result.multipliedReportingOverflow(by: factor)
            if overflow { return factors.contains(0) ? 0 : .max }
            result = value
        }
        return result
    }

    /// The sum, Int.max where it does not fit.
    static func sum(_ first: Int, _ second: Int) -> Int {
        let (value, overflow) = first.addingReportingOverflow(second)
        return overflow ? .max : value
    }
}

/// The mean over windows that share the picture out evenly: along an axis of n pixels, window i of m covers
/// `floor(i n / m)` up to `ceil((i + 1) n / m)`. Size 1x1 is the mean of each channel.
///
/// Input x `[N, H, W, C]`, result `[N, OH, OW, C]`.
public struct AdaptiveAveragePooling: Operation {
    public let size: Size2D

    public init(_ size: Size2D) { self.size = size }

    public var name: String { "adaptive_avg_pool" }

    public func outputSpec(_ inputs: [TensorSpec]) throws(CNNError) -> TensorSpec {
        try outputSpec(inputs, for: .call(name))
    }

    func outputSpec(_ inputs: [TensorSpec], for subject: ErrorSubject) throws(CNNError) -> TensorSpec {
        try AdaptiveWindows(size).outputSpec(inputs[0], for: subject)
    }

    public func work(_ inputs: [TensorSpec], output: TensorSpec) -> Int { inputs[0].shape.count }

    public func forward(
        _ inputs: [Tensor], output: TensorSpec, saved: inout [Tensor]
    ) throws(CNNError) -> Tensor {
        let x = inputs[0]
        if let geometry = evenGeometry(x.shape) {
            return try AveragePooling.forward(geometry, x, countsPadding: false, output)
        }
        var result = try Tensor.full(output.shape, 0, output.dtype)
        func average<T: BinaryFloatingPoint>(_ type: T.Type) throws(CNNError) {
            let source = x.pointer(T.self)
            let target = try result.mutablePointer(T.self)
            AdaptiveWindows(size).forEach(x.shape) { place, pixels, channels in
                for pixel in pixels {
                    for channel in 0..<channels { target[place + channel] += source[pixel + channel] }
                }
                for channel in 0..<channels { target[place + channel] /= T(pixels.count) }
            }
        }
        if x.dtype == .float32 { try average(Float.self) } else { try average(Double.self) }
        return result
    }

    public func backwardNeeds(_ needsGradient: [Bool]) -> BackwardNeeds { .nothing }

    public func backward(_ context: BackwardContext) throws(CNNError) -> [Tensor?] {
        let (shape, dy) = (context.inputs[0].shape, context.outputGradient)
        if let geometry = evenGeometry(shape) {
            return [try AveragePooling.backward(geometry, dy, countsPadding: false, shape)]
        }
        var dx = try Tensor.full(shape, 0, dy.dtype)
        func spread<T: BinaryFloatingPoint>(_ type: T.Type) throws(CNNError) {
            let source = dy.pointer(T.self)
            let target = try dx.mutablePointer(T.self)
            AdaptiveWindows(size).forEach(shape) { place, pixels, channels in
                for pixel in pixels {
                    for channel in 0..<channels {
                        target[pixel + channel] += source[place + channel] / T(pixels.count)
                    }
                }
            }
        }
        if dy.dtype == .float32 { try spread(Float.self) } else { try spread(Double.self) }
        return [dx]
    }

    /// Windows of one size without overlap, where the picture divides evenly: the common case has a kernel.
    private func evenGeometry(_ x: Shape) -> ConvolutionGeometry? {
        guard x[1] % size.height == 0, x[2] % size.width == 0, x[1] > 0, x[2] > 0 else { return nil }
        let window = Size2D(x[1] / size.height, x[2] / size.width)
        return ConvolutionGeometry(
            batch: x[0], input: Size2D(x[1], x[2]), channels: x[3], output: size, filters: x[3], window: window,
            stride: window, dilation: .one, groups: 1, sides: .init(top: 0, bottom: 0, left: 0, right: 0))
    }
}

import CNNKernels

/// The mean of every window and channel. Padding and what hangs over the end are not counted; with `countsPadding` the
/// padding's zeros are.
///
/// Input x `[N, H, W, C]`, result `[N, OH, OW, C]`.
public struct AveragePooling: Operation {
    let window: PoolingWindow
    public let countsPadding: Bool

    public init(size: Size2D, stride: Size2D, padding: Padding, rounding: Rounding, countsPadding: Bool) {
        window = PoolingWindow(size: size, stride: stride, padding: padding, rounding: rounding)
        self.countsPadding = countsPadding
    }

    public var name: String { "avg_pool" }

    public func outputSpec(_ inputs: [TensorSpec]) throws(CNNError) -> TensorSpec {
        try outputSpec(inputs, for: .call(name))
    }

    func outputSpec(_ inputs: [TensorSpec], for subject: ErrorSubject) throws(CNNError) -> TensorSpec {
        try window.outputSpec(inputs[0], for: subject)
    }

    public func work(_ inputs: [TensorSpec], output: TensorSpec) -> Int {
        Work.product(output.shape.count, window.size.height, window.size.width)
    }

    public func forward(
        _ inputs: [Tensor], output: TensorSpec, saved: inout [Tensor]
    ) throws(CNNError) -> Tensor {
        let geometry = try window.geometry(inputs[0].shape, for: .call(name))
        return try AveragePooling.forward(geometry, inputs[0], countsPadding: countsPadding, output)
    }

    public func backwardNeeds(_ needsGradient: [Bool]) -> BackwardNeeds { .nothing }

    public func backward(_ context: BackwardContext) throws(CNNError) -> [Tensor?] {
        let geometry = try window.geometry(context.inputs[0].shape, for: .call(name))
        return [
            try AveragePooling.backward(
                geometry, context.outputGradient, countsPadding: countsPadding, context.inputs[0].shape)
        ]
    }

    static func forward(
        _ geometry: ConvolutionGeometry, _ x: Tensor, countsPadding: Bool, _ output: TensorSpec
    ) throws(CNNError) -> Tensor {
        var result = try Tensor(uninitialized: output.shape, output.dtype)
        guard output.shape.count > 0 else { return result }
        var kernel = geometry.kernel
        let (count, bottom, right) = (Int32(countsPadding ? 1 : 0), Int64(geometry.bottom), Int64(geometry.right))
        if x.dtype == .float32 {
            cnn_avg_pool_forward_f32(&kernel, count, bottom, right, x.pointer(), try result.mutablePointer())
        } else {
            cnn_avg_pool_forward_f64(&kernel, count, bottom, right, x.pointer(), try result.mutablePointer())
        }
        return result
    }

    static func backward(
        _ geometry: ConvolutionGeometry, _ dy: Tensor, countsPadding: Bool, _ shape: Shape
    ) throws(CNNError) -> Tensor {
        guard dy.count > 0 else { return try Tensor.full(shape, 0, dy.dtype) }
        var dx = try Tensor(uninitialized: shape, dy.dtype)
        var kernel = geometry.kernel
        let (count, bottom, right) = (Int32(countsPadding ? 1 : 0), Int64(geometry.bottom), Int64(geometry.right))
        if dy.dtype == .float32 {
            cnn_avg_pool_backward_f32(&kernel, count, bottom, right, dy.pointer(), try dx.mutablePointer())
        } else {
            cnn_avg_pool_backward_f64(&kernel, count, bottom, right, dy.pointer(), try dx.mutablePointer())
        }
        return dx
    }
}

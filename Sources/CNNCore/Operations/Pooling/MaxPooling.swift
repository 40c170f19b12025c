import CNNKernels

/// The largest value of every window and channel. Padding never wins; a window partly outside uses what is inside. The
/// gradient goes to the first maximum in row-major order.
///
/// Input x `[N, H, W, C]`, result `[N, OH, OW, C]`.
public struct MaxPooling: Operation {
    let window: PoolingWindow

    public init(size: Size2D, stride: Size2D, padding: Padding, rounding: Rounding) {
        window = PoolingWindow(size: size, stride: stride, padding: padding, rounding: rounding)
    }

    public var name: String { "max_pool" }

    public func outputSpec(_ inputs: [TensorSpec]) throws(CNNError) -> TensorSpec {
        try outputSpec(inputs, for: .call(name))
    }

    func outputSpec(_ inputs: [TensorSpec], for subject: ErrorSubject) throws(CNNError) -> TensorSpec {
        let output = try window.outputSpec(inputs[0], for: subject)
        // The kernels keep the place of a maximum in a plane in 32 bits.
        guard Work.product(inputs[0].shape[1], inputs[0].shape[2]) <= Int(Int32.max) else {
            throw CNNError(.tooLarge, "\(subject.name) takes pictures of up to \(Int32.max) pixels")
        }
        return output
    }

    public func work(_ inputs: [TensorSpec], output: TensorSpec) -> Int {
        Work.product(output.shape.count, window.size.height, window.size.width)
    }

    /// Saves the place of every maximum: 4 bytes an output element.
    public func forward(
        _ inputs: [Tensor], output: TensorSpec, saved: inout [Tensor]
    ) throws(CNNError) -> Tensor {
        let x = inputs[0]
        var result = try Tensor(uninitialized: output.shape, output.dtype)
        guard output.shape.count > 0 else { return result }
        var places = try Tensor(uninitialized: try Shape([output.shape.count, 4]), .uint8)
        var kernel = try window.geometry(x.shape, for: .call(name)).kernel
        if x.dtype == .float32 {
            cnn_max_pool_forward_f32(
                &kernel, x.pointer(), try result.mutablePointer(), try places.mutablePointer())
        } else {
            cnn_max_pool_forward_f64(
                &kernel, x.pointer(), try result.mutablePointer(), try places.mutablePointer())
        }
        saved.append(places)
        return result
    }

    public func backwardNeeds(_ needsGradient: [Bool]) -> BackwardNeeds { .nothing }

    public func backward(_ context: BackwardContext) throws(CNNError) -> [Tensor?] {
        let (shape, dy) = (context.inputs[0].shape, context.outputGradient)
        guard let places = context.saved.first, dy.count > 0 else { return [try Tensor.full(shape, 0, dy.dtype)] }
        var dx = try Tensor(uninitialized: shape, dy.dtype)
        var kernel = try window.geometry(shape, for: .call(name)).kernel
        if dy.dtype == .float32 {
            cnn_max_pool_backward_f32(&kernel, dy.pointer(), places.pointer(), try dx.mutablePointer())
        } else {
            cnn_max_pool_backward_f64(&kernel, dy.pointer(), places.pointer(), try dx.mutablePointer())
        }
        return [dx]
    }
}

import CNNKernels

/// The three convolution kernels on tensors. Shapes were checked by the caller.
enum ConvolutionKernels {
    /// - Parameter isRectified: whether `y` is relu of the convolution.
    static func forward(
        _ geometry: ConvolutionGeometry, x: Tensor, w: Tensor, b: Tensor?, isRectified: Bool = false,
        into y: inout Tensor
    ) throws(CNNError) {
        var kernel = geometry.kernel
        var scratch = try geometry.scratch(x.dtype)
        let memory = try scratch.mutableBytes()
        if x.dtype == .float32 {
            let convolve = isRectified ? cnn_conv2d_forward_relu_f32 : cnn_conv2d_forward_f32
            convolve(&kernel, x.pointer(), w.pointer(), b?.pointer(), try y.mutablePointer(), memory)
        } else {
            let convolve = isRectified ? cnn_conv2d_forward_relu_f64 : cnn_conv2d_forward_f64
            convolve(&kernel, x.pointer(), w.pointer(), b?.pointer(), try y.mutablePointer(), memory)
        }
        withExtendedLifetime(scratch) {}
    }

    /// The gradient with respect to the picture; also the forward pass of a transposed convolution.
    static func inputGradient(
        _ geometry: ConvolutionGeometry, dy: Tensor, w: Tensor, x shape: Shape
    ) throws(CNNError) -> Tensor {
        guard dy.count > 0 else { return try Tensor.full(shape, 0, dy.dtype) }
        var dx = try Tensor(uninitialized: shape, dy.dtype)
        var kernel = geometry.kernel
        var scratch = try geometry.scratch(dy.dtype)
        let memory = try scratch.mutableBytes()
        if dy.dtype == .float32 {
            cnn_conv2d_backward_input_f32(&kernel, dy.pointer(), w.pointer(), try dx.mutablePointer(), memory)
        } else {
            cnn_conv2d_backward_input_f64(&kernel, dy.pointer(), w.pointer(), try dx.mutablePointer(), memory)
        }
        withExtendedLifetime(scratch) {}
        return dx
    }

    /// The gradients with respect to the filters and, where asked for, the bias.
    static func weightGradients(
        _ geometry: ConvolutionGeometry, x: Tensor, dy: Tensor, w shape: Shape, withBias: Bool
    ) throws(CNNError) -> (Tensor, Tensor?) {
        let biasShape = try Shape([geometry.filters])
        guard dy.count > 0 else {
            return (
                try Tensor.full(shape, 0, dy.dtype), withBias ? try Tensor.full(biasShape, 0, dy.dtype) : nil
            )
        }
        var dw = try Tensor(uninitialized: shape, dy.dtype)
        var db = withBias ? try Tensor(uninitialized: biasShape, dy.dtype) : nil
        var kernel = geometry.kernel
        var scratch = try geometry.scratch(dy.dtype)
        let memory = try scratch.mutableBytes()
        if dy.dtype == .float32 {
            cnn_conv2d_backward_weights_f32(
                &kernel, x.pointer(), dy.pointer(), try dw.mutablePointer(), try db?.mutablePointer(), memory)
        } else {
            cnn_conv2d_backward_weights_f64(
                &kernel, x.pointer(), dy.pointer(), try dw.mutablePointer(), try db?.mutablePointer(), memory)
        }
        withExtendedLifetime(scratch) {}
        return (dw, db)
    }

    /// The sum of every channel over all other axes: the gradient of a bias.
    static func channelSums(_ dy: Tensor, channels: Int) throws(CNNError) -> Tensor {
        let shape = try Shape([channels])
        guard dy.count > 0 else { return try Tensor.full(shape, 0, dy.dtype) }
        var sums = try Tensor(uninitialized: shape, dy.dtype)
        let rows = Int64(dy.count / channels)
        if dy.dtype == .float32 {
            cnn_reduce_f32(CNN_SUM, 1, rows, Int64(channels), dy.pointer(), try sums.mutablePointer(), nil)
        } else {
            cnn_reduce_f64(CNN_SUM, 1, rows, Int64(channels), dy.pointer(), try sums.mutablePointer(), nil)
        }
        return sums
    }
}

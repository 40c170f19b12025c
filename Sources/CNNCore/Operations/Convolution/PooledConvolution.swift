import CNNKernels

/// A convolution and the max pooling behind it as one operation: the pictures between the two are pooled while they are
/// in the cache, and kept nowhere. The same bits as one after the other.
///
/// Inputs: x `[N, H, W, C]`, w `[F, F, C/groups, K]`, optionally b `[K]`. Result: the pooled `[N, PH, PW, K]`.
struct PooledConvolution: Operation {
    let convolution: Convolution
    let pooling: MaxPooling

    var name: String { convolution.name }

    /// Whether pictures and filters of these shapes gain by it.
    func fits(_ x: TensorSpec, _ w: Shape) -> Bool {
        guard x.shape[0] >= CNN_POOLED_PICTURES, let geometry = try? geometry(x.shape, w) else { return false }
        var (first, second) = (geometry.convolution.kernel, geometry.pooling.kernel)
        return cnn_conv2d_pools(&first, &second, Int64(x.dtype.size))
    }

    func outputSpec(_ inputs: [TensorSpec]) throws(CNNError) -> TensorSpec {
        try pooling.outputSpec([try convolution.outputSpec(inputs)])
    }

    func work(_ inputs: [TensorSpec], output: TensorSpec) -> Int {
        guard let between = try? convolution.outputSpec(inputs) else { return 0 }
        return Work.sum(
            convolution.work(inputs, output: between), pooling.work([between], output: output))
    }

    private func geometry(
        _ x: Shape, _ w: Shape
    ) throws(CNNError) -> (convolution: ConvolutionGeometry, pooling: ConvolutionGeometry) {
        let geometry = try convolution.geometry(x, w, for: .call(name))
        return (geometry, try pooling.window.geometry(try geometry.outputShape(), for: .call(pooling.name)))
    }

    /// Saves the place of every maximum: 4 bytes an output element.
    func forward(_ inputs: [Tensor], output: TensorSpec, saved: inout [Tensor]) throws(CNNError) -> Tensor {
        var result = try Tensor(uninitialized: output.shape, output.dtype)
        var places = try Tensor(uninitialized: try Shape([output.shape.count, 4]), .uint8)
        let bias = inputs.count > 2 ? inputs[2] : nil
        let y = try result.mutableBytes(), index: UnsafeMutablePointer<Int32> = try places.mutablePointer()
        try withKernel(inputs[0].spec, inputs[1].shape, cnn_pooled(g: nil, y: y, index: index, dy: nil)) {
            geometry, pooled, memory in
            if output.dtype == .float32 {
                cnn_conv2d_forward_pooled_f32(
                    geometry, pooled, inputs[0].pointer(), inputs[1].pointer(), bias?.pointer(), memory)
            } else {
                cnn_conv2d_forward_pooled_f64(
                    geometry, pooled, inputs[0].pointer(), inputs[1].pointer(), bias?.pointer(), memory)
            }
        }
        saved.append(places)
        return result
    }

    func backwardNeeds(_ needsGradient: [Bool]) -> BackwardNeeds { .otherFactor(needsGradient) }

    func backward(_ context: BackwardContext) throws(CNNError) -> [Tensor?] {
        let (x, w) = (context.inputs[0], context.inputs[1])
        let needs = context.needsGradient
        var gradients = [Tensor?](repeating: nil, count: needs.count)
        guard let places = context.saved.first else { return gradients }
        let needsBias = needs.count > 2 && needs[2]
        let products = (needs[0] ? 1 : 0) + (needs[1] || needsBias ? 1 : 0)
        try WorkMeter.shared.charge(
            Work.product(try geometry(x.shape, w.shape).convolution.multiplyAdds, products))
        let dy = context.outputGradient
        let pooled = cnn_pooled(
            g: nil, y: nil, index: UnsafeMutablePointer(mutating: places.pointer(Int32.self)), dy: dy.bytes)
        if needs[0] { gradients[0] = try inputGradient(x.spec, w, pooled) }
        if needs[1] || needsBias {
            let (dw, db) = try weightGradients(x, w.shape, pooled, withBias: needsBias)
            if needs[1] { gradients[1] = dw }
            if needsBias { gradients[2] = db }
        }
        return gradients
    }

    private func inputGradient(_ x: TensorSpec, _ w: Tensor, _ pooled: cnn_pooled) throws(CNNError) -> Tensor {
        var dx = try Tensor(uninitialized: x.shape, x.dtype)
        let result = try dx.mutableBytes()
        try withKernel(x, w.shape, pooled) { geometry, pooled, memory in
            if x.dtype == .float32 {
                cnn_conv2d_backward_input_pooled_f32(
                    geometry, pooled, w.pointer(), result.assumingMemoryBound(to: Float.self), memory)
            } else {
                cnn_conv2d_backward_input_pooled_f64(
                    geometry, pooled, w.pointer(), result.assumingMemoryBound(to: Double.self), memory)
            }
        }
        return dx
    }

    private func weightGradients(
        _ x: Tensor, _ w: Shape, _ pooled: cnn_pooled, withBias: Bool
    ) throws(CNNError) -> (Tensor, Tensor?) {
        var dw = try Tensor(uninitialized: w, x.dtype)
        var db = withBias ? try Tensor(uninitialized: try Shape([w[3]]), x.dtype) : nil
        let weights = try dw.mutableBytes(), bias = try db?.mutableBytes()
        try withKernel(x.spec, w, pooled) { geometry, pooled, memory in
            if x.dtype == .float32 {
                cnn_conv2d_backward_weights_pooled_f32(
                    geometry, pooled, x.pointer(), weights.assumingMemoryBound(to: Float.self),
                    bias?.assumingMemoryBound(to: Float.self), memory)
            } else {
                cnn_conv2d_backward_weights_pooled_f64(
                    geometry, pooled, x.pointer(), weights.assumingMemoryBound(to: Double.self),
                    bias?.assumingMemoryBound(to: Double.self), memory)
            }
        }
        return (dw, db)
    }

    /// Calls a kernel with the two geometries and the memory that it works in.
    private func withKernel(
        _ x: TensorSpec, _ w: Shape, _ pooled: cnn_pooled,
        _ body: (UnsafePointer<cnn_conv2d_geometry>, UnsafePointer<cnn_pooled>, UnsafeMutableRawPointer) -> Void
    ) throws(CNNError) {
        let geometry = try geometry(x.shape, w)
        var (first, second) = (geometry.convolution.kernel, geometry.pooling.kernel)
        let bytes = Int(cnn_conv2d_pooled_scratch_bytes(&first, &second, Int64(x.dtype.size)))
        var scratch = try Tensor(uninitialized: try Shape([max(bytes, 0)]), .uint8)
        let memory = try scratch.mutableBytes()
        withUnsafePointer(to: second) { second in
            var pooled = pooled
            pooled.g = second
            withUnsafePointer(to: first) { first in
                withUnsafePointer(to: pooled) { body(first, $0, memory) }
            }
        }
        withExtendedLifetime(scratch) {}
    }
}

import CNNKernels

/// `exp(x_i) / sum over j of exp(x_j)` along an axis, or its logarithm; computed from `x - max(x)`, so that nothing
/// overflows.
public struct Softmax: Operation {
    public let axis: Int
    public let isLog: Bool

    /// - Parameter axis: negative ones count from the end.
    public init(axis: Int, isLog: Bool) {
        self.axis = axis
        self.isLog = isLog
    }

    public var name: String { isLog ? "log_softmax" : "softmax" }

    public func outputSpec(_ inputs: [TensorSpec]) throws(CNNError) -> TensorSpec {
        let x = inputs[0].shape
        guard axis >= -x.rank, axis < x.rank else {
            let given = x.rank == 0 ? x.asTensor : "one of \(x)"
            throw CNNError(
                .rankMismatch, "\(name) along axis \(axis) needs a tensor that has it, not \(given)",
                notes: x.rank > 0 ? ["it has the axes 0 to \(x.rank - 1)"] : [])
        }
        try PictureChecks.dtypes(inputs, names: ["x"], for: .call(name))
        return inputs[0]
    }

    /// Elements before, along and after the axis.
    private func extents(_ shape: Shape) -> (Int64, Int64, Int64) {
        let index = axis < 0 ? axis + shape.rank : axis
        let outer = shape.dimensions[..<index].reduce(1, *)
        let inner = shape.dimensions[(index + 1)...].reduce(1, *)
        return (Int64(outer), Int64(shape[index]), Int64(inner))
    }

    public func forward(
        _ inputs: [Tensor], output: TensorSpec, saved: inout [Tensor]
    ) throws(CNNError) -> Tensor {
        let x = inputs[0]
        var result = try Tensor(uninitialized: output.shape, output.dtype)
        guard output.shape.count > 0 else { return result }
        let (outer, length, inner) = extents(x.shape)
        let log = Int32(isLog ? 1 : 0)
        if x.dtype == .float32 {
            cnn_softmax_f32(outer, length, inner, log, x.pointer(), try result.mutablePointer())
        } else {
            cnn_softmax_f64(outer, length, inner, log, x.pointer(), try result.mutablePointer())
        }
        return result
    }

    public func backwardNeeds(_ needsGradient: [Bool]) -> BackwardNeeds { .output }

    public func backward(_ context: BackwardContext) throws(CNNError) -> [Tensor?] {
        let (y, dy) = (context.output, context.outputGradient)
        var dx = try Tensor(uninitialized: dy.shape, dy.dtype)
        guard dy.count > 0 else { return [dx] }
        let (outer, length, inner) = extents(y.shape)
        let log = Int32(isLog ? 1 : 0)
        if y.dtype == .float32 {
            cnn_softmax_backward_f32(
                outer, length, inner, log, y.pointer(), dy.pointer(), try dx.mutablePointer())
        } else {
            cnn_softmax_backward_f64(
                outer, length, inner, log, y.pointer(), dy.pointer(), try dx.mutablePointer())
        }
        return [dx]
    }
}

import CNNKernels

/// The sums of all elements up to each one.
public struct CumulativeSum: Operation {
    public let axis: Int?

    /// - Parameter axis: nil for all elements in row-major order, as one row.
    public init(axis: Int?) { self.axis = axis }

    public var name: String { "cumsum" }

    /// The same shape, or `[count]` without an axis; whole numbers give int64.
    /// - Throws: E0306 for an axis that is not there.
    public func outputSpec(_ inputs: [TensorSpec]) throws(CNNError) -> TensorSpec {
        let (shape, dtype) = (inputs[0].shape, inputs[0].dtype)
        let result = dtype.isFloating ? dtype : .int64
        guard let axis else { return TensorSpec(try Shape([shape.count]), result) }
        _ = try Axes.normalized(axis, shape, name)
        return TensorSpec(shape, result)
    }

    public func forward(_ inputs: [Tensor], output: TensorSpec, saved: inout [Tensor]) throws(CNNError) -> Tensor {
        try cumulated(try Cast.converted(inputs[0], to: output.dtype), output.shape)
    }

    private func cumulated(_ x: Tensor, _ shape: Shape) throws(CNNError) -> Tensor {
        var result = try Tensor(uninitialized: shape, x.dtype)
        let target = try result.mutableBytes()
        let parts = shape.split(at: try Axes.normalized(axis ?? 0, shape, name))
        let (outer, length, inner) = (Int64(parts.outer), Int64(parts.length), Int64(parts.inner))
        var overflow = false
        switch x.dtype {
        case .float32:
            cnn_cumsum_f32(outer, length, inner, x.pointer(), target.assumingMemoryBound(to: Float.self), nil)
        case .float64:
            cnn_cumsum_f64(outer, length, inner, x.pointer(), target.assumingMemoryBound(to: Double.self), nil)
        default:
            cnn_cumsum_i64(outer, length, inner, x.pointer(), target.assumingMemoryBound(to: Int64.self), &overflow)
        }
        guard !overflow else { throw CumulativeSum.overflow(name) }
        return result
    }

    static func overflow(_ name: String) -> CNNError {
        CNNError(
            .integerOverflow, "\(name): the result does not fit into an int64",
            notes: ["write x.to(float64) to go on with floats"])
    }

    /// Each element counts in its own sum and in all behind it: the cumulative sum from the other end.
    public func backward(_ context: BackwardContext) throws(CNNError) -> [Tensor?] {
        let dy = context.outputGradient
        let place = try Axes.normalized(axis ?? 0, dy.shape, name)
        let sums = try cumulated(try Flip.flipped(dy, axes: [place]), dy.shape)
        return [Tensor(sharing: try Flip.flipped(sums, axes: [place]), shape: context.inputs[0].shape)]
    }
}

/// Copies of the whole beside each other, so many along each axis.
public struct Tile: Operation {
    public let repeats: [Int]

    public init(_ repeats: [Int]) { self.repeats = repeats }

    public var name: String { "tile" }

    /// - Throws: E0306 unless there is a number for each axis, E0404 for a negative one, E0604.
    public func outputSpec(_ inputs: [TensorSpec]) throws(CNNError) -> TensorSpec {
        let shape = inputs[0].shape
        guard repeats.count == shape.rank else {
            throw CNNError(
                .rankMismatch,
                "tile: \(repeats.count.counting("number is", "numbers are")) given for the "
                    + "\(shape.rank.counting("axis", "axes")) of \(shape.asTensor)")
        }
        for count in repeats where count < 0 {
            throw CNNError(.invalidValue, "tile: a number of copies cannot be negative: \(count)")
        }
        return TensorSpec(
            try Shape((0..<shape.rank).map { Work.product(shape[$0], repeats[$0]) }), inputs[0].dtype)
    }

    public func forward(_ inputs: [Tensor], output: TensorSpec, saved: inout [Tensor]) throws(CNNError) -> Tensor {
        guard output.shape.count > 0 else { return try Tensor(uninitialized: output.shape, output.dtype) }
        var current = inputs[0]
        // From the last axis, so that the copies get longer.
        for axis in repeats.indices.reversed() where repeats[axis] != 1 {
            let (outer, length, inner) = current.shape.split(at: axis)
            let row = length * inner
            var sizes = current.shape.dimensions
            sizes[axis] = length * repeats[axis]
            var wider = try Tensor(uninitialized: try Shape(sizes), current.dtype)
            let target = try wider.mutableBytes()
            var source = AxisNumbers.rowMajor([outer, row])
            (source[2], source[1]) = (source[1], 0)
            let blocks = [outer, repeats[axis], row]
            StridedCopy.copy(current.dtype, blocks, from: current.bytes, 0, source, to: target, 0, .rowMajor(blocks))
            current = wider
        }
        return current
    }

    /// The sum over all copies.
    public func backward(_ context: BackwardContext) throws(CNNError) -> [Tensor?] {
        let shape = context.inputs[0].shape
        guard context.outputGradient.count > 0 else { return [try Tensor.full(shape, 0, context.inputs[0].dtype)] }
        var current = context.outputGradient
        for axis in repeats.indices where repeats[axis] != 1 {
            let (outer, _, inner) = current.shape.split(at: axis)
            let blocks = try Shape([outer, repeats[axis], shape[axis] * inner])
            let sum = try ReductionKernels.reduce(
                .sum, ReductionGeometry(blocks, axes: [1]), Tensor(sharing: current, shape: blocks))
            var sizes = current.shape.dimensions
            sizes[axis] = shape[axis]
            current = Tensor(sharing: sum, shape: try Shape(sizes))
        }
        return [current]
    }
}

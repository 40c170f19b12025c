/// One value around a tensor, per axis, outermost first.
public struct PadAxes: Operation {
    public let before, after: [Int]
    public let value: Double

    public init(before: [Int], after: [Int], value: Double = 0) {
        self.before = before
        self.after = after
        self.value = value
    }

    public var name: String { "pad" }

    /// - Throws: E0306 unless there is a number for each axis, E0404 for a negative one, E0604.
    public func outputSpec(_ inputs: [TensorSpec]) throws(CNNError) -> TensorSpec {
        let shape = inputs[0].shape
        guard before.count == shape.rank, after.count == shape.rank else {
            throw CNNError(
                .rankMismatch,
                "pad: \(before.count) and \(after.count) numbers are given for the \(shape.rank.counting("axis", "axes")) of \(shape)"
            )
        }
        var sizes: [Int] = []
        for axis in 0..<shape.rank {
            guard before[axis] >= 0, after[axis] >= 0 else {
                throw CNNError(
                    .invalidValue, "pad: a padding cannot be negative: \(min(before[axis], after[axis]))",
                    notes: ["to take pixels away write crop or a slice"])
            }
            sizes.append(Work.sum(Work.sum(shape[axis], before[axis]), after[axis]))
        }
        return TensorSpec(try Shape(sizes), inputs[0].dtype)
    }

    /// - Throws: E0409 where the value does not fit the dtype.
    public func forward(_ inputs: [Tensor], output: TensorSpec, saved: inout [Tensor]) throws(CNNError) -> Tensor {
        let x = inputs[0]
        var result = try Tensor.full(output.shape, value, output.dtype)
        let target = try result.mutableBytes()
        let steps = AxisNumbers.rowMajor(output.shape.dimensions)
        StridedCopy.copy(
            x.dtype, x.shape.dimensions, from: x.bytes, 0, .rowMajor(x.shape.dimensions), to: target, offset(steps),
            steps)
        return result
    }

    private func offset(_ steps: AxisNumbers) -> Int {
        before.indices.reduce(0) { $0 + before[$1] * steps[$1] }
    }

    /// The inner part of the gradient.
    public func backwardNeeds(_ needsGradient: [Bool]) -> BackwardNeeds { .nothing }

    public func backward(_ context: BackwardContext) throws(CNNError) -> [Tensor?] {
        let (x, dy) = (context.inputs[0], context.outputGradient)
        var dx = try Tensor(uninitialized: x.shape, x.dtype)
        let target = try dx.mutableBytes()
        let steps = AxisNumbers.rowMajor(dy.shape.dimensions)
        if x.count > 0 {
            StridedCopy.copy(
                x.dtype, x.shape.dimensions, from: dy.bytes, offset(steps), steps, to: target, 0,
                .rowMajor(x.shape.dimensions))
        }
        return [dx]
    }
}

/// The elements moved along axes; what leaves at one end comes in at the other.
public struct Roll: Operation {
    public let shifts, axes: [Int]

    public init(shifts: [Int], axes: [Int]) {
        self.shifts = shifts
        self.axes = axes
    }

    public var name: String { "roll" }

    /// - Throws: E0404 unless there is a shift for each axis, E0306 for an axis that is not there.
    public func outputSpec(_ inputs: [TensorSpec]) throws(CNNError) -> TensorSpec {
        guard shifts.count == axes.count else {
            throw CNNError(
                .invalidValue,
                "roll: \(shifts.count.counting("shift is", "shifts are")) given for \(axes.count.counting("axis", "axes"))"
            )
        }
        _ = try Axes.normalized(axes, inputs[0].shape, name)
        return inputs[0]
    }

    public func work(_ inputs: [TensorSpec], output: TensorSpec) -> Int {
        Work.product(output.shape.count, max(1, axes.count))
    }

    public func forward(_ inputs: [Tensor], output: TensorSpec, saved: inout [Tensor]) throws(CNNError) -> Tensor {
        try rolled(inputs[0], isBack: false)
    }

    public func backward(_ context: BackwardContext) throws(CNNError) -> [Tensor?] {
        [try rolled(context.outputGradient, isBack: true)]
    }

    private func rolled(_ x: Tensor, isBack: Bool) throws(CNNError) -> Tensor {
        guard x.count > 0 else { return x }
        var current = x
        for (axis, shift) in zip(try Axes.normalized(axes, x.shape, name), shifts) {
            let length = x.shape[axis]
            let rest = shift % length
            let forward = rest < 0 ? rest + length : rest
            let places = isBack ? (length - forward) % length : forward
            if places != 0 { current = try Roll.rolled(current, axis, by: places) }
        }
        return current
    }

    /// By 1 up to the axis's size - 1.
    private static func rolled(_ x: Tensor, _ axis: Int, by places: Int) throws(CNNError) -> Tensor {
        let (outer, length, inner) = x.shape.split(at: axis)
        var result = try Tensor(uninitialized: x.shape, x.dtype)
        let target = try result.mutableBytes()
        let rows = AxisNumbers.rowMajor([outer, length * inner])
        let (kept, wrapped) = ((length - places) * inner, places * inner)
        StridedCopy.copy(x.dtype, [outer, kept], from: x.bytes, 0, rows, to: target, wrapped, rows)
        StridedCopy.copy(x.dtype, [outer, wrapped], from: x.bytes, kept, rows, to: target, 0, rows)
        return result
    }
}

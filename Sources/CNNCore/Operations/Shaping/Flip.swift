/// The elements along some axes in reverse order.
public struct Flip: Operation {
    public let axes: [Int]

    public init(axes: [Int]) { self.axes = axes }

    public var name: String { "flip" }

    /// - Throws: E0306 for an axis that is not there, E0404 for one that is named twice.
    public func outputSpec(_ inputs: [TensorSpec]) throws(CNNError) -> TensorSpec {
        _ = try Axes.normalized(axes, inputs[0].shape, name)
        return inputs[0]
    }

    public func forward(_ inputs: [Tensor], output: TensorSpec, saved: inout [Tensor]) throws(CNNError) -> Tensor {
        try Flip.flipped(inputs[0], axes: try Axes.normalized(axes, inputs[0].shape, name))
    }

    public func backward(_ context: BackwardContext) throws(CNNError) -> [Tensor?] {
        let dy = context.outputGradient
        return [try Flip.flipped(dy, axes: try Axes.normalized(axes, dy.shape, name))]
    }

    /// Not recorded; the axes were checked.
    static func flipped(_ x: Tensor, axes: [Int]) throws(CNNError) -> Tensor {
        guard x.count > 0 else { return x }
        let steps = AxisNumbers.rowMajor(x.shape.dimensions)
        var turned = steps
        var offset = 0
        for axis in axes {
            turned[axis] = -steps[axis]
            offset += (x.shape[axis] - 1) * steps[axis]
        }
        var result = try Tensor(uninitialized: x.shape, x.dtype)
        let target = try result.mutableBytes()
        StridedCopy.copy(x.dtype, x.shape.dimensions, from: x.bytes, offset, turned, to: target, 0, steps)
        return result
    }
}

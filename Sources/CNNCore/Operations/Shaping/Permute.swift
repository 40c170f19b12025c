/// The axes in another order: axis i of the result is axis `axes[i]` of x.
public struct Permute: Operation {
    public let axes: [Int]

    public init(_ axes: [Int]) { self.axes = axes }

    public var name: String { "permute" }

    /// - Throws: E0306 where the axes are not all named, E0404 where one is named twice.
    public func outputSpec(_ inputs: [TensorSpec]) throws(CNNError) -> TensorSpec {
        let shape = inputs[0].shape
        let order = try order(shape)
        return TensorSpec(Shape(trusted: order.map { shape[$0] }, count: shape.count), inputs[0].dtype)
    }

    private func order(_ shape: Shape) throws(CNNError) -> [Int] {
        guard axes.count == shape.rank else {
            throw CNNError(
                .rankMismatch,
                "permute: \(axes.count.counting("axis is", "axes are")) given, but \(shape.asTensor) has \(shape.rank)",
                notes: ["name each of its axes once"])
        }
        return try Axes.normalized(axes, shape, name)
    }

    public func forward(_ inputs: [Tensor], output: TensorSpec, saved: inout [Tensor]) throws(CNNError) -> Tensor {
        try Permute.permuted(inputs[0], try order(inputs[0].shape), output.shape)
    }

    public func backwardNeeds(_ needsGradient: [Bool]) -> BackwardNeeds { .nothing }

    public func backward(_ context: BackwardContext) throws(CNNError) -> [Tensor?] {
        let order = try order(context.inputs[0].shape)
        var inverse = [Int](repeating: 0, count: order.count)
        for (place, axis) in order.enumerated() { inverse[axis] = place }
        return [try Permute.permuted(context.outputGradient, inverse, context.inputs[0].shape)]
    }

    /// Not recorded; the order was checked.
    static func permuted(_ x: Tensor, _ order: [Int], _ shape: Shape) throws(CNNError) -> Tensor {
        // Axes of size 1 may go anywhere without a copy.
        let moved = order.filter { x.shape[$0] != 1 }
        if zip(moved, moved.dropFirst()).allSatisfy({ $0 < $1 }) { return Tensor(sharing: x, shape: shape) }
        let steps = AxisNumbers.rowMajor(x.shape.dimensions)
        var turned = AxisNumbers()
        for (place, axis) in order.enumerated() { turned[place] = steps[axis] }
        var result = try Tensor(uninitialized: shape, x.dtype)
        let target = try result.mutableBytes()
        StridedCopy.copy(
            x.dtype, shape.dimensions, from: x.bytes, 0, turned, to: target, 0, .rowMajor(shape.dimensions))
        return result
    }
}

/// Repeated along axes of size 1 and along new leading ones.
public struct Broadcast: Operation {
    public let shape: Shape

    public init(to shape: Shape) { self.shape = shape }

    public var name: String { "expand" }

    /// - Throws: E0303 where a size that is not 1 would have to change.
    public func outputSpec(_ inputs: [TensorSpec]) throws(CNNError) -> TensorSpec {
        let input = inputs[0].shape
        guard Broadcasting.isRepeatable(input, to: shape) else {
            throw CNNError(
                .broadcastMismatch, "expand: \(input.asTensor) cannot be repeated to \(shape)",
                label: "only axes of size 1, and new ones in front, can be repeated",
                notes: input.rank > shape.rank
                    ? ["it has \(input.rank.counting("axis", "axes")), more than \(shape.rank)"] : copies(of: input))
        }
        return TensorSpec(shape, inputs[0].dtype)
    }

    /// Whole copies beside each other, where that gives the shape.
    private func copies(of input: Shape) -> [String] {
        guard input.rank == shape.rank, input.count > 0,
            zip(shape.dimensions, input.dimensions).allSatisfy({ $0 % $1 == 0 })
        else { return [] }
        let times = zip(shape.dimensions, input.dimensions).map { $0 / $1 }
        return ["for copies of the whole write tile(x, \(times))"]
    }

    public func forward(_ inputs: [Tensor], output: TensorSpec, saved: inout [Tensor]) throws(CNNError) -> Tensor {
        try Broadcast.repeated(inputs[0], to: shape)
    }

    public func backward(_ context: BackwardContext) throws(CNNError) -> [Tensor?] {
        [try Broadcasting.reduced(context.outputGradient, to: context.inputs[0].spec)]
    }

    /// Not recorded; the shapes were checked.
    static func repeated(_ x: Tensor, to shape: Shape) throws(CNNError) -> Tensor {
        if x.shape == shape { return x }
        if x.count == shape.count { return Tensor(sharing: x, shape: shape) }
        var result = try Tensor(uninitialized: shape, x.dtype)
        let target = try result.mutableBytes()
        StridedCopy.copy(
            x.dtype, shape.dimensions, from: x.bytes, 0, .broadcast(x.shape, to: shape), to: target, 0,
            .rowMajor(shape.dimensions))
        return result
    }
}

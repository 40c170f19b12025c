/// Inputs condition (bool), a, b: a where the condition holds, b elsewhere.
public struct Where: Operation {
    public init() {}

    public var name: String { "where" }

    /// The shape of the input that the others can be repeated to.
    /// - Throws: E0207 unless the condition is bool and a, b meet in one dtype; E0303.
    public func outputSpec(_ inputs: [TensorSpec]) throws(CNNError) -> TensorSpec {
        let (condition, a, b) = (inputs[0], inputs[1], inputs[2])
        guard condition.dtype == .bool else {
            throw CNNError(
                .dtypeMismatch, "where: the condition is \(condition.dtype.rawValue), not bool",
                notes: ["compare, as x > 0"])
        }
        let dtype = try Promotion.common(a, b, name)
        for shape in [condition.shape, a.shape, b.shape] {
            if [condition.shape, a.shape, b.shape].allSatisfy({ Broadcasting.isRepeatable($0, to: shape) }) {
                return TensorSpec(shape, dtype)
            }
        }
        // One of the three pairs says what is wrong.
        let values = try Broadcasting.shape(a.shape, b.shape, name)
        let first = values == a.shape ? "x" : "y"
        let shape = try Broadcasting.shape(condition.shape, values, name, operands: ("condition", first))
        return TensorSpec(shape, dtype)
    }

    public func forward(_ inputs: [Tensor], output: TensorSpec, saved: inout [Tensor]) throws(CNNError) -> Tensor {
        let condition = try Broadcast.repeated(inputs[0], to: output.shape)
        let a = try Broadcast.repeated(try Cast.converted(inputs[1], to: output.dtype), to: output.shape)
        let b = try Broadcast.repeated(try Cast.converted(inputs[2], to: output.dtype), to: output.shape)
        saved.append(condition)
        return try ElementwiseKernels.select(condition, a, b)
    }

    public func backward(_ context: BackwardContext) throws(CNNError) -> [Tensor?] {
        let (condition, dy) = (context.saved[0], context.outputGradient)
        let zero = try Tensor.full(dy.shape, 0, dy.dtype)
        var results: [Tensor?] = [nil, nil, nil]
        if context.needsGradient[1] {
            let gradient = try ElementwiseKernels.select(condition, dy, zero)
            results[1] = try Broadcasting.reduced(gradient, to: context.inputs[1].spec)
        }
        if context.needsGradient[2] {
            let gradient = try ElementwiseKernels.select(condition, zero, dy)
            results[2] = try Broadcasting.reduced(gradient, to: context.inputs[2].spec)
        }
        return results
    }
}

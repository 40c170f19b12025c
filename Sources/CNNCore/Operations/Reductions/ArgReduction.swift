/// The position of the largest or smallest element, of several the first. nan counts as both, as in NumPy.
public struct ArgReduction: Operation {
    public let maximum: Bool
    public let axis: Int?
    public let keep: Bool

    /// - Parameter axis: nil for the position among all elements in row-major order.
    public init(maximum: Bool, axis: Int?, keep: Bool = false) {
        self.maximum = maximum
        self.axis = axis
        self.keep = keep
    }

    public var name: String { maximum ? "argmax" : "argmin" }

    public var isDifferentiable: Bool { false }

    /// int64.
    /// - Throws: E0306 for an axis that is not there, E0404 where there is no element to find.
    public func outputSpec(_ inputs: [TensorSpec]) throws(CNNError) -> TensorSpec {
        let geometry = try geometry(inputs[0].shape)
        let shape = keep ? geometry.kept : geometry.reduced
        guard geometry.length > 0 || shape.count == 0 else {
            throw CNNError(.invalidValue, "\(name): \(inputs[0].shape.asTensor) has no elements to choose from")
        }
        return TensorSpec(shape, .int64)
    }

    private func geometry(_ shape: Shape) throws(CNNError) -> ReductionGeometry {
        guard let axis else { return ReductionGeometry(all: shape) }
        return ReductionGeometry(shape, axes: [try Axes.normalized(axis, shape, name)])
    }

    public func work(_ inputs: [TensorSpec], output: TensorSpec) -> Int { inputs[0].shape.count }

    public func forward(_ inputs: [Tensor], output: TensorSpec, saved: inout [Tensor]) throws(CNNError) -> Tensor {
        let places = try ReductionKernels.places(maximum: maximum, try geometry(inputs[0].shape), inputs[0])
        return Tensor(sharing: places, shape: output.shape)
    }
}

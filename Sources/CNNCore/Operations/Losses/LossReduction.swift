/// What becomes of the losses of the single elements or examples.
public enum LossReduction: String, Sendable, CaseIterable {
    case mean, sum, none

    /// The shape of the result for losses of this shape.
    func shape(_ losses: Shape) -> Shape { self == .none ? losses : .scalar }

    /// What every loss is multiplied by before it is added.
    func scale(_ count: Int) -> Double { self == .mean && count > 0 ? 1 / Double(count) : 1 }

    /// The result. A sum is one chain of float64, in order.
    /// - Parameter count: by what a mean divides. - Throws: E0404 for a mean over nothing.
    func reduce(_ losses: Tensor, count: Int) throws(CNNError) -> Tensor {
        guard self != .none else { return losses }
        guard count > 0 || self == .sum else {
            throw CNNError(.invalidValue, "a loss needs at least one example: this batch is empty")
        }
        var sum = 0.0
        if losses.dtype == .float32 {
            let values = losses.pointer(Float.self)
            for index in 0..<losses.count { sum += Double(values[index]) }
        } else {
            let values = losses.pointer(Double.self)
            for index in 0..<losses.count { sum += values[index] }
        }
        return try Tensor.full(.scalar, self == .mean ? sum / Double(count) : sum, losses.dtype)
    }

    /// The gradient for each of `shape`'s losses, from the gradient of the result.
    func gradients(_ outputGradient: Tensor, _ shape: Shape, count: Int) throws(CNNError) -> Tensor {
        guard self != .none else { return outputGradient }
        let value =
            outputGradient.dtype == .float32
            ? Double(outputGradient.pointer(Float.self)[0]) : outputGradient.pointer(Double.self)[0]
        return try Tensor.full(shape, value * scale(count), outputGradient.dtype)
    }
}

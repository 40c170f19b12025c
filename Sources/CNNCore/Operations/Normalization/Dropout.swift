/// Every element is zero with the given probability, else divided by the probability to stay, so that the mean is kept
/// (Srivastava et al. 2014, "inverted").
public struct Dropout: Operation {
    public let probability: Double
    public let stream: RandomStream

    /// - Parameter stream: where the elements to drop come from; the same stream drops the same ones.
    public init(probability: Double, stream: RandomStream) {
        self.probability = probability
        self.stream = stream
    }

    public var name: String { "dropout" }

    public func outputSpec(_ inputs: [TensorSpec]) throws(CNNError) -> TensorSpec {
        guard probability >= 0, probability <= 1 else {
            throw CNNError(
                .invalidValue, "dropout wants a probability from 0 to 1, not \(NumberFormatter.shortest(probability))")
        }
        try PictureChecks.dtypes(inputs, names: ["x"], for: .call(name))
        return inputs[0]
    }

    /// Saves the factor of every element.
    public func forward(
        _ inputs: [Tensor], output: TensorSpec, saved: inout [Tensor]
    ) throws(CNNError) -> Tensor {
        var stream = self.stream
        var factors = try stream.uniform(output.shape, output.dtype)
        var result = try Tensor(uninitialized: output.shape, output.dtype)
        func drop<T: BinaryFloatingPoint>(_ type: T.Type) throws(CNNError) {
            let source = inputs[0].pointer(T.self)
            let factor = try factors.mutablePointer(T.self)
            let target = try result.mutablePointer(T.self)
            let limit = T(probability)
            let scale = probability < 1 ? T(1 / (1 - probability)) : 0
            for index in 0..<output.shape.count {
                let value = factor[index] >= limit ? scale : 0
                factor[index] = value
                target[index] = source[index] * value
            }
        }
        if output.dtype == .float32 { try drop(Float.self) } else { try drop(Double.self) }
        saved.append(factors)
        return result
    }

    public func backwardNeeds(_ needsGradient: [Bool]) -> BackwardNeeds { .nothing }

    public func backward(_ context: BackwardContext) throws(CNNError) -> [Tensor?] {
        let dy = context.outputGradient
        guard let factors = context.saved.first else { return [nil] }
        var dx = try Tensor(uninitialized: dy.shape, dy.dtype)
        func scale<T: BinaryFloatingPoint>(_ type: T.Type) throws(CNNError) {
            let (source, factor) = (dy.pointer(T.self), factors.pointer(T.self))
            let target = try dx.mutablePointer(T.self)
            for index in 0..<dy.count { target[index] = source[index] * factor[index] }
        }
        if dy.dtype == .float32 { try scale(Float.self) } else { try scale(Double.self) }
        return [dx]
    }
}

/// `sum over j != y of max(0, s_j - s_y + margin)` for every row (Weston & Watkins 1999); with margin 0 the loss of
/// the perceptron.
///
/// Inputs: scores `[N, classes]`, labels int64 `[N]`.
public struct MultiClassHinge: Operation {
    public let margin: Double
    public let reduction: LossReduction

    public init(margin: Double, reduction: LossReduction) {
        self.margin = margin
        self.reduction = reduction
    }

    public var name: String { margin == 0 ? "perceptron" : "hinge" }

    public func outputSpec(_ inputs: [TensorSpec]) throws(CNNError) -> TensorSpec {
        try ClassLabels.check(inputs[0], inputs[1], for: name)
        return TensorSpec(reduction.shape(try Shape([inputs[0].shape[0]])), inputs[0].dtype)
    }

    public func work(_ inputs: [TensorSpec], output: TensorSpec) -> Int { inputs[0].shape.count }

    public func forward(
        _ inputs: [Tensor], output: TensorSpec, saved: inout [Tensor]
    ) throws(CNNError) -> Tensor {
        let scores = inputs[0]
        let classes = scores.shape[1]
        let labels = try ClassLabels.checked(inputs[1], classes: classes, for: name)
        var losses = try Tensor(uninitialized: try Shape([scores.shape[0]]), scores.dtype)
        func compute<T: BinaryFloatingPoint>(_ type: T.Type) throws(CNNError) {
            let (s, y) = (scores.pointer(T.self), labels.pointer(Int64.self))
            let result = try losses.mutablePointer(T.self)
            for row in 0..<scores.shape[0] {
                let start = row * classes
                let label = Int(y[row])
                var sum = 0.0
                for index in 0..<classes where index != label {
                    let excess = Double(s[start + index]) - Double(s[start + label]) + margin
                    // Not max(): a nan must come through.
                    sum += excess <= 0 ? 0 : excess
                }
                result[row] = T(sum)
            }
        }
        if scores.dtype == .float32 { try compute(Float.self) } else { try compute(Double.self) }
        saved.append(labels)
        return try reduction.reduce(losses, count: scores.shape[0])
    }

    public func backward(_ context: BackwardContext) throws(CNNError) -> [Tensor?] {
        let (scores, labels) = (context.inputs[0], context.saved[0])
        let classes = scores.shape[1]
        let scale = try reduction.gradients(
            context.outputGradient, try Shape([scores.shape[0]]), count: scores.shape[0])
        var dx = try Tensor.full(scores.shape, 0, scores.dtype)
        func compute<T: BinaryFloatingPoint>(_ type: T.Type) throws(CNNError) {
            let (s, y, g) = (scores.pointer(T.self), labels.pointer(Int64.self), scale.pointer(T.self))
            let result = try dx.mutablePointer(T.self)
            for row in 0..<scores.shape[0] {
                let start = row * classes
                let label = Int(y[row])
                var active = 0
                for index in 0..<classes where index != label {
                    guard Double(s[start + index]) - Double(s[start + label]) + margin > 0 else { continue }
                    result[start + index] = g[row]
                    active += 1
                }
                result[start + label] = -T(active) * g[row]
            }
        }
        if scores.dtype == .float32 { try compute(Float.self) } else { try compute(Double.self) }
        return [dx, nil]
    }
}

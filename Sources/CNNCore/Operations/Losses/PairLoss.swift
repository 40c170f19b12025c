import CNNKernels

/// Losses of a prediction against a target of the same shape, element by element.
///
/// Inputs: prediction and target, float, of one shape and dtype. The mean is over all elements; that of the
/// Kullback-Leibler divergence over the rows, which are the distributions.
public struct PairLoss: Operation {
    public enum Kind: Sendable {
        /// `(p - t)^2`
        case meanSquaredError
        /// `|p - t|`
        case meanAbsoluteError
        /// `d^2 / 2` up to `|d| = delta`, then `delta (|d| - delta/2)` (Huber 1964)
        case huber(delta: Double)
        /// `-(t log p + (1 - t) log(1 - p))` of probabilities; a logarithm is at least -100
        case binaryCrossEntropy
        /// The same of logits: `max(x, 0) - x t + log(1 + exp(-|x|))`
        case binaryCrossEntropyWithLogits
        /// `t (log t - log p)` of distributions along the last axis
        case klDivergence
    }

    public let kind: Kind
    public let reduction: LossReduction

    public init(_ kind: Kind, reduction: LossReduction) {
        self.kind = kind
        self.reduction = reduction
    }

    public var name: String {
        switch kind {
        case .meanSquaredError: "mse"
        case .meanAbsoluteError: "mae"
        case .huber: "huber"
        case .binaryCrossEntropy: "bce"
        case .binaryCrossEntropyWithLogits: "bce_with_logits"
        case .klDivergence: "kl_divergence"
        }
    }

    public func outputSpec(_ inputs: [TensorSpec]) throws(CNNError) -> TensorSpec {
        let (prediction, target) = (inputs[0], inputs[1])
        if case .huber(let delta) = kind, !(delta > 0) {
            throw CNNError(.invalidValue, "huber wants a delta above 0, not \(NumberFormatter.shortest(delta))")
        }
        guard prediction.shape == target.shape else {
            let isSameCount = prediction.shape.count == target.shape.count
            let areClasses =
                prediction.shape.rank == 2 && prediction.shape[1] > 1
                && target.shape.dimensions == [prediction.shape[0]]
            throw CNNError(
                .shapeMismatch,
                "\(name) compares element by element: the prediction is \(prediction.shape), "
                    + "the target \(target.shape)",
                notes: isSameCount
                    ? ["write reshape(target, \(PairLoss.sizes(prediction.shape)))"]
                    : areClasses
                        ? [
                            "one number a row looks like a class: write one_hot(target, \(prediction.shape[1])), "
                                + "or take cross_entropy"
                        ] : [], argument: .named("target"))
        }
        try PictureChecks.dtypes(inputs, names: ["pred", "target"], for: .call(name))
        return TensorSpec(reduction.shape(prediction.shape), prediction.dtype)
    }

    private static func sizes(_ shape: Shape) -> String {
        shape.rank > 1 ? "\(shape)" : "[\(shape.dimensions.map(String.init).joined(separator: ", "))]"
    }

    public func work(_ inputs: [TensorSpec], output: TensorSpec) -> Int { inputs[0].shape.count }

    /// By what a mean divides.
    private func meanCount(_ shape: Shape) -> Int {
        guard case .klDivergence = kind, let last = shape.dimensions.last, last > 0 else { return shape.count }
        return shape.count / last
    }

    public func forward(
        _ inputs: [Tensor], output: TensorSpec, saved: inout [Tensor]
    ) throws(CNNError) -> Tensor {
        let (prediction, target) = (inputs[0], inputs[1])
        try checkRange(prediction)
        var losses = try Tensor(uninitialized: prediction.shape, prediction.dtype)
        let formula = PairFormula(kind)
        func compute<T: BinaryFloatingPoint>(_ type: T.Type) throws(CNNError) {
            let (p, t) = (prediction.pointer(T.self), target.pointer(T.self))
            let result = try losses.mutablePointer(T.self)
            for index in 0..<prediction.count { result[index] = T(formula.loss(Double(p[index]), Double(t[index]))) }
        }
        if prediction.dtype == .float32 { try compute(Float.self) } else { try compute(Double.self) }
        return try reduction.reduce(losses, count: meanCount(prediction.shape))
    }

    public func backward(_ context: BackwardContext) throws(CNNError) -> [Tensor?] {
        let (prediction, target) = (context.inputs[0], context.inputs[1])
        let scale = try reduction.gradients(
            context.outputGradient, prediction.shape, count: meanCount(prediction.shape))
        let formula = PairFormula(kind)
        func gradient(_ derivative: (Double, Double) -> Double) throws(CNNError) -> Tensor {
            var result = try Tensor(uninitialized: prediction.shape, prediction.dtype)
            func compute<T: BinaryFloatingPoint>(_ type: T.Type) throws(CNNError) {
                let (p, t, s) = (prediction.pointer(T.self), target.pointer(T.self), scale.pointer(T.self))
                let values = try result.mutablePointer(T.self)
                for index in 0..<prediction.count {
                    values[index] = T(derivative(Double(p[index]), Double(t[index])) * Double(s[index]))
                }
            }
            if prediction.dtype == .float32 { try compute(Float.self) } else { try compute(Double.self) }
            return result
        }
        return [
            context.needsGradient[0] ? try gradient(formula.byPrediction) : nil,
            context.needsGradient[1] ? try gradient(formula.byTarget) : nil,
        ]
    }

    /// E0404 for a prediction that is no probability where one is wanted.
    private func checkRange(_ prediction: Tensor) throws(CNNError) {
        switch kind {
        case .binaryCrossEntropy, .klDivergence: break
        default: return
        }
        func check<T: BinaryFloatingPoint>(_ type: T.Type) throws(CNNError) {
            let values = prediction.pointer(T.self)
            for index in 0..<prediction.count where values[index] < 0 || values[index] > 1 {
                var notes: [String] = []
                if case .binaryCrossEntropy = kind { notes = ["for logits there is bce_with_logits"] }
                throw CNNError(
                    .invalidValue,
                    "\(name) wants probabilities from 0 to 1, but element \(index) of the prediction is "
                        + NumberFormatter.general(Double(values[index]), 4), notes: notes)
            }
        }
        if prediction.dtype == .float32 { try check(Float.self) } else { try check(Double.self) }
    }
}

/// A loss of one element and its derivatives, in float64.
private struct PairFormula {
    let kind: PairLoss.Kind

    init(_ kind: PairLoss.Kind) { self.kind = kind }

    /// The logarithm of a probability, cut off so that no loss is infinite.
    private func log(_ p: Double) -> Double { max(cnn_log(p), -100) }

    func loss(_ p: Double, _ t: Double) -> Double {
        switch kind {
        case .meanSquaredError: return (p - t) * (p - t)
        case .meanAbsoluteError: return abs(p - t)
        case .huber(let delta):
            let distance = abs(p - t)
            return distance <= delta ? distance * distance / 2 : delta * (distance - delta / 2)
        case .binaryCrossEntropy: return -(t * log(p) + (1 - t) * log(1 - p))
        case .binaryCrossEntropyWithLogits: return max(p, 0) - p * t + cnn_log(1 + cnn_exp(-abs(p)))
        case .klDivergence: return t == 0 ? 0 : t * (cnn_log(t) - log(p))
        }
    }

    func byPrediction(_ p: Double, _ t: Double) -> Double {
        switch kind {
        case .meanSquaredError: return 2 * (p - t)
        case .meanAbsoluteError: return p > t ? 1 : p < t ? -1 : p - t
        case .huber(let delta): return max(-delta, min(delta, p - t))
        case .binaryCrossEntropy: return (p - t) / max(p * (1 - p), 1e-12)
        case .binaryCrossEntropyWithLogits:
            let decay = cnn_exp(-abs(p))
            return (p >= 0 ? 1 : decay) / (1 + decay) - t
        case .klDivergence: return t == 0 ? 0 : -t / max(p, 1e-12)
        }
    }

    func byTarget(_ p: Double, _ t: Double) -> Double {
        switch kind {
        case .meanSquaredError, .meanAbsoluteError, .huber: return -byPrediction(p, t)
        case .binaryCrossEntropy: return log(1 - p) - log(p)
        case .binaryCrossEntropyWithLogits: return -p
        case .klDivergence: return t == 0 ? 0 : cnn_log(t) - log(p) + 1
        }
    }
}

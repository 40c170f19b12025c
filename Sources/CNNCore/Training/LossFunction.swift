import CNNKernels

/// What training makes small.
public enum LossFunction {
    case crossEntropy(labelSmoothing: Double)
    case meanSquaredError
    case meanAbsoluteError
    case huber(delta: Double)
    /// Takes probabilities: a model that ends in sigmoid.
    case binaryCrossEntropy
    /// Takes logits.
    case binaryCrossEntropyWithLogits
    /// Takes probabilities: a model that ends in softmax.
    case klDivergence
    /// max(0, s_j - s_y + 1) summed over the wrong classes j.
    case hinge
    /// max(0, s_j - s_y) summed over the wrong classes j.
    case perceptron
    /// One of the caller's, of output and labels; the mean loss of the batch, one element.
    case custom((_ output: Tensor, _ labels: Tensor) throws -> Tensor)

    /// The mean loss of a batch, one element.
    /// - Parameter output: what the model gives, `[N, classes]`; cross-entropy takes the logits of a model that ends in
    ///   softmax. - Parameter labels: int64 `[N]`, or targets. Losses of two tensors compare classes with their one-hot
    ///   rows, or with the labels as numbers where the model has one output; targets must have the output's shape.
    /// - Throws: E0302, E0408 for a label that has no output; what a custom loss throws.
    public func callAsFunction(_ output: Tensor, _ labels: Tensor) throws -> Tensor {
        guard case .custom(let function) = self else { return try value(output, labels) }
        let loss = try function(output, labels)
        guard loss.count == 1, loss.dtype.isFloating else {
            let given =
                loss.count == 1
                ? "one \(loss.dtype.rawValue)" : "a tensor of \(loss.dtype.rawValue) \(loss.shape)"
            throw CNNError(
                .typeMismatch, "the loss must be one float, not \(given)",
                notes: [
                    loss.count == 1
                        ? "reckon it from the output: loss=(y, t) -> mean((y - t) ** 2)"
                        : "a mean over the batch gives one: mean(...)"
                ])
        }
        return loss
    }

    /// The same for all but `custom`.
    func value(_ output: Tensor, _ labels: Tensor) throws(CNNError) -> Tensor {
        switch self {
        case .crossEntropy(let smoothing):
            return try CrossEntropy(labelSmoothing: smoothing, reduction: .mean)(output.logits ?? output, labels)
        case .hinge: return try MultiClassHinge(margin: 1, reduction: .mean)(output, labels)
        case .perceptron: return try MultiClassHinge(margin: 0, reduction: .mean)(output, labels)
        case .meanSquaredError: return try compared(.meanSquaredError, output, labels)
        case .meanAbsoluteError: return try compared(.meanAbsoluteError, output, labels)
        case .huber(let delta): return try compared(.huber(delta: delta), output, labels)
        case .binaryCrossEntropy: return try compared(.binaryCrossEntropy, output, labels)
        case .binaryCrossEntropyWithLogits: return try compared(.binaryCrossEntropyWithLogits, output, labels)
        case .klDivergence: return try compared(.klDivergence, output, labels)
        case .custom: throw CNNError(.invalidValue, "a loss of one's own has no such value")
        }
    }

    private var isOfTwoClasses: Bool {
        switch self {
        case .binaryCrossEntropy, .binaryCrossEntropyWithLogits: true
        default: false
        }
    }

    private func compared(_ kind: PairLoss.Kind, _ output: Tensor, _ labels: Tensor) throws(CNNError) -> Tensor {
        try PairLoss(kind, reduction: .mean)(output, try target(for: output, labels))
    }

    /// Labels in the shape and dtype of the output.
    private func target(for output: Tensor, _ labels: Tensor) throws(CNNError) -> Tensor {
        if labels.dtype.isFloating {
            let target = labels.dtype == output.dtype ? labels : try labels.converted(to: output.dtype)
            // `[N]` for a model with one output.
            let isColumn = labels.rank == 1 && output.count == labels.count && output.shape[0] == labels.count
            return isColumn ? try Reshape(output.shape.dimensions)(target) : target
        }
        let rows = labels.count
        guard output.rank == 1 || output.rank == 2, output.shape[0] == rows else {
            throw CNNError(
                .shapeMismatch,
                "the loss compares \(rows.counting("label")) with outputs [\(rows), classes], not \(output.shape.asGiven)",
                notes: ["end the model with flatten and dense"])
        }
        let classes = output.rank == 2 ? output.shape[1] : 1
        if classes == 1 {
            if isOfTwoClasses { _ = try ClassLabels.checked(labels, classes: 2, for: "bce") }
            return try Reshape(output.shape.dimensions)(try labels.converted(to: output.dtype))
        }
        return try oneHot(labels, like: output)
    }

    private func oneHot(_ labels: Tensor, like output: Tensor) throws(CNNError) -> Tensor {
        let classes = output.shape[1]
        var target = try Tensor.full(output.shape, 0, output.dtype)
        for row in 0..<labels.count {
            let label = labels.integerElement(row)
            guard label >= 0, label < classes else {
                throw CNNError(
                    .labelOutOfRange, "label \(row) of the batch is \(label); the model has \(classes) outputs")
            }
            let place = row * classes + label
            if output.dtype == .float32 {
                try target.mutablePointer(Float.self)[place] = 1
            } else {
                try target.mutablePointer(Double.self)[place] = 1
            }
        }
        return target
    }
}

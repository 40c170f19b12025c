import CNNKernels

/// What training makes small.
public enum LossFunction: Sendable {
    case crossEntropy(labelSmoothing: Double)
    case meanSquaredError
    case meanAbsoluteError
    case huber(delta: Double)
    /// Takes probabilities: a model that ends in sigmoid.
    case binaryCrossEntropy
    /// max(0, s_j - s_y + 1) summed over the wrong classes j.
    case hinge

    /// The mean loss of a batch, rank 0.
    /// - Parameter output: what the model gives, `[N, classes]`; cross-entropy takes the logits of a model that ends in
    ///   softmax. - Parameter labels: int64 `[N]`. Losses of two tensors compare with their one-hot rows, or with the
    ///   labels as numbers where the model has one output.
    /// - Throws: E0302, E0408 for a label that has no output.
    public func callAsFunction(_ output: Tensor, _ labels: Tensor) throws(CNNError) -> Tensor {
        switch self {
        case .crossEntropy(let smoothing):
            return try CrossEntropy(labelSmoothing: smoothing, reduction: .mean)(output.logits ?? output, labels)
        case .hinge: return try MultiClassHinge(margin: 1, reduction: .mean)(output, labels)
        case .meanSquaredError: return try compared(.meanSquaredError, output, labels)
        case .meanAbsoluteError: return try compared(.meanAbsoluteError, output, labels)
        case .huber(let delta): return try compared(.huber(delta: delta), output, labels)
        case .binaryCrossEntropy: return try compared(.binaryCrossEntropy, output, labels)
        }
    }

    private func compared(_ kind: PairLoss.Kind, _ output: Tensor, _ labels: Tensor) throws(CNNError) -> Tensor {
        try PairLoss(kind, reduction: .mean)(output, try target(for: output, labels))
    }

    /// Labels in the shape of the output.
    private func target(for output: Tensor, _ labels: Tensor) throws(CNNError) -> Tensor {
        let rows = labels.count
        guard output.rank == 1 || output.rank == 2, output.shape[0] == rows else {
            throw CNNError(
                .shapeMismatch, "the loss compares \(rows) labels with outputs [\(rows), classes], not \(output.shape)",
                notes: ["end the model with flatten and dense"])
        }
        let classes = output.rank == 2 ? output.shape[1] : 1
        if classes == 1 {
            return try Reshape(output.shape.dimensions)(try labels.converted(to: output.dtype))
        }
        var target = try Tensor.full(output.shape, 0, output.dtype)
        for row in 0..<rows {
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

import CNNKernels

/// A loss that has grown though every number of it is finite: the stable cross-entropy hardly ever becomes nan.
///
/// It is one only where the last epoch, and its last steps, are clearly worse than the first step, and worse than answers
/// that look at no picture: a training that goes on from a small loss, or whose batches are few and differ, is none.
public struct DivergedLoss {
    /// Of the first step's batch.
    public let first: Double
    /// The mean over the last epoch.
    public let last: Double
    /// What the same answer for every picture gives.
    public let guessing: Double

    private static let leastSteps = 5
    /// Few steps say less: their batches differ.
    private static func factor(_ steps: Int) -> Double { steps < 30 ? 1.5 : 1.1 }

    /// nil where the loss has not grown so, or where it is not known what guessing gives.
    public init?(_ history: TrainingHistory, _ loss: LossFunction, _ data: Dataset) {
        let steps = history.stepLosses.count
        guard steps >= DivergedLoss.leastSteps, let first = history.stepLosses.first, let epoch = history.epochs.last,
            case let last = epoch.loss, last.isFinite, case let factor = DivergedLoss.factor(steps),
            // An epoch that began badly and has recovered is none.
            case let end = min(last, DivergedLoss.mean(history.stepLosses.suffix(max(1, epoch.steps / 4)))),
            end > factor * first, let guessing = loss.ofGuessing(data), end > factor * guessing
        else { return nil }
        (self.first, self.last, self.guessing) = (first, last, guessing)
    }

    private static func mean(_ losses: ArraySlice<Double>) -> Double { losses.reduce(0, +) / Double(losses.count) }
}

extension LossFunction {
    /// The loss of one answer that is the same for all pictures; nil for losses that have no such value.
    fileprivate func ofGuessing(_ data: Dataset) -> Double? {
        let classes = max(2, data.hasClasses ? data.classCount : data.labels.shape.dimensions.last ?? 2)
        switch self {
        case .crossEntropy: return cnn_log(Double(classes))
        case .binaryCrossEntropy, .binaryCrossEntropyWithLogits: return cnn_log(2)
        case .hinge: return Double(classes - 1)
        // One-hot rows vary by less than a quarter.
        case .meanSquaredError: return max(data.hasClasses ? 0.25 : 0, LossFunction.variance(data.labels))
        case .meanAbsoluteError, .huber, .klDivergence, .perceptron, .custom: return nil
        }
    }

    private static func variance(_ labels: Tensor) -> Double {
        guard labels.count > 0 else { return 0 }
        let values = labels.doubles()
        let mean = values.reduce(0, +) / Double(values.count)
        return values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
    }
}

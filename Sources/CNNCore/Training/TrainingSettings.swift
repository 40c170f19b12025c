/// How a model is trained.
public struct TrainingSettings {
    /// In all, with those that an earlier run has done.
    public var epochs = 1
    /// Pictures a step; the last batch of an epoch may be smaller.
    public var batch = 32
    /// Stop after so many steps in all, with those of an earlier run, within `epochs`.
    public var steps: Int?
    public var rule = OptimizerRule(.sgd(momentum: 0, nesterov: false), learningRate: 0.01, weightDecay: 0)
    /// One that goes on from earlier steps, instead of a new one with `rule`.
    public var optimizer: Optimizer?
    public var loss = LossFunction.crossEntropy(labelSmoothing: 0)
    public var validation: Dataset?
    public var shuffle = true
    public var seed: UInt64 = 0
    public var augmentations: [Augmentation] = []
    /// See `LearningRateSchedule` for which count epochs and which steps.
    public var schedule: LearningRateSchedule?
    /// Stop after so many epochs without a smaller `val_loss` (`loss` where there is no validation).
    public var patience: Int?
    /// The norm that all gradients together are shrunk to.
    public var clip: Double?
    /// accuracy, top5, mse, mae
    public var metrics: [String] = ["accuracy"]

    public init() {}

    /// - Throws: E0404 that names the setting.
    func check() throws(CNNError) {
        try require(epochs > 0, "epochs", "at least 1", "\(epochs)")
        try require(batch > 0, "batch", "at least 1", "\(batch)")
        try require(steps.map { $0 > 0 } ?? true, "steps", "at least 1", "\(steps ?? 0)")
        try require(patience.map { $0 > 0 } ?? true, "patience", "at least 1", "\(patience ?? 0)")
        try require(clip.map { $0 > 0 } ?? true, "clip", "above 0", NumberFormatter.shortest(clip ?? 0))
        let rate = (optimizer?.rule ?? rule).learningRate
        try require(rate.isFinite && rate >= 0, "lr", "a number from 0 up", NumberFormatter.shortest(rate))
        for metric in metrics where TrainingMetric(rawValue: metric) == nil {
            let known = TrainingMetric.allCases.map(\.rawValue).joined(separator: ", ")
            throw CNNError(
                .invalidValue, "there is no metric '\(metric)'", notes: ["there are \(known)"],
                argument: .named("metrics"))
        }
    }

    private func require(_ holds: Bool, _ name: String, _ wanted: String, _ value: String) throws(CNNError) {
        guard holds else {
            throw CNNError(
                .invalidValue, "\(name) must be \(wanted), not \(value)",
                notes: wanted == "at least 1" ? ["write \(name)=1"] : [],
                argument: .named(name == "lr" ? "optimizer" : name))
        }
    }
}

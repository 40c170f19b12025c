/// Where training stands, for whoever watches.
public struct TrainingEvent {
    /// From 1.
    public var epoch: Int
    /// Steps done, from the first of the first epoch on.
    public var step: Int
    /// The mean over the epoch so far, weighted by the batches' sizes.
    public var loss: Double
    public var learningRate: Double
    /// Of the training batches of the epoch so far; at an epoch's end also `val_loss`, `val_accuracy`, …
    public var metrics: [MeasuredValue]
    public var stepsPerEpoch: Int
}

/// A metric and what it came to.
public struct MeasuredValue: Codable, Sendable {
    public var name: String
    public var value: Double
}

/// What training has done.
public struct TrainingHistory: Codable, Sendable {
    public struct Epoch: Codable, Sendable {
        /// From 1.
        public var epoch: Int
        /// Steps in this epoch.
        public var steps: Int
        /// The mean over the epoch's pictures, each as the model was at its step.
        public var loss: Double
        /// accuracy, top5 of the training batches; val_loss, val_accuracy, val_top5.
        public var metrics: [MeasuredValue]
        /// Of the epoch's last step.
        public var learningRate: Double
    }

    public var epochs: [Epoch] = []
    /// The loss of each step's batch.
    public var stepLosses: [Double] = []
    /// Ended by `shouldStop` or by patience.
    public var wasStopped = false

    public init() {}

    /// The losses of the steps are many: a checkpoint keeps them as a tensor.
    private enum CodingKeys: CodingKey { case epochs, wasStopped }
}

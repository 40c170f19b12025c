/// Where training stands, for whoever watches.
public struct TrainingEvent {
    /// From 1.
    public var epoch: Int
    /// Steps done in this run.
    public var step: Int
    /// The mean over the epoch so far, weighted by the batches' sizes.
    public var loss: Double
    public var learningRate: Double
    /// Of the training batches of the epoch so far; at an epoch's end also `val_loss`, `val_accuracy`, …
    public var metrics: [(name: String, value: Double)]
    public var stepsPerEpoch: Int
}

/// What training has done.
public struct TrainingHistory {
    public struct Epoch {
        /// From 1.
        public var epoch: Int
        /// Steps in this epoch.
        public var steps: Int
        /// The mean over the epoch's pictures, each as the model was at its step.
        public var loss: Double
        /// accuracy, top5 of the training batches; val_loss, val_accuracy, val_top5.
        public var metrics: [(name: String, value: Double)]
        /// Of the epoch's last step.
        public var learningRate: Double
    }

    public var epochs: [Epoch] = []
    /// The loss of each step's batch.
    public var stepLosses: [Double] = []
    /// Ended by `shouldStop` or by patience.
    public var wasStopped = false

    public init() {}
}

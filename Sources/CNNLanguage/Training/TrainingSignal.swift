import CNNCore

/// What a training that is about to begin will do.
public struct TrainingPlan: Sendable {
    /// The number of the last epoch.
    public let epochs: Int
    /// The number of the last step.
    public let steps: Int
    /// Steps of earlier runs that this one goes on from.
    public let doneSteps: Int
    public let stepsPerEpoch: Int
    public let picturesPerEpoch: Int
    /// Whether a line an epoch is wanted.
    public let logs: Bool
}

/// How training goes on. Without times: whoever shows it has the clock.
public enum TrainingSignal {
    case begins(TrainingPlan)
    /// - Parameter loss: of this step's batch alone.
    case step(TrainingEvent, loss: Double)
    /// Before its line is printed and its hooks run.
    case epochEnds(TrainingEvent)
    /// Also after an error or an interrupt. Each `begins` has one.
    case ends
}

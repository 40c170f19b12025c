import CNNCore

/// What `train` gives back: a list for each thing that was measured, an element an epoch.
public final class HistoryObject: NativeObject {
    let history: TrainingHistory

    public init(_ history: TrainingHistory) { self.history = history }

    public override var typeName: String { "history" }
    public override var isReference: Bool { false }
    public override var length: Int? { history.epochs.count }

    /// accuracy, val_loss, val_accuracy, …
    var metricNames: [String] { history.epochs.first?.metrics.map(\.name) ?? [] }

    public override var memberNames: [String] {
        ["epochs", "loss"] + metricNames + ["lr", "step_losses", "steps", "stopped"]
    }

    public override func member(_ name: String, in interpreter: Interpreter) throws -> Value? {
        switch name {
        case "epochs": return .array(history.epochs.map { .int($0.epoch) })
        case "step_losses": return .array(history.stepLosses.map { .float($0) })
        case "steps": return .int(history.stepLosses.count)
        case "stopped": return .bool(history.wasStopped)
        default: return series(name).map { .array($0.map { .float($0) }) }
        }
    }

    /// The values of loss, lr or a metric, epoch by epoch; nil where it was not measured.
    func series(_ name: String) -> [Double]? {
        switch name {
        case "loss": return history.epochs.map(\.loss)
        case "lr": return history.epochs.map(\.learningRate)
        default:
            guard metricNames.contains(name) else { return nil }
            return history.epochs.map { epoch in epoch.metrics.first { $0.name == name }?.value ?? .nan }
        }
    }

    public override func isEqual(to other: Value) -> Bool {
        guard case .native(let object) = other, let other = object as? HistoryObject else { return false }
        return other.history.stepLosses == history.stepLosses && other.display() == display()
    }

    /// `history of 8 epochs: loss 0.0312, accuracy 0.9931`, the last epoch's values; two lines where they are many.
    public override func display() -> String { display(columns: HelpText.usualColumns) }

    public override func display(columns: Int) -> String {
        guard let last = history.epochs.last else { return "history of 0 epochs" }
        let values = [(name: "loss", value: last.loss)] + last.metrics.map { (name: $0.name, value: $0.value) }
        let text = values.map { "\($0.name) \(EpochTable.number($0.value))" }.joined(separator: ", ")
        let count = history.epochs.count
        let head = "history of \(count) epoch\(count == 1 ? "" : "s")\(history.wasStopped ? ", stopped" : ""): "
        return HelpText.wrapped(head + text, indent: 0, columns: columns).joined(separator: "\n")
    }
}

import CNNCore

/// The learning rate over time: `cosine(20)`. Called with a base rate and a step or epoch from 0, it gives the rate.
public final class ScheduleObject: NativeObject {
    private let name: String
    private let arguments: String
    /// How it is written with a length, where it has none.
    private let complete: String
    /// From how long training takes, for what the schedule leaves open.
    private let kind: (_ epochs: Int?, _ steps: Int?) -> LearningRateSchedule.Kind?

    init(
        _ name: String, arguments: String, complete: String,
        kind: @escaping (_ epochs: Int?, _ steps: Int?) -> LearningRateSchedule.Kind?
    ) {
        self.name = name
        self.arguments = arguments
        self.complete = complete
        self.kind = kind
    }

    public override var typeName: String { "schedule" }
    public override var isReference: Bool { false }
    public override func display() -> String { "\(name)(\(arguments))" }

    public override func isEqual(to other: Value) -> Bool {
        guard case .native(let object) = other, let schedule = object as? ScheduleObject else { return false }
        return schedule.display() == display()
    }

    /// The schedule for a training of so many epochs and steps.
    func schedule(epochs: Int, steps: Int) -> LearningRateSchedule? {
        kind(epochs, steps).map(LearningRateSchedule.init)
    }

    public override func call(_ arguments: [Value], names: [String?], in interpreter: Interpreter) throws -> Value? {
        guard arguments.count == 2, let base = arguments[0].number, let step = arguments[1].wholeNumber else {
            throw CNNError(
                .argumentMismatch, "a schedule gives the rate for a base rate and a step",
                notes: ["write s(0.1, 5): the rate after 5 epochs (of one_cycle and warmup: steps)"])
        }
        guard let kind = kind(nil, nil) else {
            throw CNNError(
                .argumentMismatch, "\(name) does not know yet how long training takes",
                notes: ["write \(complete) for a length of 20"])
        }
        return .float(LearningRateSchedule(kind).rate(base: base, step: step))
    }
}

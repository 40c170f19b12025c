import CNNCore

/// The keys of `train`, read and checked.
struct TrainArguments {
    static let keys = TrainingKey.allCases.map(\.rawValue)

    private(set) var base = TrainingSettings()
    private var epochs: Int?
    private var optimizer: OptimizerObject?
    private var schedule: ScheduleObject?
    private(set) var logs = true
    private var resumes = false
    /// A checkpoint to go on from: `resume="net.safetensors"`.
    private var resumedFile: String?
    private var hasSeed = false
    private let interpreter: Interpreter
    private(set) var checkpoint: String?

    init(
        _ arguments: [(String, Value)], model: ModelObject, data: Dataset, in interpreter: Interpreter
    ) throws {
        self.interpreter = interpreter
        base.seed = interpreter.seed
        if !data.hasClasses { base.metrics = [] }
        var seen: [String] = []
        for (key, value) in arguments {
            guard let known = TrainingKey(rawValue: key) else { throw TrainArguments.unknown(key) }
            guard !seen.contains(key) else { throw CNNError(.argumentMismatch, "train got '\(key)' twice") }
            seen.append(key)
            if case .none = value { continue }
            try TrainArguments.blaming(known) { try set(known, value, data, interpreter) }
        }
    }

    /// Whatever goes wrong in it is the fault of this argument.
    private static func blaming<Result>(_ key: TrainingKey, _ body: () throws -> Result) throws -> Result {
        do { return try body() } catch var error as CNNError where error.argument == nil {
            error.argument = .named(key.rawValue)
            throw error
        }
    }

    private static func unknown(_ key: String) -> CNNError {
        var notes: [String] = []
        if let ours = ArgumentErrors.suggestion(for: key, among: keys) { notes.append("write \(ours)=...") }
        if let way = ways[key] { notes = [way] }
        notes.append("the keys are \(keys.joined(separator: ", "))")
        return CNNError(.argumentMismatch, "train has no '\(key)'", notes: notes, argument: .named(key))
    }

    /// What Keras and PyTorch are given, and where that stands here.
    private static let ways: [String: String] = [
        "lr": "write optimizer=sgd(lr=0.1)", "learning_rate": "write optimizer=sgd(lr=0.1)",
        "verbose": "write log=False to print nothing",
        "validation_split": "write a, b = data.split(0.8), then train on a with validate=b",
        "momentum": "write optimizer=sgd(lr=0.1, momentum=0.9)",
        "weight_decay": "write optimizer=sgd(lr=0.1, weight_decay=0.0001)",
    ]

    private mutating func set(
        _ known: TrainingKey, _ value: Value, _ data: Dataset, _ interpreter: Interpreter
    ) throws {
        let key = known.rawValue
        switch known {
        case .epochs: epochs = try TrainArguments.int(key, value)
        case .batch: base.batch = try TrainArguments.int(key, value)
        case .steps: base.steps = try TrainArguments.int(key, value)
        case .optimizer: optimizer = try TrainArguments.optimizer(value, in: interpreter)
        case .loss: base.loss = try LossArgument.function(value, "train: 'loss'", in: interpreter)
        case .validate: base.validation = try TrainArguments.validation(value, data)
        case .metrics: base.metrics = try TrainArguments.metrics(value)
        case .shuffle: base.shuffle = try TrainArguments.bool(key, value)
        case .seed:
            hasSeed = true
            base.seed = UInt64(bitPattern: Int64(try TrainArguments.int(key, value)))
        case .augment: base.augmentations = try AugmentationObject.list(value, in: interpreter)
        case .schedule: schedule = try TrainArguments.schedule(value)
        case .patience: base.patience = try TrainArguments.int(key, value)
        case .clip: base.clip = try TrainArguments.double(key, value)
        case .checkpoint: checkpoint = try TrainArguments.checkpoint(value, interpreter)
        case .resume: try setResume(value)
        case .log: logs = try TrainArguments.bool(key, value)
        }
    }

    private mutating func setResume(_ value: Value) throws(CNNError) {
        if case .string(let text) = value {
            resumes = true
            resumedFile = text.text
        } else {
            resumes = try TrainArguments.bool("resume", value)
        }
    }

    // MARK: - Values

    private static func int(_ key: String, _ value: Value) throws(CNNError) -> Int {
        guard let number = value.wholeNumber else {
            throw CNNError(
                .typeMismatch, "train: '\(key)' is an int, not \(value.describedType)",
                notes: nearestInt(value).map { ["write \(key)=\($0)"] } ?? [], argument: .named(key))
        }
        return number
    }

    /// Of a float, or of a text that reads as an int.
    private static func nearestInt(_ value: Value) -> Int? {
        if case .string(let object) = value { return Int(object.text) }
        return value.number.flatMap { Int(exactly: $0.rounded(.up)) }
    }

    private static func double(_ key: String, _ value: Value) throws(CNNError) -> Double {
        guard let number = value.number else {
            throw CNNError(
                .typeMismatch, "train: '\(key)' is a number, not \(value.describedType)", argument: .named(key))
        }
        return number
    }

    private static func bool(_ key: String, _ value: Value) throws(CNNError) -> Bool {
        guard case .bool(let flag) = value else {
            throw CNNError(
                .typeMismatch, "train: '\(key)' is True or False, not \(value.describedType)",
                notes: value.integer.map { ["write \(key)=\($0 == 0 ? "False" : "True")"] } ?? [],
                argument: .named(key))
        }
        return flag
    }

    /// `sgd(lr=0.1)`, or the built-in alone for its usual rate: `adam`.
    private static func optimizer(_ value: Value, in interpreter: Interpreter) throws -> OptimizerObject {
        if case .builtin(let object) = value, OptimizerBuiltins.names.contains(object.builtin.name) {
            return try optimizer(try interpreter.call(value, []), in: interpreter)
        }
        guard case .native(let native) = value, let object = native as? OptimizerObject else {
            throw CNNError(
                .typeMismatch, "train: 'optimizer' is an optimizer, not \(value.describedType)",
                notes: [
                    "write optimizer=\(example(value)); there are \(OptimizerBuiltins.names.joined(separator: ", "))"
                ])
        }
        return object
    }

    /// The optimizer whose name was given as a text, else the first.
    private static func example(_ value: Value) -> String {
        guard case .string(let text) = value else { return "sgd(lr=0.1)" }
        let name = text.text.lowercased()
        let names = OptimizerBuiltins.names
        let known = names.contains(name) ? name : EditDistance.nearest(name, among: names)
        return known.map { "\($0)()" } ?? "sgd(lr=0.1)"
    }

    private static func schedule(_ value: Value) throws(CNNError) -> ScheduleObject {
        guard case .native(let native) = value, let object = native as? ScheduleObject else {
            throw CNNError(
                .typeMismatch, "train: 'schedule' is a schedule, not \(value.describedType)",
                notes: ["there are \(ScheduleBuiltins.names.joined(separator: ", ")): write schedule=cosine()"])
        }
        return object
    }

    private static func validation(_ value: Value, _ data: Dataset) throws(CNNError) -> Dataset {
        let validation: Dataset
        do throws(CNNError) { validation = try DataArgument.dataset(value, "train: 'validate'") } catch {
            throw withShare(error, value)
        }
        guard validation.pictureShape == data.pictureShape else {
            throw CNNError(
                .shapeMismatch,
                "train: 'validate' has pictures of \(validation.pictureShape), and training has \(data.pictureShape)"
            )
        }
        return validation
    }

    /// Keras takes a share of the pictures.
    private static func withShare(_ error: CNNError, _ value: Value) -> CNNError {
        guard error.code == .typeMismatch, let share = value.number, share > 0, share < 1 else { return error }
        var error = error
        error.notes = [
            "write a, b = data.split(\(NumberFormatter.general(1 - share, 6))), then train on a with validate=b"
        ]
        return error
    }

    private static func metrics(_ value: Value) throws(CNNError) -> [String] {
        let values: [Value]
        if case .list(let list) = value { values = list.elements } else { values = [value] }
        var names: [String] = []
        for value in values {
            switch value {
            case .string(let text): names.append(text.text)
            case .builtin(let object): names.append(object.builtin.name)
            default: throw CNNError(.typeMismatch, "train: 'metrics' is a list of names, not \(value.describedType)")
            }
            if let last = names.last, names.dropLast().contains(last) {
                throw CNNError(.argumentMismatch, "train: 'metrics' has \(last) twice")
            }
        }
        return names
    }

    private static func checkpoint(_ value: Value, _ interpreter: Interpreter) throws(CNNError) -> String {
        guard case .string(let text) = value else {
            throw CNNError(.typeMismatch, "train: 'checkpoint' is the name of a file, not \(value.describedType)")
        }
        guard text.text.lowercased().hasSuffix(".safetensors") else {
            throw CNNError(
                .invalidValue, "train: the name of a checkpoint ends in .safetensors: '\(text.text)' does not")
        }
        // Before the first epoch, not after it.
        let path = try FilePaths.writable(text.text, in: interpreter)
        let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
        guard folder.isEmpty || FileReader.isFolder(folder), !FileReader.isFolder(path) else {
            throw CNNError(.fileUnwritable, "'\(text.text)' cannot be written: there is no such folder")
        }
        return text.text
    }

    // MARK: - Settings

    /// What the trainer is to do, and where it begins; nil at the beginning.
    func settings(for model: ModelObject, _ data: Dataset) throws -> (TrainingSettings, TrainingState?) {
        var settings = base
        let batch = max(1, settings.batch)
        let stepsPerEpoch = data.count / batch + (data.count % batch == 0 ? 0 : 1)
        let epochs = epochs ?? base.steps.map { min($0 / max(1, stepsPerEpoch), Int.max - 1) + 1 } ?? 1
        settings.epochs = epochs
        if let schedule {
            let (steps, overflow) = epochs.multipliedReportingOverflow(by: stepsPerEpoch)
            settings.schedule = schedule.schedule(
                epochs: epochs, steps: overflow ? Int.max : min(steps, base.steps ?? steps))
        }
        if let optimizer {
            try TrainArguments.blaming(.optimizer) { try optimizer.bind(to: model.model) }
            settings.optimizer = optimizer.optimizer
        }
        guard resumes else { return (settings, nil) }
        if model.model.inputShape == nil { try model.model.build(for: data.pictureShape) }
        return try TrainArguments.blaming(.resume) { try resume(model, settings) }
    }

    /// Goes on from what this session has done, else from a file; a checkpoint that is not there yet is no error, so
    /// that a program which was cut off can be run again as it is.
    private func resume(_ model: ModelObject, _ settings: TrainingSettings) throws -> (TrainingSettings, TrainingState?)
    {
        if resumedFile == nil, let progress = model.progress {
            let other = progress.optimizer
            return try resume(progress.state, other.rule, other.stepCount, other.state, settings, keeping: other)
        }
        if let file = try resumedFile ?? existingCheckpoint() {
            let saved = try FilePaths.reading(file, in: interpreter) { (path) throws(CNNError) in
                try Checkpoint.load(path, into: model.model)
            }
            return try resume(saved.state, saved.rule, saved.stepCount, saved.moments, settings, keeping: nil)
        }
        guard checkpoint == nil else { return (settings, nil) }
        throw CNNError(
            .invalidValue, "there is nothing to resume: this session has not trained \(model.model.name) yet",
            notes: ["with checkpoint=\"net.safetensors\" train writes a file that it can go on from"])
    }

    private func existingCheckpoint() throws(CNNError) -> String? {
        guard let checkpoint else { return nil }
        return FileReader.exists(try FilePaths.readable(checkpoint, in: interpreter)) ? checkpoint : nil
    }

    /// - Parameter keeping: the optimizer that took the steps, where it is at hand.
    private func resume(
        _ state: TrainingState, _ rule: OptimizerRule, _ stepCount: Int, _ moments: [[Tensor]],
        _ settings: TrainingSettings, keeping other: Optimizer?
    ) throws(CNNError) -> (TrainingSettings, TrainingState?) {
        var settings = settings
        let optimizer = settings.optimizer ?? other ?? Optimizer(rule)
        if optimizer !== other { try optimizer.adopt(stepCount: stepCount, state: moments, of: rule) }
        settings.optimizer = optimizer
        if !hasSeed { settings.seed = state.seed }
        return (settings, state)
    }
}

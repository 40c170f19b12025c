import CNNCore

/// `train net on data, key=value, … { on epoch { … } }` with its values.
struct TrainCall {
    let model: Value
    let data: Value
    let arguments: [(String, Value)]
    let hooks: [(event: String, body: Value)]
}

/// Where the last `train` of a model has ended.
struct TrainingProgress {
    let state: TrainingState
    let optimizer: Optimizer
}

/// The `train` expression.
enum TrainBuiltin {
    /// What a hook's body knows by name; None where it was not measured.
    static let hookParameters = [
        "epoch", "step", "loss", "lr", "accuracy", "top5", "mse", "mae", "val_loss", "val_accuracy", "val_top5",
        "val_mse", "val_mae",
    ]

    /// - Throws: E0203 for an unknown key, E0202, E0404 for a value that does not fit, what `Trainer` throws, errors of
    ///   the hooks.
    static func run(_ call: TrainCall, in interpreter: Interpreter) throws -> Value {
        guard interpreter.activeTape == nil else {
            throw CNNError(.notDifferentiable, "train cannot stand inside a gradient block")
        }
        let model = try model(call.model)
        let data = try self.data(call.data)
        let arguments = try TrainArguments(call.arguments, model: model, data: data, in: interpreter)
        LearnerWarnings.unscaledPictures(data, model.model, in: interpreter)
        let (settings, start) = try arguments.settings(for: model, data)
        let trainer = try Trainer(model: model.model, data: data, settings: settings, from: start)
        if let name = interpreter.module.name(of: model) { trainer.modelName = name }
        let run = TrainingRun(
            model: model, trainer: trainer, arguments: arguments, hooks: call.hooks, lastEpoch: settings.epochs,
            isResumed: start?.history.stepLosses.isEmpty == false, interpreter: interpreter)
        let history = try run.run()
        LearnerWarnings.divergedLoss(history, settings, data, in: interpreter)
        return .native(HistoryObject(history))
    }

    /// For `net.train(data, …)`, which is written as in Keras: the statement, if the first argument is a data set.
    static func notes(forArguments values: ArraySlice<Value>) -> [String] {
        if let first = values.first {
            if (try? DataArgument.dataset(first, "train")) != nil { return ["write train model on ..."] }
            if case .native(let object) = first, object is DatasetPairObject, values.count == 1 {
                return ["write train model on ....train"]
            }
        }
        return ["training is a statement: train net on data, epochs=5"]
    }

    private static func data(_ value: Value) throws(CNNError) -> Dataset {
        do { return try DataArgument.dataset(value, "train: what stands after 'on'") } catch {
            var error = error
            error.argument = .named("data")
            throw error
        }
    }

    private static func model(_ value: Value) throws(CNNError) -> ModelObject {
        if case .native(let object) = value {
            if let model = object as? ModelObject { return model }
            if let definition = object as? ModelDefinitionObject {
                throw CNNError(
                    .typeMismatch, "train needs a model, and \(definition.name) only describes one",
                    notes: ["make it first: net = \(definition.name)()"], argument: .named("model"))
            }
        }
        throw CNNError(
            .typeMismatch, "train needs a model, not \(value.describedType)",
            notes: ["write train net on data, epochs=5"], argument: .named("model"))
    }
}

/// One training that is under way: what it prints, and its hooks.
private struct TrainingRun {
    let model: ModelObject
    let trainer: Trainer
    let arguments: TrainArguments
    let hooks: [(event: String, body: Value)]
    let lastEpoch: Int
    /// Whether there are steps of an earlier run.
    let isResumed: Bool
    let interpreter: Interpreter

    func run() throws -> TrainingHistory {
        let outer = interpreter.trainingStopRequested
        interpreter.trainingStopRequested = false
        interpreter.trainingDepth += 1
        defer {
            interpreter.trainingDepth -= 1
            interpreter.trainingStopRequested = outer
            interpreter.options.training(.ends)
            releaseTrainer()
        }
        // The table of a run that goes on in this session has its head already.
        var hasHeader = isResumed && model.progress != nil
        interpreter.options.training(.begins(plan))
        trainer.shouldStop = { interpreter.trainingStopRequested }
        trainer.onBatch = { event in
            interpreter.options.training(.step(event, loss: trainer.history.stepLosses.last ?? event.loss))
            try callHooks("batch", event)
        }
        trainer.onEpoch = { event, epoch in
            interpreter.options.training(.epochEnds(event))
            if arguments.logs {
                if !hasHeader {
                    interpreter.write(EpochTable.header(epoch)) { EpochTable.header(epoch, columns: $0) }
                }
                hasHeader = true
                interpreter.write(EpochTable.line(epoch)) { EpochTable.line(epoch, columns: $0) }
            }
            try callHooks("epoch", event)
        }
        trainer.onSafePoint = { state in try saveCheckpoint(state) }
        // Also after an error or Ctrl-C: what was done counts.
        defer { model.progress = TrainingProgress(state: trainer.state, optimizer: trainer.optimizer) }
        do {
            return try trainer.run()
        } catch let error as CNNError where error.code == .interrupted {
            try saveCheckpoint(trainer.state)
            throw error
        } catch var error as CNNError where error.argument == nil {
            if error.code == .notFinite { error.argument = .named("optimizer") }
            if error.code == .labelOutOfRange { error.argument = .named("data") }
            throw error
        }
    }

    private var plan: TrainingPlan {
        let done = trainer.history.stepLosses.count
        let (steps, overflow) = lastEpoch.multipliedReportingOverflow(by: trainer.stepsPerEpoch)
        let limit = arguments.base.steps ?? Int.max
        return TrainingPlan(
            epochs: lastEpoch, steps: min(limit, overflow ? Int.max : steps), doneSteps: done,
            stepsPerEpoch: trainer.stepsPerEpoch, picturesPerEpoch: trainer.data.count, logs: arguments.logs)
    }

    /// The trainer's hooks keep this run, and so the trainer and all that it holds.
    private func releaseTrainer() {
        trainer.shouldStop = nil
        trainer.onBatch = nil
        trainer.onEpoch = nil
        trainer.onSafePoint = nil
    }

    private func saveCheckpoint(_ state: TrainingState) throws {
        guard let path = arguments.checkpoint, !state.history.stepLosses.isEmpty else { return }
        try FilePaths.writing(path, in: interpreter) { (path) throws(CNNError) in
            try Checkpoint.save(model.model, trainer.optimizer, state, to: path)
        }
    }

    private func callHooks(_ name: String, _ event: TrainingEvent) throws {
        guard hooks.contains(where: { $0.event == name }) else { return }
        let values = TrainBuiltin.hookParameters.map { parameter -> Value in
            switch parameter {
            case "epoch": return .int(event.epoch)
            case "step": return .int(event.step)
            case "loss": return .float(event.loss)
            case "lr": return .float(event.learningRate)
            // What was not measured hides no function of the same name.
            default:
                return event.metrics.first { $0.name == parameter }.map { .float($0.value) }
                    ?? Interpreter.builtinValue(parameter) ?? .none
            }
        }
        for hook in hooks where hook.event == name { _ = try interpreter.call(hook.body, values) }
    }
}

import CNNCore

/// `train net on data, key=value, … { on epoch { … } }` with its values.
struct TrainCall {
    let model: Value
    let data: Value
    let arguments: [(String, Value)]
    let hooks: [(event: String, body: Value)]
}

/// What the last `train` of a model has done.
struct TrainingProgress {
    var history: TrainingHistory
    let optimizer: Optimizer

    var epochs: Int { history.epochs.last?.epoch ?? 0 }
}

/// The `train` expression.
enum TrainBuiltin {
    /// What a hook's body knows by name; None where it was not measured.
    static let hookParameters = [
        "epoch", "step", "loss", "lr", "accuracy", "top5", "val_loss", "val_accuracy", "val_top5",
    ]

    /// - Throws: E0203 for an unknown key, E0202, E0404 for a value that does not fit, what `Trainer` throws, errors of
    ///   the hooks.
    static func run(_ call: TrainCall, in interpreter: Interpreter) throws -> Value {
        guard interpreter.activeTape == nil else {
            throw CNNError(.notDifferentiable, "train cannot stand inside a gradient block")
        }
        let model = try model(call.model)
        let data = try DataArgument.dataset(call.data, "train: what stands after 'on'")
        let arguments = try TrainArguments(call.arguments, model: model, data: data, in: interpreter)
        guard let settings = try arguments.settings(for: model, data) else {
            return .native(HistoryObject(model.progress?.history ?? TrainingHistory()))
        }
        let trainer = try Trainer(model: model.model, data: data, settings: settings)
        var run = TrainingRun(
            model: model, trainer: trainer, arguments: arguments, hooks: call.hooks,
            lastEpoch: settings.firstEpoch + settings.epochs,
            interpreter: interpreter)
        return .native(HistoryObject(try run.run()))
    }

    private static func model(_ value: Value) throws(CNNError) -> ModelObject {
        if case .native(let object) = value {
            if let model = object as? ModelObject { return model }
            if let definition = object as? ModelDefinitionObject {
                throw CNNError(
                    .typeMismatch, "train needs a model, and \(definition.name) only describes one",
                    notes: ["make it first: net = \(definition.name)()"])
            }
        }
        throw CNNError(
            .typeMismatch, "train needs a model, not \(value.describedType)",
            notes: ["write train net on data, epochs=5"])
    }
}

/// One training that is under way: what it prints, and its hooks.
private struct TrainingRun {
    let model: ModelObject
    let trainer: Trainer
    let arguments: TrainArguments
    let hooks: [(event: String, body: Value)]
    let lastEpoch: Int
    let interpreter: Interpreter

    /// The history, joined to what an earlier run has done where this one goes on from it.
    mutating func run() throws -> TrainingHistory {
        let outer = interpreter.trainingStopRequested
        interpreter.trainingStopRequested = false
        interpreter.trainingDepth += 1
        defer {
            interpreter.trainingDepth -= 1
            interpreter.trainingStopRequested = outer
            clearProgress()
        }
        let earlier = arguments.resumes ? model.progress?.history : nil
        var hasHeader = earlier != nil
        let run = self
        trainer.shouldStop = { run.interpreter.trainingStopRequested }
        trainer.onBatch = { event in
            run.showProgress(event)
            try run.callHooks("batch", event)
        }
        trainer.onEpoch = { event, epoch in
            run.clearProgress()
            if run.arguments.logs {
                if !hasHeader { run.interpreter.write(EpochTable.header(epoch)) }
                hasHeader = true
                run.interpreter.write(EpochTable.line(epoch))
            }
            if let path = run.arguments.checkpoint {
                try FilePaths.writing(path, in: run.interpreter) { (path) throws(CNNError) in
                    try ModelFile.save(run.model.model, to: path)
                }
            }
            try run.callHooks("epoch", event)
        }
        // Also after an error or Ctrl-C: the epochs that are complete count.
        defer {
            model.progress = TrainingProgress(history: joined(earlier, trainer.history), optimizer: trainer.optimizer)
        }
        return joined(earlier, try trainer.run())
    }

    private func joined(_ earlier: TrainingHistory?, _ history: TrainingHistory) -> TrainingHistory {
        guard var result = earlier else { return history }
        result.epochs += history.epochs
        result.stepLosses += history.stepLosses
        result.wasStopped = history.wasStopped
        return result
    }

    private func callHooks(_ name: String, _ event: TrainingEvent) throws {
        guard hooks.contains(where: { $0.event == name }) else { return }
        let values = TrainBuiltin.hookParameters.map { parameter -> Value in
            switch parameter {
            case "epoch": return .int(event.epoch)
            case "step": return .int(event.step)
            case "loss": return .float(event.loss)
            case "lr": return .float(event.learningRate)
            default: return event.metrics.first { $0.name == parameter }.map { .float($0.value) } ?? .none
            }
        }
        for hook in hooks where hook.event == name { _ = try interpreter.call(hook.body, values) }
    }

    // MARK: - The live line

    private func showProgress(_ event: TrainingEvent) {
        guard interpreter.showsProgress else { return }
        let step = (event.step - 1) % max(1, event.stepsPerEpoch) + 1
        // Some fifty in an epoch: more would cost time and show nothing.
        guard step % max(1, event.stepsPerEpoch / 50) == 0 || step == event.stepsPerEpoch else { return }
        let place = "epoch \(event.epoch)/\(lastEpoch)  step \(step)/\(event.stepsPerEpoch)"
        interpreter.progress("\r\u{1B}[K\(place)  loss \(EpochTable.number(event.loss))")
    }

    private func clearProgress() {
        if interpreter.showsProgress { interpreter.progress("\r\u{1B}[K") }
    }
}

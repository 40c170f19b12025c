import CNNKernels
import Testing

@testable import CNNCore

/// A training in parts gives the bits of one in a whole.
@Suite(.serialized) struct CheckpointTests {
    let folder: TemporaryFolder
    var path: String { "\(folder.path)/net.safetensors" }

    init() throws { folder = try TemporaryFolder() }

    static let rules: [OptimizerRule] = [
        OptimizerRule(.sgd(momentum: 0, nesterov: false), learningRate: 0.05, weightDecay: 0),
        OptimizerRule(.sgd(momentum: 0.9, nesterov: true), learningRate: 0.05, weightDecay: 0.01),
        OptimizerRule(.adagrad(epsilon: 1e-10), learningRate: 0.05, weightDecay: 0),
        OptimizerRule(.rmsprop(alpha: 0.99, epsilon: 1e-8), learningRate: 0.01, weightDecay: 0),
        OptimizerRule(.adam(beta1: 0.9, beta2: 0.999, epsilon: 1e-8), learningRate: 0.01, weightDecay: 0),
        OptimizerRule(.adamw(beta1: 0.9, beta2: 0.999, epsilon: 1e-8), learningRate: 0.01, weightDecay: 0.01),
    ]

    private func model(seed: UInt64 = 3) throws -> Model {
        try LayerText.model(
            "input 8x8x1; conv 4, 3x3; batchnorm; relu; maxpool 2; dropout 0.3; flatten; dense 10; softmax", seed: seed)
    }

    private func settings(_ rule: OptimizerRule) throws -> TrainingSettings {
        var settings = TrainingSettings()
        (settings.rule, settings.epochs, settings.batch, settings.seed) = (rule, 3, 24, 11)
        settings.augmentations = [.shift(1), .rotate(10)]
        settings.schedule = LearningRateSchedule(.oneCycle(maximum: rule.learningRate, total: 15, warmupShare: 0.3))
        settings.validation = try SmallModel.digits(40)
        settings.clip = 2
        return settings
    }

    private func whole(_ rule: OptimizerRule) throws -> (Model, TrainingHistory) {
        let model = try model()
        return (model, try Trainer(model: model, data: SmallModel.digits(100), settings: settings(rule)).run())
    }

    private func numbers(_ model: Model) -> [Double] {
        (model.parameters + model.buffers).flatMap { $0.value.doubles() }
    }

    /// What a new process would do: a fresh model, even of another seed, and what the file holds.
    private func resumed(_ rule: OptimizerRule) throws -> (Model, Trainer) {
        let model = try model(seed: 99)
        let saved = try Checkpoint.load(path, into: model)
        var settings = try settings(rule)
        let optimizer = Optimizer(saved.rule)
        try optimizer.adopt(stepCount: saved.stepCount, state: saved.moments, of: saved.rule)
        settings.optimizer = optimizer
        return (model, try Trainer(model: model, data: SmallModel.digits(100), settings: settings, from: saved.state))
    }

    private func expectSame(_ model: Model, _ history: TrainingHistory, as whole: (Model, TrainingHistory)) {
        #expect(numbers(model) == numbers(whole.0))
        #expect(history.stepLosses == whole.1.stepLosses)
        #expect(history.epochs.map(\.loss) == whole.1.epochs.map(\.loss))
        #expect(history.epochs.map { $0.metrics.map(\.value) } == whole.1.epochs.map { $0.metrics.map(\.value) })
        #expect(history.epochs.map(\.learningRate) == whole.1.epochs.map(\.learningRate))
        #expect(history.epochs.map(\.steps) == whole.1.epochs.map(\.steps))
    }

    /// 15 steps in 3 epochs, stopped at each of these.
    @Test(arguments: [1, 5, 7, 14]) func itGoesOnFromAnyStep(stop: Int) throws {
        for rule in CheckpointTests.rules {
            let whole = try whole(rule)
            let first = try model()
            let trainer = try Trainer(model: first, data: SmallModel.digits(100), settings: settings(rule))
            trainer.shouldStop = { trainer.history.stepLosses.count == stop }
            trainer.onSafePoint = { try Checkpoint.save(first, trainer.optimizer, $0, to: path) }
            #expect(try trainer.run().wasStopped)
            let (second, rest) = try resumed(rule)
            expectSame(second, try rest.run(), as: whole)
        }
    }

    @Test func itGoesOnAfterAnInterruptAndInTheSameSession() throws {
        let rule = CheckpointTests.rules[4]
        let whole = try whole(rule)
        let model = try model()
        let trainer = try Trainer(model: model, data: SmallModel.digits(100), settings: settings(rule))
        trainer.onBatch = { if $0.step == 8 { cnn_interrupt_request() } }
        #expect(errorCode { _ = try trainer.run() } == .interrupted)
        cnn_interrupt_clear()
        trainer.onBatch = nil
        try Checkpoint.save(model, trainer.optimizer, trainer.state, to: path)
        expectSame(model, try trainer.run(), as: whole)
        let (other, rest) = try resumed(rule)
        expectSame(other, try rest.run(), as: whole)
        // Nothing is left to do.
        let before = numbers(other)
        #expect(try rest.run().epochs.count == 3)
        #expect(numbers(other) == before)
    }

    /// Also between the last step of an epoch and its record.
    @Test(arguments: 1...15) func itGoesOnAfterAnInterruptAtAnyStep(step: Int) throws {
        let rule = CheckpointTests.rules[1]
        let whole = try whole(rule)
        let model = try model()
        let trainer = try Trainer(model: model, data: SmallModel.digits(100), settings: settings(rule))
        trainer.onBatch = { if $0.step == step { cnn_interrupt_request() } }
        #expect(errorCode { _ = try trainer.run() } == .interrupted)
        cnn_interrupt_clear()
        try Checkpoint.save(model, trainer.optimizer, trainer.state, to: path)
        let (other, rest) = try resumed(rule)
        expectSame(other, try rest.run(), as: whole)
    }

    @Test func patienceGoesOnWaiting() throws {
        var settings = try settings(OptimizerRule(CheckpointTests.rules[0].kind, learningRate: 0, weightDecay: 0))
        (settings.schedule, settings.augmentations, settings.patience, settings.epochs) = (nil, [], 2, 9)
        let model = try LayerText.model("input 8x8x1; flatten; dense 10")
        let trainer = try Trainer(model: model, data: SmallModel.digits(100), settings: settings)
        trainer.shouldStop = { trainer.history.epochs.count == 2 }
        trainer.onSafePoint = { try Checkpoint.save(model, trainer.optimizer, $0, to: path) }
        #expect(try trainer.run().epochs.count == 2)
        let saved = try Checkpoint.load(path, into: model)
        let rest = try Trainer(model: model, data: SmallModel.digits(100), settings: settings, from: saved.state)
        #expect(try rest.run().epochs.count == 3)
    }

    @Test func theWeightsAloneCanBeTaken() throws {
        let model = try model()
        let trainer = try Trainer(
            model: model, data: SmallModel.digits(100), settings: settings(CheckpointTests.rules[4]))
        _ = try trainer.run()
        try Checkpoint.save(model, trainer.optimizer, trainer.state, to: path)
        let other = try self.model(seed: 4)
        try ModelFile.load(path, into: other)
        #expect(numbers(other) == numbers(model))
    }

    /// A file that lies about the training: a clear error, and a model that is as it was.
    @Test func whatCannotBeIsRefused() throws {
        let model = try model()
        let trainer = try Trainer(
            model: model, data: SmallModel.digits(100), settings: settings(CheckpointTests.rules[4]))
        trainer.shouldStop = { trainer.history.stepLosses.count == 7 }
        _ = try trainer.run()
        try Checkpoint.save(model, trainer.optimizer, trainer.state, to: path)
        let good = try SafeTensors.read(FileReader.bytes(path, limit: 1 << 20), name: "t")
        let text = try #require(good.metadata.first { $0.key == "training" }?.value)
        let changes = [
            ("\"number\":2", "\"number\":-2"), ("\"number\":2", "\"number\":9223372036854775807"),
            ("\"pictures\":48", "\"pictures\":-1"), ("\"optimizerSteps\":7", "\"optimizerSteps\":-7"),
            ("\"optimizerSteps\":7", "\"optimizerSteps\":1e400"), ("\"adam\"", "\"madam\""), ("{", "["), (text, ""),
            ("\"modelStep\":7", "\"modelStep\":\"seven\""), ("\"epoch\":1", "\"epoch\":0"),
        ]
        for (old, new) in changes {
            #expect(text.contains(old), "\(old)")
            let bad = text.replacing(old, with: new)
            try FileWriter.write(SafeTensors.write(good.tensors, metadata: [("training", bad)]), to: path)
            let other = try self.model(seed: 5)
            let before = numbers(other)
            #expect(errorCode { _ = try Checkpoint.load(path, into: other) } == .malformedFile, "\(new)")
            #expect(numbers(other) == before && other.step == 0)
        }
        let fewer = good.tensors.filter { $0.name != "optimizer/dense1.bias/1" }
        try FileWriter.write(SafeTensors.write(fewer, metadata: good.metadata), to: path)
        #expect(errorCode { _ = try Checkpoint.load(path, into: model) } == .malformedFile)
        try FileWriter.write(SafeTensors.write(good.tensors, metadata: good.metadata), to: path)
        let frozen = try self.model()
        try frozen.freeze("conv1", true)
        #expect(errorCode { _ = try Checkpoint.load(path, into: frozen) } == .invalidValue)
        try ModelFile.save(model, to: path)
        #expect(errorCode { _ = try Checkpoint.load(path, into: model) } == .invalidValue)
        let small = try SmallModel.make()
        #expect(errorCode { _ = try Checkpoint.load(path, into: small) } != nil)
    }
}

import CNNKernels
import Testing

@testable import CNNCore

@Suite(.serialized) struct TrainerTests {
    private func settings(_ change: (inout TrainingSettings) -> Void = { _ in }) -> TrainingSettings {
        var settings = TrainingSettings()
        settings.rule = OptimizerRule(.sgd(momentum: 0.9, nesterov: false), learningRate: 0.05, weightDecay: 0)
        change(&settings)
        return settings
    }

    private func train(
        _ settings: TrainingSettings, pictures: Int = 100, model: Model? = nil
    ) throws -> (model: Model, history: TrainingHistory) {
        let model = try model ?? SmallModel.make()
        let trainer = try Trainer(model: model, data: SmallModel.digits(pictures), settings: settings)
        return (model, try trainer.run())
    }

    @Test func itLearns() throws {
        let digits = try DatasetCatalog.load("digits", folders: [])
        let model = try SmallModel.make()
        let before = try Evaluation.accuracy(model, digits.test)
        let trainer = try Trainer(
            model: model, data: digits.train,
            settings: settings {
                $0.epochs = 3
                $0.validation = digits.test
                $0.metrics = ["accuracy", "top5"]
            })
        let history = try trainer.run()
        #expect(history.epochs.map(\.epoch) == [1, 2, 3] && history.epochs.map(\.steps) == [45, 45, 45])
        #expect(history.stepLosses.count == 135 && model.step == 135)
        let last = try #require(history.epochs.last)
        #expect(last.metrics.map(\.name) == ["accuracy", "top5", "val_loss", "val_accuracy", "val_top5"])
        #expect(last.loss < history.epochs[0].loss)
        let after = try Evaluation.accuracy(model, digits.test)
        #expect(before < 0.4 && after > 0.85)
        #expect(last.metrics[3].value == after)
        #expect(try last.metrics[2].value == Evaluation.loss(model, digits.test, .crossEntropy(labelSmoothing: 0)))
        #expect(try last.metrics[4].value == Evaluation.topK(model, digits.test, 5))
    }

    @Test func theSameSeedGivesTheSameBitsAtAnyNumberOfThreads() throws {
        let threads = cnn_threads()
        defer { cnn_set_threads(threads) }
        let dropout = SmallModel.layer("dropout", [(nil, .float(0.25))])
        var results: [(weights: [Double], losses: [Double])] = []
        for (count, seed) in [(1, 5), (3, 5), (1, 6)] as [(Int32, UInt64)] {
            cnn_set_threads(count)
            let made = try train(
                settings {
                    $0.epochs = 2
                    $0.seed = seed
                    $0.augmentations = [.shift(1), .rotate(10), .noise(0.01)]
                    $0.clip = 1
                }, model: SmallModel.make(extra: [dropout]))
            results.append((SmallModel.numbers(made.model), made.history.stepLosses))
        }
        #expect(results[0].weights == results[1].weights && results[0].losses == results[1].losses)
        #expect(results[0].weights != results[2].weights)
    }

    /// One step, by hand: the gradient of the batch in the order of the stream.
    @Test func aStepIsWhatItsPartsAre() throws {
        let data = try SmallModel.digits(100)
        let made = try train(settings { ($0.steps, $0.seed) = (1, 3) })
        let model = try SmallModel.make()
        var stream = RandomStream(seed: 3, purpose: "shuffle/1")
        let batch = try data.batch(Array(stream.permutation(100).prefix(32)))
        let tape = Tape()
        let parameters = try model.beginGradient(tape)
        let loss = try LossFunction.crossEntropy(labelSmoothing: 0)(model(batch.images), batch.labels)
        let gradients = try tape.gradients(of: loss, withRespectTo: parameters)
        model.endGradient()
        tape.close()
        try Optimizer(settings().rule).step(model, gradients)
        #expect(made.history.stepLosses == [loss.element(0)])
        #expect(SmallModel.numbers(model) == SmallModel.numbers(made.model))
    }

    @Test func eventsSayWhereItStands() throws {
        let trainer = try Trainer(
            model: SmallModel.make(), data: SmallModel.digits(70), settings: settings { $0.epochs = 2 })
        var steps: [Int] = []
        var losses: [Double] = []
        trainer.onBatch = { event in
            steps.append(event.step)
            losses.append(event.loss)
            #expect(event.stepsPerEpoch == 3 && event.learningRate == 0.05 && event.metrics.map(\.name) == ["accuracy"])
        }
        var epochs: [Int] = []
        trainer.onEpoch = { event, record in
            epochs.append(event.epoch)
            #expect(event.loss == record.loss)
        }
        let history = try trainer.run()
        #expect(steps == Array(1...6) && epochs == [1, 2])
        // Batches of 32, 32 and 6: the mean is weighted.
        let first = history.stepLosses.prefix(3)
        #expect(losses[2] == (first[0] * 32 + first[1] * 32 + first[2] * 6) / 70)
        #expect(history.epochs[0].loss == losses[2] && !history.wasStopped)
    }

    @Test func anInterruptKeepsTheWeightsOfTheLastStep() throws {
        let model = try SmallModel.make()
        let trainer = try Trainer(model: model, data: SmallModel.digits(320), settings: settings())
        trainer.onBatch = { if $0.step == 3 { cnn_interrupt_request() } }
        defer { cnn_interrupt_clear() }
        #expect(errorCode { _ = try trainer.run() } == .interrupted)
        #expect(trainer.history.stepLosses.count == 3)
        // Pending from before: not even one step.
        #expect(errorCode { _ = try trainer.run() } == .interrupted)
        cnn_interrupt_clear()
        let three = try train(settings { $0.steps = 3 }, pictures: 320)
        #expect(SmallModel.numbers(model) == SmallModel.numbers(three.model))
        #expect(three.history.epochs.map(\.steps) == [3] && !three.history.wasStopped)
    }

    @Test func patienceEndsATrainingThatGetsNoBetter() throws {
        let made = try train(
            settings {
                $0.epochs = 10
                $0.patience = 2
                $0.rule.learningRate = 0
                $0.shuffle = false
            })
        #expect(made.history.epochs.count == 3 && made.history.wasStopped)
    }

    @Test func stoppingClosesTheEpoch() throws {
        let trainer = try Trainer(
            model: SmallModel.make(), data: SmallModel.digits(320), settings: settings { $0.epochs = 4 })
        var calls = 0
        trainer.onBatch = { _ in calls += 1 }
        trainer.shouldStop = { calls == 4 }
        let history = try trainer.run()
        #expect(history.wasStopped && history.epochs.map(\.steps) == [4])
    }

    @Test func whatACallbackThrowsComesOut() throws {
        struct Oops: Error {}
        let trainer = try Trainer(model: SmallModel.make(), data: SmallModel.digits(40), settings: settings())
        trainer.onEpoch = { _, _ in throw Oops() }
        #expect(throws: Oops.self) { try trainer.run() }
    }

    @Test func schedulesCountEpochsOrSteps() throws {
        let perEpoch = try train(
            settings {
                $0.epochs = 3
                $0.schedule = LearningRateSchedule(.stepDecay(every: 1, factor: 0.5))
            })
        #expect(perEpoch.history.epochs.map(\.learningRate) == [0.05, 0.025, 0.0125])
        let trainer = try Trainer(
            model: SmallModel.make(), data: SmallModel.digits(100),
            settings: settings { $0.schedule = LearningRateSchedule(.warmup(steps: 3)) })
        var rates: [Double] = []
        trainer.onBatch = { rates.append($0.learningRate) }
        _ = try trainer.run()
        for (rate, wanted) in zip(rates, [0.005, 0.02, 0.035, 0.05]) { #expect(abs(rate - wanted) < 1e-12) }
        #expect(trainer.optimizer.rule.learningRate == 0.05)
    }

    @Test func aLossThatIsNotANumberSaysWhere() throws {
        let error = #expect(throws: CNNError.self) {
            try train(settings { ($0.epochs, $0.rule.learningRate) = (9, 1e20) })
        }
        #expect(error?.code == .notFinite)
        #expect(error?.message.hasPrefix("the loss is ") == true && error?.message.contains(" at step ") == true)
        #expect(error?.notes.contains { $0.contains("is the first layer whose output is not finite") } == true)
        #expect(error?.notes.contains { $0.hasSuffix("too large a learning rate: it is 1e+20") } == true)
        #expect(error?.notes.last?.hasPrefix("try lr=0.1: in a trial of 13 steps") == true)
        var pictures = try SmallModel.digits(8).images
        try pictures.mutablePointer(Float.self)[100] = .nan
        let data = try Dataset(
            name: "broken", images: pictures, labels: Tensor(integers: [Int](repeating: 0, count: 8), Shape([8])),
            classNames: nil)
        let trainer = try Trainer(model: SmallModel.make(), data: data, settings: settings())
        let broken = #expect(throws: CNNError.self) { try trainer.run() }
        #expect(broken?.message == "the loss is nan at step 1 (epoch 1)")
        #expect(broken?.notes == ["the pictures themselves have nan or inf"])
    }

    @Test func lossesOfTwoTensorsCompareWithOneHotRows() throws {
        let output = try Tensor(doubles: [0, 1, 0, 0, 0, 2], Shape([2, 3]), .float32)
        let labels = try Tensor(integers: [1, 0], Shape([2]))
        #expect(try LossFunction.meanSquaredError(output, labels).element(0) == Double(Float(5.0 / 6)))
        #expect(try LossFunction.meanAbsoluteError(output, labels).element(0) == 0.5)
        let single = try Tensor(doubles: [0.5, 0], Shape([2, 1]), .float32)
        #expect(try LossFunction.meanSquaredError(single, labels).element(0) == 0.125)
        #expect(try LossFunction.hinge(output, labels).element(0) == 2)
        let wrong = try Tensor(integers: [3, 0], Shape([2]))
        #expect(errorCode { _ = try LossFunction.meanSquaredError(output, wrong) } == .labelOutOfRange)
        #expect(
            errorCode { _ = try LossFunction.huber(delta: 1)(output, Tensor(integers: [0], Shape([1]))) }
                == .shapeMismatch)
    }

    @Test func targetsOfAnyShapeAreCompared() throws {
        let pictures = try SmallModel.digits(64).images
        let targets = try Reshape([64, 64])(pictures)
        let data = try Dataset(name: "pictures", images: pictures, labels: targets, classNames: nil)
        #expect(!data.hasClasses && data.classCount == 0 && data.count == 64)
        let model = try LayerText.model("input 8x8x1; flatten; dense 8; relu; dense 64")
        let trainer = try Trainer(
            model: model, data: data,
            settings: settings {
                ($0.loss, $0.metrics, $0.epochs) = (.meanSquaredError, ["mse", "mae"], 30)
                $0.validation = data
            })
        let history = try trainer.run()
        #expect(history.epochs[0].metrics.map(\.name) == ["mse", "mae", "val_loss", "val_mse", "val_mae"])
        #expect(history.epochs.allSatisfy { abs($0.loss - $0.metrics[0].value) < 1e-6 })
        #expect(history.epochs[29].loss < history.epochs[0].loss / 2)
        // What needs classes says so before the first step.
        for change: (inout TrainingSettings) -> Void in [
            { $0.metrics = ["accuracy"] }, { ($0.metrics, $0.loss) = ([], .hinge) },
            { ($0.metrics, $0.loss) = ([], .perceptron) },
        ] {
            let wrong = settings(change)
            #expect(errorCode { _ = try Trainer(model: model, data: data, settings: wrong) } == .dtypeMismatch)
        }
    }

    @Test func aLossOfOnesOwnIsDifferentiated() throws {
        let own = LossFunction.custom { try CrossEntropy(labelSmoothing: 0.1, reduction: .mean)($0, $1) }
        let made = try train(settings { $0.loss = own })
        let known = try train(settings { $0.loss = .crossEntropy(labelSmoothing: 0.1) })
        #expect(SmallModel.numbers(made.model) == SmallModel.numbers(known.model))
        let wrong = LossFunction.custom { output, _ in output }
        #expect(errorCode { _ = try train(settings { $0.loss = wrong }) } == .typeMismatch)
    }

    @Test func settingsThatCannotBeUsedAreRefused() throws {
        let changes: [(inout TrainingSettings) -> Void] = [
            { $0.epochs = 0 }, { $0.batch = 0 }, { $0.steps = 0 }, { $0.patience = 0 }, { $0.clip = 0 },
            { $0.clip = .nan }, { $0.rule.learningRate = .nan }, { $0.rule.learningRate = -1 },
            { $0.metrics = ["acc"] },
        ]
        for change in changes { #expect(errorCode { _ = try train(settings(change)) } == .invalidValue) }
        #expect(errorCode { _ = try train(settings(), pictures: 0) } == .invalidValue)
        let frozen = try SmallModel.make()
        try frozen.freeze(nil, true)
        #expect(errorCode { _ = try train(settings(), model: frozen) } == .invalidValue)
    }

    /// Neither the data nor the tape of a step stays.
    @Test func memoryDoesNotGrowFromStepToStep() throws {
        let trainer = try Trainer(
            model: SmallModel.make(), data: SmallModel.digits(320), settings: settings { $0.epochs = 2 })
        var live: [Int] = []
        trainer.onBatch = { _ in live.append(TensorAllocator.shared.liveBytes) }
        _ = try trainer.run()
        #expect(Set(live.dropFirst()).count == 1)
    }
}

import CNNKernels

/// Trains a model on a data set: shuffles, steps, measures, epoch by epoch. The same seed gives the same bits at any
/// number of threads, in one run or in several.
public final class Trainer {
    private let model: Model
    public let data: Dataset
    private let settings: TrainingSettings
    private let metrics: [TrainingMetric]
    public let optimizer: Optimizer
    /// Where training stands, also where `run` has thrown.
    public private(set) var state: TrainingState

    public var history: TrainingHistory { state.history }

    /// As messages call the model.
    public var modelName: String

    /// Off in a trial itself.
    var triesSmallerRates = true
    /// The model as it was at the start, for a trial of smaller rates while there may be one.
    private var start: Model?
    /// The rate of the run, which a schedule changes step by step.
    private var baseRate = 0.0

    /// After each step.
    public var onBatch: ((TrainingEvent) throws -> Void)?
    /// After each epoch and its validation.
    public var onEpoch: ((TrainingEvent, TrainingHistory.Epoch) throws -> Void)?
    /// After the above, when model, optimizer and state belong together: the moment to write a checkpoint.
    public var onSafePoint: ((TrainingState) throws -> Void)?
    /// Asked after each call of the first two; the epoch is closed, and training ends.
    public var shouldStop: (() -> Bool)?

    /// - Parameter state: where an earlier run with this model and the optimizer of `settings` has ended.
    /// - Throws: E0404 for a setting that cannot be used, or data without pictures.
    public init(
        model: Model, data: Dataset, settings: TrainingSettings, from state: TrainingState? = nil
    ) throws(CNNError) {
        try settings.check()
        for part in [data, settings.validation] {
            guard let part, part.count == 0 else { continue }
            throw CNNError(.invalidValue, "\(part.name) has no pictures")
        }
        try Trainer.checkLabels(data, settings)
        self.model = model
        modelName = model.name
        self.data = data
        self.settings = settings
        metrics = settings.metrics.compactMap(TrainingMetric.init(rawValue:))
        optimizer = settings.optimizer ?? Optimizer(settings.rule)
        self.state = state ?? TrainingState()
        self.state.seed = settings.seed
    }

    /// Accuracy and the losses of classes need classes.
    private static func checkLabels(_ data: Dataset, _ settings: TrainingSettings) throws(CNNError) {
        let isCounted = settings.metrics.contains { TrainingMetric(rawValue: $0)?.needsClasses == true }
        switch settings.loss {
        case .hinge, .perceptron: try data.checkClasses()
        case .crossEntropy where data.labels.rank == 1:
            try data.checkClasses(for: "numbers to hit go with one output and loss=\"mse\"")
        default: if isCounted { try data.checkClasses() }
        }
    }

    /// The last one may have fewer pictures.
    public var stepsPerEpoch: Int { (data.count - 1) / settings.batch + 1 }

    /// Trains to the end of `epochs`, from where the state stands.
    /// - Throws: E0405 names step, layer and usual causes where the loss turns nan or inf; E0605 after an interrupt, the
    ///   model keeps its weights; what the loss or a callback throws.
    public func run() throws -> TrainingHistory {
        try prepare()
        let base = optimizer.rule.learningRate
        baseRate = base
        if triesSmallerRates, history.stepLosses.isEmpty { start = RateTrial.start(model, settings) }
        defer {
            restoreLearningRate(base)
            start = nil
        }
        var first = state.reopenEpoch(pictures: data.count, metrics: metrics.count)
        let done = first.map { $0.number - 1 } ?? state.completeEpochs
        guard done < settings.epochs, !isAtStepLimit, !state.patience.isOver(settings.patience) else {
            state.openEpoch = first
            return history
        }
        for number in done + 1...settings.epochs {
            var epoch = first ?? OpenEpoch(number: number, metrics: metrics.count)
            first = nil
            let wasStopped = try runEpoch(&epoch, base: base)
            let record = try closeEpoch(epoch, base: base)
            state.history.epochs.append(record)
            state.openEpoch = epoch.pictures < data.count ? epoch : nil
            try onEpoch?(event(epoch, record.metrics), record)
            if state.openEpoch == nil {
                state.patience.note(record.metrics.first { $0.name == "val_loss" }?.value ?? record.loss)
            }
            let ends = wasStopped || shouldStop?() == true || state.patience.isOver(settings.patience)
            state.history.wasStopped = ends
            restoreLearningRate(base)
            try onSafePoint?(state)
            if ends || isAtStepLimit { break }
        }
        return history
    }

    /// A model without `input` takes its shapes from the data.
    private func prepare() throws(CNNError) {
        if model.inputShape == nil { try model.build(for: data.pictureShape) }
        guard !model.trainableNames.isEmpty else {
            throw CNNError(
                .invalidValue, "\(model.name) has nothing to train",
                notes: [model.parameters.isEmpty ? "none of its layers has parameters" : "all of its layers are frozen"]
            )
        }
    }

    /// A schedule's rates are for the steps alone; a rate that a callback has set stays.
    private func restoreLearningRate(_ base: Double) {
        if settings.schedule != nil { optimizer.rule.learningRate = base }
    }

    private var isAtStepLimit: Bool { settings.steps.map { history.stepLosses.count >= $0 } ?? false }
}

// MARK: - An epoch

extension Trainer {
    /// The steps that are left of the epoch; whether someone asked to stop.
    private func runEpoch(_ epoch: inout OpenEpoch, base: Double) throws -> Bool {
        let order = order(of: epoch.number)
        while epoch.pictures < data.count {
            // An error or an interrupt leaves the state as it was after the last whole step.
            state.openEpoch = epoch
            if let rate = scheduledRate(base, epoch.number, history.stepLosses.count) {
                optimizer.rule.learningRate = rate
            }
            let end = min(data.count, epoch.pictures + min(settings.batch, data.count))
            try step(&epoch, Array(order[epoch.pictures..<end]))
            state.openEpoch = epoch
            try onBatch?(event(epoch, trainingMetrics(epoch)))
            try checkInterrupt(epoch.number)
            if shouldStop?() == true { return true }
            if isAtStepLimit { break }
        }
        return false
    }

    private func order(of epoch: Int) -> [Int] {
        guard settings.shuffle else { return Array(0..<data.count) }
        var stream = RandomStream(seed: settings.seed, purpose: "shuffle/\(epoch)")
        return stream.permutation(data.count)
    }

    /// - Parameter step: steps before this one. nil without a schedule.
    private func scheduledRate(_ base: Double, _ epoch: Int, _ step: Int) -> Double? {
        settings.schedule.map { $0.rate(base: base, step: $0.countsEpochs ? epoch - 1 : step) }
    }

    private func closeEpoch(_ epoch: OpenEpoch, base: Double) throws -> TrainingHistory.Epoch {
        var values = trainingMetrics(epoch)
        if let validation = settings.validation {
            let measured = try EvaluationPass(model, validation, loss: settings.loss, metrics: metrics)
            values.append(MeasuredValue(name: "val_loss", value: measured.loss))
            for (metric, value) in zip(metrics, measured.metrics) {
                values.append(MeasuredValue(name: "val_\(metric.rawValue)", value: value))
            }
        }
        let rate = scheduledRate(base, epoch.number, history.stepLosses.count - 1) ?? optimizer.rule.learningRate
        return TrainingHistory.Epoch(
            epoch: epoch.number, steps: epoch.steps, loss: epoch.loss / Double(max(1, epoch.pictures)),
            metrics: values, learningRate: rate)
    }

    private func trainingMetrics(_ epoch: OpenEpoch) -> [MeasuredValue] {
        zip(metrics, epoch.scores).map {
            MeasuredValue(name: $0.rawValue, value: $1 / Double(max(1, epoch.pictures)))
        }
    }

    private func event(_ epoch: OpenEpoch, _ metrics: [MeasuredValue]) -> TrainingEvent {
        TrainingEvent(
            epoch: epoch.number, step: history.stepLosses.count, loss: epoch.loss / Double(max(1, epoch.pictures)),
            learningRate: optimizer.rule.learningRate, metrics: metrics, stepsPerEpoch: stepsPerEpoch)
    }
}

// MARK: - A step

extension Trainer {
    private func step(_ epoch: inout OpenEpoch, _ pictures: [Int]) throws {
        let statistics = model.runningStatistics
        func attempt<Result>(_ part: () throws -> Result) throws -> Result {
            do {
                return try part()
            } catch {
                // The step has not been: the model is as it was before.
                model.runningStatistics = statistics
                try checkInterrupt(epoch.number)
                throw error
            }
        }
        let (images, labels) = try attempt {
            let batch = try data.batch(pictures)
            let images = try Augmentation.apply(
                settings.augmentations, to: batch.images.converted(to: model.dtype), pictures: pictures,
                epoch: epoch.number, seed: settings.seed)
            return (images, batch.labels)
        }
        let result = try attempt {
            let found = try differentiate(images, labels)
            // An interrupt stops kernels early: what they gave is thrown away.
            try checkInterrupt(epoch.number)
            return found
        }
        guard result.loss.isFinite else {
            let search = try NonFiniteLoss(
                model, images, loss: result.loss, rate: optimizer.rule.learningRate,
                isFirstStep: history.stepLosses.isEmpty, trial: rateTrial)
            throw search.error(at: "step \(history.stepLosses.count + 1) (epoch \(epoch.number))")
        }
        try attempt {
            var gradients = result.gradients
            if let norm = settings.clip { gradients = try Gradients.clipped(gradients, maximumNorm: norm) }
            // Whatever interrupt comes now, this step is done.
            try optimizer.step(model, gradients)
        }
        model.step += 1
        state.history.stepLosses.append(result.loss)
        if history.stepLosses.count >= RateTrial.lastStep { start = nil }
        epoch.steps += 1
        epoch.pictures += pictures.count
        epoch.loss += result.loss * Double(pictures.count)
        for (index, score) in result.scores.enumerated() { epoch.scores[index] += score }
    }

    /// The loss, for each metric the sum over the pictures, and the gradients. Nothing of the tape outlives this, so
    /// that the optimizer finds the parameters unshared.
    private func differentiate(
        _ images: Tensor, _ labels: Tensor
    ) throws -> (loss: Double, scores: [Double], gradients: [Tensor]) {
        let tape = Tape()
        defer {
            model.endGradient()
            tape.close()
        }
        let parameters = try model.beginGradient(tape)
        // A step that was tried before, or a call by hand, has drawn nothing of it.
        model.beginStep()
        let output = try model(images)
        let loss = try loss(output, labels)
        let value = loss.element(0)
        guard value.isFinite else { return (value, [], []) }
        var scores: [Double] = []
        for metric in metrics { scores.append(try metric.score(output.detached, labels)) }
        return (value, scores, try tape.gradients(of: loss, withRespectTo: parameters, releasing: true))
    }

    private func loss(_ output: Tensor, _ labels: Tensor) throws -> Tensor {
        do { return try settings.loss(output, labels) } catch let error as CNNError where error.argument == nil {
            throw LossErrors.attributed(error, output, labels, model, data)
        }
    }

    private func rateTrial() -> RateTrial? {
        guard let start else { return nil }
        var rule = optimizer.rule
        rule.learningRate = baseRate
        return RateTrial(from: start, data, settings, rule, failedStep: history.stepLosses.count + 1)
    }

    private func checkInterrupt(_ epoch: Int) throws(CNNError) {
        guard cnn_interrupt_pending() else { return }
        throw CNNError(
            .interrupted, "training was interrupted after step \(history.stepLosses.count) (epoch \(epoch))",
            notes: ["\(modelName) keeps the weights of that step"])
    }
}

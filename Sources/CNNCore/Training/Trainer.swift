import CNNKernels

/// Trains a model on a data set: shuffles, steps, measures, epoch by epoch. The same seed gives the same bits at any
/// number of threads.
public final class Trainer {
    private let model: Model
    private let data: Dataset
    private let settings: TrainingSettings
    private let metrics: [TrainingMetric]
    public let optimizer: Optimizer
    /// What has been done so far, also where `run` has thrown.
    public private(set) var history = TrainingHistory()

    /// After each step.
    public var onBatch: ((TrainingEvent) throws -> Void)?
    /// After each epoch and its validation.
    public var onEpoch: ((TrainingEvent, TrainingHistory.Epoch) throws -> Void)?
    /// Asked after each call of the two above; the epoch is closed, and training ends.
    public var shouldStop: (() -> Bool)?

    /// - Throws: E0404 for a setting that cannot be used, or data without pictures.
    public init(model: Model, data: Dataset, settings: TrainingSettings) throws(CNNError) {
        try settings.check()
        for part in [data, settings.validation] {
            guard let part, part.count == 0 else { continue }
            throw CNNError(.invalidValue, "\(part.name) has no pictures")
        }
        self.model = model
        self.data = data
        self.settings = settings
        metrics = settings.metrics.compactMap(TrainingMetric.init(rawValue:))
        optimizer = settings.optimizer ?? Optimizer(settings.rule)
    }

    private var stepsPerEpoch: Int { (data.count - 1) / settings.batch + 1 }

    /// - Throws: E0405 names step, layer and usual causes where the loss turns nan or inf; E0605 after an interrupt, the
    ///   model keeps its weights; what a callback throws.
    public func run() throws -> TrainingHistory {
        try prepare()
        let base = optimizer.rule.learningRate
        defer { optimizer.rule.learningRate = base }
        var patience = Patience(limit: settings.patience)
        for epoch in settings.firstEpoch + 1...settings.firstEpoch + settings.epochs {
            let totals = try runEpoch(epoch, base: base)
            let record = try closeEpoch(epoch, totals)
            history.epochs.append(record)
            try onEpoch?(event(epoch, totals, record.metrics), record)
            let watched = record.metrics.first { $0.name == "val_loss" }?.value ?? record.loss
            if shouldStop?() == true || totals.wasStopped || patience.isOver(after: watched) {
                history.wasStopped = true
                break
            }
            if isAtStepLimit { break }
        }
        return history
    }

    /// A model without `input` takes its shapes from the data.
    private func prepare() throws(CNNError) {
        history = TrainingHistory()
        if model.inputShape == nil { try model.build(for: data.pictureShape) }
        guard !model.trainableNames.isEmpty else {
            throw CNNError(
                .invalidValue, "\(model.name) has nothing to train",
                notes: [model.parameters.isEmpty ? "none of its layers has parameters" : "all of its layers are frozen"]
            )
        }
    }

    private var isAtStepLimit: Bool { settings.steps.map { history.stepLosses.count >= $0 } ?? false }
}

// MARK: - An epoch

extension Trainer {
    /// Sums over an epoch's batches.
    private struct Totals {
        var steps = 0
        var pictures = 0
        var loss = 0.0
        var hits: [Int]
        var wasStopped = false
    }

    private func runEpoch(_ epoch: Int, base: Double) throws -> Totals {
        var totals = Totals(hits: [Int](repeating: 0, count: metrics.count))
        let order = order(of: epoch)
        for start in stride(from: 0, to: data.count, by: settings.batch) {
            setLearningRate(base, epoch)
            let pictures = Array(order[start..<min(start + settings.batch, data.count)])
            try step(epoch, pictures, &totals)
            try onBatch?(event(epoch, totals, trainingMetrics(totals)))
            try checkInterrupt(epoch)
            totals.wasStopped = shouldStop?() == true
            if totals.wasStopped || isAtStepLimit { break }
        }
        return totals
    }

    private func order(of epoch: Int) -> [Int] {
        guard settings.shuffle else { return Array(0..<data.count) }
        var stream = RandomStream(seed: settings.seed, purpose: "shuffle/\(epoch)")
        return stream.permutation(data.count)
    }

    private func setLearningRate(_ base: Double, _ epoch: Int) {
        guard let schedule = settings.schedule else { return }
        let earlier = settings.firstEpoch.multipliedReportingOverflow(by: stepsPerEpoch)
        let steps = earlier.partialValue.addingReportingOverflow(history.stepLosses.count)
        let done = earlier.overflow || steps.overflow ? Int.max : steps.partialValue
        optimizer.rule.learningRate = schedule.rate(base: base, step: schedule.countsEpochs ? epoch - 1 : done)
    }

    private func closeEpoch(_ epoch: Int, _ totals: Totals) throws(CNNError) -> TrainingHistory.Epoch {
        var values = trainingMetrics(totals)
        if let validation = settings.validation {
            let measured = try EvaluationPass(model, validation, loss: settings.loss, metrics: metrics)
            values.append(("val_loss", measured.loss))
            for (metric, value) in zip(metrics, measured.metrics) { values.append(("val_\(metric.rawValue)", value)) }
        }
        return TrainingHistory.Epoch(
            epoch: epoch, steps: totals.steps, loss: totals.loss / Double(totals.pictures), metrics: values,
            learningRate: optimizer.rule.learningRate)
    }

    private func trainingMetrics(_ totals: Totals) -> [(name: String, value: Double)] {
        zip(metrics, totals.hits).map { ($0.rawValue, Double($1) / Double(totals.pictures)) }
    }

    private func event(
        _ epoch: Int, _ totals: Totals, _ metrics: [(name: String, value: Double)]
    ) -> TrainingEvent {
        TrainingEvent(
            epoch: epoch, step: history.stepLosses.count, loss: totals.loss / Double(totals.pictures),
            learningRate: optimizer.rule.learningRate, metrics: metrics, stepsPerEpoch: stepsPerEpoch)
    }
}

// MARK: - A step

extension Trainer {
    private func step(_ epoch: Int, _ pictures: [Int], _ totals: inout Totals) throws(CNNError) {
        let batch = try data.batch(pictures)
        let images = try Augmentation.apply(
            settings.augmentations, to: batch.images, pictures: pictures, epoch: epoch, seed: settings.seed)
        let result = try differentiate(images, batch.labels)
        // An interrupt stops kernels early: what they gave is thrown away, and the weights stay as they were.
        try checkInterrupt(epoch)
        guard result.loss.isFinite else {
            let search = try NonFiniteLoss(model, images, loss: result.loss, rate: optimizer.rule.learningRate)
            throw search.error(at: "step \(history.stepLosses.count + 1) (epoch \(epoch))")
        }
        var gradients = result.gradients
        if let norm = settings.clip { gradients = try Gradients.clipped(gradients, maximumNorm: norm) }
        try optimizer.step(model, gradients)
        model.step += 1
        history.stepLosses.append(result.loss)
        totals.steps += 1
        totals.pictures += pictures.count
        totals.loss += result.loss * Double(pictures.count)
        for (index, hits) in result.hits.enumerated() { totals.hits[index] += hits }
    }

    /// The loss, how many pictures each metric counts as right, and the gradients. Nothing of the tape outlives this, so
    /// that the optimizer finds the parameters unshared.
    private func differentiate(
        _ images: Tensor, _ labels: Tensor
    ) throws(CNNError) -> (loss: Double, hits: [Int], gradients: [Tensor]) {
        let tape = Tape()
        defer {
            model.endGradient()
            tape.close()
        }
        let parameters = try model.beginGradient(tape)
        let output = try model(images)
        let loss = try settings.loss(output, labels)
        let value = loss.element(0)
        guard value.isFinite else { return (value, [], []) }
        var hits: [Int] = []
        for metric in metrics { hits.append(try metric.hits(output, labels)) }
        return (value, hits, try tape.gradients(of: loss, withRespectTo: parameters))
    }

    private func checkInterrupt(_ epoch: Int) throws(CNNError) {
        guard cnn_interrupt_pending() else { return }
        throw CNNError(
            .interrupted, "training was interrupted after step \(history.stepLosses.count) (epoch \(epoch))",
            notes: ["\(model.name) keeps the weights of that step"])
    }
}

/// Counts epochs without an improvement.
private struct Patience {
    let limit: Int?
    private var best = Double.infinity
    private var waited = 0

    init(limit: Int?) { self.limit = limit }

    mutating func isOver(after loss: Double) -> Bool {
        guard let limit else { return false }
        if loss < best {
            best = loss
            waited = 0
        } else {
            waited += 1
        }
        return waited >= limit
    }
}

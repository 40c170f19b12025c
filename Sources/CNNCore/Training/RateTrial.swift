/// A trial of smaller learning rates, after a loss was no longer a number: what is suggested has been seen to work.
///
/// A copy of the model takes steps from the weights of the start, a few more than went well before. The same data, seed
/// and settings make the same trial on every machine. Its work is bounded; where the bound does not allow a trial, or the
/// loss is the caller's own function, there is none.
struct RateTrial {
    enum Outcome {
        /// Every loss was a number, and none was over twice the first.
        case works(rate: String, first: Double, last: Double)
        /// The rates that went wrong as well.
        case fails([String])
    }

    let outcome: Outcome
    /// How many steps each rate was given.
    let steps: Int

    /// The last step that a trial can begin at the start for.
    static let lastStep = 40
    private static let moreSteps = 10
    /// Parameters of a model whose weights at the start are kept.
    private static let mostParameters = 1 << 22
    /// Multiply-adds of all rates together.
    private static let mostWork = 30_000_000_000

    /// What a trial needs: a copy of the model as it is now. nil where there will be no trial.
    static func start(_ model: Model, _ settings: TrainingSettings) -> Model? {
        if case .custom = settings.loss { return nil }
        guard model.parameterCount <= mostParameters else { return nil }
        return try? model.copy()
    }

    /// - Parameters:
    ///   - start: stays as it is.
    ///   - failedStep: the number of the step whose loss was not finite, from 1.
    init?(
        from start: Model, _ data: Dataset, _ settings: TrainingSettings, _ rule: OptimizerRule, failedStep: Int
    ) {
        let rates = RateTrial.candidates(below: rule.learningRate)
        steps = failedStep + RateTrial.moreSteps
        // Forward and backward are about three times the multiply-adds of forward.
        guard failedStep <= RateTrial.lastStep, !rates.isEmpty, let macs = start.macs,
            [min(settings.batch, data.count), steps, 3 * rates.count].reduce(macs, { Work.product($0, $1) })
                <= RateTrial.mostWork
        else { return nil }
        for (text, rate) in rates {
            guard let losses = try? RateTrial.losses(start, data, settings, rule, rate: rate, steps: steps) else {
                return nil
            }
            if losses.count == steps, let first = losses.first, let last = losses.last,
                losses.allSatisfy({ $0.isFinite && $0 <= 2 * first })
            {
                outcome = .works(rate: text, first: first, last: last)
                return
            }
        }
        outcome = .fails(rates.map(\.text))
    }

    /// As they are written, and so as they are tried.
    private static func candidates(below rate: Double) -> [(text: String, rate: Double)] {
        guard rate > 0, rate.isFinite else { return [] }
        let values = rate > 0.1 ? [0.1, 0.01, 0.001] : [rate / 10, rate / 100, rate / 1000]
        return values.compactMap { value in
            let text = NumberFormatter.general(value, 4)
            return Double(text).flatMap { $0 > 0 ? (text: text, rate: $0) : nil }
        }
    }

    /// The losses of the steps, up to the first that is not finite.
    /// - Throws: what is no such loss: an interrupt, the end of the work or of the memory.
    private static func losses(
        _ start: Model, _ data: Dataset, _ settings: TrainingSettings, _ rule: OptimizerRule, rate: Double, steps: Int
    ) throws -> [Double] {
        var trial = settings
        trial.optimizer = nil
        trial.rule = rule
        trial.rule.learningRate = rate
        trial.validation = nil
        trial.metrics = []
        trial.patience = nil
        trial.epochs = steps
        trial.steps = steps
        let trainer = try Trainer(model: try start.copy(), data: data, settings: trial)
        trainer.triesSmallerRates = false
        do {
            return try trainer.run().stepLosses
        } catch let error as CNNError where error.code == .notFinite {
            return trainer.history.stepLosses
        }
    }

    /// What is told of it, after the line that names the rate.
    var note: String {
        let trial = "a trial of \(steps) steps from the weights at the start"
        switch outcome {
        case .works(let rate, let first, let last):
            let (first, last) = (NumberFormatter.general(first, 4), NumberFormatter.general(last, 4))
            return "try lr=\(rate): in \(trial) the loss stayed finite with it, \(first) at first and \(last) at last"
        case .fails(let rates):
            let list = rates.dropLast().joined(separator: ", ") + " and " + (rates.last ?? "")
            return "a smaller rate alone is no way out: with \(list), \(trial) went wrong as well"
        }
    }
}

/// Looks for where a loss that is nan or inf comes from.
struct NonFiniteLoss {
    private let loss: Double
    private let rate: Double
    private var notes: [String] = []

    /// - Parameter images: the batch of the step that failed; the model still has the weights of that step.
    /// - Parameter isFirstStep: whether the weights are those that were given.
    /// - Parameter trial: of smaller rates; nil where there is none.
    init(
        _ model: Model, _ images: Tensor, loss: Double, rate: Double, isFirstStep: Bool, trial: () -> RateTrial?
    ) throws(CNNError) {
        self.loss = loss
        self.rate = rate
        let extent = images.statistics()
        guard NonFiniteLoss.isFinite(extent) else {
            notes.append("the pictures themselves have nan or inf")
            return
        }
        if let parameter = model.parameters.first(where: { !NonFiniteLoss.isFinite($0.value.statistics()) }) {
            guard !isFirstStep else {
                notes.append("\(parameter.name) had nan or inf before the first step: no step has made them")
                return
            }
            notes.append("\(parameter.name) has nan or inf since the step before")
        }
        let culprit = try model.activations(images).first { !NonFiniteLoss.isFinite($0.output.statistics()) }
        notes.append(
            culprit.map { "\($0.name) is the first layer whose output is not finite" }
                ?? "the output of every layer is finite: the loss itself is not")
        let cause = "the usual cause is too large a learning rate: it is \(NumberFormatter.general(rate, 4))"
        if let trial = trial() {
            notes += [cause, trial.note]
        } else {
            // Nothing was trained with the smaller one, and the note says so.
            let smaller = NumberFormatter.general(rate > 0.1 ? 0.01 : rate / 10, 4)
            notes.append("\(cause); whether \(smaller) is small enough, only a run tells")
        }
        if extent.max > 10 || extent.min < -10 {
            notes.append(
                "or pictures that are not scaled: these go from \(NumberFormatter.general(extent.min, 4)) to "
                    + "\(NumberFormatter.general(extent.max, 4)), and 0 to 1 is usual")
        }
    }

    private static func isFinite(_ statistics: TensorStatistics) -> Bool {
        statistics.nanCount == 0 && statistics.infCount == 0
    }

    /// - Parameter place: "step 12 (epoch 2)".
    func error(at place: String) -> CNNError {
        CNNError(.notFinite, "the loss is \(loss.isNaN ? "nan" : loss > 0 ? "inf" : "-inf") at \(place)", notes: notes)
    }
}

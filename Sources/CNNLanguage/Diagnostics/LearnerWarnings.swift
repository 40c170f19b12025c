import CNNCore

/// Mistakes that run: each has its own words.
enum LearnerWarnings {
    /// `softmax; softmax` in a model.
    static func repeatedSoftmax(_ model: Model, in interpreter: Interpreter) {
        guard let repeated = model.repeatedSoftmax else { return }
        let place = repeated.origin.flatMap(interpreter.origin)
        interpreter.warn(
            Warning(
                "\(repeated.name) is given what \(repeated.first) made: softmax twice makes all classes nearly equal",
                notes: ["leave \(repeated.name) out"], source: place?.source, span: place?.span, cell: place?.cell))
    }

    /// `input 3x32x32`, as other libraries have it.
    static func channelsFirst(_ model: Model, in interpreter: Interpreter) {
        guard let input = model.channelsFirstInput else { return }
        let (shape, place) = (input.shape, input.origin.flatMap(interpreter.origin))
        interpreter.warn(
            Warning(
                "a picture of \(shape) has \(shape[0].counting("row")), \(shape[1].counting("column")) and "
                    + "\(shape[2].counting("channel")): the channels come last",
                notes: ["write input \(Shape.text([shape[1], shape[2], shape[0]]))"], source: place?.source,
                span: place?.span, cell: place?.cell))
    }

    /// `conv 1, 6, 5`
    static func otherOrder(_ order: ForeignLayers.Order, in interpreter: Interpreter) {
        let place = order.origin.flatMap(interpreter.origin)
        interpreter.warn(
            Warning(order.meaning, notes: [order.note], source: place?.source, span: place?.span, cell: place?.cell))
    }

    /// `softmax(net(x))` for a model that ends in softmax, and `softmax(softmax(x))`.
    static func softmaxOfProbabilities(_ x: Tensor, _ call: Call) {
        let given =
            x.logits != nil
            ? "the output of a model that ends in softmax"
            : looksLikeProbabilities(x) ? "probabilities, as its rows sum to 1" : nil
        guard let given else { return }
        call.interpreter.warn(
            "softmax is given \(given): twice makes all classes nearly equal", notes: ["leave this one out"])
    }

    /// `cross_entropy(softmax(logits), labels)`: it takes the softmax itself.
    static func crossEntropyOfProbabilities(_ x: Tensor, _ call: Call) {
        guard x.logits == nil, looksLikeProbabilities(x) else { return }
        call.interpreter.warn(
            "cross_entropy is given probabilities: its rows sum to 1, and it takes a softmax of them itself",
            notes: ["give it the logits, which are what softmax was given"])
    }

    /// Whether the first rows are positive numbers that sum to 1, and not all of them 0 and 1 alone.
    private static func looksLikeProbabilities(_ x: Tensor) -> Bool {
        guard x.dtype.isFloating, x.rank == 2, x.shape[0] > 0, (2...4_096).contains(x.shape[1]) else { return false }
        let classes = x.shape[1]
        for row in 0..<min(4, x.shape[0]) {
            var sum = 0.0
            for column in 0..<classes {
                let value = x.element(row * classes + column)
                guard value > 0, value < 1 else { return false }
                sum += value
            }
            guard abs(sum - 1) < 1e-4 else { return false }
        }
        return true
    }

    /// `sgd(lr=0)`
    static func rateOfZero(usual: String, _ call: Call) {
        call.interpreter.warn(
            "\(call.builtin.name): with a learning rate of 0 the weights stay as they are", notes: ["write lr=\(usual)"]
        )
    }

    /// A training that ends with a larger loss than it began with.
    static func divergedLoss(
        _ history: TrainingHistory, _ settings: TrainingSettings, _ data: Dataset, in interpreter: Interpreter
    ) {
        guard let loss = DivergedLoss(history, settings.loss, data), let epoch = history.epochs.last else { return }
        let number = { (value: Double) in NumberFormatter.general(value, 4) }
        let rate = (settings.optimizer?.rule ?? settings.rule).learningRate
        let rates = [rate, epoch.learningRate].max() ?? rate
        interpreter.warn(
            "the loss did not fall: it was \(number(loss.first)) at the first step and is \(number(loss.last)) in "
                + "epoch \(epoch.epoch), where the same answer for every picture has \(number(loss.guessing))",
            notes: [
                "the usual cause is too large a learning rate: it is \(number(rates)); "
                    + "whether \(number(rates > 0.1 ? 0.01 : rates / 10)) is small enough, only a run tells"
            ], argument: "optimizer")
    }

    /// Pictures of 0...255 in `train`.
    static func unscaledPictures(_ data: Dataset, _ model: Model, in interpreter: Interpreter) {
        guard data.pictureShape.rank == 3, !model.normalizesItsInput, let range = data.pixelRange,
            isOfPixels(range.lowerBound, range.upperBound)
        else { return }
        warnOfPixels(range.lowerBound, range.upperBound, in: interpreter)
    }

    /// The same of a batch that a model is given in a gradient block. A few numbers of it decide whether all are looked at.
    static func unscaledPictures(_ x: Tensor, _ model: Model, in interpreter: Interpreter) {
        guard interpreter.machine.gradient != nil, x.dtype.isFloating, x.rank >= 3, x.count > 0 else { return }
        let step = max(1, x.count / 61)
        guard stride(from: 0, to: x.count, by: step).contains(where: { x.element($0) > 32 }),
            !model.normalizesItsInput
        else { return }
        let extent = x.statistics()
        if isOfPixels(extent.min, extent.max) { warnOfPixels(extent.min, extent.max, in: interpreter) }
    }

    private static func isOfPixels(_ least: Double, _ largest: Double) -> Bool {
        least >= 0 && largest > 32 && largest <= 255
    }

    private static func warnOfPixels(_ least: Double, _ largest: Double, in interpreter: Interpreter) {
        let extent = "\(NumberFormatter.general(least, 4)) to \(NumberFormatter.general(largest, 4))"
        interpreter.warn(
            "the pictures go from \(extent): training wants numbers near 1, as pixels of 0 to 1 are",
            notes: ["divide them once, before training: images = images / 255"])
    }

    /// A gradient block whose loss is nan or inf: what is told of it is a step that would make every weight so.
    /// - Parameter values: what it differentiates by, with their names.
    static func lossNotFinite(_ loss: Double, _ values: [(name: String, value: Tensor)], in interpreter: Interpreter) {
        let culprit = values.first { $0.value.statistics().nanCount + $0.value.statistics().infCount > 0 }
        let cause =
            culprit.map {
                ["\($0.name) has nan or inf already: the usual cause is too large a learning rate in a step before"]
            } ?? ["usual causes are too large a learning rate, the log of 0 and a division by 0"]
        interpreter.warn("the loss is \(loss.isNaN ? "nan" : loss > 0 ? "inf" : "-inf")", notes: cause)
    }
}

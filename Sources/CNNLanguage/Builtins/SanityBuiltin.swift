import CNNCore
import CNNKernels

/// What to look at before a long training.
enum SanityBuiltin {
    static let builtin = Builtin(
        "sanity", ["model", "data"], .evaluate,
        "checks before training: output size, pictures, first loss, gradients, dead ReLUs, size of a step, whether it "
            + "learns ten pictures by heart",
        formula: "the first loss of a classifier is about log(classes)",
        example: (
            "model Net { input 8x8x1; flatten; dense 5; softmax }\nsanity(Net(), dataset(\"digits\").train)",
            "check   result  what was seen\noutput  look    5 outputs for 10 classes\n"
        )
    ) { call in
        let model = try call.model(0).copy()
        let data = try call.dataset(1)
        guard data.count > 0 else { throw CNNError(.invalidValue, "sanity: \(data.name) has no pictures") }
        if model.inputShape == nil { try model.build(for: data.pictureShape) }
        var checks = SanityChecks()
        try checks.run(model, data)
        return .native(TableObject(header: ["check", "result", "what was seen"], rows: checks.rows, leftColumns: 3))
    }
}

/// The checks, each a row of the table.
private struct SanityChecks {
    /// Pictures that are to be learnt by heart, and the steps for it.
    private static let few = 10
    private static let steps = 60

    private(set) var rows: [[String]] = []

    private mutating func add(_ name: String, _ isFine: Bool, _ text: String) {
        rows.append([name, isFine ? "ok" : "look", text])
    }

    mutating func run(_ model: Model, _ data: Dataset) throws {
        let few = try data.take(min(SanityChecks.few, data.count))
        let batch = try few.batch(Array(0..<few.count))
        let output = try model(batch.images)
        let classes = output.rank == 2 ? output.shape[1] : 0
        add(
            "output", classes >= data.classCount,
            classes > 0
                ? "\(classes) outputs for \(data.classCount) classes"
                : "the output is \(output.shape.asGiven), not [N, classes]")
        // Without an output for each class there is no loss to look at.
        guard classes >= data.classCount else { return }
        try checkPictures(data)
        try checkFirstLoss(output, batch.labels, classes)
        let many = try data.take(min(256, data.count)).images
        let gradients = try ParameterGradients(model, batch.images, batch.labels)
        checkGradients(gradients)
        try checkUnits(model, many)
        try checkStep(model, gradients)
        try checkLearning(model, few)
    }

    private mutating func checkPictures(_ data: Dataset) throws(CNNError) {
        let values = try data.take(min(256, data.count)).images.statistics()
        let isFine = values.nanCount + values.infCount == 0 && values.min >= -10 && values.max <= 10
        let range = "from \(NumberFormatter.general(values.min, 4)) to \(NumberFormatter.general(values.max, 4))"
        add("pictures", isFine, isFine ? "values \(range)" : "values \(range): scale them, as by .normalize()")
    }

    private mutating func checkFirstLoss(_ output: Tensor, _ labels: Tensor, _ classes: Int) throws(CNNError) {
        let loss = try CrossEntropy(labelSmoothing: 0, reduction: .mean)(output, labels).element(0)
        let expected = cnn_log(Double(classes))
        let isSmall = loss < expected / 2
        let text = "\(NumberFormatter.fixed(loss, 4)), and log(\(classes)) is \(NumberFormatter.fixed(expected, 4))"
        add(
            "first loss", loss.isFinite && !isSmall && loss <= 2 * expected,
            text + (isSmall ? ": it has been trained already" : ""))
    }

    private mutating func checkGradients(_ gradients: ParameterGradients) {
        let dead = gradients.entries.filter { entry in
            let values = entry.gradient.statistics()
            return values.zeroCount == entry.gradient.count || values.nanCount + values.infCount > 0
        }.map(\.name)
        let text =
            dead.isEmpty
            ? "all \(gradients.entries.count) parameters have one"
            : "none for \(dead.prefix(3).joined(separator: ", "))\(dead.count > 3 ? ", ..." : "")"
        add("gradients", dead.isEmpty, text)
    }

    /// A ReLU's channel is dead where it is 0 at every place of every picture.
    private mutating func checkUnits(_ model: Model, _ images: Tensor) throws(CNNError) {
        var worst: (name: String, share: Double)?
        for (name, output) in try model.activations(images) where model.layerKind(name) == "relu" {
            let axes = Array(0..<output.rank - 1)
            let largest = try Reduction(.maximum, axes: axes, keep: false)(output)
            let share = Double(largest.doubles().count { $0 <= 0 }) / Double(max(1, largest.count))
            if share > worst?.share ?? -1 { worst = (name, share) }
        }
        guard let worst else { return }
        let percent = NumberFormatter.fixed(worst.share * 100, 0)
        add(
            "relu", worst.share <= 0.5,
            worst.share == 0 ? "no unit is dead" : "\(percent)% of the units of \(worst.name) are always 0")
    }

    /// How far a first step of sgd(lr=0.01) moves each weight, by its size. About 0.001 is usual.
    private mutating func checkStep(_ model: Model, _ gradients: ParameterGradients) throws(CNNError) {
        var largest: (name: String, ratio: Double)?
        for (name, gradient) in gradients.entries where gradient.rank > 1 {
            guard let weight = model.value(name) else { continue }
            let ratio = 0.01 * Gradients.norm([gradient]) / max(Gradients.norm([weight]), .leastNormalMagnitude)
            if ratio.isNaN || ratio > largest?.ratio ?? -1 { largest = (name, ratio) }
        }
        guard let largest else { return }
        add(
            "step", largest.ratio < 0.1,
            "sgd(lr=0.01) moves \(largest.name) most, by \(NumberFormatter.general(largest.ratio, 2)) of its size")
    }

    private mutating func checkLearning(_ model: Model, _ few: Dataset) throws {
        var settings = TrainingSettings()
        settings.epochs = SanityChecks.steps
        settings.batch = few.count
        settings.rule = OptimizerRule(
            .adam(beta1: 0.9, beta2: 0.999, epsilon: 1e-8), learningRate: 0.01, weightDecay: 0)
        settings.seed = model.seed
        let losses = try Trainer(model: model, data: few, settings: settings).run().stepLosses
        guard let first = losses.first, let last = losses.last else { return }
        let (before, after) = (NumberFormatter.fixed(first, 4), NumberFormatter.fixed(last, 4))
        let right = Int((try Evaluation.accuracy(model, few) * Double(few.count)).rounded())
        add(
            "learning", right == few.count,
            "\(right) of \(few.count) pictures by heart in \(losses.count) steps: loss \(before) -> \(after)")
    }
}

/// The gradients of the cross-entropy with respect to each trainable parameter, on a tape of its own.
struct ParameterGradients {
    let loss: Double
    let entries: [(name: String, gradient: Tensor)]

    init(_ model: Model, _ images: Tensor, _ labels: Tensor) throws(CNNError) {
        let tape = Tape()
        defer {
            model.endGradient()
            tape.close()
        }
        let parameters = try model.beginGradient(tape)
        let value = try CrossEntropy(labelSmoothing: 0, reduction: .mean)(try model(images), labels)
        loss = value.element(0)
        let gradients = try tape.gradients(of: value, withRespectTo: parameters)
        entries = zip(model.trainableNames, gradients).map { (name: $0, gradient: $1) }
    }
}

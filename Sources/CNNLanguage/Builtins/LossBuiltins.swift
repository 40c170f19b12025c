import CNNCore

/// Losses: what training makes small.
enum LossBuiltins {
    static let all: [Builtin] = [
        crossEntropy,
        pair("mse", .meanSquaredError, "the mean squared error", "mean((pred - target)^2)", "2.5"),
        pair("mae", .meanAbsoluteError, "the mean absolute error", "mean(|pred - target|)", "1.5"),
        huber,
        probability(
            "bce", .binaryCrossEntropy, "the binary cross-entropy of probabilities",
            "-mean(t*log(p) + (1 - t)*log(1 - p))", ("bce(tensor([0.5, 0.5]), tensor([1, 0]))", "0.6931472\n")),
        probability(
            "bce_with_logits", .binaryCrossEntropyWithLogits,
            "the binary cross-entropy of sigmoid(pred), without overflow",
            "bce(sigmoid(pred), target)", ("bce_with_logits(tensor([0, 0]), tensor([1, 0]))", "0.6931472\n")),
        hinge,
        probability(
            "kl_divergence", .klDivergence, "how far a distribution is from a target distribution",
            "sum_i t_i * log(t_i / p_i), mean over rows",
            ("kl_divergence(tensor([[0.5, 0.5]]), tensor([[0.5, 0.5]]))", "0.0\n")),
    ]

    private static let reduce: BuiltinParameter = "reduce=\"mean\""

    // MARK: - Classes

    private static let crossEntropy = Builtin(
        "cross_entropy", ["logits", "labels", "label_smoothing=0", reduce], .cnn,
        "the cross-entropy of softmax(logits) [N, classes] and classes (int64 [N]) or distributions [N, classes]",
        formula: "-log(softmax(logits)[label]), mean over N",
        example: ("cross_entropy(tensor([[0, 0]]), [1])", "0.6931472\n")
    ) { call in
        try refuseSwapped(call)
        let given = try call.tensor(0)
        // What a model with a last softmax returns remembers what went into it.
        let logits = given.logits ?? given
        LearnerWarnings.crossEntropyOfProbabilities(given, call)
        let smoothing = try call.double(2, default: 0)
        guard smoothing >= 0, smoothing < 1 else {
            throw call.wrongShare(2, "is", usual: "0.1")
        }
        let operation = CrossEntropy(labelSmoothing: smoothing, reduction: try call.lossReduction(3))
        return try LabelArgument.inWords(of: call, 1) { () throws(CNNError) in
            guard logits.rank == 1 else { return Value(try operation(logits, try labels(call, logits))) }
            let row = try Reshape([1, -1])(logits)
            let label = try labels(call, row)
            return Value(
                try operation(row, label.dtype == .int64 ? try Reshape([-1])(label) : try Reshape([1, -1])(label)))
        }
    }

    /// `cross_entropy(labels, logits)`
    private static func refuseSwapped(_ call: Call) throws(CNNError) {
        guard let first = call.value(0), case .tensor(let scores)? = call.value(1), scores.rank == 2,
            scores.dtype.isFloating
        else { return }
        let isClasses =
            switch first {
            case .list: (try? first.wholeNumbers()) != nil
            case .tensor(let object): object.rank == 1 && !object.dtype.isFloating && object.size0 == scores.size0
            default: false
            }
        guard isClasses else { return }
        throw CNNError(
            .typeMismatch, "cross_entropy: 'logits' are scores of floats, not \(first.describedType) of classes",
            notes: ["the scores come first: write cross_entropy(labels, logits)"], argument: .named("logits"))
    }

    /// Classes as int64, or a distribution of the logits' shape.
    private static func labels(_ call: Call, _ logits: Tensor) throws(CNNError) -> Tensor {
        if let number = call.value(1)?.wholeNumber { return try Tensor(integers: [number], Shape([1])) }
        if let value = call.value(1), !value.isTensor, let numbers = try value.wholeNumbers() {
            return try Tensor(integers: numbers, Shape([numbers.count]))
        }
        try LabelArgument.checkTexts(call, 1)
        let labels = try call.tensor(1)
        if labels.dtype.isFloating, labels.rank == 2, logits.rank == 2, labels.shape[1] > 1,
            labels.shape[0] == logits.shape[0], labels.shape != logits.shape
        {
            throw CNNError(
                .shapeMismatch,
                "cross_entropy has scores of \(logits.shape) and a distribution of \(labels.shape): both have one number "
                    + "for each class",
                argument: .named("labels"))
        }
        guard labels.dtype.isFloating else { return try LabelArgument.integers(call, 1, labels) }
        let isDistribution = labels.count == logits.count && logits.shape.dimensions.last != 1
        return isDistribution ? labels : try LabelArgument.integers(call, 1, labels)
    }

    private static let hinge = Builtin(
        "hinge", ["scores", "labels", "margin=1", reduce], .cnn,
        "the multi-class hinge loss of scores [N, classes] and classes (int64 [N])",
        formula: "sum_{j != y} max(0, s_j - s_y + margin), mean over N",
        example: ("hinge(tensor([[1, 3, 0]]), [1])", "0.0\n")
    ) { call in
        let operation = MultiClassHinge(margin: try call.double(2, default: 1), reduction: try call.lossReduction(3))
        return try LabelArgument.inWords(of: call, 1) { () throws(CNNError) in
            let scores = try call.tensor(0)
            guard scores.rank == 1 else { return Value(try operation(scores, try LabelArgument.integers(call, 1))) }
            let label = try Reshape([-1])(try LabelArgument.integers(call, 1))
            return Value(try operation(try Reshape([1, -1])(scores), label))
        }
    }

    // MARK: - Prediction and target

    /// A target that is one number counts for every element.
    private static func loss(_ call: Call, _ kind: PairLoss.Kind, reduction: Int) throws(CNNError) -> Value {
        let (given, target) = (try call.tensor(0), try call.tensor(1))
        let prediction = given.dtype.isFloating ? given : try given.converted(to: .float32)
        let operation = PairLoss(kind, reduction: try call.lossReduction(reduction))
        guard target.rank == 0, prediction.rank > 0 else { return Value(try operation(prediction, target)) }
        return Value(
            try operation(prediction, try Broadcast(to: prediction.shape)(try target.converted(to: prediction.dtype))))
    }

    private static func pair(
        _ name: String, _ kind: PairLoss.Kind, _ summary: String, _ formula: String, _ result: String
    ) -> Builtin {
        probability(name, kind, summary, formula, ("\(name)(tensor([1, 2]), tensor([2, 4]))", "\(result)\n"))
    }

    private static func probability(
        _ name: String, _ kind: PairLoss.Kind, _ summary: String, _ formula: String,
        _ example: (code: String, output: String)
    ) -> Builtin {
        Builtin(name, ["pred", "target", reduce], .cnn, summary, formula: formula, example: example) { call in
            try loss(call, kind, reduction: 2)
        }
    }

    private static let huber = Builtin(
        "huber", ["pred", "target", "delta=1", reduce], .cnn, "squared for small errors, linear for large ones",
        formula: "e^2/2 if |e| <= delta else delta*(|e| - delta/2), mean",
        example: ("huber(tensor([1, 2]), tensor([2, 4]))", "1.0\n")
    ) { call in
        let delta = try call.double(2, default: 1)
        guard delta > 0 else { throw call.wrongValue(2, "must be positive, not \(NumberFormatter.shortest(delta))") }
        return try loss(call, .huber(delta: delta), reduction: 3)
    }
}

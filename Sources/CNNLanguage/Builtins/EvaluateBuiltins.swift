import CNNCore

/// How good a model is.
enum EvaluateBuiltins {
    static let all: [Builtin] =
        [
            accuracy, loss, confusion, perClass("precision"), perClass("recall"), topK, predict, SanityBuiltin.builtin,
        ] + NetworkMeasures.all

    /// A network that has learnt the first hundred digits by heart, for the examples.
    private static let setup = """
        model Net { input 8x8x1; flatten; dense 10; softmax }
        net = Net()
        d = dataset("digits").train.take(100)
        h = train net on d, epochs=60, optimizer=adam(lr=0.01), log=False

        """

    private static let accuracy = Builtin(
        "accuracy", ["model", "data"], .evaluate,
        "the share of right answers: of a model on data, or of outputs [N, classes] or answers [N] and labels [N]",
        formula: "right / N",
        example: (setup + "accuracy(net, d)\naccuracy(tensor([[0.9, 0.1], [0.2, 0.8]]), [0, 0])", "1.0\n0.5\n")
    ) { call in
        guard let output = try outputs(call) else {
            return .float(try Evaluation.accuracy(try call.model(0), try call.dataset(1)))
        }
        let answers = try classes(output, call)
        let given = try DataArgument.labels(try call.required(1), "accuracy")
        guard given.rank == 1 || given.shape != output.shape else {
            throw CNNError(
                .shapeMismatch, "accuracy wants one class a row, not labels of \(given.shape.asGiven)",
                notes: ["the labels look one-hot: write argmax(data, axis=1)"], argument: .named("data"))
        }
        let labels = given.integers()
        if output.rank == 2, let label = labels.first(where: { $0 < 0 || $0 >= output.shape[1] }) {
            throw CNNError(
                .labelOutOfRange, "accuracy: label \(label) is not one of \(output.shape[1]) classes",
                notes: ["classes are counted from 0: 0 to \(output.shape[1] - 1)"])
        }
        guard !labels.isEmpty else { throw CNNError(.invalidValue, "accuracy: there are no labels to compare with") }
        guard answers.count == labels.count else {
            throw CNNError(
                .shapeMismatch,
                "accuracy: \(answers.count.counting("answer")) and \(labels.count.counting("label")) do not go together"
            )
        }
        return .float(Double(zip(answers, labels).filter { $0 == $1 }.count) / Double(labels.count))
    }

    /// Outputs or answers that stand in the model's place, as a tensor or as lists; nil for anything else.
    private static func outputs(_ call: Call) throws -> Tensor? {
        switch call.value(0) {
        case .tensor(let object)?: object.tensor.detached
        case .list(let list)?: try TensorLiteral.make(.list(list), nil)
        default: nil
        }
    }

    /// The largest of each row, or ints as they are.
    private static func classes(_ output: Tensor, _ call: Call) throws(CNNError) -> [Int] {
        switch output.rank {
        case 1: return try DataArgument.labels(Value(output), call.builtin.name).integers()
        case 2: return try ArgReduction(maximum: true, axis: 1)(output).integers()
        default:
            throw CNNError(
                .rankMismatch, "\(call.builtin.name): outputs are [N, classes], not \(output.shape.asTensor)")
        }
    }

    private static let loss = Builtin(
        "loss", ["model", "data", "loss=\"cross_entropy\""], .evaluate,
        "the mean loss of a model on data, without training",
        example: (setup + "loss(net, d) < 0.3", "True\n")
    ) { call in
        let function = try call.given(2).map { (value) throws(CNNError) in
            try LossArgument.function(value, "loss: 'loss'", in: call.interpreter)
        }
        return .float(
            try Evaluation.loss(try call.model(0), try call.dataset(1), function ?? .crossEntropy(labelSmoothing: 0)))
    }

    private static let confusion = Builtin(
        "confusion", ["model", "data"], .evaluate,
        "a table of answers: a row for each true class, a column for each class answered; .matrix has the counts",
        example: (
            setup + "t = dataset(\"digits\").train.take(20)\nc = confusion(net, t)\nc.matrix.shape\nsum(c.matrix)",
            "[10, 10]\n20\n"
        )
    ) { call in
        let (model, data) = (try call.model(0), try call.dataset(1))
        return .native(ConfusionObject(try Evaluation.confusion(model, data), classNames: data.classNames))
    }

    private static func perClass(_ name: String) -> Builtin {
        let isPrecision = name == "precision"
        return Builtin(
            name, ["model", "data", "label=None"], .evaluate,
            isPrecision
                ? "of the pictures answered with a class, the share that is of it; a number for each class, or for one"
                : "of the pictures of a class, the share answered with it; a number for each class, or for one",
            formula: isPrecision ? "true positives / all answered with the class" : "true positives / all of the class",
            example: (setup + "\(name)(net, d, 3)\nmean(\(name)(net, d))", "1.0\n1.0\n")
        ) { call in
            let counts = try Evaluation.confusion(try call.model(0), try call.dataset(1))
            let classes = counts.shape[0]
            try WorkMeter.shared.charge(counts.count)
            let shares = (0..<classes).map { label -> Double in
                let sum = (0..<classes).reduce(0) { sum, other in
                    sum + counts.integerElement(isPrecision ? other * classes + label : label * classes + other)
                }
                // Nothing answered or nothing there: 0, as is usual.
                return sum > 0 ? Double(counts.integerElement(label * classes + label)) / Double(sum) : 0
            }
            guard let label = try call.optionalInt(2) else {
                return Value(try Tensor(doubles: shares, try Shape([classes]), .float64))
            }
            guard shares.indices.contains(label) else {
                throw call.wrongValue(2, "is a class from 0 to \(classes - 1), not \(label)")
            }
            return .float(shares[label])
        }
    }

    private static let topK = Builtin(
        "top_k", ["model", "data", "k=5"], .evaluate, "the share of pictures whose class is among the k best answers",
        example: (setup + "top_k(net, d, 3)", "1.0\n")
    ) { call in
        .float(try Evaluation.topK(try call.model(0), try call.dataset(1), try call.int(2, default: 5)))
    }

    private static let predict = Builtin(
        "predict", ["model", "data"], .evaluate,
        "the class that a model answers: an int for one picture, int64 [N] for a batch or a data set",
        formula: "argmax of the output",
        example: (setup + "predict(net, d.images[0]) == d.labels[0]\npredict(net, d).shape", "True\n[100]\n")
    ) { call in
        let model = try call.model(0)
        guard case .tensor(let object)? = call.value(1) else {
            let answers = try Evaluation.predictions(model, try call.dataset(1))
            return Value(try Tensor(integers: answers, try Shape([answers.count])))
        }
        let output = try model(object.tensor.detached)
        guard output.rank > 0 else { return .int(output.element(0) >= 0.5 ? 1 : 0) }
        // One output says yes or no.
        if output.shape.dimensions.last == 1 {
            let answers = try Comparison(.greaterOrEqual).apply(output, scalar: 0.5, scalarOnLeft: false).converted(
                to: .int64)
            return Value(try Reshape(Array(output.shape.dimensions.dropLast()))(answers))
        }
        return Value(try ArgReduction(maximum: true, axis: -1)(output))
    }
}

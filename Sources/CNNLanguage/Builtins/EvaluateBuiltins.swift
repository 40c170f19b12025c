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
        if let given = try GivenAnswers(call) { return .float(given.accuracy) }
        return .float(try Evaluation.accuracy(try call.model(0), try call.dataset(1)))
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
        "a table of answers, of what accuracy takes too: a row for each true class, a column for each class answered; "
            + ".matrix has the counts",
        example: (
            setup + "t = dataset(\"digits\").train.take(20)\nc = confusion(net, t)\nc.matrix.shape\nsum(c.matrix)\n"
                + "confusion([0, 1, 1], [0, 1, 0]).matrix",
            "[10, 10]\n20\ntensor 2x2 int64\n[[1, 1],\n [0, 1]]\n"
        )
    ) { call in
        if let given = try GivenAnswers(call) {
            return .native(ConfusionObject(try given.confusion(), classNames: given.classNames))
        }
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
            let counts =
                try GivenAnswers(call)?.confusion()
                ?? Evaluation.confusion(try call.model(0), try call.dataset(1))
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
        let k = try call.int(2, default: 5)
        if let given = try GivenAnswers(call) { return .float(try given.topK(k)) }
        return .float(try Evaluation.topK(try call.model(0), try call.dataset(1), k))
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

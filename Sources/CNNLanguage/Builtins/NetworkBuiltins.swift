import CNNCore

/// What the other layers of a network compute, as functions.
enum NetworkBuiltins {
    static let all: [Builtin] = [dense, batchNorm, dropout, softmax("softmax"), softmax("log_softmax"), stopGradient]

    private static let dense = Builtin(
        "dense", ["x", "w", "b=None"], .cnn, "a fully connected layer", formula: "y = x @ w + b",
        example: (
            "dense(tensor([1, 2]), tensor([[1, 0, 1], [0, 1, 1]]), tensor([10, 0, 0]))",
            "tensor 3 float32\n[11,  2,  3]\n"
        )
    ) { call in
        try refuseUnits(call)
        let inputs = [try call.tensor(0), try call.tensor(1)] + [try call.optionalTensor(2)].compactMap { $0 }
        return Value(try DenseProduct().apply(inputs))
    }

    /// `dense(x, 10)`: the number of units is what the layer is given.
    private static func refuseUnits(_ call: Call) throws(CNNError) {
        guard let units = call.value(1)?.wholeNumber, units > 0 else { return }
        let inputs = try call.tensor(0).shape.dimensions.last
        throw CNNError(
            .typeMismatch, "dense: 'w' is a tensor of weights [in, out], not the number \(units)",
            notes: (inputs.map { ["with weights at random write dense(x, randn(\($0)x\(units)))"] } ?? [])
                + ["in a model write dense \(units), which makes its weights itself"],
            argument: .named("w"))
    }

    private static let batchNorm = Builtin(
        "batch_norm", ["x", "gamma", "beta", "mean", "var", "eps=1e-5"], .cnn,
        "normalised by the statistics given, one of each a channel",
        formula: "gamma * (x - mean) / sqrt(var + eps) + beta",
        example: (
            "x = tensor([[1], [3]])\nbatch_norm(x, tensor([2]), tensor([1]), tensor([2]), tensor([1]), eps=0)",
            "tensor 2x1 float32\n[[-1],\n [ 3]]\n"
        )
    ) { call in
        let epsilon = try call.double(5, default: 1e-5)
        guard epsilon >= 0 else { throw call.wrongValue(5, "cannot be negative: \(NumberFormatter.shortest(epsilon))") }
        var inputs: [Tensor] = []
        for index in 0..<5 { inputs.append(try call.tensor(index)) }
        return Value(try BatchNormalization(epsilon: epsilon, isTraining: false).apply(inputs))
    }

    private static let dropout = Builtin(
        "dropout", ["x", "p=0.5"], .cnn, "a part p of the elements set to 0 at random, the others divided by 1 - p",
        example: ("dropout(tensor([1, 2]), 0)", "tensor 2 float32\n[1, 2]\n")
    ) { call in
        let probability = try call.double(1, default: 0.5)
        guard probability >= 0, probability < 1 else {
            throw call.wrongShare(1, "is", usual: "0.5")
        }
        return Value(try Dropout(probability: probability, stream: call.interpreter.random.next())(try call.tensor(0)))
    }

    private static func softmax(_ name: String) -> Builtin {
        let isLog = name == "log_softmax"
        return Builtin(
            name, ["x", "axis=-1"], .cnn,
            isLog ? "the logarithm of softmax, without overflow" : "positive numbers that sum to 1 along an axis",
            formula: isLog ? "x_i - log(sum_j e^x_j)" : "e^x_i / sum_j e^x_j",
            example: (
                "\(name)(tensor([0, 0]))",
                isLog ? "tensor 2 float32\n[-0.6931, -0.6931]\n" : "tensor 2 float32\n[0.5, 0.5]\n"
            )
        ) { call in
            let x = try call.tensor(0)
            LearnerWarnings.softmaxOfProbabilities(x, call)
            return Value(try Softmax(axis: try call.int(1, default: -1), isLog: isLog)(x))
        }
    }

    private static let stopGradient = Builtin(
        "stop_gradient", ["x"], .cnn, "the same value, as a constant for gradients",
        example: (
            "w = tensor([2, 3])\nloss, g = gradient(w) { sum(w * stop_gradient(w)) }\ng", "tensor 2 float32\n[2, 3]\n"
        )
    ) { call in
        let x = try call.tensor(0)
        // An element of a list may be what no tape watches: it stays what it was.
        guard x.trace != nil else { return try call.required(0) }
        return Value(x.detached)
    }
}

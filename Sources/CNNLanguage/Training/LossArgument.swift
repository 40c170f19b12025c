import CNNCore

/// A loss of `train` and `loss`: its name, the built-in itself, or a function of output and labels.
enum LossArgument {
    static let names = [
        "cross_entropy", "mse", "mae", "huber", "bce", "bce_with_logits", "hinge", "perceptron", "kl_divergence",
    ]

    /// Has no function of its own: `perceptron(x, w, threshold)` is a neuron.
    static let perceptron = (
        summary: "hinge without a margin", formula: "sum_{j != y} max(0, s_j - s_y), mean over N"
    )

    /// What Keras and PyTorch call them, in small letters.
    private static let foreign: [String: String] = [
        "categorical_crossentropy": "cross_entropy", "sparse_categorical_crossentropy": "cross_entropy",
        "crossentropy": "cross_entropy", "crossentropyloss": "cross_entropy", "nll": "cross_entropy",
        "nll_loss": "cross_entropy", "nllloss": "cross_entropy", "mean_squared_error": "mse", "mseloss": "mse",
        "mse_loss": "mse", "l2": "mse", "mean_absolute_error": "mae", "l1": "mae", "l1_loss": "mae", "l1loss": "mae",
        "binary_crossentropy": "bce", "bceloss": "bce", "bcewithlogitsloss": "bce_with_logits",
        "smooth_l1_loss": "huber", "huber_loss": "huber", "kld": "kl_divergence", "kl": "kl_divergence",
    ]

    private static func known(_ name: String) -> LossFunction? {
        switch name {
        case "cross_entropy": .crossEntropy(labelSmoothing: 0)
        case "mse": .meanSquaredError
        case "mae": .meanAbsoluteError
        case "huber": .huber(delta: 1)
        case "bce": .binaryCrossEntropy
        case "bce_with_logits": .binaryCrossEntropyWithLogits
        case "hinge": .hinge
        case "perceptron": .perceptron
        case "kl_divergence": .klDivergence
        default: nil
        }
    }

    static func function(
        _ value: Value, _ what: String, in interpreter: Interpreter
    ) throws(CNNError) -> LossFunction {
        let name: String
        switch value {
        case .string(let text): name = text.text
        case .builtin(let object): name = object.builtin.name
        case .function: return .custom { output, labels in try call(value, output, labels, what, interpreter) }
        default:
            throw CNNError(
                .typeMismatch, "\(what) is the name of a loss or a function, not \(value.describedType)")
        }
        if let known = known(name) { return known }
        if let ours = foreign[name.lowercased()] {
            throw CNNError(
                .invalidValue, "\(what) is one of \(names.joined(separator: ", ")), not \(name)",
                notes: ["write loss=\(ours)"])
        }
        let nearest = EditDistance.nearest(name, among: names).map { ["did you mean \($0)?"] } ?? []
        throw CNNError(
            .invalidValue, "\(what) is one of \(names.joined(separator: ", ")), not \(name)",
            notes: nearest + ["or a function of your own: loss=(y, t) -> mean((y - t) ** 2)"])
    }

    private static func call(
        _ function: Value, _ output: Tensor, _ labels: Tensor, _ what: String, _ interpreter: Interpreter
    ) throws -> Tensor {
        interpreter.machine.isInLoss = true
        defer { interpreter.machine.isInLoss = false }
        let result: Value
        do { result = try interpreter.call(function, [Value(output), Value(labels)]) } catch var fault as Diagnostic {
            if let note = oneHot(function, output, labels), fault.error.code == .broadcastMismatch {
                fault.error.notes = [note]
            }
            throw fault
        }
        guard let loss = try result.asTensor() else {
            throw CNNError(.typeMismatch, "\(what) must give one number, not \(result.describedType)")
        }
        return loss
    }

    /// For a loss that takes classes for numbers beside the outputs.
    private static func oneHot(_ function: Value, _ output: Tensor, _ labels: Tensor) -> String? {
        guard case .function(let object) = function, let name = object.parameterNames.dropFirst().first,
            labels.dtype == .int64, labels.rank == 1, output.rank == 2, output.shape[1] > 1
        else { return nil }
        return "\(name) holds classes: write one_hot(\(name), \(output.shape[1])) for \(name)"
    }
}

@testable import CNNCore

/// Batch normalization, softmax, dropout and the losses.
extension BitCase {
    static let normalizations: [BitCase] = batchNormalization + softmax + dropout

    private static let shapes = [[7, 23, 29, 35], [301, 130], [4, 3, 3, 1], [2, 5, 6, 64]]

    private static let batchNormalization: [BitCase] =
        each("batch_norm in training") { dtype, random in
            try shapes.map { shape in
                let channels = shape[shape.count - 1]
                let inputs = [
                    try random.filled(shape, in: 3...5, dtype), try random.filled([channels], in: 0.5...2, dtype),
                    try random.filled([channels], dtype),
                ]
                return Instance(inputs: inputs) { inputs in
                    let (mean, variance) = try BatchNormalization.statistics(of: inputs[0])
                    let operation = BatchNormalization(epsilon: 1e-5, isTraining: true)
                    return [try operation.apply(inputs + [mean, variance]), mean, variance]
                }
            }
        }
        + each("batch_norm") { dtype, random in
            try shapes.map { shape in
                let channels = [shape[shape.count - 1]]
                let inputs = [
                    try random.filled(shape, dtype), try random.filled(channels, in: 0.5...2, dtype),
                    try random.filled(channels, dtype), try random.filled(channels, dtype),
                    try random.filled(channels, in: 0.5...2, dtype),
                ]
                // Gradients for the statistics too are slow: in the small ones alone.
                guard shape[0] < 5 else {
                    return Instance(inputs: Array(inputs.prefix(3))) {
                        [try BatchNormalization(epsilon: 1e-5, isTraining: false).apply($0 + inputs.suffix(2))]
                    }
                }
                return Instance(inputs, BatchNormalization(epsilon: 1e-5, isTraining: false))
            }
        }

    private static let softmax: [BitCase] = [false, true].flatMap { isLog in
        each(isLog ? "log_softmax" : "softmax") { dtype, random in
            [
                Instance([try random.filled([517, 101], in: -5...5, dtype)], Softmax(axis: -1, isLog: isLog)),
                Instance([try random.filled([517, 101], in: -5...5, dtype)], Softmax(axis: 0, isLog: isLog)),
                Instance([try random.filled([67, 10, 131], in: -5...5, dtype)], Softmax(axis: 1, isLog: isLog)),
                Instance([try random.filled([64, 10], in: -90...90, dtype)], Softmax(axis: 1, isLog: isLog)),
                Instance([try random.filled([3, 7, 5], in: -5...5, dtype)], Softmax(axis: 1, isLog: isLog)),
            ]
        }
    }

    private static let dropout: [BitCase] = each("dropout") { dtype, random in
        [
            Instance(
                [try random.filled([8191], dtype)],
                Dropout(probability: 0.4, stream: RandomStream(seed: 3, purpose: "bits")))
        ]
    }

    // MARK: - Losses

    static let losses: [BitCase] = entropy + hinge + pairs

    private static let entropy: [BitCase] =
        each("cross_entropy") { dtype, random in
            let large = try random.filled([403, 107], in: -5...5, dtype)
            let small = try random.filled([64, 10], in: -90...90, dtype)
            let labels = try random.whole([403], in: 0...106, .int64)
            let digits = try random.whole([64], in: 0...9, .uint8)
            return [
                Instance([large, labels], CrossEntropy(labelSmoothing: 0, reduction: .mean)),
                Instance([large, labels], CrossEntropy(labelSmoothing: 0.1, reduction: .sum)),
                Instance([small, digits], CrossEntropy(labelSmoothing: 0, reduction: .none)),
            ]
        }
        + each("cross_entropy, distributions") { dtype, random in
            let soft = try Softmax(axis: 1, isLog: false)(try random.filled([203, 67], in: -2...2, dtype))
            let logits = try random.filled([203, 67], in: -5...5, dtype)
            return [
                Instance([logits, soft], CrossEntropy(labelSmoothing: 0, reduction: .mean)),
                Instance([logits, soft], CrossEntropy(labelSmoothing: 0.1, reduction: .none)),
            ]
        }

    private static let hinge: [BitCase] = [1.0, 0].flatMap { margin in
        each(margin == 0 ? "perceptron" : "hinge") { dtype, random in
            let scores = try random.filled([103, 17], in: -2...2, dtype)
            let labels = try random.whole([103], in: 0...16, .int64)
            return LossReduction.allCases.map {
                Instance([scores, labels], MultiClassHinge(margin: margin, reduction: $0))
            }
        }
    }

    private static let pairs: [BitCase] =
        [PairLoss.Kind.meanSquaredError, .meanAbsoluteError, .huber(delta: 0.7), .binaryCrossEntropyWithLogits]
        .flatMap { pairLoss($0, in: -2...2) }
        + [PairLoss.Kind.binaryCrossEntropy, .klDivergence].flatMap { pairLoss($0, in: 0...1) }

    private static func pairLoss(_ kind: PairLoss.Kind, in range: ClosedRange<Double>) -> [BitCase] {
        each(PairLoss(kind, reduction: .mean).name) { dtype, random in
            let inputs = [
                try random.filled([103, 17], in: range, dtype), try random.filled([103, 17], in: range, dtype),
            ]
            return LossReduction.allCases.map { Instance(inputs, PairLoss(kind, reduction: $0)) }
        }
    }
}

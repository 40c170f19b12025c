@testable import CNNCore

/// Random numbers, augmentations, steps of optimizers and whole trainings.
extension BitCase {
    static let randomNumbers: [BitCase] =
        each("uniform numbers") { dtype, _ in
            [
                .plain([]) { _ in
                    var stream = RandomStream(seed: 5, purpose: "bits")
                    return [try stream.uniform(Shape([98_341]), dtype), try stream.uniform(Shape([3, 5]), dtype)]
                }
            ]
        }
        + each("normal numbers") { dtype, _ in
            [
                .plain([]) { _ in
                    var stream = RandomStream(seed: 5, purpose: "bits")
                    return [try stream.normal(Shape([98_341]), dtype), try stream.normal(Shape([3, 5]), dtype)]
                }
            ]
        }
        + each("whole numbers", in: [.int64]) { _, _ in
            [
                .plain([]) { _ in
                    var stream = RandomStream(seed: 5, purpose: "bits")
                    return [
                        try stream.integers(-3, 4, Shape([1009])), try stream.integers(.min, .max, Shape([37])),
                    ]
                }
            ]
        }
        + each("permutation", in: [.int64]) { _, _ in
            [
                .plain([]) { _ in
                    var stream = RandomStream(seed: 5, purpose: "bits")
                    return [try Tensor(integers: stream.permutation(1009), Shape([1009]))]
                }
            ]
        }

    // MARK: - Augmentations

    private static let changes: [(String, Augmentation)] = [
        ("shift", .shift(2)), ("rotate", .rotate(20)), ("rescale", .rescale(0.2)), ("flip_horizontal", .flipHorizontal),
        ("flip_vertical", .flipVertical), ("crop", .crop(2)), ("noise", .noise(0.1)), ("brightness", .brightness(0.3)),
        ("cutout", .cutout(3)),
    ]

    static let augmentations: [BitCase] = changes.flatMap { name, change in
        each("augment \(name)") { dtype, random in
            [
                .plain([try random.filled([23, 9, 8, 3], in: 0...1, dtype)]) {
                    [try Augmentation.apply([change], to: $0[0], pictures: Array(40..<63), epoch: 2, seed: 9)]
                }
            ]
        }
    }

    // MARK: - Optimizers

    private static let rules: [(String, OptimizerRule)] = [
        ("sgd", OptimizerRule(.sgd(momentum: 0, nesterov: false), learningRate: 0.05, weightDecay: 0.01)),
        ("momentum", OptimizerRule(.sgd(momentum: 0.9, nesterov: false), learningRate: 0.05, weightDecay: 0)),
        ("nesterov", OptimizerRule(.sgd(momentum: 0.9, nesterov: true), learningRate: 0.05, weightDecay: 0.01)),
        ("adagrad", OptimizerRule(.adagrad(epsilon: 1e-10), learningRate: 0.05, weightDecay: 0)),
        ("rmsprop", OptimizerRule(.rmsprop(alpha: 0.99, epsilon: 1e-8), learningRate: 0.005, weightDecay: 0.01)),
        ("adam", OptimizerRule(.adam(beta1: 0.9, beta2: 0.999, epsilon: 1e-8), learningRate: 0.01, weightDecay: 0.01)),
        ("adamw", OptimizerRule(.adamw(beta1: 0.9, beta2: 0.999, epsilon: 1e-8), learningRate: 0.01, weightDecay: 0.1)),
    ]

    static let optimizers: [BitCase] =
        rules.flatMap { name, rule in
            each("three steps of \(name)") { dtype, random in
                [
                    .plain(try (0..<4).map { _ in try random.filled([98_341], dtype) }) { inputs in
                        let optimizer = Optimizer(rule)
                        var weights = [inputs[0]]
                        for gradient in inputs.dropFirst() { try optimizer.step(&weights, [gradient]) }
                        return weights
                    }
                ]
            }
        }
        + each("clipped gradients") { dtype, random in
            [
                .plain([try random.filled([98_341], dtype), try random.filled([3, 5], dtype)]) {
                    try Gradients.clipped($0, maximumNorm: 1)
                }
            ]
        }

    // MARK: - Trainings

    private static let network = """
        input 18x17x3
        conv 18, 3x3, pad=same
        batchnorm
        relu
        maxpool 2
        residual { conv 18, 3x3, pad=same; batchnorm; relu }
        avgpool 2
        flatten
        dropout 0.3
        dense 33
        relu
        dense 5
        softmax
        """

    private static let schedules: [String: LearningRateSchedule.Kind] = [
        "momentum": .stepDecay(every: 1, factor: 0.5), "nesterov": .oneCycle(maximum: 0.1, total: 6, warmupShare: 0.3),
        "adagrad": .exponential(factor: 0.9), "adam": .cosine(total: 2, minimum: 0.001), "adamw": .warmup(steps: 4),
    ]

    /// Two epochs of a small network: all parameters, running statistics, losses and metrics.
    static let trainings: [BitCase] = rules.flatMap { name, rule in
        each("training with \(name)") { dtype, random in
            let count = 44
            let pictures = try random.filled([count, 18, 17, 3], in: 0...1, dtype)
            let labels = try random.whole([count], in: 0...4, .int64)
            return [.plain([pictures, labels]) { try train(rule, schedules[name], $0[0], $0[1]) }]
        }
    }

    private static func train(
        _ rule: OptimizerRule, _ schedule: LearningRateSchedule.Kind?, _ pictures: Tensor, _ labels: Tensor
    ) throws -> [Tensor] {
        let data = try Dataset(name: "bits", images: pictures, labels: labels, classNames: nil)
        let model = try LayerText.model(network, seed: 7, dtype: pictures.dtype)
        var settings = TrainingSettings()
        settings.epochs = 2
        settings.batch = 16
        settings.rule = rule
        settings.schedule = schedule.map { LearningRateSchedule($0) }
        settings.seed = 11
        settings.clip = 1
        settings.loss = .crossEntropy(labelSmoothing: 0.1)
        settings.validation = try data.take(20)
        settings.augmentations = changes.map(\.1)
        let history = try Trainer(model: model, data: data, settings: settings).run()
        let figures = history.stepLosses + history.epochs.flatMap { $0.metrics.map(\.value) }
        return (model.parameters + model.buffers).map(\.value)
            + [try Tensor(doubles: figures, Shape([figures.count]), .float64)]
    }
}

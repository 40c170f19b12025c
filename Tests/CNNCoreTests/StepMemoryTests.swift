import Testing

@testable import CNNCore

/// The most memory that a training step takes, beside what the summary says that it must hold.
@Suite(.serialized) struct StepMemoryTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        let batch: Int
        let layers: String

        var testDescription: String { name }
    }

    static let networks = [
        Case(
            name: "LeNet", batch: 64,
            layers: """
                input 28x28x1
                conv 6, 5x5, pad=same; relu; maxpool 2
                conv 16, 5x5; relu; maxpool 2
                flatten; dense 120; relu; dense 84; relu; dense 10; softmax
                """),
        Case(
            name: "VGG", batch: 16,
            layers: "input 32x32x3\n"
                + [32, 64, 128].map {
                    "conv \($0), 3x3, pad=same; relu; conv \($0), 3x3, pad=same; relu; maxpool 2\n"
                }
                .joined() + "flatten; dense 128; relu; dense 10; softmax"),
        Case(
            name: "ResNet-20", batch: 16,
            layers: "input 32x32x3\nconv 16, 3x3, pad=same, bias=False; batchnorm; relu\n"
                + [(16, 1), (16, 1), (16, 1), (32, 2), (32, 1), (32, 1), (64, 2), (64, 1), (64, 1)].map {
                    """
                    residual projection=True {
                        conv \($0), 3x3, stride=\($1), pad=same, bias=False; batchnorm; relu
                        conv \($0), 3x3, pad=same, bias=False; batchnorm
                    }
                    relu

                    """
                }
                .joined() + "global_avgpool; dense 10; softmax"),
    ]

    static let rules = [
        OptimizerRule(.sgd(momentum: 0.9, nesterov: false), learningRate: 0.001, weightDecay: 0),
        OptimizerRule(.adam(beta1: 0.9, beta2: 0.999, epsilon: 1e-8), learningRate: 0.001, weightDecay: 0),
    ]

    /// At most 1.3 times the sum of parameters, gradients, optimizer state and what the backward pass needs, and not
    /// less than that sum without the gradients, which come while what is kept goes. A hundredth more is for the heads of
    /// what the tape records: in a small network they show.
    @Test(arguments: networks, rules.indices) func aStepIsFrugal(_ network: Case, _ rule: Int) throws {
        let before = ComputeRuntime.threads
        defer { ComputeRuntime.setThreads(before) }
        let step = try Step(network, StepMemoryTests.rules[rule])
        // The convolutions' working memory is for each thread.
        for threads in [1, 2, 5] {
            ComputeRuntime.setThreads(threads)
            let ratio = Double(try step.peak()) / Double(step.needed)
            #expect((0.8...1.31).contains(ratio), "\(network.name), \(threads) threads: \(ratio)")
        }
    }

    /// A model that has taken a step, so that its optimizer has its state.
    private struct Step {
        /// What a step must hold.
        let needed: Int
        private let model: Model
        private let data: Dataset
        private var settings = TrainingSettings()
        /// What lives beside the step: the data, and what other tests hold.
        private let others: Int

        init(_ network: Case, _ rule: OptimizerRule) throws {
            model = try LayerText.model(network.layers)
            let state = model.parameterCount * model.dtype.size * rule.stateCount
            needed = try model.summary(batch: network.batch).stepBytes + state
            let parameters = (model.parameters + model.buffers).reduce(0) { $0 + $1.value.byteCount }
            let shape = try #require(model.inputShape).dimensions
            var random = TestRandom(3)
            let pictures = try random.filled([network.batch] + shape, in: 0...1, .float32)
            let labels = try random.whole([network.batch], in: 0...9, .int64)
            data = try Dataset(name: "pictures", images: pictures, labels: labels, classNames: nil)
            settings.batch = network.batch
            settings.optimizer = Optimizer(rule)
            _ = try Trainer(model: model, data: data, settings: settings).run()
            others = TensorAllocator.shared.liveBytes - parameters - state
        }

        /// Whether a step does with so many bytes.
        func fits(in bytes: Int) throws -> Bool {
            TensorAllocator.shared.budgetBytes = others + bytes
            defer { TensorAllocator.shared.budgetBytes = .max }
            do {
                _ = try Trainer(model: model, data: data, settings: settings).run()
                return true
            } catch let error as CNNError where error.code == .outOfMemory {
                return false
            }
        }

        /// The least that a step does with, to a thousandth.
        func peak() throws -> Int {
            var (low, high) = (0, 16 * needed)
            while high - low > needed / 1000 {
                let middle = (low + high) / 2
                if try fits(in: middle) { high = middle } else { low = middle }
            }
            return high
        }
    }
}

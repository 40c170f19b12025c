import Foundation
import Testing

@testable import CNNCore

@Suite struct OptimizerTests {
    static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Fixtures/torch")

    struct Numbers: Decodable {
        let shape: [Int]
        let data: [Double]
    }

    struct Settings: Decodable {
        let lr: Double
        let momentum: Double?
        let weightDecay: Double
        let eps: Double?
        let alpha: Double?
        let betas: [Double]?

        enum CodingKeys: String, CodingKey {
            case lr, momentum, eps, alpha, betas
            case weightDecay = "weight_decay"
        }
    }

    /// Twelve steps on f(w) = sum((A w - b)^2) / 6, made with PyTorch in float64.
    struct Case: Decodable, CustomTestStringConvertible {
        let id: String
        let settings: Settings
        let matrix: Numbers
        let target: Numbers
        let start: Numbers
        let trajectory: [[Double]]

        enum CodingKeys: String, CodingKey {
            case id, settings, trajectory
            case matrix = "A"
            case target = "b"
            case start = "w0"
        }

        var testDescription: String { id }

        var rule: OptimizerRule? {
            let kind: OptimizerRule.Kind
            switch id {
            case "sgd", "sgd_momentum", "sgd_weight_decay":
                kind = .sgd(momentum: settings.momentum ?? 0, nesterov: false)
            case "nesterov": kind = .sgd(momentum: settings.momentum ?? 0, nesterov: true)
            case "adagrad": kind = .adagrad(epsilon: settings.eps ?? 0)
            case "rmsprop": kind = .rmsprop(alpha: settings.alpha ?? 0, epsilon: settings.eps ?? 0)
            case "adam", "adamw":
                guard let betas = settings.betas, betas.count == 2, let eps = settings.eps else { return nil }
                kind =
                    id == "adam"
                    ? .adam(beta1: betas[0], beta2: betas[1], epsilon: eps)
                    : .adamw(beta1: betas[0], beta2: betas[1], epsilon: eps)
            default: return nil
            }
            return OptimizerRule(kind, learningRate: settings.lr, weightDecay: settings.weightDecay)
        }

        func gradient(at w: [Double]) -> [Double] {
            let (rows, columns) = (matrix.shape[0], matrix.shape[1])
            let rest = (0..<rows).map { row in
                (0..<columns).reduce(-target.data[row]) { $0 + matrix.data[row * columns + $1] * w[$1] }
            }
            return (0..<columns).map { column in
                (0..<rows).reduce(0) { $0 + 2 * rest[$1] * matrix.data[$1 * columns + column] } / Double(rows)
            }
        }
    }

    static let cases: [Case] = {
        guard let data = try? Data(contentsOf: folder.appendingPathComponent("optimizers.json")) else { return [] }
        return (try? JSONDecoder().decode([Case].self, from: data)) ?? []
    }()

    @Test func allEightCasesAreRead() { #expect(Self.cases.compactMap(\.rule).count == 8) }

    /// The fixture gives ten decimals.
    @Test(arguments: cases) func followsPyTorch(_ example: Case) throws {
        let optimizer = Optimizer(try #require(example.rule))
        let shape = try Shape(example.start.shape)
        var parameters = [try Tensor(doubles: example.start.data, shape, .float64)]
        for expected in example.trajectory {
            let gradient = try Tensor(doubles: example.gradient(at: parameters[0].doubles()), shape, .float64)
            try optimizer.step(&parameters, [gradient])
            for (value, wanted) in zip(parameters[0].doubles(), expected) { #expect(abs(value - wanted) < 1e-9) }
        }
        #expect(optimizer.stepCount == example.trajectory.count)
    }

    @Test(arguments: cases) func float32FollowsToItsPrecision(_ example: Case) throws {
        let optimizer = Optimizer(try #require(example.rule))
        let shape = try Shape(example.start.shape)
        var parameters = [try Tensor(doubles: example.start.data, shape, .float32)]
        for expected in example.trajectory {
            let gradient = try Tensor(doubles: example.gradient(at: parameters[0].doubles()), shape, .float32)
            try optimizer.step(&parameters, [gradient])
            for (value, wanted) in zip(parameters[0].doubles(), expected) { #expect(abs(value - wanted) < 2e-5) }
        }
    }

    @Test func whatDoesNotFitIsRefusedAndChangesNothing() throws {
        let optimizer = Optimizer(OptimizerRule(.sgd(momentum: 0.9, nesterov: false), learningRate: 1, weightDecay: 0))
        var parameters = [try Tensor.full(Shape([2]), 1, .float32)]
        let good = try Tensor.full(Shape([2]), 1, .float32)
        let wrong = [
            [], [good, good], [try Tensor.full(Shape([3]), 1, .float32)], [try Tensor.full(Shape([2]), 1, .float64)],
        ]
        for gradients in wrong {
            #expect(throws: CNNError.self) { try optimizer.step(&parameters, gradients) }
        }
        #expect(parameters[0].doubles() == [1, 1] && optimizer.stepCount == 0)
        try optimizer.step(&parameters, [good])
        var others = [good, good]
        #expect(throws: CNNError.self) { try optimizer.step(&others, [good, good]) }
    }

    @Test func aCopyOfAParameterKeepsItsValue() throws {
        let optimizer = Optimizer(OptimizerRule(.sgd(momentum: 0, nesterov: false), learningRate: 1, weightDecay: 0))
        var parameters = [try Tensor.full(Shape([2]), 1, .float32)]
        let before = parameters[0]
        try optimizer.step(&parameters, [before])
        #expect(before.doubles() == [1, 1] && parameters[0].doubles() == [0, 0])
    }

    @Test func clippingShrinksAllGradientsTogether() throws {
        let gradients = [
            try Tensor(doubles: [3, 0], Shape([2]), .float32), try Tensor(doubles: [0, 4, 0], Shape([3]), .float32),
        ]
        #expect(Gradients.norm(gradients) == 5)
        let clipped = try Gradients.clipped(gradients, maximumNorm: 1)
        #expect(abs(Gradients.norm(clipped) - 1) < 1e-6)
        #expect(abs(clipped[0].element(0) - 0.6) < 1e-6)
        #expect(try Gradients.clipped(gradients, maximumNorm: 10)[1].doubles() == [0, 4, 0])
        let many = [try Tensor.full(Shape([1003]), 2, .float32)]
        #expect(abs(Gradients.norm(many) - 2 * (1003.0).squareRoot()) < 1e-12)
    }
}

import Testing

@testable import CNNCore

@Suite(.serialized) struct LossTests {
    @Test func torch() throws {
        for fixture in try Fixture.cases("losses") {
            let reduction = try #require(LossReduction(rawValue: try fixture.text("reduction")))
            switch fixture.op {
            case "cross_entropy":
                let operation = CrossEntropy(
                    labelSmoothing: try fixture.double("label_smoothing"), reduction: reduction)
                let labels = try fixture.ints("target")
                let target = try Tensor(integers: labels, Shape([labels.count]))
                try fixture.check { try operation($0[0], target) }
                // The same labels as distributions.
                let classes = try fixture.input("logits").shape[1]
                let oneHot = labels.flatMap { label in (0..<classes).map { $0 == label ? 1.0 : 0 } }
                try fixture.check { inputs in
                    let soft = try Tensor(doubles: oneHot, Shape([labels.count, classes]), inputs[0].dtype)
                    return try operation(inputs[0], soft)
                }
            case "mse_loss", "huber_loss", "bce_with_logits":
                let kind: PairLoss.Kind
                switch fixture.op {
                case "mse_loss": kind = .meanSquaredError
                case "huber_loss": kind = .huber(delta: try fixture.double("delta"))
                default: kind = .binaryCrossEntropyWithLogits
                }
                let name = fixture.op == "bce_with_logits" ? "logits" : "pred"
                try fixture.check(inputs: [name]) { inputs in
                    try PairLoss(kind, reduction: reduction)(inputs[0], fixture.input("target", inputs[0].dtype))
                }
            default: Issue.record("no test for \(fixture.op)")
            }
        }
    }

    /// Rows that are distributions.
    private func distributions(_ random: inout TestRandom, _ rows: Int, _ classes: Int) throws -> Tensor {
        try Softmax(axis: 1, isLog: false)(random.distinct(try Shape([rows, classes]), in: -1...1))
    }

    @Test(arguments: 0..<20) func gradients(seed: Int) throws {
        var random = TestRandom(seed + 700)
        let reduction = LossReduction.allCases[seed % 3]
        let (rows, classes) = (random.int(1...4), random.int(2...5))
        let shape = try Shape([rows, classes])
        let scores = try random.distinct(shape, in: -2...2)
        let labels = try random.integers(try Shape([rows]), in: 0...classes - 1)
        let smoothing = Double(random.int(0...2)) / 10
        let entropy = CrossEntropy(labelSmoothing: smoothing, reduction: reduction)
        try GradientCheck.check([scores], "cross_entropy") { try entropy($0[0], labels) }
        let soft = try distributions(&random, rows, classes)
        // Distributions must sum to 1 (to a thousandth): the step is small, and so is the error that it makes.
        try GradientCheck.check([scores, soft], step: 1e-4, "soft") { try entropy($0[0], $0[1]) }
        let hinge = MultiClassHinge(margin: Double(random.int(0...1)), reduction: reduction)
        try GradientCheck.check([scores], step: 1e-4, "hinge") { try hinge($0[0], labels) }

        let target = try random.distinct(shape, in: -2.1...2.1)
        for kind in [
            PairLoss.Kind.meanSquaredError, .meanAbsoluteError, .huber(delta: 0.7), .binaryCrossEntropyWithLogits,
        ] {
            let loss = PairLoss(kind, reduction: reduction)
            try GradientCheck.check([scores, target], step: 1e-4, loss.name) { try loss.apply($0) }
        }
        let probabilities = try random.distinct(shape, in: 0.1...0.9)
        let targets = try random.distinct(shape, in: 0.05...0.95)
        for kind in [PairLoss.Kind.binaryCrossEntropy, .klDivergence] {
            let loss = PairLoss(kind, reduction: reduction)
            try GradientCheck.check([probabilities, targets], step: 1e-4, loss.name) { try loss.apply($0) }
        }
    }

    @Test func values() throws {
        func tensor(_ values: [Double], _ shape: Int...) throws -> Tensor {
            try Tensor(doubles: values, Shape(shape), .float64)
        }
        let scores = try tensor([3, 1, 2, 0, 5, 4.5], 2, 3)
        let labels = try Tensor(integers: [0, 2], Shape([2]))
        // Row 0: max(0, 1-3+1) + max(0, 2-3+1) = 0; row 1: max(0, 0-4.5+1) + max(0, 5-4.5+1) = 1.5.
        #expect(try MultiClassHinge(margin: 1, reduction: .none)(scores, labels).doubles() == [0, 1.5])
        #expect(try MultiClassHinge(margin: 0, reduction: .mean)(scores, labels).doubles() == [0.25])
        #expect(MultiClassHinge(margin: 0, reduction: .mean).name == "perceptron")
        let p = try tensor([0.5, 0.5, 0.25, 0.75], 2, 2)
        #expect(try PairLoss(.klDivergence, reduction: .mean)(p, p).element(0) == 0)
        let certain = try tensor([1, 0, 0, 1], 2, 2)
        let divergence = try PairLoss(.klDivergence, reduction: .mean)(p, certain).element(0)
        #expect(abs(divergence - (0.6931471805599453 + 0.2876820724517809) / 2) < 1e-15)
        // log 0 is cut off at -100, as PyTorch has it.
        let wrong = try tensor([0, 1], 2)
        let right = try tensor([1, 0], 2)
        #expect(try PairLoss(.binaryCrossEntropy, reduction: .mean)(wrong, right).element(0) == 100)
        #expect(try PairLoss(.meanAbsoluteError, reduction: .sum)(wrong, right).element(0) == 2)
        let bytes = try labels.converted(to: .uint8)
        let entropy = CrossEntropy(labelSmoothing: 0, reduction: .mean)
        #expect(try entropy(scores, bytes).sameElements(entropy(scores, labels)))
    }

    @Test func nanComesThrough() throws {
        let scores = try Tensor(doubles: [.nan, 1, 2], Shape([1, 3]), .float32)
        let labels = try Tensor(integers: [1], Shape([1]))
        #expect(try CrossEntropy(labelSmoothing: 0, reduction: .mean)(scores, labels).element(0).isNaN)
        #expect(try MultiClassHinge(margin: 1, reduction: .mean)(scores, labels).element(0).isNaN)
        #expect(try PairLoss(.meanSquaredError, reduction: .mean)(scores, scores).element(0).isNaN)
        #expect(try PairLoss(.huber(delta: 1), reduction: .mean)(scores, scores).element(0).isNaN)
    }
}

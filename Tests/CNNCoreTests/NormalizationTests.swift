import Testing

@testable import CNNCore

@Suite(.serialized) struct NormalizationTests {
    /// Also the running statistics: momentum times the batch's, the variance unbiased.
    @Test func batchNorm2d() throws {
        for fixture in try Fixture.cases("batch_norm2d") {
            let isTraining = try fixture.bool("training")
            let (epsilon, momentum) = (try fixture.double("eps"), try fixture.double("momentum"))
            let operation = BatchNormalization(epsilon: epsilon, isTraining: isTraining)
            let mean = try #require(fixture.attrs["running_mean"]?.tensor)
            let variance = try #require(fixture.attrs["running_var"]?.tensor)
            let turned = try fixture.inOurLayout(filters: [])
            try turned.check(inputs: ["x", "weight", "bias"]) { inputs in
                let statistics =
                    isTraining
                    ? try BatchNormalization.statistics(of: inputs[0])
                    : (try mean.tensor(inputs[0].dtype), try variance.tensor(inputs[0].dtype))
                return try operation.apply(inputs + [statistics.0, statistics.1])
            }
            let shape = try #require(turned.inputs["x"]?.shape)
            let net = try LayerText.model(
                "input \(shape.dropFirst().map(String.init).joined(separator: "x"))\nbatchnorm \(momentum), \(epsilon)",
                dtype: .float64)
            try net.setValue("batchnorm1.running_mean", mean.tensor())
            try net.setValue("batchnorm1.running_var", variance.tensor())
            net.forceTraining(isTraining)
            _ = try net(turned.input("x"))
            let after = [("running_mean", "running_mean_after"), ("running_var", "running_var_after")]
            for (name, key) in after {
                let value = try #require(net.value("batchnorm1.\(name)"))
                #expect(relativeError(value.doubles(), try #require(fixture.others[key]).data) < 1e-9)
            }
        }
    }

    @Test(arguments: 0..<20) func gradients(seed: Int) throws {
        var random = TestRandom(seed + 600)
        let channels = random.int(1...3)
        let x = try random.distinct(
            try Shape([random.int(2...3), random.int(1...3), random.int(2...3), channels]), in: -2...2)
        let shape = try Shape([channels])
        let (gamma, beta) = (try random.distinct(shape, in: 0.5...2), try random.distinct(shape, in: -1...1))
        let training = BatchNormalization(epsilon: 1e-3, isTraining: true)
        try GradientCheck.check([x, gamma, beta], "training") { inputs in
            let (mean, variance) = try BatchNormalization.statistics(of: inputs[0])
            return try training.apply(inputs + [mean, variance])
        }
        let (mean, variance) = (try random.distinct(shape, in: -1...1), try random.distinct(shape, in: 0.5...2))
        let evaluating = BatchNormalization(epsilon: 1e-3, isTraining: false)
        try GradientCheck.check([x, gamma, beta, mean, variance], "evaluating") { try evaluating.apply($0) }
        for isLog in [false, true] {
            let softmax = Softmax(axis: random.int(-4...3), isLog: isLog)
            try GradientCheck.check([x], "\(softmax)") { try softmax.apply($0) }
        }
        let dropout = Dropout(probability: 0.4, stream: RandomStream(seed: UInt64(seed), purpose: "test"))
        try GradientCheck.check([x]) { try dropout.apply($0) }
        let vectors = try random.distinct(try Shape([random.int(1...3), random.int(1...4), 3]), in: -1...1)
        let weights = try random.distinct(Shape([3, 5]), in: -1...1)
        try GradientCheck.check([vectors, weights, random.distinct(Shape([5]), in: -1...1)]) {
            try DenseProduct().apply($0)
        }
        try GradientCheck.check([random.distinct(Shape([3]), in: -1...1), weights]) { try DenseProduct().apply($0) }
    }

    @Test func softmaxIsStable() throws {
        let x = try Tensor(doubles: [1000, 1001, -1000, 0, 0, 0], Shape([2, 3]), .float32)
        let y = try Softmax(axis: 1, isLog: false)(x).doubles()
        #expect(abs(y[0] - 0.268941) < 1e-5 && abs(y[1] - 0.731059) < 1e-5 && y[2] == 0)
        #expect(y[3] == y[4] && abs(y[3] - 1.0 / 3) < 1e-7)
        #expect(try Softmax(axis: -1, isLog: true)(x).element(2) == -2001.3132324218750)
        #expect(errorText { _ = try Softmax(axis: 2, isLog: false)(x) }.hasPrefix("E0306: softmax along axis 2"))
    }

    @Test func dropoutBounds() throws {
        let x = try Tensor.full(Shape([1000]), 3, .float32)
        func apply(_ p: Double) throws -> Tensor {
            try Dropout(probability: p, stream: RandomStream(seed: 1, purpose: "a"))(x)
        }
        #expect(try apply(0).sameElements(x))
        #expect(try apply(1).doubles().allSatisfy { $0 == 0 })
        #expect(errorText { _ = try apply(1.5) } == "E0404: dropout wants a probability from 0 to 1, not 1.5")
        #expect(abs(try apply(0.3).statistics().mean - 3) < 0.2)
    }
}

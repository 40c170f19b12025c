import Testing

@testable import CNNCore

/// Whole networks against PyTorch: logits, loss, every gradient, and the losses of five steps of SGD.
@Suite(.serialized) struct NetworkFixtureTests {
    struct Parameter: Decodable {
        let name: String
        let shape: [Int]
        let data: [Double]
        var tensor: FixtureTensor { FixtureTensor(shape: shape, data: data) }
    }

    struct Network: Decodable {
        let id: String
        let layers: String
        let x: FixtureTensor
        let target: [Int]
        let params: [Parameter]
        let logits: FixtureTensor
        let loss: Double
        let grads: [FixtureTensor]
        let losses: [Double]
    }

    /// The networks of the file, as its `layers` describes them.
    static let models = [
        "net-0": """
        input 12x12x1
        conv 2, 5x5, pad=2; relu; maxpool 2; conv 3, 3x3; relu; avgpool 2; flatten; dense 6; relu; dense 4
        """,
        "net-1": """
        input 9x9x3
        conv 4, 3x3, stride=2, pad=1, bias=False; batchnorm; relu; depthwise 3x3, pad=1; conv 5, 1x1; relu
        global_avgpool; dense 3
        """,
        "net-2": """
        input 8x8x1
        c1: conv 4, 3x3, pad=1; relu
        residual { c2: conv 4, 3x3, pad=1; relu; c3: conv 4, 3x3, pad=1 }
        relu; global_avgpool; fc: dense 5
        """,
        "net-3": """
        input 7x7x2
        branch {
            { a: conv 2, 1x1; relu }
            { b1: conv 2, 1x1; relu; b2: conv 3, 3x3, pad=1; relu }
            { c1: conv 1, 1x1; relu; c2: conv 2, 5x5, pad=2; relu }
            { maxpool 3, stride=1, pad=1, rounding=floor; d: conv 1, 1x1; relu }
        }
        global_avgpool; fc: dense 3
        """,
    ]

    /// A parameter of PyTorch's in our layout. A flattened picture's features are there in the order C, H, W.
    private func turned(_ tensor: FixtureTensor, features: (Int, Int, Int)?) throws -> FixtureTensor {
        if tensor.shape.count == 4 { return try tensor.permuted([2, 3, 1, 0]) }
        guard tensor.shape.count == 2 else { return tensor }
        guard let features else { return try tensor.permuted([1, 0]) }
        let (height, width, channels) = features
        let split = FixtureTensor(shape: [tensor.shape[0], channels, height, width], data: tensor.data)
        return FixtureTensor(
            shape: [tensor.shape[1], tensor.shape[0]], data: try split.permuted([2, 3, 1, 0]).data)
    }

    @Test(arguments: [DType.float64, .float32]) func torch(dtype: DType) throws {
        let exact = dtype == .float64
        for fixture in try Fixture.load("networks", as: [Network].self) {
            let text = try #require(NetworkFixtureTests.models[fixture.id])
            let net = try LayerText.model(text, name: fixture.id, dtype: dtype)
            // Ours are named by layer, PyTorch's by number: both are in order.
            #expect(net.parameters.count == fixture.params.count)
            var features: [(Int, Int, Int)?] = []
            for (own, given) in zip(net.parameters, fixture.params) {
                let isFlat = fixture.id == "net-0" && own.name == "dense1.weight"
                features.append(isFlat ? (2, 2, 3) : nil)
                try net.setValue(own.name, turned(given.tensor, features: features.last ?? nil).tensor(dtype))
            }
            let x = try fixture.x.permuted([0, 2, 3, 1]).tensor(dtype)
            let target = try Tensor(integers: fixture.target, Shape([fixture.target.count]))
            let loss = CrossEntropy(labelSmoothing: 0, reduction: .mean)
            let optimizer = Optimizer(
                OptimizerRule(.sgd(momentum: 0.9, nesterov: false), learningRate: 0.05, weightDecay: 0))
            for step in fixture.losses.indices {
                let tape = Tape()
                let parameters = try net.beginGradient(tape)
                let logits = try net(x)
                let value = try loss(logits, target)
                let gradients = try tape.gradients(of: value, withRespectTo: parameters)
                net.endGradient()
                tape.close()
                let error = relativeError(value.doubles(), [fixture.losses[step]])
                #expect(error < (exact ? 1e-9 : 2e-5), "\(fixture.id), step \(step)")
                if step == 0 {
                    #expect(
                        relativeError(logits.doubles(), fixture.logits.data) < (exact ? 1e-9 : 2e-6), "\(fixture.id)")
                    #expect(abs(fixture.loss - fixture.losses[0]) < 1e-9)
                    for (index, gradient) in gradients.enumerated() {
                        let expected = try turned(fixture.grads[index], features: features[index]).data
                        // The file has ten decimals, and some gradients are small.
                        let rounding = 1e-10 / (expected.map(abs).max() ?? 1)
                        let error = relativeError(gradient.doubles(), expected)
                        #expect(
                            error < (exact ? max(1e-9, rounding) : 2e-5),
                            "\(fixture.id) \(net.parameters[index].name)")
                    }
                }
                try optimizer.step(net, gradients)
            }
        }
    }
}

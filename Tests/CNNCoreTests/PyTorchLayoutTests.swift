import Testing

@testable import CNNCore

/// Files in PyTorch's layout. The fixtures' networks and parameters come from PyTorch itself.
@Suite struct PyTorchLayoutTests {
    let folder: TemporaryFolder
    var path: String { "\(folder.path)/net.safetensors" }

    init() throws { folder = try TemporaryFolder() }

    @Test func aFileOfTheSameNetworkGivesTheSameLogits() throws {
        for fixture in try Fixture.load("networks", as: [NetworkFixtureTests.Network].self) {
            let text = try #require(NetworkFixtureTests.models[fixture.id])
            let net = try LayerText.model(text, name: fixture.id, dtype: .float64)
            var tensors: [(name: String, tensor: Tensor)] = []
            for parameter in fixture.params {
                tensors.append((parameter.name, try parameter.tensor.tensor(.float64)))
                // Running statistics as PyTorch has them before the first step; a count that is passed over.
                if parameter.name.hasSuffix(".weight"), parameter.shape == [4] {
                    let module = parameter.name.dropLast(6)
                    tensors.append(("\(module)running_mean", try Tensor.full(try Shape([4]), 0, .float64)))
                    tensors.append(("\(module)running_var", try Tensor.full(try Shape([4]), 1, .float64)))
                    tensors.append(("\(module)num_batches_tracked", try Tensor(integers: [0], .scalar)))
                }
            }
            // The Python package sorts by name.
            try FileWriter.write(SafeTensors.write(tensors.sorted { $0.name < $1.name }), to: path)
            try ModelFile.load(path, into: net, layout: .pytorch)
            let tape = Tape()
            _ = try net.beginGradient(tape)
            let logits = try net(fixture.x.permuted([0, 2, 3, 1]).tensor(.float64))
            net.endGradient()
            tape.close()
            #expect(relativeError(logits.doubles(), fixture.logits.data) < 1e-9, "\(fixture.id)")
        }
    }

    @Test func whatIsSavedComesBack() throws {
        let text = """
            input 6x6x2
            conv 4, 3x3, pad=1; batchnorm; relu; conv_transpose 3, 2x2, stride=2; depthwise 3x3
            residual projection=True { conv 5, 1x1 }; flatten; batchnorm; dense 4; dropout 0.1; dense 3
            """
        let net = try LayerText.model(text, seed: 1)
        try ModelFile.save(net, to: path, layout: .pytorch)
        let shapes = try TensorArchive.load(path).map { "\($0.name) \($0.tensor.shape)" }
        for expected in [
            "conv1.weight 4x2x3x3", "batchnorm1.weight 4", "batchnorm1.running_var 4",
            "conv_transpose1.weight 4x3x2x2", "depthwise1.weight 3x1x3x3", "dense1.weight 4x500", "dense2.bias 3",
            "residual1.projection.weight 5x3x1x1",
        ] { #expect(shapes.contains(expected), "\(expected)") }
        let other = try LayerText.model(text, seed: 2)
        try ModelFile.load(path, into: other, layout: .pytorch)
        #expect(SmallModel.numbers(other) == SmallModel.numbers(net))
    }

    private func file(_ modules: [(name: String, sizes: [Int])]) throws {
        var tensors: [(name: String, tensor: Tensor)] = []
        for (index, module) in modules.enumerated() {
            let shape = try Shape(module.sizes)
            tensors.append(("\(module.name).weight", try Tensor.full(shape, Double(index), .float32)))
            tensors.append(("\(module.name).bias", try Tensor.full(try Shape([module.sizes[0]]), 0, .float32)))
        }
        try FileWriter.write(SafeTensors.write(tensors.sorted { $0.name < $1.name }), to: path)
    }

    @Test func modulesGoTogetherInTheOrderOfTheirNumbers() throws {
        let net = try LayerText.model("input 4; dense 4; dense 4; dense 4")
        let first = { (name: String) in net.value("\(name).weight")?.element(0) }
        for names in [["0", "2", "10"], ["fc1", "fc2", "fc10"], ["net.2.out", "net.10.out", "net.11.a"]] {
            try file(names.map { ($0, [4, 4]) })
            try ModelFile.load(path, into: net, layout: .pytorch)
            #expect(first("dense1") == 0 && first("dense2") == 1 && first("dense3") == 2)
        }
        // The user's word counts more.
        try file([("c", [4, 4]), ("b", [4, 4]), ("a", [4, 4])])
        try ModelFile.load(
            path, into: net, layout: .pytorch, names: [("dense1", "c"), ("dense2", "b"), ("dense3", "a")])
        #expect(first("dense1") == 0 && first("dense2") == 1 && first("dense3") == 2)
        #expect(
            errorCode { try ModelFile.load(path, into: net, layout: .pytorch, names: [("dense9", "c")]) } == .keyMissing
        )
        #expect(
            errorCode { try ModelFile.load(path, into: net, layout: .pytorch, names: [("dense1", "z")]) } == .keyMissing
        )
    }

    @Test func kindsGoTogetherWhereTheOrderOfNamesIsAnother() throws {
        // By name the dense layers come first.
        let net = try LayerText.model("input 4x4x1; conv 2, 3x3; conv 3, 2x2; flatten; dense 5; dense 2")
        try file([("zconv1", [2, 1, 3, 3]), ("zconv2", [3, 2, 2, 2]), ("fc1", [5, 3]), ("fc2", [2, 5])])
        try ModelFile.load(path, into: net, layout: .pytorch)
        #expect(net.value("conv2.weight")?.element(0) == 1 && net.value("dense2.weight")?.element(0) == 3)
    }

    @Test func anotherNetworkIsRefusedAndNothingChanges() throws {
        let net = try LayerText.model("input 4; dense 4; dense 3")
        let before = SmallModel.numbers(net)
        for modules in [
            [("a", [4, 4])], [("a", [4, 4]), ("b", [4, 4])], [("a", [4, 4]), ("b", [3, 4]), ("c", [3, 3])],
        ] {
            try file(modules)
            #expect(errorCode { try ModelFile.load(path, into: net, layout: .pytorch) } == .keyMissing)
            #expect(SmallModel.numbers(net) == before)
        }
    }
}

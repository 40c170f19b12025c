import Testing

@testable import CNNCore

@Suite(.serialized) struct ModelTests {
    private func random(_ shape: Int..., seed: UInt64 = 1, dtype: DType = .float32) throws -> Tensor {
        var stream = RandomStream(seed: seed, purpose: "test")
        return try stream.normal(Shape(shape), dtype)
    }

    @Test func names() throws {
        let net = try LayerText.model(
            """
            input 16x16x3
            stem: conv 4, 3x3, pad=same
            conv 4, 3x3, pad=same; relu; conv 4, 3x3, pad=same
            conv3: relu
            conv 4, 3x3, pad=same
            { relu; { relu } }
            block: { conv 4, 1x1; residual { conv 4, 1x1 } }
            branch { conv 2, 1x1; { conv 2, 1x1 }  b: { conv 2, 1x1 }  conv 2, 1x1 }
            """)
        #expect(
            net.layerNames == [
                "stem", "conv1", "relu1", "conv2", "conv3", "conv4", "relu2", "relu3", "block", "block.conv1",
                "block.residual1", "block.residual1.conv1", "branch1", "branch1.conv1", "branch1.path1",
                "branch1.path1.conv1", "branch1.b", "branch1.b.conv1", "branch1.conv2",
            ])
        #expect(net.layerKind("conv3") == "relu" && net.layerKind("block") == "sequence" && net.layerKind("x") == nil)
        #expect(net.parameters.map(\.name).prefix(3) == ["stem.weight", "stem.bias", "conv1.weight"])
        // A labelled layer of the source that is made several times is numbered; two such layers are an error.
        let layer = LayerText.layers("a: relu")
        #expect(try Model(name: "N", layers: layer + layer, seed: 0).layerNames == ["a1", "a2"])
        #expect(
            errorText { _ = try LayerText.model("a: relu\na: relu") } == """
                E0404: 2 layers have the name 'a'
                = line 1, line 2
                @ 1
                """)
    }

    @Test func withoutInputItIsMadeAtTheFirstCall() throws {
        let net = try LayerText.model("conv 4, 3x3; relu; flatten; dense 2")
        #expect(net.inputShape == nil && net.parameters.isEmpty && net.layerNames.count == 4)
        #expect(
            errorText { _ = try net.beginGradient(Tape()) } == """
                E0404: Net has no parameters yet: they are made at its first call
                = write its input as the first layer: input 28x28x1
                """)
        #expect(try net(random(5, 8, 8, 2)).shape.dimensions == [5, 2])
        #expect(net.inputShape?.dimensions == [8, 8, 2] && net.outputShape?.dimensions == [2])
        let same = try LayerText.model("input 8x8x2; conv 4, 3x3; relu; flatten; dense 2")
        #expect(zip(net.parameters, same.parameters).allSatisfy { $0.value.sameElements($1.value) })
        // What does not fit leaves it as it was.
        let other = try LayerText.model("conv 4, 5x5; flatten; dense 2")
        #expect(throws: CNNError.self) { try other(random(1, 3, 3, 1)) }
        #expect(try other(random(1, 6, 6, 1)).shape.dimensions == [1, 2])
    }

    @Test func onePictureAndABatch() throws {
        let net = try LayerText.model(ModelSummaryTests.lenet)
        let batch = try random(3, 28, 28, 1)
        let all = try net(batch)
        let one = try net(batch.subscripted([.at(1)]))
        #expect(one.shape.dimensions == [10])
        #expect(one.sameElements(try all.subscripted([.at(1)])))
        #expect(try #require(one.logits).shape.dimensions == [10])
        #expect(try net.activation("conv2", batch).shape.dimensions == [3, 10, 10, 16])
        #expect(try net.activation("maxpool1", batch.subscripted([.at(0)])).shape.dimensions == [14, 14, 6])
        #expect(errorText { _ = try net.activation("conv3", batch) }.hasPrefix("E0204: Net has no layer 'conv3'"))
        let outputs = try net.activations(batch)
        #expect(outputs.map(\.name) == net.layerNames)
        #expect(try #require(outputs.last).output.sameElements(all))
        // Bytes and whole numbers are pictures too.
        #expect(try net(Tensor.full(Shape([28, 28, 1]), 3, .uint8)).dtype == .float32)
    }

    @Test func logitsAreUsedInsteadOfProbabilities() throws {
        let net = try LayerText.model("input 4; dense 3; softmax")
        let bare = try LayerText.model("input 4; dense 3")
        #expect(net.endsInSoftmax && !bare.endsInSoftmax)
        #expect(try LayerText.model("input 4; head: { dense 3; softmax }").endsInSoftmax)
        let x = try random(5, 4)
        let labels = try Tensor(integers: [0, 1, 2, 0, 1], Shape([5]))
        let loss = CrossEntropy(labelSmoothing: 0, reduction: .mean)
        let probabilities = try net(x)
        #expect(try loss(probabilities, labels).sameElements(loss(bare(x), labels)))
        #expect(try #require(probabilities.logits).sameElements(try bare(x)))
        #expect(probabilities.detached.logits != nil)
        // Changed probabilities are no longer those of the logits.
        var changed = probabilities
        try changed.mutablePointer(Float.self)[0] = 0.5
        #expect(changed.logits == nil && probabilities.logits != nil)
        // The gradient goes through the logits.
        let tape = Tape()
        let weights = try net.beginGradient(tape)
        let gradients = try tape.gradients(of: loss(net(x), labels), withRespectTo: weights)
        net.endGradient()
        let other = Tape()
        let others = try bare.beginGradient(other)
        let expected = try other.gradients(of: loss(bare(x), labels), withRespectTo: others)
        bare.endGradient()
        for (a, b) in zip(gradients, expected) { #expect(a.sameElements(b)) }
    }

    @Test func batchNormalisationTrainsAndEvaluates() throws {
        let net = try LayerText.model("input 4x4x2; batchnorm", dtype: .float64)
        let x = try random(3, 4, 4, 2, dtype: .float64)
        #expect(net.buffers.map(\.name) == ["batchnorm1.running_mean", "batchnorm1.running_var"])
        #expect(try net(x).isClose(x, absolute: 1e-4, relative: 1e-4))
        _ = try net.beginGradient(Tape())
        let normalized = try net(x)
        net.endGradient()
        #expect(abs(normalized.statistics().mean) < 1e-12 && abs(normalized.statistics().std - 1) < 1e-4)
        // One forward pass in training, one update: 0.1 of the batch's, the variance unbiased (48 values: 48/47).
        let values = x.doubles()
        for channel in 0..<2 {
            let own = stride(from: channel, to: values.count, by: 2).map { values[$0] }
            let mean = own.reduce(0, +) / 48
            let variance = own.map { ($0 - mean) * ($0 - mean) }.reduce(0, +) / 47
            #expect(abs(net.buffers[0].value.element(channel) - 0.1 * mean) < 1e-12)
            #expect(abs(net.buffers[1].value.element(channel) - (0.9 + 0.1 * variance)) < 1e-12)
        }
        let before = net.buffers[0].value
        _ = try net(x)
        #expect(net.buffers[0].value.sameElements(before))
        net.forceTraining(true)
        _ = try net(x)
        #expect(!net.buffers[0].value.sameElements(before))
        // Frozen, it evaluates.
        let after = net.buffers[0].value
        try net.freeze("batchnorm1", true)
        _ = try net(x)
        #expect(net.buffers[0].value.sameElements(after))
        #expect(
            errorText {
                let small = try LayerText.model("input 1x1x2; batchnorm")
                small.forceTraining(true)
                _ = try small(random(1, 1, 1, 2))
            } == """
                E0404: batchnorm1 cannot train on one value a channel: its variance is 0
                = a batch of 1 with 1x1x2 gives 1; take a larger batch
                @ 1
                """)
    }

    @Test func dropoutDependsOnTheStep() throws {
        let net = try LayerText.model("input 1000; dropout 0.25")
        let x = try Tensor.full(Shape([4, 1000]), 1, .float32)
        #expect(try net(x).sameElements(x))
        net.forceTraining(true)
        let first = try net(x)
        let second = try net(x)
        #expect(!second.sameElements(first))
        let dropped = first.doubles().filter { $0 == 0 }.count
        #expect((900...1100).contains(dropped))
        #expect(first.doubles().allSatisfy { $0 == 0 || abs($0 - 4.0 / 3) < 1e-6 })
        net.step += 1
        let next = try net(x)
        #expect(!next.sameElements(first) && !next.sameElements(second))
        // The first call of a step is that of the step.
        net.step = 0
        #expect(try net(x).sameElements(first))
        #expect(try net(x).sameElements(second))
        net.forceTraining(nil)
        #expect(try net(x).sameElements(x))
    }

    @Test func freezingAndUpdating() throws {
        let net = try LayerText.model("input 6; a: { dense 4; relu }; ab: dense 3")
        #expect(net.trainableNames == ["a.dense1.weight", "a.dense1.bias", "ab.weight", "ab.bias"])
        try net.freeze("a", true)
        #expect(net.trainableNames == ["ab.weight", "ab.bias"])
        #expect(net.parameters.map(\.isFrozen) == [true, true, false, false])
        let tape = Tape()
        #expect(try net.beginGradient(tape).count == 2)
        net.endGradient()
        try net.update { parameters throws(CNNError) in parameters[1] = try Tensor.full(Shape([3]), 7, .float32) }
        #expect(net.value("ab.bias")?.doubles() == [7, 7, 7])
        #expect(throws: CNNError.self) {
            try net.update { parameters throws(CNNError) in
                parameters[0] = parameters[1]
                throw CNNError(.interrupted, "stop")
            }
        }
        try net.freeze(nil, false)
        #expect(net.trainableNames.count == 4)
        #expect(errorText { try net.freeze("b", true) }.hasPrefix("E0204: Net has no layer 'b'"))
    }

    @Test func copiesAreIndependent() throws {
        let net = try LayerText.model("input 3; dense 2")
        let copy = try net.copy()
        let before = try #require(net.value("dense1.weight"))
        try copy.setValue("dense1.weight", Tensor.full(Shape([3, 2]), 1, .float32))
        #expect(try #require(net.value("dense1.weight")).sameElements(before))
        #expect(copy.value("dense1.weight")?.doubles() == [1, 1, 1, 1, 1, 1])
        let precise = try net.copy(as: .float64)
        let x = try random(4, 3)
        #expect(
            try precise(x.converted(to: .float64)).converted(to: .float32).isClose(
                net(x), absolute: 1e-6, relative: 1e-6))
    }

    @Test func anUpdateCopiesNothing() throws {
        let net = try LayerText.model("input 300; dense 300")
        let pointer = try #require(net.value("dense1.weight")).bytes
        try net.update { parameters throws(CNNError) in
            for index in parameters.indices { try parameters[index].mutablePointer(Float.self)[0] = 1 }
        }
        #expect(try #require(net.value("dense1.weight")).bytes == pointer)
    }

    @Test func longAndDeepNetworks() throws {
        let relu = LayerText.layers("relu")[0]
        let net = try Model(name: "Long", layers: Array(repeating: relu, count: 20_000), seed: 0)
        #expect(try net(random(1, 4)).shape.dimensions == [1, 4])
        func nested(_ kind: String, _ depth: Int) -> [LayerSpec] {
            var layers = [relu]
            for _ in 0..<depth {
                layers = [LayerSpec(kind: kind, name: nil, arguments: [], children: layers, origin: 7, line: nil)]
            }
            return layers
        }
        for kind in ["residual", "branch", "sequence"] {
            #expect(try Model(name: "Deep", layers: nested(kind, 90), seed: 0)(random(1, 2, 2, 1)).count == 4)
            let text = errorText { _ = try Model(name: "Deep", layers: nested(kind, 150), seed: 0) }
            #expect(text.hasPrefix("E0106: layers are nested more than 100 deep"))
        }
    }

    @Test func padCropUpsampleReshape() throws {
        let net = try LayerText.model(
            "input 2x2x1; upsample 2x3; pad [1, 0, 0, 2], value=9; crop [1, 0, 0, 2]; reshape 24")
        let x = try Tensor(doubles: [1, 2, 3, 4], Shape([2, 2, 1]), .float32)
        #expect(
            try net(x).doubles() == [
                1, 1, 1, 2, 2, 2, 1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4, 3, 3, 3, 4, 4, 4,
            ])
        #expect(try net.activation("pad1", x).shape.dimensions == [5, 8, 1])
        #expect(try net.activation("pad1", x).element(0) == 9)
    }
}

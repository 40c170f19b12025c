import Testing

@testable import CNNCore

@Suite struct LayerDefinitionTests {
    /// Every layer of the language's list is an entry.
    @Test func allLayers() {
        let names = """
            input conv depthwise conv_transpose maxpool avgpool global_avgpool global_maxpool dense flatten reshape \
            batchnorm dropout relu leaky_relu elu gelu silu sigmoid tanh softmax log_softmax pad crop upsample \
            residual branch sequence
            """.split(separator: " ").map(String.init)
        #expect(Set(names) == Set(LayerDefinition.all.map(\.name)))
        #expect(LayerDefinition.all.count == names.count)
        #expect(LayerDefinition.named("conv3d") == nil)
    }

    @Test(arguments: LayerDefinition.all.map(\.name)) func theExampleBuilds(name: String) throws {
        let definition = try #require(LayerDefinition.named(name))
        #expect(!definition.summary.isEmpty && !definition.summary.contains("\n"))
        let input = name == "dense" ? "input 16" : name == "reshape" ? "input 784" : "input 16x16x3"
        let example = definition.example.replacing("conv 16, 3x3, pad=same", with: "conv 3, 3x3, pad=same")
        let net = try LayerText.model(name == "input" ? example : input + "\n" + example)
        #expect(name == "input" || net.layerNames.contains { net.layerKind($0) == name })
        let shape = try #require(net.inputShape)
        let x = try Tensor.full(Shape([2] + shape.dimensions), 0.5, .float32)
        let y = try net(x)
        #expect(y.shape.dimensions == [2] + (try #require(net.outputShape)).dimensions)
    }

    @Test func signatures() throws {
        #expect(
            LayerDefinition.named("conv")?.signature
                == "conv filters, size, stride=1, pad=valid, dilation=1, groups=1, bias=True, init=he, rounding=exact")
        #expect(LayerDefinition.named("maxpool")?.signature == "maxpool size, stride=size, pad=0, rounding=ceil")
        #expect(LayerDefinition.named("batchnorm")?.signature == "batchnorm momentum=0.1, eps=1e-5")
        #expect(LayerDefinition.named("residual")?.signature == "residual projection=False { ... }")
        #expect(LayerDefinition.named("relu")?.signature == "relu")
        #expect(
            LayerDefinition.named("conv")?.parameters.first { $0.name == "init" }?.words
                == ["he", "xavier", "zeros", "normal"])
    }

    private func first(_ text: String) -> String {
        String(errorText { _ = try LayerText.model(text) }.split(separator: "\n").first ?? "")
    }

    @Test func arguments() {
        #expect(
            errorText { _ = try LayerText.model("input 8x8x1\nconv 16, 5x5, padding=2") } == """
                E0203: conv has no argument 'padding': did you mean 'pad'?
                = its arguments: conv filters, size, stride=1, pad=valid, dilation=1, groups=1, bias=True, init=he, \
                rounding=exact
                = for example: conv 16, 5x5, pad=same
                @ 2
                """)
        #expect(first("conv 16") == "E0203: conv needs 'size'")
        #expect(first("relu 3") == "E0203: relu takes no arguments, not 1")
        #expect(first("maxpool 2, 2, 0, ceil, 1") == "E0203: maxpool takes at most 4, not 5")
        #expect(first("conv 16, 5x5, size=3x3") == "E0203: conv has 'size' twice")
        #expect(first("conv 16, 5x5 { relu }") == "E0203: conv takes no layers in braces")
        #expect(first("residual") == "E0203: residual needs layers in braces")
        #expect(first("convolution 3") == "E0209: there is no layer 'convolution'")
    }

    @Test func types() {
        #expect(
            errorText { _ = try LayerText.model("conv 32.0, 3x3") } == """
                E0202: filters of conv must be a whole number, not 32.0
                = a quotient of whole numbers is written a // b
                @ 1
                """)
        #expect(first("conv 3x3, 16") == "E0202: filters of conv must be a whole number, not [3, 3]")
        #expect(first("conv 16, 3x3x3") == "E0202: size of conv must be a size like 3 or 3x5, not [3, 3, 3]")
        #expect(first("conv 0, 3x3") == "E0404: filters of conv must be at least 1, not 0")
        #expect(first("conv 1, 0x3") == "E0404: size of conv must be at least 1, not [0, 3]")
        #expect(first("conv 1, 3x3, pad=-1") == "E0404: pad of conv must be 0 or more, not -1")
        #expect(
            first("conv 1, 3x3, pad=sane") == """
                E0202: pad of conv must be valid, same, full, n, [height, width] or [top, bottom, left, right], not \
                'sane'
                """
        )
        #expect(first("conv 1, 3x3, bias=1") == "E0202: bias of conv must be True or False, not 1")
        #expect(first("conv 1, 3x3, rounding=ceil") == "E0404: rounding of conv must be exact or floor, not ceil")
        #expect(first("dropout 1.5") == "E0404: p of dropout must be from 0 up to (not including) 1, not 1.5")
        #expect(
            first("dense 10, init=he_normal")
                == "E0202: init of dense must be he, xavier, zeros or normal(deviation), not 'he_normal'")
        #expect(
            first("dense 10, init=normal")
                == "E0202: init of dense must be he, xavier, zeros or normal(deviation), not 'normal'")
        #expect(first("conv 9999999999, 3x3") == "E0604: filters of 9999999999 is too large")
        #expect(
            first("input 3000000000x3000000000x3000000000").hasPrefix(
                "E0604: a tensor of 3000000000x3000000000x3000000000"))
        #expect(first("input 100000x100000x3\nconv 2000000000, 20000x20000").hasPrefix("E0604"))
    }

    @Test func initialValues() throws {
        func deviation(_ text: String, _ name: String) throws -> Double {
            try #require(LayerText.model("input 32x32x8\n" + text, seed: 3).value(name)).statistics().std
        }
        // He: sqrt(2 / (5*5*8)); Glorot, uniform: sqrt(2 / (fan-in + fan-out)).
        #expect(abs(try deviation("conv 64, 5x5", "conv1.weight") - 0.1) < 0.002)
        #expect(
            abs(try deviation("conv 64, 5x5, init=xavier", "conv1.weight") - (2.0 / (200 + 1600)).squareRoot()) < 0.001)
        #expect(abs(try deviation("conv 64, 5x5, init=normal(0.5)", "conv1.weight") - 0.5) < 0.01)
        #expect(try deviation("conv 64, 5x5, init=zeros", "conv1.weight") == 0)
        #expect(
            abs(try deviation("depthwise 5x5, multiplier=64", "depthwise1.weight") - (2.0 / 25).squareRoot()) < 0.005)
        #expect(abs(try deviation("flatten\ndense 16", "dense1.weight") - (2.0 / 8192).squareRoot()) < 0.001)
        #expect(try deviation("conv 64, 5x5", "conv1.bias") == 0)
        // A layer more changes no other layer's parameters.
        let a = try LayerText.model("input 8x8x1\nconv 4, 3x3\nrelu\nconv 4, 3x3", seed: 7)
        let b = try LayerText.model("input 8x8x1\nconv 4, 3x3\nbatchnorm\nconv 4, 3x3", seed: 7)
        #expect(try #require(a.value("conv2.weight")).sameElements(try #require(b.value("conv2.weight"))))
        let c = try LayerText.model("input 8x8x1\nconv 4, 3x3", seed: 8)
        #expect(try !#require(a.value("conv1.weight")).sameElements(try #require(c.value("conv1.weight"))))
    }
}

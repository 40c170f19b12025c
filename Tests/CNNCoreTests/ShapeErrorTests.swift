import Testing

@testable import CNNCore

/// The whole text of the errors of shapes: in models with the layer's name, its input's source and ways out.
@Suite struct ShapeErrorTests {
    private func model(_ text: String, name: String = "Net") -> String {
        errorText { _ = try LayerText.model(text, name: name) }
    }

    @Test func anOutputSizeThatIsNotWhole() {
        let text = """
            input 28x28x1
            conv 6, 5x5, pad=same
            maxpool 2
            conv 16, 5x5, stride=2
            """
        #expect(
            model(text) == """
                E0301: conv2 does not fit its input: the output size is not a whole number
                ^ (N + 2P - F)/S + 1 = (14 + 2*0 - 5)/2 + 1 = 5.5
                = its input 14x14x6 comes from maxpool1 (line 3)
                = try stride=1 (10x10), stride=3 (4x4), pad=same (7x7), or rounding=floor (5x5)
                @ 4
                """)
    }

    @Test func otherFormsOfTheSum() {
        #expect(
            model("input 28x30x1\nconv 4, 4x5, stride=2, pad=[1,0,2,0], dilation=2") == """
                E0301: conv1 does not fit its input: the output size is not a whole number
                ^ width: (N + P - D(F - 1) - 1)/S + 1 = (30 + (2+0) - 2*(5 - 1) - 1)/2 + 1 = 12.5
                = its input 28x30x1 is the model's (line 1)
                = try stride=1 (23x24), pad=same (14x15), or rounding=floor (12x12)
                @ 2
                """)
        #expect(
            model("input 9x9x1\nmaxpool 2, rounding=exact") == """
                E0301: maxpool1 does not fit its input: the output size is not a whole number
                ^ (N + 2P - F)/S + 1 = (9 + 2*0 - 2)/2 + 1 = 4.5
                = its input 9x9x1 is the model's (line 1)
                = try stride=1 (8x8), stride=7 (2x2), rounding=ceil (5x5), or rounding=floor (4x4)
                @ 2
                """)
    }

    @Test func aWindowThatIsTooLarge() {
        #expect(
            model("input 8x8x1\nmaxpool 2\nmaxpool 2\nconv 4, 3x3") == """
                E0304: conv1 does not fit its input: the window 3x3 is larger than the input 2x2
                ^ N + 2P = 2 + 2*0 = 2 is less than F = 3
                = its input 2x2x1 comes from maxpool2 (line 3)
                = try a window of 2x2 (1x1), pad=1 (2x2), or pad=same (2x2)
                @ 4
                """)
        #expect(
            model("input 4x4x1\ncrop 2") == """
                E0304: crop1 cuts off more than there is: nothing is left of 4x4x1
                ^ 4 - 2 - 2 = 0 rows, 4 - 2 - 2 = 0 columns
                = its input 4x4x1 is the model's (line 1)
                @ 2
                """)
    }

    @Test func ranks() {
        #expect(
            model("input 28x28x1\nconv 4, 5x5\ndense 10") == """
                E0306: dense1 wants a vector, but its input is 24x24x4
                ^ 24*24*4 = 2304 numbers in 3 axes
                = its input 24x24x4 comes from conv1 (line 2)
                = put flatten before it (2304), or global_avgpool (4)
                @ 3
                """)
        #expect(
            model("input 28x28\nconv 4, 5x5") == """
                E0306: conv1 wants a picture of height x width x channels, but its input is 28x28
                = its input 28x28 is the model's (line 1)
                = a picture of one channel is 28x28x1
                @ 2
                """)
        #expect(
            model("input 28x28x1\nflatten\nmaxpool 2") == """
                E0306: maxpool1 wants a picture of height x width x channels, but its input is 784
                = its input 784 comes from flatten1 of 28x28x1 (line 2)
                = flatten, dense and the global poolings give up the picture
                @ 3
                """)
    }

    @Test func groups() {
        #expect(
            model("input 8x8x6\nconv 4, 3x3, groups=4") == """
                E0308: conv1 cannot be split into 4 groups: it has 6 channels
                ^ C/groups = 6/4 = 1.5
                = its input 8x8x6 is the model's (line 1)
                = try groups=1, groups=2
                @ 2
                """)
    }

    @Test func residualsAndBranches() {
        #expect(
            model("input 8x8x4\nresidual {\nconv 8, 3x3, pad=same\n}") == """
                E0302: residual1 cannot add its input 8x8x4 to its result 8x8x8
                ^ the shapes must be equal
                = its input 8x8x4 is the model's (line 1)
                = 8x8x8 comes from residual1.conv1 (line 3)
                = write residual projection=True { ... }
                @ 2
                """)
        #expect(
            model("input 8x8x4\nbranch {\na: conv 8, 1x1\n{ conv 8, 3x3 }\n}") == """
                E0302: branch1 cannot join its branches: a gives 8x8x8, path1 gives 6x6x8
                ^ all but the channels must be equal
                = its input 8x8x4 is the model's (line 1)
                = each gets 8x8x4; pad=same keeps height and width
                @ 2
                """)
        #expect(
            model("input 8x8x4\nblock: {\nconv 8, 3x3\nconv 8, 7x7\n}") == """
                E0304: block.conv2 does not fit its input: the window 7x7 is larger than the input 6x6
                ^ N + 2P = 6 + 2*0 = 6 is less than F = 7
                = its input 6x6x8 comes from block.conv1 (line 3)
                = try a window of 6x6 (1x1), pad=1 (2x2), or pad=same (6x6)
                @ 4
                """)
        #expect(
            model("input 8x8x1\nmaxpool 2\ninput 8x8x1") == """
                E0302: the model has an input of 8x8x1 here, but 4x4x1 comes in
                @ 3
                """)
    }

    // MARK: - Calls of a model

    private func call(_ shape: [Int], _ text: String = ModelSummaryTests.lenet, dtype: DType = .float32) -> String {
        errorText {
            let net = try LayerText.model(text, name: "LeNet")
            _ = try net(Tensor.full(Shape(shape), 0, dtype))
        }
    }

    @Test func picturesOfAnotherShape() {
        #expect(
            call([64, 28, 28, 3]) == """
                E0305: LeNet wants pictures of 28x28x1, but got 64x28x28x3
                = its input is set in line 1
                """)
        #expect(
            call([32, 32, 1]) == """
                E0302: LeNet wants pictures of 28x28x1, but got 32x32x1
                = dense1 has weights for 400 inputs: they come from flatten1 of 5x5x16 (line 4)
                = its input is set in line 1
                """)
        #expect(
            call([64, 1, 28, 28]) == """
                E0302: LeNet wants pictures of 28x28x1, but got 64x1x28x28
                = x looks like [N, C, H, W]: write permute(x, [0, 2, 3, 1])
                = its input is set in line 1
                """)
        #expect(call([64, 28, 28]).contains("= the channel axis is missing: write reshape(x, 64x28x28x1)"))
        #expect(call([28, 28]).contains("= the channel axis is missing: write reshape(x, 28x28x1)"))
        #expect(call([64, 784]).contains("= write reshape(x, 64x28x28x1)"))
        #expect(call([1, 28, 28]).contains("= x looks like [C, H, W]: write permute(x, [1, 2, 0])"))
        #expect(call([2, 2, 28, 28, 1]).hasPrefix("E0306: LeNet wants pictures of 28x28x1, but got 2x2x28x28x1"))
        #expect(
            call([64, 28, 28, 1], dtype: .float64) == """
                E0207: LeNet computes in float32, but got float64
                = write x.to(float32), or let the model compute in the other: net.to(float64)
                """)
        #expect(
            call([28, 28], "conv 4, 5x5") == """
                E0306: conv1 wants a picture of height x width x channels, but its input is 28
                = its input 28 is the model's
                = flatten, dense and the global poolings give up the picture
                = LeNet was called with a tensor of 28x28; pictures are [N, H, W, C]
                @ 1
                """)
    }

    @Test func valuesOfParameters() {
        #expect(
            errorText {
                let net = try LayerText.model(ModelSummaryTests.lenet)
                try net.setValue("dense1.weight", Tensor.full(Shape([256, 120]), 0, .float32))
            } == """
                E0302: dense1.weight has the shape 400x120, not 256x120
                = 400 comes from flatten1 of 5x5x16 (line 4)
                """)
    }

    // MARK: - Calls of operations

    private func zeros(_ shape: Int..., dtype: DType = .float32) throws -> Tensor {
        try Tensor.full(Shape(shape), 0, dtype)
    }

    private let conv = Convolution(
        stride: .one, padding: .valid, dilation: .one, groups: 1, rounding: .exact)

    @Test func convolutions() {
        #expect(
            errorText { _ = try conv(zeros(2, 28, 28, 1), zeros(5, 5, 3, 16)) } == """
                E0305: conv2d has filters for 3 channels, but its input has 1 channel
                ^ x is 2x28x28x1, w is 5x5x3x16: C = 1, not 3
                = filters for this x are 5x5x1x16: [F, F, C, K]
                """)
        #expect(
            errorText { _ = try conv(zeros(2, 3, 28, 28), zeros(5, 5, 3, 16)) } == """
                E0305: conv2d has filters for 3 channels, but its input has 28 channels
                ^ x is 2x3x28x28, w is 5x5x3x16: C = 28, not 3
                = x looks like [N, C, H, W]: write permute(x, [0, 2, 3, 1])
                """)
        #expect(
            errorText { _ = try conv(zeros(2, 28, 28, 3), zeros(16, 3, 5, 5)) }
                .contains("= w looks like [K, C, F, F]: write permute(w, [2, 3, 1, 0])"))
        #expect(
            errorText {
                let conv = Convolution(stride: Size2D(2), padding: .valid, dilation: .one, groups: 1, rounding: .exact)
                _ = try conv(zeros(1, 14, 14, 6), zeros(5, 5, 6, 16))
            } == """
                E0301: conv2d does not fit its input: the output size is not a whole number
                ^ (N + 2P - F)/S + 1 = (14 + 2*0 - 5)/2 + 1 = 5.5
                = try stride=1 (10x10), stride=3 (4x4), pad="same" (7x7), or rounding="floor" (5x5)
                """)
        #expect(
            errorText { _ = try conv(zeros(1, 8, 8, 1), zeros(3, 3, 1, 4), zeros(3)) } == """
                E0302: conv2d has 4 filters, but a bias of 3
                ^ one number a filter: 4
                """)
        #expect(
            errorText { _ = try conv(zeros(1, 8, 8, 1, dtype: .float64), zeros(3, 3, 1, 4)) } == """
                E0207: conv2d cannot mix: x is float64, w is float32
                = write w.to(float64)
                """)
        #expect(
            errorText { _ = try conv(zeros(1, 8, 8, 1), zeros(3, 3)) } == """
                E0306: conv2d wants filters [F, F, C, K], not a tensor of 3x3
                = one filter for one channel: write reshape(w, 3x3x1x1)
                """)
    }

    @Test func denseProducts() {
        #expect(
            errorText { _ = try DenseProduct()(zeros(64, 5, 5, 16), zeros(400, 120)) } == """
                E0307: dense has weights for 400 inputs, but x has 16
                ^ [..., 16] @ [400, 120]: 16 and 400 must be equal
                = 5*5*16 = 400: flatten each picture first: reshape(x, 64x400)
                """)
        #expect(
            errorText { _ = try DenseProduct()(zeros(64, 400), zeros(120, 400)) }
                .hasSuffix("= w looks like [out, in]: write transpose(w)"))
    }

    @Test func labels() throws {
        let scores = try zeros(3, 4)
        let loss = CrossEntropy(labelSmoothing: 0, reduction: .mean)
        func text(_ labels: @autoclosure () throws -> Tensor) -> String { errorText { _ = try loss(scores, labels()) } }
        #expect(
            text(try Tensor(integers: [1, 4, 2], Shape([3]))) == """
                E0408: label 4 at index 1 is not one of 4 classes
                ^ cross_entropy has scores of 3x4
                = the labels look like 1...4: classes are counted from 0, so write labels - 1
                """)
        #expect(
            text(try Tensor(integers: [0, -1, 2], Shape([3]))) == """
                E0408: label -1 at index 1 is not one of 4 classes
                ^ cross_entropy has scores of 3x4
                = classes are counted from 0: 0 to 3
                """)
        #expect(
            text(try Tensor(integers: [0, 7, 2], Shape([3])))
                .hasSuffix("= for labels up to 7 a row must have 8 scores"))
        #expect(
            text(try zeros(3)) == """
                E0207: cross_entropy wants labels that are whole numbers, not float32
                = write labels.to(int64)
                """)
        #expect(
            text(try Tensor.full(Shape([3, 4]), 0, .int64)) == """
                E0302: cross_entropy wants one label a row, but has scores of 3x4 and labels of 3x4
                ^ labels must have the shape [3], each from 0 to 3
                = the labels look one-hot: write argmax(labels, axis=1), or labels.to(float32)
                """)
        #expect(
            text(try Tensor.full(Shape([3, 4]), 0.5, .float32)) == """
                E0404: row 0 of the labels is no distribution: it sums to 2, not to 1
                = whole-number classes are an int64 tensor [N]
                """)
        #expect(
            errorText { _ = try PairLoss(.meanSquaredError, reduction: .mean)(zeros(64, 1), zeros(64)) } == """
                E0302: mse compares element by element: the prediction is 64x1, the target 64
                = write reshape(target, 64x1)
                """)
        #expect(
            errorText {
                _ = try PairLoss(.binaryCrossEntropy, reduction: .mean)(
                    Tensor(doubles: [0.5, 1.5], Shape([2]), .float32), zeros(2))
            } == """
                E0404: bce wants probabilities from 0 to 1, but element 1 of the prediction is 1.5
                = for logits there is bce_with_logits
                """)
    }
}

import Testing

@testable import CNNCore

@Suite struct ModelSummaryTests {
    static let lenet = """
        input 28x28x1
        conv 6, 5x5, pad=2; relu; maxpool 2
        conv 16, 5x5; relu; maxpool 2
        flatten
        dense 120; relu; dense 84; relu; dense 10
        softmax
        """

    /// Parameters, multiply-adds and the receptive field as they are given for LeNet-5 (biases are no multiply-adds).
    @Test func lenet() throws {
        let net = try LayerText.model(ModelSummaryTests.lenet, name: "LeNet")
        let summary = try net.summary()
        #expect(summary.totalParameters == 61_706 && summary.trainableParameters == 61_706)
        #expect(summary.totalMACs == 416_520)
        let pool = try #require(summary.rows.first { $0.name == "maxpool2" }?.receptiveField)
        #expect(pool == (16, 16))
        #expect(net.receptiveField ?? (0, 0) == (16, 16))
        #expect(
            summary.text() == """
                layer     output    kernel  parameters     MACs  field  jump    memory
                ----------------------------------------------------------------------
                input     28x28x1                    0        0      1     1   3.1 KiB
                conv1     28x28x6   5x5            156  117,600      5     1  18.4 KiB
                relu1     28x28x6                    0        0      5     1  18.4 KiB
                maxpool1  14x14x6   2x2              0        0      6     2   4.6 KiB
                conv2     10x10x16  5x5          2,416  240,000     14     2   6.3 KiB
                relu2     10x10x16                   0        0     14     2   6.3 KiB
                maxpool2  5x5x16    2x2              0        0     16     4   1.6 KiB
                flatten1  400                        0        0                1.6 KiB
                dense1    120                   48,120   48,000                  480 B
                relu3     120                        0        0                  480 B
                dense2    84                    10,164   10,080                  336 B
                relu4     84                         0        0                  336 B
                dense3    10                       850      840                   40 B
                softmax1  10                         0        0                   40 B
                ----------------------------------------------------------------------
                total                           61,706  416,520               61.7 KiB
                """)
        try net.freeze("conv2", true)
        #expect(try net.summary().trainableParameters == 61_706 - 2_416)
        #expect(try net.summary().text().hasSuffix("trainable: 59,290 parameters"))
        let batch = try net.summary(batch: 64)
        #expect(batch.activationBytes == 64 * summary.activationBytes)
        // Parameters and gradients; of each picture what is read again: its pixels, the pooled and rectified maps with
        // the places of their maxima, the inputs of the dense layers, probabilities twice and a label.
        let floats = 784 + 6 * 14 * 14 + 400 + 120 + 84 + 10 + 10, places = 6 * 14 * 14 + 400
        #expect(batch.stepBytes == 2 * 4 * 61_706 + 64 * (4 * floats + 4 * places + 8))
        #expect(
            batch.text().hasSuffix("\na training step with 64 at a time holds 1.5 MiB\ntrainable: 59,290 parameters"))
    }

    static let nested = """
        input 32x32x3
        stem: { conv 16, 3x3, pad=same, bias=False; batchnorm; relu }
        residual { conv 16, 3x3, pad=same; relu; conv 16, 3x3, pad=same }
        residual projection=True { conv 32, 3x3, stride=2, pad=same; batchnorm }
        branch { a: conv 8, 1x1; b: { conv 4, 1x1; conv 8, 5x5, pad=same }  { maxpool 3, stride=1, pad=1 } }
        depthwise 3x3, pad=same, multiplier=2
        conv_transpose 8, 2x2, stride=2
        upsample 2
        conv 8, 3x3, groups=2
        global_avgpool
        dense 10
        """

    @Test func totalsAreTheSumsOfTheirRowsAndOfTheParameters() throws {
        let net = try LayerText.model(ModelSummaryTests.nested)
        let summary = try net.summary(batch: 3)
        #expect(summary.totalParameters == summary.rows.map(\.parameters).reduce(0, +))
        #expect(summary.totalParameters == net.parameters.map(\.value.count).reduce(0, +))
        #expect(summary.totalMACs == summary.rows.map(\.macs).reduce(0, +))
        #expect(summary.activationBytes == summary.rows.map(\.activationBytes).reduce(0, +))
        for line in summary.text().split(separator: "\n") {
            #expect(line.count <= 80 && line.utf8.count == line.count)
        }
        // What runs is what is charged: the work of a forward pass is at least the multiply-adds.
        let row = try #require(summary.rows.first { $0.name == "residual2" })
        #expect(row.parameters == 16 * 32 && row.macs == 16 * 16 * 32 * 16)
    }

    /// The receptive field by experiment: the pixels of the input on which the middle of the output depends.
    @Test(arguments: [
        "conv 1, 3x3; conv 1, 3x3; conv 1, 3x3",
        "conv 1, 5x5, stride=2, pad=same; avgpool 2; conv 1, 3x3, pad=same",
        "conv 1, 3x3, dilation=2; avgpool 3, stride=2, rounding=floor; conv 1, 1x3, pad=same",
        "residual { conv 1, 3x3, pad=same; conv 1, 3x3, pad=same }; conv 1, 3x1, pad=same",
        "branch { { conv 1, 1x1 } { conv 1, 5x5, pad=same; conv 1, 3x3, pad=same } }; conv 1, 3x3",
        "avgpool 2; upsample 2; conv 1, 3x3",
        "conv 1, 3x3, stride=2, pad=same; conv_transpose 1, 4x4, stride=2, pad=1; conv 1, 3x3, pad=same",
    ])
    func receptiveFieldsAreWhatAPixelDependsOn(text: String) throws {
        let net = try LayerText.model("input 32x32x1\n" + text, dtype: .float64)
        for parameter in net.parameters {
            try net.setValue(parameter.name, Tensor.full(parameter.value.shape, 1, .float64))
        }
        let expected = try #require(net.receptiveField)
        let output = try #require(net.outputShape)
        var (largestHeight, largestWidth) = (0, 0)
        // The largest over some pixels of the middle: after upsampling neighbours see differently much.
        for offset in 0..<4 {
            let tape = Tape()
            let x = try tape.watch(Tensor.full(Shape([1, 32, 32, 1]), 1, .float64))
            let y = try net(x)
            let pixel = try y.subscripted([
                .at(0), .at(output[0] / 2 + offset / 2), .at(output[1] / 2 + offset % 2), .at(0),
            ])
            let gradient = try tape.gradients(of: pixel, withRespectTo: [x])[0].doubles()
            let rows = (0..<32).filter { row in (0..<32).contains { gradient[row * 32 + $0] != 0 } }
            let columns = (0..<32).filter { column in (0..<32).contains { gradient[$0 * 32 + column] != 0 } }
            largestHeight = max(largestHeight, (rows.last ?? 0) - (rows.first ?? 0) + 1)
            largestWidth = max(largestWidth, (columns.last ?? 0) - (columns.first ?? 0) + 1)
        }
        #expect((largestHeight, largestWidth) == expected)
    }

    @Test func theLecturesFormula() throws {
        for layers in 1...5 {
            for kernel in [3, 5] {
                let text = Array(repeating: "conv 1, \(kernel)x\(kernel)", count: layers).joined(separator: "; ")
                let net = try LayerText.model("input 40x40x1; " + text)
                #expect(net.receptiveField?.0 == 1 + layers * (kernel - 1))
            }
        }
    }

    @Test func wideTablesAreCut() throws {
        let net = try LayerText.model(
            "input 512x512x1\naveryveryverylongnameforalayer: conv 2, 11x11, stride=2, pad=same")
        var summary = try net.summary()
        summary.rows[1].parameters = 1_234_567_890
        summary.rows[1].macs = 12_345_678_901_234
        let lines = summary.text().split(separator: "\n")
        #expect(
            lines[3] == "averyveryve.. 256x256x2 11x11/2 1,234,567,890 12,345,678,901,234    11 512.0 KiB")
        summary.rows[0].macs = .max
        summary.rows[0].parameters = .max
        summary.rows[0].output = try Shape([1, 1, 1, 1, 1, 1, 1, 262_144])
        #expect(summary.text().split(separator: "\n").allSatisfy { $0.count <= 80 })
    }
}

import CNNCore

/// The arithmetic of the lecture, written out in the user's own numbers.
enum ExplainBuiltins {
    static let all: [Builtin] = [explainConv, explainPool, explainShape, explainGradient]

    // MARK: - One place of a convolution

    private static let explainConv = Builtin(
        "explain_conv", ["x", "w", "i", "j", "b=None", "stride=1", "pad=0", "k=0"], .explain,
        "how one element of a convolution comes about: window, filter and products at [i, j] of filter k",
        formula: "z[i, j, k] = b[k] + sum_{u, v, c} x[i*S + u, j*S + v, c] * w[u, v, c, k]",
        example: (
            """
            x = reshape(arange(16, dtype=float32), 4x4)
            explain_conv(x, tensor([[1, 0], [0, -1]]), 1, 2, b=tensor([0.5]))
            """,
            """
            z[1, 2]: rows 1 to 2, columns 2 to 3 of the input, filter 0
            [ 6,  7]  *  [ 1,  0]  =  [  6,   0]
            [10, 11]     [ 0, -1]     [  0, -11]
            6*1 + 7*0 + 10*0 + 11*(-1) = -5
            -5 + bias 0.5 = -4.5

            """
        )
    ) { call in
        let x = try call.tensor(0).detached
        let w = try ConvolutionBuiltins.filters(call, 1).detached
        guard x.rank == 2 || x.rank == 3 else {
            throw CNNError(
                .rankMismatch, "explain_conv takes one picture [H, W] or [H, W, C], not \(x.shape.asTensor)",
                notes: x.rank == 4 ? ["write x[0] for the first of a batch"] : [])
        }
        let bias = try call.optionalTensor(4)?.detached
        let stride = try call.size2D(5, default: Size2D(1, 1))
        let padding = try call.padding(6)
        let operation = Convolution(
            stride: stride, padding: padding, dilation: Size2D(1, 1), groups: 1, rounding: .floor)
        let result = try operation.apply(
            [try ImageForm(x, for: call.builtin.name).batched(x), w] + [bias].compactMap { $0 })
        let size = Size2D(result.shape[1], result.shape[2])
        let (row, column) = (try position(call, 2, size.height, "row"), try position(call, 3, size.width, "column"))
        let filter = try position(call, 7, w.shape[3], "filter", default: 0)
        let place = WindowPlace(
            x, window: Size2D(w.shape[0], w.shape[1]), stride: stride, padding: padding, output: size, row, column)
        let value = result.element((row * size.width + column) * w.shape[3] + filter)
        let text = ConvolutionText(x: x, w: w, filter: filter, place: place)
        write(text.lines(result: value, bias: bias?.element(filter)), call)
        return .none
    }

    private static func write(_ lines: [String], _ call: Call) {
        let text = lines.map { $0 + "\n" }.joined()
        call.interpreter.write(text) { FittedText.sentences(text, columns: $0) }
    }

    /// An index into `count` places, negative ones from the end.
    static func position(
        _ call: Call, _ index: Int, _ count: Int, _ what: String, default fallback: Int? = nil
    ) throws(CNNError) -> Int {
        let number = try call.int(index, default: fallback)
        let place = number < 0 ? number + count : number
        guard place >= 0, place < count else {
            throw CNNError(
                .indexOutOfRange, "\(call.builtin.name): there is no \(what) \(number): the output has \(count)",
                notes: count > 0 ? ["they run from 0 to \(count - 1)"] : [])
        }
        return place
    }

    // MARK: - One place of a pooling

    private static let explainPool = Builtin(
        "explain_pool", ["x", "size", "i", "j", "stride=None", "pad=0", "kind=\"max\"", "channel=0"], .explain,
        "how one element of a max or mean pooling comes about", formula: "u[i, j] = max over the window, or its mean",
        example: (
            """
            x = reshape(arange(16, dtype=float32), 4x4)
            explain_pool(x, 2, 0, 1)
            explain_pool(x, 2, 1, 1, kind="avg")
            """,
            """
            u[0, 1]: rows 0 to 1, columns 2 to 3 of the input
            [2, 3]
            [6, 7]
            max(2, 3, 6, 7) = 7, at row 1, column 3: the gradient goes there
            u[1, 1]: rows 2 to 3, columns 2 to 3 of the input
            [10, 11]
            [14, 15]
            (10 + 11 + 14 + 15)/4 = 12.5

            """
        )
    ) { call in
        let x = try call.tensor(0).detached
        guard x.rank == 2 || x.rank == 3 else {
            throw CNNError(
                .rankMismatch, "explain_pool takes one picture [H, W] or [H, W, C], not \(x.shape.asTensor)")
        }
        let size = try call.size2D(1)
        let stride = try call.size2D(4, default: size)
        let padding = try call.padding(5)
        let isMaximum = try call.word(6, default: "max") == "max"
        let batch = try ImageForm(x, for: call.builtin.name).batched(x)
        let pooled =
            isMaximum
            ? try MaxPooling(size: size, stride: stride, padding: padding, rounding: .ceil)(batch)
            : try AveragePooling(size: size, stride: stride, padding: padding, rounding: .ceil, countsPadding: false)(
                batch)
        let output = Size2D(pooled.shape[1], pooled.shape[2])
        let (row, column) = (try position(call, 2, output.height, "row"), try position(call, 3, output.width, "column"))
        let channel = try position(call, 7, batch.shape[3], "channel", default: 0)
        let place = WindowPlace(x, window: size, stride: stride, padding: padding, output: output, row, column)
        let value = pooled.element((row * output.width + column) * batch.shape[3] + channel)
        let lines = PoolingText(x: x, channel: channel, place: place).lines(result: value, isMaximum: isMaximum)
        write(lines, call)
        return .none
    }

    // MARK: - A whole network

    private static let explainShape = Builtin(
        "explain_shape", ["net"], .explain, "the sizes of a network, layer by layer, and where its parameters are",
        formula: "(N + 2P - F)/S + 1;  parameters: (F*F*C + 1)*K",
        example: (
            "model Net { input 32x32x3; conv 10, 5x5, pad=2; maxpool 2; flatten; dense 10 }\nexplain_shape(Net())",
            """
            input     32x32x3
            conv1     (32 + 2*2 - 5)/1 + 1 = 32 -> 32x32x10
                      parameters: (5*5*3 + 1)*10 = 760
            maxpool1  (32 + 2*0 - 2)/2 + 1 = 16 -> 16x16x10
            flatten1  16*16*10 = 2560 -> 2560
            dense1    2560 -> 10
                      parameters: (2560 + 1)*10 = 25610
            total     26370 parameters

            """
        )
    ) { call in
        let model = try call.model(0)
        let summary = try NetworkMeasures.summary(call, 0)
        write(try ShapeText.lines(model, summary), call)
        return .none
    }

    private static let explainGradient = Builtin(
        "explain_gradient", ["net", "parameter", "index", "x=None", "y=None"], .explain,
        "the terms that add up to the gradient of one weight, for pictures x of classes y or a random one of class 0",
        formula: "dL/dw[u, v, c, k] = sum_{i, j} dL/dz[i, j, k] * x[i*S + u, j*S + v, c]",
        example: (
            """
            model Net { input 2x2x1; conv 1, 2x2; flatten; dense 2; softmax }
            net = Net()
            net.conv1.weight = ones(2x2x1x1)
            net.dense1.weight = tensor([[1, 0]])
            x = reshape(tensor([0.5, 1, 0, 0]), 2x2x1)
            explain_gradient(net, "conv1.weight", [0, 1, 0, 0], x=x, y=0)
            """,
            """
            conv1.weight[0, 1, 0, 0] = 1; the loss of 1 picture is 0.20141
            used at 1 place; 1 adds something: the output's gradient there times the input
            there
              z[0, 0]: -0.18243 * 1 = -0.18243
            their sum:            -0.18243
            backpropagation:      dL/dw = -0.18243
            difference quotient:  (L(w + e) - L(w - e))/(2e) = -0.18243, e = 1e-05

            """
        )
    ) { call in
        let model = try call.model(0)
        _ = try NetworkMeasures.summary(call, 0)
        let text = try GradientText(model, parameter: try call.text(1), index: try call.ints(2), call)
        write(try text.lines(), call)
        return .none
    }
}

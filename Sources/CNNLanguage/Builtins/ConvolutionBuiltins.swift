import CNNCore

/// Convolutions of pictures `[H, W]`, `[H, W, C]` and batches `[N, H, W, C]`.
enum ConvolutionBuiltins {
    static let all: [Builtin] = [conv2d, correlate2d, convolve2d, convTranspose2d, im2col]

    /// A kernel `[F, F]` or `[F, F, C]` counts as one filter.
    static func filters(_ call: Call, _ index: Int) throws(CNNError) -> Tensor {
        let w = try call.tensor(index)
        if let count = call.value(index)?.wholeNumber, count > 0 { throw countForFilters(call, index, count) }
        switch w.rank {
        case 2: return try Reshape(w.shape.dimensions + [1, 1])(w)
        case 3: return try Reshape(w.shape.dimensions + [1])(w)
        case 4: return w
        default:
            throw CNNError(
                .rankMismatch,
                "\(call.builtin.name): '\(call.parameterName(index))' is filters [F, F, C, K], not \(w.shape.asGiven)",
                notes: w.rank == 1 ? ["a filter of one row: write reshape(w, 1x\(w.shape[0]))"] : [])
        }
    }

    /// `conv2d(x, 16)`: the number of filters is what the layer is given.
    private static func countForFilters(_ call: Call, _ index: Int, _ count: Int) -> CNNError {
        var notes = ["in a model write conv \(count), 3x3, which makes its filters itself"]
        if let shape = try? call.tensor(0).shape, (2...4).contains(shape.rank) {
            let channels = shape.rank == 2 ? 1 : shape[shape.rank - 1]
            let sizes = call.builtin.name == "conv_transpose2d" ? [3, 3, count, channels] : [3, 3, channels, count]
            notes.insert(
                "with filters at random write \(call.builtin.name)(x, randn(\(Shape.text(sizes))))", at: 0)
        }
        let name = call.parameterName(index)
        return CNNError(
            .typeMismatch, "\(call.builtin.name): '\(name)' is a tensor of filters, not the number \(count)",
            notes: notes, argument: .named(name))
    }

    /// Applies an operation on `[N, H, W, C]` to any form of picture.
    static func onImages(
        _ call: Call, _ operation: some Operation, _ others: [Tensor?] = []
    ) throws(CNNError) -> Value {
        let x = try call.tensor(0)
        let form = try ImageForm(x, for: call.builtin.name)
        let result: Tensor
        do {
            result = try operation.apply([try form.batched(x)] + others.compactMap { $0 })
        } catch {
            throw form.restored(explained(error, call, [try form.batched(x)] + others.compactMap { $0 }))
        }
        return Value(try form.restored(result))
    }

    /// - Parameter inputs: as the operation had them: filters have four axes there, whatever was given.
    private static func explained(_ error: CNNError, _ call: Call, _ inputs: [Tensor]) -> CNNError {
        var error = error
        if let convolution = plain(call), let own = convolution.error(inputs, as: call.builtin.name) { error = own }
        guard error.code == .channelMismatch, let w = try? call.tensor(1), w.rank < 4,
            let channels = inputs[0].shape.dimensions.last
        else { return error }
        let (height, width) = (w.shape[0], w.shape[1])
        let isPlane = w.rank == 2 || w.shape[2] == 1
        error.notes = [
            isPlane
                ? "the same for every channel: write expand(reshape(w, \(height)x\(width)x1x1), "
                    + "\(height)x\(width)x\(channels)x1)"
                : "a filter for this x is \(height)x\(width)x\(channels): [F, F, C]"
        ]
        return error
    }

    private static let conv2d = Builtin(
        "conv2d",
        [
            "x", "w", "b=None", "stride=1", "pad=0", "dilation=1", "groups=1", "rounding=\"exact\"",
        ], .cnn,
        "the convolution of a CNN: at each place the products of window and filter, summed, plus the bias",
        formula: "z[i, j, k] = b[k] + sum_{u, v, c} x[i*S + u, j*S + v, c] * w[u, v, c, k]",
        example: (
            "x = reshape(arange(16.0), 4x4)\nconv2d(x, ones(3x3))\nconv2d(x, ones(3x3), pad=\"same\").shape",
            "tensor 2x2 float32\n[[45, 54],\n [81, 90]]\n[4, 4]\n"
        )
    ) { call in
        let convolution = Convolution(
            stride: try call.size2D(3, default: Size2D(1, 1)), padding: try call.padding(4),
            dilation: try call.size2D(5, default: Size2D(1, 1)), groups: try call.int(6, default: 1),
            rounding: try call.rounding(7, default: .exact))
        return try onImages(call, convolution, [try filters(call, 1), try call.optionalTensor(2)])
    }

    private static let correlate2d = Builtin(
        "correlate2d", ["x", "w", "stride=1", "pad=0"], .cnn,
        "the cross-correlation with a kernel, which is what conv2d computes, without a bias",
        formula: "z[i, j] = sum_{u, v} x[i*S + u, j*S + v] * w[u, v]",
        example: (
            "x = tensor([[1, 2], [3, 4]])\ncorrelate2d(x, tensor([[1, 10]]))", "tensor 2x1 float32\n[[21],\n [43]]\n"
        )
    ) { call in
        try correlate(call, try filters(call, 1))
    }

    private static let convolve2d = Builtin(
        "convolve2d", ["x", "w", "stride=1", "pad=0"], .cnn,
        "the convolution of mathematics: as correlate2d with the kernel turned by 180 degrees",
        formula: "z[i, j] = sum_{u, v} x[i*S + u, j*S + v] * w[F-1-u, F-1-v]",
        example: (
            "x = tensor([[1, 2], [3, 4]])\nconvolve2d(x, tensor([[1, 10]]))", "tensor 2x1 float32\n[[12],\n [34]]\n"
        )
    ) { call in
        try correlate(call, try Flip(axes: [0, 1])(try filters(call, 1)))
    }

    private static func correlate(_ call: Call, _ filters: Tensor) throws(CNNError) -> Value {
        try onImages(call, try correlation(call), [filters])
    }

    private static func correlation(_ call: Call) throws(CNNError) -> Convolution {
        Convolution(
            stride: try call.size2D(2, default: Size2D(1, 1)), padding: try call.padding(3), dilation: Size2D(1, 1),
            groups: 1, rounding: .exact)
    }

    /// The convolution of a built-in that has another name than the operation; nil for others.
    private static func plain(_ call: Call) -> Convolution? {
        ["correlate2d", "convolve2d"].contains(call.builtin.name) ? try? correlation(call) : nil
    }

    private static let convTranspose2d = Builtin(
        "conv_transpose2d", ["x", "w", "b=None", "stride=1", "pad=0", "output_pad=0", "groups=1"], .cnn,
        "the transposed convolution: each element of x adds the filter to the result, S apart",
        formula: "size: (N - 1)*S + F - 2P",
        example: (
            "conv_transpose2d(tensor([[1, 2]]), ones(2x2), stride=2)",
            "tensor 2x4 float32\n[[1, 1, 2, 2],\n [1, 1, 2, 2]]\n"
        )
    ) { call in
        let operation = TransposedConvolution(
            stride: try call.size2D(3, default: Size2D(1, 1)), padding: try call.padding(4),
            outputPadding: try call.size2D(5, default: Size2D(0, 0)), dilation: Size2D(1, 1),
            groups: try call.int(6, default: 1))
        return try onImages(call, operation, [try filters(call, 1), try call.optionalTensor(2)])
    }

    private static let im2col = Builtin(
        "im2col", ["x", "size", "stride=1", "pad=0"], .cnn,
        "every window as a row, so that a convolution is a matrix product", formula: "rows: OH*OW, columns: F*F*C",
        example: (
            "x = reshape(arange(9, dtype=float32), 3x3)\nim2col(x, 2)",
            "tensor 4x4 float32\n[[0, 1, 3, 4],\n [1, 2, 4, 5],\n [3, 4, 6, 7],\n [4, 5, 7, 8]]\n"
        )
    ) { call in
        let x = try call.tensor(0)
        let operation = Im2Col(
            size: try call.size2D(1), stride: try call.size2D(2, default: Size2D(1, 1)), padding: try call.padding(3))
        let rows = try operation(try ImageForm(x, for: call.builtin.name).batched(x))
        return Value(x.rank == 4 ? rows : try Reshape(Array(rows.shape.dimensions.dropFirst()))(rows))
    }
}

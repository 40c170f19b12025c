import CNNCore

/// Pooling of pictures `[H, W]`, `[H, W, C]` and batches `[N, H, W, C]`.
enum PoolingBuiltins {
    static let all: [Builtin] = [
        maxPool, avgPool, adaptiveAvgPool, adaptiveMaxPool, global("global_avg_pool"), global("global_max_pool"),
    ]

    private static let sizeFormula = "size: ceil((N + 2P - F)/S) + 1"

    private static func window(_ call: Call) throws(CNNError) -> Size2D {
        let size = try call.size2D(1)
        guard size.height > 0, size.width > 0 else {
            throw call.wrongValue(1, "must be at least 1, not \(min(size.height, size.width))")
        }
        return size
    }

    private static let maxPool = Builtin(
        "max_pool", ["x", "size", "stride=None", "pad=0", "rounding=\"ceil\""], .cnn,
        "the largest element of each window; without a stride, windows lie side by side", formula: sizeFormula,
        example: (
            "max_pool(reshape(arange(16, dtype=float32), 4x4), 2)", "tensor 2x2 float32\n[[ 5,  7],\n [13, 15]]\n"
        )
    ) { call in
        let size = try window(call)
        let pooling = MaxPooling(
            size: size, stride: try call.size2D(2, default: size), padding: try call.padding(3),
            rounding: try call.rounding(4, default: .ceil))
        return try ConvolutionBuiltins.onImages(call, pooling)
    }

    private static let avgPool = Builtin(
        "avg_pool", ["x", "size", "stride=None", "pad=0", "rounding=\"ceil\"", "count_pad=False"], .cnn,
        "the mean of each window; what lies outside of the picture is not counted", formula: sizeFormula,
        example: (
            "avg_pool(reshape(arange(16, dtype=float32), 4x4), 2)",
            "tensor 2x2 float32\n[[ 2.5,  4.5],\n [10.5, 12.5]]\n"
        )
    ) { call in
        let size = try window(call)
        let pooling = AveragePooling(
            size: size, stride: try call.size2D(2, default: size), padding: try call.padding(3),
            rounding: try call.rounding(4, default: .ceil), countsPadding: try call.bool(5, default: false))
        return try ConvolutionBuiltins.onImages(call, pooling)
    }

    private static let adaptiveAvgPool = Builtin(
        "adaptive_avg_pool", ["x", "size"], .cnn,
        "means of windows that are laid so that the result has the given size",
        formula: "window i: from floor(i*N/M) to ceil((i + 1)*N/M)",
        example: ("adaptive_avg_pool(reshape(arange(16, dtype=float32), 4x4), 1)", "tensor 1x1 float32\n[[7.5]]\n")
    ) { call in
        try ConvolutionBuiltins.onImages(call, AdaptiveAveragePooling(try call.size2D(1)))
    }

    private static let adaptiveMaxPool = Builtin(
        "adaptive_max_pool", ["x", "size"], .cnn,
        "maxima of windows that are laid so that the result has the given size",
        formula: "window i: from floor(i*N/M) to ceil((i + 1)*N/M)",
        example: ("adaptive_max_pool(reshape(arange(16, dtype=float32), 4x4), 1)", "tensor 1x1 float32\n[[15]]\n")
    ) { call in
        try ConvolutionBuiltins.onImages(call, AdaptiveMaxPooling(try call.size2D(1)))
    }

    private static func global(_ name: String) -> Builtin {
        let isMaximum = name == "global_max_pool"
        return Builtin(
            name, ["x"], .cnn, "the \(isMaximum ? "largest element" : "mean") of each channel over the whole picture",
            example: (
                "\(name)(reshape(arange(8, dtype=float32), 2x2x2))",
                isMaximum ? "tensor 2 float32\n[6, 7]\n" : "tensor 2 float32\n[3, 4]\n"
            )
        ) { call in
            let x = try call.tensor(0)
            _ = try ImageForm(x, for: call.builtin.name)
            return Value(try Reduction(isMaximum ? .maximum : .mean, axes: x.rank == 4 ? [1, 2] : [0, 1])(x))
        }
    }
}

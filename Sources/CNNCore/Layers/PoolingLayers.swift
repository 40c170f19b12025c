/// `maxpool` and `avgpool`.
struct PoolingLayer: Layer {
    private enum Operator: Sendable {
        case maximum(MaxPooling)
        case average(AveragePooling)
    }

    private let pooling: Operator
    private let size: Size2D
    private let stride: Size2D

    private init(_ arguments: LayerArguments, isMaximum: Bool) throws(CNNError) {
        size = try arguments.size("size")
        stride = arguments.isNone("stride") ? size : try arguments.size("stride")
        let padding = try arguments.padding("pad")
        let rounding = try arguments.choice("rounding", as: Rounding.self)
        pooling =
            isMaximum
            ? .maximum(MaxPooling(size: size, stride: stride, padding: padding, rounding: rounding))
            : .average(
                AveragePooling(
                    size: size, stride: stride, padding: padding, rounding: rounding,
                    countsPadding: try arguments.flag("count_pad")))
    }

    private static let parameters = [
        LayerParameter("size", summary: "height and width F of a window: 2, or 2x3"),
        LayerParameter(
            "stride", LayerArgument.none, text: "size",
            summary: "how many pixels S the window moves on; without it its own size"),
        LayerParameter(
            "pad", .int(0), summary: "pixels P around the picture, less than the window: n, [height, width] or four"),
        LayerParameter(
            "rounding", .text("ceil"), words: ["ceil", "floor", "exact"],
            summary: "ceil: the last windows may be partial; floor: they are left out; exact: they are an error"),
    ]

    static let definitions = [
        LayerDefinition(
            "maxpool", parameters, summary: "the largest value of every window: ceil((N + 2P - F)/S) + 1",
            formula: "rounding=floor: floor((N + 2P - F)/S) + 1;  rounding=exact: (N + 2P - F)/S must be whole",
            example: "maxpool 2"
        ) { arguments throws(CNNError) in try PoolingLayer(arguments, isMaximum: true) },
        LayerDefinition(
            "avgpool",
            parameters + [
                LayerParameter("count_pad", .bool(false), summary: "whether the padding counts as zeros in the mean")
            ],
            summary: "the mean of every window; padding and what is outside are not counted",
            formula: "ceil((N + 2P - F)/S) + 1;  with rounding=floor floor((N + 2P - F)/S) + 1", example: "avgpool 2"
        ) { arguments throws(CNNError) in try PoolingLayer(arguments, isMaximum: false) },
    ]

    func output(for input: Shape, _ children: [NetworkNode], _ subject: ErrorSubject) throws(CNNError) -> Shape {
        let x = [TensorSpec(try input.asPicture(for: subject), .float32)]
        switch pooling {
        case .maximum(let operation): return try operation.outputSpec(x, for: subject).shape.withoutBatch()
        case .average(let operation): return try operation.outputSpec(x, for: subject).shape.withoutBatch()
        }
    }

    func forward(_ x: Tensor, _ node: NetworkNode, _ pass: ForwardPass) throws(CNNError) -> Tensor {
        switch pooling {
        case .maximum(let operation): try operation(x)
        case .average(let operation): try operation(x)
        }
    }

    /// The place of every maximum, in 32 bits.
    func savedBytes(output: Shape, elementSize: Int) -> Int {
        if case .maximum = pooling { Work.product(output.count, 4) } else { 0 }
    }

    func role(input: Shape) -> LayerRole {
        if case .maximum(let operation) = pooling { .maximumPooling(operation) } else { .other }
    }

    func receptiveField(_ field: ReceptiveField, input: Shape) -> ReceptiveField {
        field.windows(size, stride: stride)
    }

    func windows(input: Shape) -> WindowFit? {
        let window =
            switch pooling {
            case .maximum(let operation): operation.window
            case .average(let operation): operation.window
            }
        return WindowFit(
            input: Size2D(input[0], input[1]), window: size, stride: stride, padding: window.padding, dilation: .one,
            rounding: window.rounding)
    }

    var kernelText: String { KernelText.of(size, stride: stride == size ? .one : stride) }
}

/// `global_avgpool` and `global_maxpool`: one number a channel.
struct GlobalPoolingLayer: Layer {
    private let isMaximum: Bool

    static let definitions = [
        LayerDefinition(
            "global_avgpool", summary: "the mean of every channel: a vector of [channels]", example: "global_avgpool"
        ) { _ throws(CNNError) in GlobalPoolingLayer(isMaximum: false) },
        LayerDefinition(
            "global_maxpool", summary: "the largest value of every channel: a vector of [channels]",
            example: "global_maxpool"
        ) { _ throws(CNNError) in GlobalPoolingLayer(isMaximum: true) },
    ]

    func output(for input: Shape, _ children: [NetworkNode], _ subject: ErrorSubject) throws(CNNError) -> Shape {
        try Shape([try input.asPicture(for: subject)[3]])
    }

    func forward(_ x: Tensor, _ node: NetworkNode, _ pass: ForwardPass) throws(CNNError) -> Tensor {
        let size = Size2D(node.input[0], node.input[1])
        let pooled =
            isMaximum
            ? try MaxPooling(size: size, stride: size, padding: .valid, rounding: .exact)(x)
            : try AdaptiveAveragePooling(.one)(x)
        return try Reshape([x.shape[0], node.output[0]])(pooled)
    }

    func savedBytes(output: Shape, elementSize: Int) -> Int { isMaximum ? Work.product(output.count, 4) : 0 }
}

/// `conv` and `depthwise`: filters that move over the picture.
struct ConvolutionLayer: Layer {
    private enum Filters: Sendable {
        /// So many, each over the channels of its group.
        case count(Int)
        /// So many for each channel, over that channel alone.
        case eachChannel(Int)
    }

    private let filters: Filters
    private let size: Size2D
    private let stride: Size2D
    private let padding: Padding
    private let dilation: Size2D
    private let groups: Int
    private let rounding: Rounding
    private let hasBias: Bool
    private let initializer: Initializer

    private init(_ filters: Filters, groups: Int, _ arguments: LayerArguments) throws(CNNError) {
        self.filters = filters
        self.groups = groups
        size = try arguments.size("size")
        stride = try arguments.size("stride")
        padding = try arguments.padding("pad")
        dilation = try arguments.size("dilation")
        rounding = try arguments.choice("rounding", as: Rounding.self)
        hasBias = try arguments.flag("bias")
        initializer = try arguments.initializer("init")
    }

    static let padWords = ["valid", "same", "full"]
    static let initWords = ["he", "xavier", "zeros", "normal"]

    static let definitions = [
        LayerDefinition(
            "conv",
            [
                LayerParameter("filters", summary: "how many filters K: the channels of the output"),
                LayerParameter("size", summary: "height and width F of a filter: 5x5, or 5"),
                LayerParameter(
                    "stride", .int(1), summary: "how many pixels S the filter moves on: n or [height, width]"),
                LayerParameter(
                    "pad", .text("valid"), words: padWords,
                    summary: "pixels P around the picture: a word, n, [height, width] or [top, bottom, left, right]"),
                LayerParameter(
                    "dilation", .int(1),
                    summary: "the distance between the pixels that a filter reads: n or [height, width]"),
                LayerParameter(
                    "groups", .int(1),
                    summary: "channels and filters in so many groups, each of which sees its own channels only"),
                LayerParameter("bias", .bool(true), summary: "whether every filter adds a number of its own"),
                LayerParameter(
                    "init", .text("he"), words: initWords,
                    summary:
                        "how the weights begin: he for relu, xavier for sigmoid and tanh, zeros, or normal(deviation)"),
                LayerParameter(
                    "rounding", .text("exact"), words: ["exact", "floor"],
                    summary: "exact: a size that is not whole is an error; floor: it is rounded down"),
            ],
            summary: "filters that move over the picture: (N + 2P - F)/S + 1",
            formula: "pad=same: ceil(N/S);  pad=full: N + F - 1;  parameters: (F*F*C/groups + 1)*K",
            example: "conv 16, 5x5, pad=same"
        ) { arguments throws(CNNError) in
            try ConvolutionLayer(
                .count(try arguments.integer("filters")), groups: try arguments.integer("groups"), arguments)
        },
        LayerDefinition(
            "depthwise",
            [
                LayerParameter("size", summary: "height and width F of a filter: 5x5, or 5"),
                LayerParameter(
                    "stride", .int(1), summary: "how many pixels S the filter moves on: n or [height, width]"),
                LayerParameter(
                    "pad", .text("valid"), words: padWords,
                    summary: "pixels P around the picture: a word, n, [height, width] or [top, bottom, left, right]"),
                LayerParameter(
                    "dilation", .int(1),
                    summary: "the distance between the pixels that a filter reads: n or [height, width]"),
                LayerParameter("multiplier", .int(1), summary: "how many filters every channel has"),
                LayerParameter("bias", .bool(true), summary: "whether every filter adds a number of its own"),
                LayerParameter(
                    "init", .text("he"), words: initWords,
                    summary:
                        "how the weights begin: he for relu, xavier for sigmoid and tanh, zeros, or normal(deviation)"),
                LayerParameter(
                    "rounding", .text("exact"), words: ["exact", "floor"],
                    summary: "exact: a size that is not whole is an error; floor: it is rounded down"),
            ],
            summary: "filters of one channel each, as many for every channel as multiplier says",
            formula: "(N + 2P - F)/S + 1;  parameters: (F*F + 1)*C*multiplier",
            example: "depthwise 3x3, pad=same"
        ) { arguments throws(CNNError) in
            try ConvolutionLayer(.eachChannel(try arguments.integer("multiplier")), groups: 1, arguments)
        },
    ]

    /// Filters `[F, F, C/groups, K]`.
    private func filterShape(_ channels: Int) throws(CNNError) -> Shape {
        switch filters {
        case .count(let count): try Shape([size.height, size.width, channels / groups, count])
        case .eachChannel(let count): try Shape([size.height, size.width, 1, Work.product(channels, count)])
        }
    }

    private func operation(_ channels: Int) -> Convolution {
        var groups = self.groups
        if case .eachChannel = filters { groups = channels }
        return Convolution(stride: stride, padding: padding, dilation: dilation, groups: groups, rounding: rounding)
    }

    func output(for input: Shape, _ children: [NetworkNode], _ subject: ErrorSubject) throws(CNNError) -> Shape {
        let x = try input.asPicture(for: subject)
        if case .count(let count) = filters {
            try PictureChecks.groups(groups, channels: x[3], filters: count, for: subject)
        }
        let inputs = [TensorSpec(x, .float32), TensorSpec(try filterShape(x[3]), .float32)]
        return try operation(x[3]).outputSpec(inputs, for: subject).shape.withoutBatch()
    }

    func parameters(input: Shape, output: Shape) throws(CNNError) -> [ParameterDeclaration] {
        let shape = try filterShape(input[2])
        let area = Work.product(size.height, size.width)
        var list = [
            ParameterDeclaration(
                name: "weight", shape: shape, initializer: initializer, fanIn: Work.product(area, shape[2]),
                fanOut: Work.product(area, shape[3]))
        ]
        if hasBias {
            list.append(ParameterDeclaration(name: "bias", shape: try Shape([shape[3]]), initializer: .zeros))
        }
        return list
    }

    func forward(_ x: Tensor, _ node: NetworkNode, _ pass: ForwardPass) throws(CNNError) -> Tensor {
        try operation(node.input[2]).apply([x] + pass.parameters(node))
    }

    func rectifiedForward(_ x: Tensor, _ node: NetworkNode, _ pass: ForwardPass) throws(CNNError) -> Tensor {
        try operation(node.input[2]).applyRectified([x] + pass.parameters(node))
    }

    func role(input: Shape) -> LayerRole { .convolution(operation(input[2])) }

    var backwardNeeds: BackwardNeeds { .firstInput }

    func multiplyAdds(input: Shape, output: Shape) -> Int {
        var channels = input[2] / max(1, groups)
        if case .eachChannel = filters { channels = 1 }
        return Work.product(output.count, size.height, size.width, channels)
    }

    func receptiveField(_ field: ReceptiveField, input: Shape) -> ReceptiveField {
        field.windows(
            Size2D(
                SizeArithmetic.extent(size.height, dilation.height), SizeArithmetic.extent(size.width, dilation.width)),
            stride: stride)
    }

    func windows(input: Shape) -> WindowFit? {
        WindowFit(
            input: Size2D(input[0], input[1]), window: size, stride: stride, padding: padding, dilation: dilation,
            rounding: rounding)
    }

    var kernelText: String { KernelText.of(size, stride: stride) }
}

/// `conv_transpose`: the transpose of a convolution, which enlarges the picture.
struct TransposedConvolutionLayer: Layer {
    private let filters: Int
    private let size: Size2D
    private let operation: TransposedConvolution
    private let hasBias: Bool
    private let initializer: Initializer

    static let definitions = [
        LayerDefinition(
            "conv_transpose",
            [
                LayerParameter("filters", summary: "how many filters K: the channels of the output"),
                LayerParameter("size", summary: "height and width F of a filter: 5x5, or 5"),
                LayerParameter(
                    "stride", .int(1), summary: "how many pixels S the filter moves on: n or [height, width]"),
                LayerParameter(
                    "pad", .text("valid"), words: ConvolutionLayer.padWords,
                    summary: "pixels P around the picture: a word, n, [height, width] or [top, bottom, left, right]"),
                LayerParameter(
                    "output_pad", .int(0),
                    summary: "rows and columns more at the bottom and right: n or [height, width]"),
                LayerParameter(
                    "dilation", .int(1),
                    summary: "the distance between the pixels that a filter reads: n or [height, width]"),
                LayerParameter(
                    "groups", .int(1),
                    summary: "channels and filters in so many groups, each of which sees its own channels only"),
                LayerParameter("bias", .bool(true), summary: "whether every filter adds a number of its own"),
                LayerParameter(
                    "init", .text("he"), words: ConvolutionLayer.initWords,
                    summary:
                        "how the weights begin: he for relu, xavier for sigmoid and tanh, zeros, or normal(deviation)"),
            ],
            summary: "the transpose of a convolution, which enlarges: (N - 1)S - 2P + F",
            formula: "(N - 1)*S - 2P + dilation*(F - 1) + 1 + output_pad;  parameters: (F*F*C/groups + 1)*K",
            example: "conv_transpose 16, 2x2, stride=2"
        ) { arguments throws(CNNError) in
            TransposedConvolutionLayer(
                filters: try arguments.integer("filters"), size: try arguments.size("size"),
                operation: TransposedConvolution(
                    stride: try arguments.size("stride"), padding: try arguments.padding("pad"),
                    outputPadding: try arguments.size("output_pad", atLeast: 0),
                    dilation: try arguments.size("dilation"), groups: try arguments.integer("groups")),
                hasBias: try arguments.flag("bias"), initializer: try arguments.initializer("init"))
        }
    ]

    /// Filters `[F, F, K/groups, C]`.
    private func filterShape(_ channels: Int) throws(CNNError) -> Shape {
        try Shape([size.height, size.width, filters / operation.groups, channels])
    }

    func output(for input: Shape, _ children: [NetworkNode], _ subject: ErrorSubject) throws(CNNError) -> Shape {
        let x = try input.asPicture(for: subject)
        try PictureChecks.groups(operation.groups, channels: x[3], filters: filters, for: subject)
        let inputs = [TensorSpec(x, .float32), TensorSpec(try filterShape(x[3]), .float32)]
        return try operation.outputSpec(inputs, for: subject).shape.withoutBatch()
    }

    func parameters(input: Shape, output: Shape) throws(CNNError) -> [ParameterDeclaration] {
        let shape = try filterShape(input[2])
        let area = Work.product(size.height, size.width)
        var list = [
            ParameterDeclaration(
                name: "weight", shape: shape, initializer: initializer,
                fanIn: Work.product(area, shape[3] / operation.groups), fanOut: Work.product(area, shape[2]))
        ]
        if hasBias {
            list.append(ParameterDeclaration(name: "bias", shape: try Shape([filters]), initializer: .zeros))
        }
        return list
    }

    func forward(_ x: Tensor, _ node: NetworkNode, _ pass: ForwardPass) throws(CNNError) -> Tensor {
        if hasBias { return try operation(x, pass.parameter(node, 0), pass.parameter(node, 1)) }
        return try operation(x, pass.parameter(node, 0))
    }

    var backwardNeeds: BackwardNeeds { .firstInput }

    func multiplyAdds(input: Shape, output: Shape) -> Int {
        Work.product(input.count, size.height, size.width, filters / operation.groups)
    }

    func receptiveField(_ field: ReceptiveField, input: Shape) -> ReceptiveField {
        let dilation = operation.dilation
        return field.spread(
            Size2D(
                SizeArithmetic.extent(size.height, dilation.height), SizeArithmetic.extent(size.width, dilation.width)),
            stride: operation.stride)
    }

    var kernelText: String { KernelText.of(size, stride: operation.stride) }
}

/// How the summary shows a window.
enum KernelText {
    /// `5x5`, `3x3/2` with stride 2.
    static func of(_ size: Size2D, stride: Size2D) -> String {
        stride == .one ? "\(size)" : "\(size)/\(stride.argument)"
    }
}

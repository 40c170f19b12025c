/// `dense`: every output sees every input.
struct DenseLayer: Layer {
    private let units: Int
    private let hasBias: Bool
    private let initializer: Initializer

    static let definitions = [
        LayerDefinition(
            "dense",
            [
                LayerParameter("units", summary: "how many outputs"),
                LayerParameter("bias", .bool(true), summary: "whether every output adds a number of its own"),
                LayerParameter(
                    "init", .text("he"), words: ConvolutionLayer.initWords,
                    summary:
                        "how the weights begin: he for relu, xavier for sigmoid and tanh, zeros, or normal(deviation)"),
            ],
            summary: "every output sees every input: x @ weight + bias",
            formula: "parameters: (inputs + 1)*units", example: "dense 10"
        ) { arguments throws(CNNError) in
            DenseLayer(
                units: try arguments.integer("units"), hasBias: try arguments.flag("bias"),
                initializer: try arguments.initializer("init"))
        }
    ]

    func output(for input: Shape, _ children: [NetworkNode], _ subject: ErrorSubject) throws(CNNError) -> Shape {
        guard input.rank == 1 else {
            let product = input.dimensions.map(String.init).joined(separator: "*")
            throw CNNError(
                .rankMismatch, "\(subject.name) wants a vector, but its input is \(input)",
                label: "\(product) = \(input.count.counting("number")) in \(input.rank) axes",
                notes: [
                    "put flatten before it (\(input.count))"
                        + (input.rank == 3 ? ", or global_avgpool (\(input[2]))" : "")
                ])
        }
        return try Shape([units])
    }

    func parameters(input: Shape, output: Shape) throws(CNNError) -> [ParameterDeclaration] {
        var list = [
            ParameterDeclaration(
                name: "weight", shape: try Shape([input[0], units]), initializer: initializer, fanIn: input[0],
                fanOut: units)
        ]
        if hasBias { list.append(ParameterDeclaration(name: "bias", shape: output, initializer: .zeros)) }
        return list
    }

    func forward(_ x: Tensor, _ node: NetworkNode, _ pass: ForwardPass) throws(CNNError) -> Tensor {
        if hasBias { return try DenseProduct()(x, pass.parameter(node, 0), pass.parameter(node, 1)) }
        return try DenseProduct()(x, pass.parameter(node, 0))
    }

    var backwardNeeds: BackwardNeeds { .firstInput }

    func multiplyAdds(input: Shape, output: Shape) -> Int { Work.product(input.count, units) }
}

/// `flatten` and `reshape`: the same numbers in another shape.
struct ReshapeLayer: Layer {
    /// nil: one axis.
    private let sizes: [Int]?

    static let definitions = [
        LayerDefinition(
            "flatten", summary: "the picture as a vector, in the order height, width, channels", example: "flatten"
        ) { _ throws(CNNError) in ReshapeLayer(sizes: nil) },
        LayerDefinition(
            "reshape", [LayerParameter("size", summary: "the shape of one picture afterwards: 4x4x16, or 256")],
            summary: "the same numbers in another shape",
            example: "reshape 7x7x16"
        ) { arguments throws(CNNError) in ReshapeLayer(sizes: try arguments.sizes("size")) },
    ]

    func output(for input: Shape, _ children: [NetworkNode], _ subject: ErrorSubject) throws(CNNError) -> Shape {
        guard let sizes else { return try Shape([input.count]) }
        let shape = try Shape(sizes)
        guard shape.count == input.count else {
            throw CNNError(
                .shapeMismatch, "\(subject.name) cannot make \(shape) of \(input): the numbers of elements differ",
                label: "\(shape.count.counting("element")), not \(input.count)")
        }
        return shape
    }

    var sharesElements: Bool { true }

    func forward(_ x: Tensor, _ node: NetworkNode, _ pass: ForwardPass) throws(CNNError) -> Tensor {
        try Reshape([x.shape[0]] + node.output.dimensions)(x)
    }
}

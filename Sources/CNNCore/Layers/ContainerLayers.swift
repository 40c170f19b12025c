/// Several layers under one name: what `stem: { … }` or a labelled model among the layers gives.
struct SequenceLayer: Layer {
    static let definitions = [
        LayerDefinition(
            "sequence", summary: "several layers under one name", example: "stem: { conv 16, 3x3; relu }",
            takesLayers: true
        ) { _ throws(CNNError) in SequenceLayer() }
    ]

    var arrangement: LayerArrangement { .chain }

    func output(for input: Shape, _ children: [NetworkNode], _ subject: ErrorSubject) throws(CNNError) -> Shape {
        children.last?.output ?? input
    }

    func forward(_ x: Tensor, _ node: NetworkNode, _ pass: ForwardPass) throws(CNNError) -> Tensor {
        try pass.run(node.chain, x)
    }
}

/// `residual { … }`: adds its input to what its layers give (He et al. 2016); with a projection through a 1x1
/// convolution without bias where the shapes differ.
struct ResidualLayer: Layer {
    private let hasProjection: Bool

    static let definitions = [
        LayerDefinition(
            "residual",
            [
                LayerParameter(
                    "projection", .bool(false),
                    summary: "True: where the shapes differ, the input goes through a 1x1 conv of its own")
            ],
            summary: "adds its input to its result; projection=True: through a 1x1 conv where shapes differ",
            example: "residual { conv 16, 3x3, pad=same; relu }", takesLayers: true
        ) { arguments throws(CNNError) in ResidualLayer(hasProjection: try arguments.flag("projection")) }
    ]

    var arrangement: LayerArrangement { .chain }

    func output(for input: Shape, _ children: [NetworkNode], _ subject: ErrorSubject) throws(CNNError) -> Shape {
        let output = children.last?.output ?? input
        if output == input { return output }
        let isPossible = projectionStride(input, output) != nil
        if hasProjection, isPossible { return output }
        var notes: [String] = []
        if let last = children.last { notes.append("\(output) comes from \(last.asSource.place)") }
        if !hasProjection, isPossible { notes.append("write residual projection=True { ... }") }
        let problem = hasProjection ? "no stride of a 1x1 conv makes one of the other" : "the shapes must be equal"
        throw CNNError(
            .shapeMismatch, "\(subject.name) cannot add its input \(input) to its result \(output)", label: problem,
            notes: notes)
    }

    /// The stride with which a 1x1 convolution takes the input's height and width to the output's.
    private func projectionStride(_ input: Shape, _ output: Shape) -> Size2D? {
        guard input.rank == 3, output.rank == 3 else { return nil }
        func stride(_ from: Int, _ to: Int) -> Int? {
            guard to >= 1, from >= to else { return nil }
            if from == to { return 1 }
            // ceil(from / stride) = to
            let candidate = (from + to - 1) / to
            return (from + candidate - 1) / candidate == to ? candidate : nil
        }
        guard let height = stride(input[0], output[0]), let width = stride(input[1], output[1]) else { return nil }
        return Size2D(height, width)
    }

    func parameters(input: Shape, output: Shape) throws(CNNError) -> [ParameterDeclaration] {
        guard hasProjection, input != output else { return [] }
        return [
            ParameterDeclaration(
                name: "projection.weight", shape: try Shape([1, 1, input[2], output[2]]), initializer: .he,
                fanIn: input[2], fanOut: output[2])
        ]
    }

    func forward(_ x: Tensor, _ node: NetworkNode, _ pass: ForwardPass) throws(CNNError) -> Tensor {
        let y = try pass.run(node.chain, x)
        guard node.parameterCount > 0, let stride = projectionStride(node.input, node.output) else {
            return try Binary(.add)(y, x)
        }
        let projection = Convolution(stride: stride, padding: .valid, dilation: .one, groups: 1, rounding: .floor)
        return try Binary(.add)(y, try projection(x, pass.parameter(node, 0)))
    }

    var backwardNeeds: BackwardNeeds { hasProjection ? .firstInput : .nothing }

    func multiplyAdds(input: Shape, output: Shape) -> Int {
        hasProjection && input != output ? Work.product(output.count, input[2]) : 0
    }
}

/// `branch { { … } { … } }`: every branch runs on the same input; their channels are joined (Szegedy et al. 2015).
struct BranchLayer: Layer {
    static let definitions = [
        LayerDefinition(
            "branch", summary: "runs every branch on the same input and joins the channels",
            example: "branch { { conv 16, 1x1 } { conv 16, 3x3, pad=same } }", takesLayers: true
        ) { _ throws(CNNError) in BranchLayer() }
    ]

    var arrangement: LayerArrangement { .parallel }

    func output(for input: Shape, _ children: [NetworkNode], _ subject: ErrorSubject) throws(CNNError) -> Shape {
        guard let first = children.first else { return input }
        let sizes = first.output.dimensions.dropLast()
        var channels = 0
        for child in children {
            guard child.output.rank >= 1, child.output.dimensions.dropLast() == sizes else {
                throw CNNError(
                    .shapeMismatch,
                    "\(subject.name) cannot join its branches: \(first.shortName) gives \(first.output), "
                        + "\(child.shortName) gives \(child.output)",
                    label: "all but the channels must be equal",
                    notes: ["each gets \(input); pad=same keeps height and width"])
            }
            channels = Work.sum(channels, child.output[child.output.rank - 1])
        }
        return try Shape(sizes + [channels])
    }

    func forward(_ x: Tensor, _ node: NetworkNode, _ pass: ForwardPass) throws(CNNError) -> Tensor {
        var outputs: [Tensor] = []
        for child in node.children { outputs.append(try pass.apply(child, x)) }
        return try Concat(axis: node.output.rank).apply(outputs)
    }
}

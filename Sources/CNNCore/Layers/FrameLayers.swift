/// `pad` and `crop`: a frame put around the picture, or cut off.
struct FrameLayer: Layer {
    private let top, bottom, left, right: Int
    /// What the frame is filled with; nil: it is cut off.
    private let value: Double?

    private init(_ arguments: LayerArguments, value: Double?) throws(CNNError) {
        guard case .explicit(let top, let bottom, let left, let right) = try arguments.padding("size") else {
            throw LayerArguments.mismatch("\(arguments.definition.name) needs 'size'", arguments.definition)
        }
        (self.top, self.bottom, self.left, self.right) = (top, bottom, left, right)
        self.value = value
    }

    static let definitions = [
        LayerDefinition(
            "pad",
            [
                LayerParameter(
                    "size", summary: "pixels at each side: n, [height, width] or [top, bottom, left, right]"),
                LayerParameter("value", .int(0), isNamedOnly: true, summary: "what the frame is filled with"),
            ],
            summary: "a frame of one value: n, [height, width] or [top, bottom, left, right] pixels", example: "pad 2"
        ) { arguments throws(CNNError) in try FrameLayer(arguments, value: try arguments.number("value")) },
        LayerDefinition(
            "crop",
            [LayerParameter("size", summary: "pixels at each side: n, [height, width] or [top, bottom, left, right]")],
            summary: "cuts off n, [height, width] or [top, bottom, left, right] pixels", example: "crop 2"
        ) { arguments throws(CNNError) in try FrameLayer(arguments, value: nil) },
    ]

    func output(for input: Shape, _ children: [NetworkNode], _ subject: ErrorSubject) throws(CNNError) -> Shape {
        let x = try input.asPicture(for: subject)
        if value != nil { return try Shape([x[1] + top + bottom, x[2] + left + right, x[3]]) }
        let (height, width) = (x[1] - top - bottom, x[2] - left - right)
        guard height > 0, width > 0 else {
            throw CNNError(
                .windowTooLarge, "\(subject.name) cuts off more than there is: nothing is left of \(input)",
                label: "\(x[1]) - \(top) - \(bottom) = \(height) rows, \(x[2]) - \(left) - \(right) = \(width) columns")
        }
        return try Shape([height, width, x[3]])
    }

    func forward(_ x: Tensor, _ node: NetworkNode, _ pass: ForwardPass) throws(CNNError) -> Tensor {
        if let value {
            return try PadAxes(before: [0, top, left, 0], after: [0, bottom, right, 0], value: value)(x)
        }
        return try x.subscripted([
            .slice(nil, nil, nil), .slice(top, top + node.output[0], nil), .slice(left, left + node.output[1], nil),
        ])
    }
}

/// `upsample`: every pixel becomes a block of pixels (nearest neighbour).
struct UpsampleLayer: Layer {
    private let factor: Size2D

    static let definitions = [
        LayerDefinition(
            "upsample",
            [LayerParameter("factor", summary: "how often each pixel is repeated: n, or 2x3 for height and width")],
            summary: "every pixel becomes a block of factor x factor",
            formula: "N*factor",
            example: "upsample 2"
        ) { arguments throws(CNNError) in UpsampleLayer(factor: try arguments.size("factor")) }
    ]

    func output(for input: Shape, _ children: [NetworkNode], _ subject: ErrorSubject) throws(CNNError) -> Shape {
        let x = try input.asPicture(for: subject)
        return try Shape([Work.product(x[1], factor.height), Work.product(x[2], factor.width), x[3]])
    }

    func forward(_ x: Tensor, _ node: NetworkNode, _ pass: ForwardPass) throws(CNNError) -> Tensor {
        let (n, h, w, c) = (x.shape[0], x.shape[1], x.shape[2], x.shape[3])
        // The new axes are stretched; reading their elements in order gives the blocks.
        let split = try Reshape([n, h, 1, w, 1, c])(x)
        let stretched = try Broadcast(to: try Shape([n, h, factor.height, w, factor.width, c]))(split)
        return try Reshape([n] + node.output.dimensions)(stretched)
    }

    func receptiveField(_ field: ReceptiveField, input: Shape) -> ReceptiveField {
        field.spread(factor, stride: factor)
    }

    var kernelText: String { "\(factor)" }
}

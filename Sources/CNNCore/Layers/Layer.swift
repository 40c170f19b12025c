/// What one layer of a network is: its shape rule, its parameters, its computation and its cost, without values.
/// Shapes are those of one example, without the batch: a picture `[H, W, C]` or a vector `[n]`.
protocol Layer: Sendable {
    /// The shape rule.
    /// - Parameter children: the layers in braces, already checked; empty for others.
    /// - Throws: E03… about `subject`. Where the layer stands is added by the caller.
    func output(for input: Shape, _ children: [NetworkNode], _ subject: ErrorSubject) throws(CNNError) -> Shape

    /// The parameters and buffers for these shapes, in order.
    func parameters(input: Shape, output: Shape) throws(CNNError) -> [ParameterDeclaration]

    /// The result for a batch. Shapes were checked when the network was built.
    func forward(_ x: Tensor, _ node: NetworkNode, _ pass: ForwardPass) throws(CNNError) -> Tensor

    /// Multiply-adds for one example, those of layers in braces not among them.
    func multiplyAdds(input: Shape, output: Shape) -> Int

    /// What an output pixel sees of the picture, where an input pixel sees `field`.
    func receptiveField(_ field: ReceptiveField, input: Shape) -> ReceptiveField

    /// The windows that it moves over a picture of this shape; nil for layers without.
    func windows(input: Shape) -> WindowFit?

    /// Its window in the summary: `5x5`, `3x3/2` with a stride; empty for others.
    var kernelText: String { get }

    /// How layers in braces are connected.
    var arrangement: LayerArrangement { get }

    /// What of its own input and output the backward pass of `forward` reads.
    var backwardNeeds: BackwardNeeds { get }

    /// Whether its output is its input in another shape.
    var sharesElements: Bool { get }

    /// Bytes for one example that `forward` keeps beside them.
    func savedBytes(output: Shape, elementSize: Int) -> Int

    /// relu of the result for a batch, in one go.
    func rectifiedForward(_ x: Tensor, _ node: NetworkNode, _ pass: ForwardPass) throws(CNNError) -> Tensor

    /// What a chain of layers may be computed in another way for.
    /// - Parameter input: the shape of one example.
    func role(input: Shape) -> LayerRole
}

enum LayerRole: Sendable {
    case convolution(Convolution)
    case normalization
    case relu
    case maximumPooling(MaxPooling)
    case other
}

enum LayerArrangement: Sendable {
    /// None in braces.
    case leaf
    /// One after the other.
    case chain
    /// Each on the same input.
    case parallel
}

extension Layer {
    func parameters(input: Shape, output: Shape) throws(CNNError) -> [ParameterDeclaration] { [] }
    func multiplyAdds(input: Shape, output: Shape) -> Int { 0 }
    func receptiveField(_ field: ReceptiveField, input: Shape) -> ReceptiveField { field }
    func windows(input: Shape) -> WindowFit? { nil }
    var backwardNeeds: BackwardNeeds { .nothing }
    var sharesElements: Bool { false }
    func savedBytes(output: Shape, elementSize: Int) -> Int { 0 }
    func role(input: Shape) -> LayerRole { .other }
    func rectifiedForward(_ x: Tensor, _ node: NetworkNode, _ pass: ForwardPass) throws(CNNError) -> Tensor {
        try Unary(.relu)(try forward(x, node, pass))
    }
    var kernelText: String { "" }
    var arrangement: LayerArrangement { .leaf }
}

extension Shape {
    /// `[1, H, W, C]` for a picture `[H, W, C]`.
    /// - Throws: E0306 for anything else, about `subject`.
    func asPicture(for subject: ErrorSubject) throws(CNNError) -> Shape {
        guard rank == 3 else {
            let note =
                rank == 2
                ? "a picture of one channel is \(self)x1" : "flatten, dense and the global poolings give up the picture"
            throw CNNError(
                .rankMismatch,
                "\(subject.name) wants a picture of height x width x channels, but its input is \(self)",
                notes: rank <= 2 ? [note] : [])
        }
        return try Shape([1] + dimensions)
    }

    /// The shape without its first axis.
    func withoutBatch() throws(CNNError) -> Shape { try Shape(Array(dimensions.dropFirst())) }
}

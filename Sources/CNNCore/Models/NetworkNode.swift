/// A layer in a network whose shapes are known.
final class NetworkNode: Sendable {
    /// With the names of the layers around it: `block1.conv2`.
    let name: String
    let kind: String
    let layer: any Layer
    let origin: Int?
    let line: Int?
    let children: [NetworkNode]
    /// The same as they are computed one after the other.
    let chain: LayerChain
    /// Shapes of one example, without the batch.
    let input: Shape
    let output: Shape
    /// Its own parameters and buffers stand together, from these places on.
    let firstParameter: Int
    let parameterCount: Int
    let firstBuffer: Int
    let bufferCount: Int
    /// What a pixel of the output sees of the input; nil where there is no picture.
    let field: ReceptiveField?
    /// The layer whose output is this one's input; nil for the model's input.
    let source: Source?

    /// Where an input comes from. Not the node itself: a long chain of nodes would be taken down recursively.
    struct Source: Sendable {
        let kind: String
        /// `maxpool1 (line 12)`, `flatten1 of 5x5x16 (line 9)`
        let place: String
    }

    init(
        _ layer: NamedLayer, children: [NetworkNode], input: Shape, output: Shape, firstParameter: Int,
        parameterCount: Int, firstBuffer: Int, bufferCount: Int, field: ReceptiveField?, source: Source?
    ) {
        name = layer.name
        kind = layer.kind
        self.layer = layer.layer
        origin = layer.origin
        line = layer.line
        self.children = children
        chain = LayerChain(children)
        self.input = input
        self.output = output
        self.firstParameter = firstParameter
        self.parameterCount = parameterCount
        self.firstBuffer = firstBuffer
        self.bufferCount = bufferCount
        self.field = field
        self.source = source
    }

    /// Its name without those of the layers around it.
    var shortName: String { name.split(separator: ".").last.map(String.init) ?? name }

    /// Where its output comes from, for an error.
    var asSource: Source {
        let what = kind == "flatten" ? "\(name) of \(input)" : name
        return Source(kind: kind, place: line.map { "\(what) (line \($0))" } ?? what)
    }

    /// Depth first, each before its children.
    func visit(depth: Int = 0, _ body: (NetworkNode, Int) -> Void) {
        body(self, depth)
        for child in children { child.visit(depth: depth + 1, body) }
    }
}

/// A whole network, checked: every shape, every parameter, nothing computed.
struct Network: Sendable {
    struct Parameter: Sendable {
        /// `conv1.weight`
        let name: String
        let declaration: ParameterDeclaration
        let node: NetworkNode
    }

    let nodes: [NetworkNode]
    let chain: LayerChain
    let input: Shape
    let output: Shape
    /// The line of `input` in the source.
    let inputLine: Int?
    let parameters: [Parameter]
    let buffers: [Parameter]
    /// The place of every parameter and buffer in its list, by name.
    let parameterIndex: [String: Int]
    let bufferIndex: [String: Int]

    /// - Throws: E03… for the first layer that does not fit, with its name and origin and where its input comes from.
    init(_ layers: [NamedLayer], input: Shape, inputLine: Int?) throws(CNNError) {
        var builder = NetworkBuilder(input: input, inputLine: inputLine)
        let start = NetworkBuilder.Flow(shape: input, field: input.rank == 3 ? ReceptiveField() : nil, source: nil)
        let (nodes, end) = try builder.chain(layers, from: start)
        self.nodes = nodes
        chain = LayerChain(nodes)
        self.input = input
        self.inputLine = inputLine
        output = end.shape
        parameters = builder.parameters
        buffers = builder.buffers
        parameterIndex = Network.index(parameters)
        bufferIndex = Network.index(buffers)
    }

    private static func index(_ list: [Parameter]) -> [String: Int] {
        Dictionary(list.enumerated().map { ($0.element.name, $0.offset) }, uniquingKeysWith: { first, _ in first })
    }

    /// The layer with this name.
    func node(_ name: String) -> NetworkNode? {
        var result: NetworkNode?
        for node in nodes {
            node.visit { candidate, _ in
                if candidate.name == name { result = candidate }
            }
        }
        return result
    }
}

/// Follows a shape through the layers.
struct NetworkBuilder {
    /// What comes out of one layer and goes into the next.
    struct Flow {
        var shape: Shape
        var field: ReceptiveField?
        /// The layer that it comes from; nil for the model's input.
        var source: NetworkNode.Source?
    }

    let inputLine: Int?
    private(set) var parameters: [Network.Parameter] = []
    private(set) var buffers: [Network.Parameter] = []

    /// The model's.
    private let input: Shape

    init(input: Shape, inputLine: Int?) {
        self.input = input
        self.inputLine = inputLine
    }

    mutating func chain(_ layers: [NamedLayer], from start: Flow) throws(CNNError) -> ([NetworkNode], Flow) {
        var flow = start
        var nodes: [NetworkNode] = []
        for layer in layers {
            let node = try add(layer, flow)
            nodes.append(node)
            // A check further down passes on what came in.
            flow = Flow(
                shape: node.output, field: node.field, source: node.layer is InputLayer ? flow.source : node.asSource)
        }
        return (nodes, flow)
    }

    private mutating func add(_ layer: NamedLayer, _ flow: Flow) throws(CNNError) -> NetworkNode {
        let children = try self.children(layer, flow)
        let output: Shape
        let declarations: [ParameterDeclaration]
        do {
            output = try layer.layer.output(for: flow.shape, children, .layer(layer.name))
            declarations = try layer.layer.parameters(input: flow.shape, output: output)
        } catch {
            throw located(error, layer, flow)
        }
        let (firstParameter, firstBuffer) = (parameters.count, buffers.count)
        let trained = declarations.filter { !$0.isBuffer }
        let node = NetworkNode(
            layer, children: children, input: flow.shape, output: output, firstParameter: firstParameter,
            parameterCount: trained.count, firstBuffer: firstBuffer, bufferCount: declarations.count - trained.count,
            field: output.rank == 3 ? field(layer, children, flow) : nil, source: flow.source)
        for declaration in declarations {
            let parameter = Network.Parameter(
                name: "\(layer.name).\(declaration.name)", declaration: declaration, node: node)
            if declaration.isBuffer { buffers.append(parameter) } else { parameters.append(parameter) }
        }
        return node
    }

    private mutating func children(_ layer: NamedLayer, _ flow: Flow) throws(CNNError) -> [NetworkNode] {
        switch layer.layer.arrangement {
        case .leaf: return []
        case .chain: return try chain(layer.children, from: flow).0
        case .parallel:
            var nodes: [NetworkNode] = []
            for child in layer.children { nodes.append(try add(child, flow)) }
            return nodes
        }
    }

    /// The receptive field of the longest path.
    private func field(_ layer: NamedLayer, _ children: [NetworkNode], _ flow: Flow) -> ReceptiveField? {
        switch layer.layer.arrangement {
        case .leaf: return flow.field.map { layer.layer.receptiveField($0, input: flow.shape) }
        // A shortcut past the layers sees no more than they do.
        case .chain: return children.isEmpty ? flow.field : children.last?.field
        case .parallel:
            var widest: ReceptiveField?
            for child in children {
                guard let field = child.field else { return nil }
                widest = widest.map { $0.widest(field) } ?? field
            }
            return widest
        }
    }

    /// Adds the layer's place, and for shapes where its input comes from.
    private func located(_ error: CNNError, _ layer: NamedLayer, _ flow: Flow) -> CNNError {
        var error = error
        error.origin = error.origin ?? layer.origin
        if error.code.rawValue.hasPrefix("E03"), !(layer.layer is InputLayer) {
            error.notes.insert(sourceNote(flow), at: 0)
            if let note = layoutNote {
                // What would fit that layout is no way out.
                error.notes.removeAll { $0.hasPrefix("try ") || $0.hasPrefix("put ") }
                error.notes.insert(note, at: 0)
            }
        }
        return error
    }

    /// An input of 3x32x32 is most likely PyTorch's: one or three channels, then a square.
    private var layoutNote: String? {
        guard input.rank == 3, input[0] == 1 || input[0] == 3, input[1] == input[2], input[2] > 4 else {
            return nil
        }
        let turned = Shape.text([input[1], input[2], input[0]])
        return "the model's input \(input) looks like [C, H, W]: write input \(turned)"
    }

    /// `its input 14x14x6 comes from maxpool1 (line 12)`
    private func sourceNote(_ flow: Flow) -> String {
        guard let source = flow.source else {
            return "its input \(flow.shape) is the model's" + (inputLine.map { " (line \($0))" } ?? "")
        }
        return "its input \(flow.shape) comes from \(source.place)"
    }
}

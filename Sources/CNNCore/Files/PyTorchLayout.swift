/// How a parameter of a network stands in PyTorch's layout: pictures there are channels, height, width.
struct PyTorchLayout {
    enum Form {
        /// Filters: ours `[F, F, C, K]`, theirs `[K, C, F, F]`; transposed ones alike.
        case filters
        /// Dense weights: ours `[in, out]`, theirs `[out, in]`. With the picture that was flattened, if one was: ours in
        /// the order height, width, channels.
        case matrix(picture: Shape?)
        /// A number for each channel, or for each place of a flattened picture.
        case vector(picture: Shape?)
    }

    let name: String
    let shape: Shape
    let form: Form

    /// Parameters and running statistics of a network, in order.
    static func all(of network: Network) -> [PyTorchLayout] {
        var walk = Walk(network: network)
        walk.visit(network.nodes)
        return walk.layouts
    }

    /// The shape that PyTorch gives it.
    var theirShape: Shape {
        let sizes = shape.dimensions
        let theirs: [Int] =
            switch form {
            case .filters: [sizes[3], sizes[2], sizes[0], sizes[1]]
            case .matrix: [sizes[1], sizes[0]]
            case .vector: sizes
            }
        return Shape(trusted: theirs, count: shape.count)
    }

    /// - Parameter tensor: of `theirShape`.
    func ours(_ tensor: Tensor) throws(CNNError) -> Tensor {
        switch form {
        case .filters: return try Permute([2, 3, 1, 0])(tensor)
        case .matrix(let picture):
            let columns = try Permute([1, 0])(tensor)
            guard let picture else { return columns }
            let spread = try Reshape([picture[2], picture[0], picture[1], shape[1]])(columns)
            return try Reshape(shape.dimensions)(try Permute([1, 2, 0, 3])(spread))
        case .vector(let picture):
            guard let picture else { return tensor }
            let spread = try Reshape([picture[2], picture[0], picture[1]])(tensor)
            return try Reshape(shape.dimensions)(try Permute([1, 2, 0])(spread))
        }
    }

    /// - Parameter tensor: of `shape`.
    func theirs(_ tensor: Tensor) throws(CNNError) -> Tensor {
        switch form {
        case .filters: return try Permute([3, 2, 0, 1])(tensor)
        case .matrix(let picture):
            guard let picture else { return try Permute([1, 0])(tensor) }
            let spread = try Reshape(picture.dimensions + [shape[1]])(tensor)
            return try Reshape([shape[1], shape[0]])(try Permute([3, 2, 0, 1])(spread))
        case .vector(let picture):
            guard let picture else { return tensor }
            return try Reshape(shape.dimensions)(try Permute([2, 0, 1])(try Reshape(picture.dimensions)(tensor)))
        }
    }
}

extension PyTorchLayout {
    /// Goes through the layers and remembers the picture whose numbers a vector lists.
    private struct Walk {
        let network: Network
        var layouts: [PyTorchLayout] = []
        private var flattened: Shape?

        init(network: Network) { self.network = network }

        mutating func visit(_ nodes: [NetworkNode]) {
            for node in nodes {
                if node.layer.arrangement == .parallel {
                    let before = flattened
                    for child in node.children {
                        flattened = before
                        visit([child])
                    }
                } else {
                    visit(node.children)
                }
                add(node)
                if node.input.rank == 3, node.output.rank == 1, node.input.count == node.output.count {
                    flattened = node.input
                } else if node.kind == "dense" || node.output.rank != 1 {
                    flattened = nil
                }
            }
        }

        private mutating func add(_ node: NetworkNode) {
            let parameters = network.parameters[node.firstParameter...].prefix(node.parameterCount)
            let buffers = network.buffers[node.firstBuffer...].prefix(node.bufferCount)
            for parameter in Array(parameters) + Array(buffers) {
                let shape = parameter.declaration.shape
                let isWhole = flattened?.count == node.input.count
                let form: Form =
                    switch shape.rank {
                    case 4: .filters
                    case 2: .matrix(picture: isWhole ? flattened : nil)
                    default: .vector(picture: node.kind != "dense" && isWhole ? flattened : nil)
                    }
                layouts.append(PyTorchLayout(name: parameter.name, shape: shape, form: form))
            }
        }
    }
}

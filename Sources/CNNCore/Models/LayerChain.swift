/// Layers one after the other, and how they are computed: worked out once, when the shapes are known.
struct LayerChain: Sendable {
    let nodes: [NetworkNode]
    let steps: [Step]

    /// What is computed in one go. Each gives the bits that its layers give one by one.
    enum Step: Sendable {
        case layer(NetworkNode)
        /// What relu changes is still in the cache.
        case rectified(NetworkNode, relu: NetworkNode)
        /// The largest of a window stays the largest under relu, which has a quarter left to do where pooling is first.
        case reluBehind(NetworkNode, relu: NetworkNode)
        /// `convolution` and `pooling`, with the relu that stands between them, or without one.
        case pooledConvolution(PooledConvolution, convolution: NetworkNode, pooling: NetworkNode, relu: NetworkNode?)
    }

    init(_ nodes: [NetworkNode]) {
        self.nodes = nodes
        var steps: [Step] = []
        var rest = nodes[...]
        while let first = rest.first {
            let (step, count) = LayerChain.step(first, rest.dropFirst().prefix(2))
            steps.append(step)
            rest = rest.dropFirst(count)
        }
        self.steps = steps
    }

    /// What the layer begins with those behind it, and how many layers that is.
    private static func step(_ first: NetworkNode, _ next: ArraySlice<NetworkNode>) -> (Step, count: Int) {
        let roles = next.map { (node: $0, role: $0.layer.role(input: $0.input)) }
        switch first.layer.role(input: first.input) {
        case .relu:
            if let (node, role) = roles.first, case .maximumPooling = role {
                return (.reluBehind(node, relu: first), 2)
            }
        case .convolution(let convolution):
            var behind = roles[...]
            let relu = if case .relu? = behind.first?.role { behind.removeFirst().node } else { NetworkNode?.none }
            guard let (node, role) = behind.first, case .maximumPooling(let pooling) = role else {
                if let relu { return (.rectified(first, relu: relu), 2) }
                break
            }
            let block = PooledConvolution(convolution: convolution, pooling: pooling)
            return (
                .pooledConvolution(block, convolution: first, pooling: node, relu: relu), relu == nil ? 2 : 3
            )
        case .normalization:
            // A relu that stands before a pooling comes behind it.
            if case .relu? = roles.first?.role {
                if case .maximumPooling? = roles.dropFirst().first?.role { break }
                return (.rectified(first, relu: roles[0].node), 2)
            }
        case .maximumPooling, .other: break
        }
        return (.layer(first), 1)
    }
}

extension LayerChain.Step {
    func callAsFunction(_ x: Tensor, _ pass: ForwardPass) throws(CNNError) -> Tensor {
        switch self {
        case .layer(let node): return try pass.apply(node, x)
        case .rectified(let node, _): return try node.layer.rectifiedForward(x, node, pass)
        case .reluBehind(let pooling, let relu): return try pass.apply(relu, pass.apply(pooling, x))
        case .pooledConvolution(let block, let convolution, let pooling, let relu):
            let y =
                block.fits(x.spec, pass.parameter(convolution, 0).shape)
                ? try block.apply([x] + pass.parameters(convolution))
                : try pass.apply(pooling, pass.apply(convolution, x))
            guard let relu else { return y }
            return try pass.apply(relu, y)
        }
    }
}

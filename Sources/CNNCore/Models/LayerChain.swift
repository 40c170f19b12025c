/// Layers one after the other, and how they are computed: worked out once, when the shapes are known.
struct LayerChain: Sendable {
    let nodes: [NetworkNode]
    let steps: [Step]

    /// What is computed in one go. Each gives the bits that its layers give one by one.
    enum Step: Sendable {
        case layer(NetworkNode)
        /// The largest of a window stays the largest under relu, which has a quarter left to do where pooling is first.
        case reluBehind(NetworkNode, relu: NetworkNode)
        /// `convolution` and `pooling`, with a relu between or behind them or without one.
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
            guard let second = roles.first else { break }
            if case .maximumPooling(let pooling) = second.role {
                let block = PooledConvolution(convolution: convolution, pooling: pooling)
                return (.pooledConvolution(block, convolution: first, pooling: second.node, relu: nil), 2)
            }
            if case .relu = second.role, let third = roles.last, case .maximumPooling(let pooling) = third.role {
                let block = PooledConvolution(convolution: convolution, pooling: pooling)
                return (.pooledConvolution(block, convolution: first, pooling: third.node, relu: second.node), 3)
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
        case .reluBehind(let pooling, let relu): return try pass.apply(relu, pass.apply(pooling, x))
        case .pooledConvolution(let block, let convolution, let pooling, let relu):
            let inputs = [x] + pass.parameters(convolution)
            var y: Tensor
            if block.fits(inputs.map(\.spec)) {
                y = try block.apply(inputs)
            } else {
                y = try pass.apply(pooling, pass.apply(convolution, x))
            }
            if let relu { y = try pass.apply(relu, y) }
            return y
        }
    }
}

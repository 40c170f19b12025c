/// What one training step must hold, in bytes: parameters and their gradients, and each distinct tensor that the backward
/// pass reads. An optimizer's state comes to that, once or twice the parameters.
struct StepMemory {
    let parameters: Int
    let gradients: Int
    private(set) var activations = 0

    private let batch: Int
    private let elementSize: Int
    /// Outputs that are counted already, by number.
    private var counted: Set<Int> = []
    private var outputs = 0

    /// - Parameter batch: examples a step.
    init(_ network: Network, batch: Int, dtype: DType) {
        elementSize = dtype.size
        self.batch = batch
        func bytes(_ list: [Network.Parameter]) -> Int {
            list.reduce(0) { Work.sum($0, Work.product($1.declaration.shape.count, dtype.size)) }
        }
        gradients = bytes(network.parameters)
        parameters = Work.sum(gradients, bytes(network.buffers))
        let y = run(network.chain, Output(number: 0, count: network.input.count))
        // The loss keeps probabilities, or what it compares, and has its labels: whole numbers of 8 bytes.
        add(Work.product(Work.sum(Work.product(y.count, elementSize), 8), batch))
    }

    var total: Int { Work.sum(Work.sum(parameters, gradients), activations) }

    /// One layer's output; the same number where two layers share the elements.
    private struct Output {
        let number: Int
        /// Elements of one example.
        let count: Int
    }

    private mutating func add(_ bytes: Int) { activations = Work.sum(activations, bytes) }

    private mutating func keep(_ output: Output) {
        if counted.insert(output.number).inserted { add(Work.product(output.count, elementSize, batch)) }
    }

    private mutating func made(_ shape: Shape) -> Output {
        outputs += 1
        return Output(number: outputs, count: shape.count)
    }

    private mutating func run(_ chain: LayerChain, _ x: Output) -> Output {
        var x = x
        for step in chain.steps {
            switch step {
            case .layer(let node): x = run(node, x)
            case .rectified(let node, let relu): x = run(relu, run(node, x))
            case .reluBehind(let pooling, let relu): x = run(relu, shape: pooling.output, run(pooling, x))
            case .pooledConvolution(_, _, let pooling, let relu):
                // One operation: what is between the two is kept nowhere.
                keep(x)
                add(Work.product(pooling.layer.savedBytes(output: pooling.output, elementSize: elementSize), batch))
                x = made(pooling.output)
                if let relu { x = run(relu, shape: pooling.output, x) }
            }
        }
        return x
    }

    private mutating func run(_ node: NetworkNode, _ x: Output) -> Output { run(node, shape: node.output, x) }

    /// - Parameter shape: of the output, where a relu stands behind the pooling that follows it.
    private mutating func run(_ node: NetworkNode, shape: Shape, _ x: Output) -> Output {
        var y = x
        switch node.layer.arrangement {
        case .chain: y = run(node.chain, x)
        case .parallel: for child in node.children { _ = run(child, x) }
        case .leaf: break
        }
        if node.layer.sharesElements { return y }
        if node.layer.backwardNeeds.contains(.firstInput) { keep(x) }
        let result = node.layer is SequenceLayer ? y : made(shape)
        if node.layer.backwardNeeds.contains(.output) { keep(result) }
        add(Work.product(node.layer.savedBytes(output: shape, elementSize: elementSize), batch))
        return result
    }
}

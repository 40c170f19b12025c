/// One way of a batch through a network: the values that it uses, and what is looked at on the way.
final class ForwardPass {
    private let parameters: [Tensor]
    private let frozen: [Bool]
    /// Running statistics; training changes them.
    var buffers: [Tensor]
    let isTraining: Bool
    let seed: UInt64
    /// Which elements dropout drops: those of a step, and of a call within it.
    let stream: String
    /// Called after every layer, those in braces before the layer around them.
    var observe: ((NetworkNode, Tensor) -> Void)?

    init(parameters: [Tensor], frozen: [Bool], buffers: [Tensor], isTraining: Bool, seed: UInt64, stream: String) {
        self.parameters = parameters
        self.frozen = frozen
        self.buffers = buffers
        self.isTraining = isTraining
        self.seed = seed
        self.stream = stream
    }

    /// The parameters of a layer, in order.
    func parameters(_ node: NetworkNode) -> ArraySlice<Tensor> {
        parameters[node.firstParameter..<node.firstParameter + node.parameterCount]
    }

    func parameter(_ node: NetworkNode, _ index: Int) -> Tensor { parameters[node.firstParameter + index] }

    func isFrozen(_ node: NetworkNode) -> Bool { frozen[node.firstParameter] }

    /// The layers one after the other. Where nothing is looked at on the way, some of them together.
    func run(_ chain: LayerChain, _ x: Tensor) throws(CNNError) -> Tensor {
        var x = x
        if observe != nil || ShapeRun.isOn {
            for node in chain.nodes { x = try apply(node, x) }
        } else {
            for step in chain.steps { x = try step(x, self) }
        }
        return x
    }

    func apply(_ node: NetworkNode, _ x: Tensor) throws(CNNError) -> Tensor {
        let first = ShapeRun.isOn ? ShapeRun.steps.count : 0
        let y = try node.layer.forward(x, node, self)
        if ShapeRun.isOn { ShapeRun.label(node.name, kind: node.kind, from: first, x.spec, y.spec) }
        observe?(node, y)
        return y
    }
}

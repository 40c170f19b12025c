@testable import CNNCore

/// What one training step of a model must hold, in bytes: parameters, gradients, the optimizer's state, and each
/// distinct tensor that a gradient rule needs from the forward pass.
struct StepMemory {
    let parameters: Int
    let gradients: Int
    let state: Int
    private(set) var activations = 0
    private let batch: Int
    private let elementSize: Int
    /// Outputs that are counted already, by number.
    private var counted: Set<Int> = []
    private var outputs = 0

    var sum: Int { parameters + gradients + state + activations }

    /// - Parameter batch: pictures a step.
    init(_ model: Model, _ rule: OptimizerRule, batch: Int) throws {
        let network = try model.built()
        elementSize = model.dtype.size
        parameters = (model.parameters + model.buffers).reduce(0) { $0 + $1.value.byteCount }
        gradients = model.parameterCount * elementSize
        state = gradients * rule.stateCount
        self.batch = batch
        var x = Output(number: 0, count: network.input.count)
        for node in network.nodes { x = visit(node, x) }
        // cross_entropy: the probabilities, and int64 labels.
        activations += batch * (x.count * elementSize + 8)
    }

    /// One layer's output; the same number where two layers share the elements.
    private struct Output {
        let number: Int
        /// Elements of one example.
        let count: Int
    }

    private mutating func need(_ output: Output) {
        if counted.insert(output.number).inserted { activations += batch * output.count * elementSize }
    }

    private mutating func made(_ node: NetworkNode) -> Output {
        outputs += 1
        return Output(number: outputs, count: node.output.count)
    }

    private mutating func visit(_ node: NetworkNode, _ x: Output) -> Output {
        switch node.kind {
        case "input", "flatten", "reshape", "softmax": return x
        case "conv", "dense":
            need(x)
            return made(node)
        case "relu":
            let y = made(node)
            need(y)
            return y
        case "maxpool", "global_maxpool":
            // The place of every maximum, in 32 bits.
            activations += batch * node.output.count * 4
            return made(node)
        case "batchnorm":
            need(x)
            activations += 2 * (node.output.dimensions.last ?? 0) * elementSize
            return made(node)
        case "residual":
            var y = x
            for child in node.children { y = visit(child, y) }
            if node.parameterCount > 0 { need(x) }
            return made(node)
        case "sequence":
            var y = x
            for child in node.children { y = visit(child, y) }
            return y
        default:
            // avgpool and the rest: shapes alone.
            return made(node)
        }
    }
}

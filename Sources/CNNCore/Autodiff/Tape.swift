/// Where a differentiated tensor stands on its tape.
public struct Trace {
    public let tape: Tape
    let index: Int
}

/// The record of what was computed from the watched tensors, in order; read backwards it gives the gradients.
public final class Tape {
    private struct Node {
        let operation: (any Operation)?
        let inputs: [Tensor]
        let inputNodes: [Int?]
        let output: TensorSpec
        /// The output is kept without its trace: a trace holds the tape.
        let result: Tensor?
        let saved: [Tensor]
    }

    private var nodes: [Node] = []
    public private(set) var isOpen = true
    /// What `ValueMemory` knows of.
    private var countedBytes = 0
    /// Of a node and the heads of what it keeps; elements are counted by themselves.
    private static let nodeBytes = 512

    public init() {}

    deinit { ValueMemory.liveBytes -= countedBytes }

    private func append(_ node: Node) {
        nodes.append(node)
        countedBytes += Tape.nodeBytes
        ValueMemory.liveBytes += Tape.nodeBytes
    }

    /// Begins to differentiate with respect to `tensor`: the copy that is returned is what must be used.
    /// - Throws: E0406 unless the dtype is floating.
    public func watch(_ tensor: Tensor) throws(CNNError) -> Tensor {
        guard tensor.dtype.isFloating else {
            throw CNNError(
                .notDifferentiable, "a gradient needs a float32 or float64 tensor, not \(tensor.dtype.rawValue)")
        }
        append(
            Node(operation: nil, inputs: [], inputNodes: [], output: tensor.spec, result: nil, saved: []))
        var watched = tensor
        watched.trace = Trace(tape: self, index: nodes.count - 1)
        return watched
    }

    /// The node of a tensor on this tape, nil for a constant.
    private func node(of tensor: Tensor) -> Int? {
        guard let trace = tensor.trace, trace.tape === self else { return nil }
        return trace.index
    }

    /// The tape that an operation on these inputs is recorded on: the first open one. nil: nothing is recorded.
    @inline(__always)
    static func recording(_ inputs: [Tensor]) -> Tape? {
        for input in inputs {
            if let tape = input.trace?.tape, tape.isOpen { return tape }
        }
        return nil
    }

    /// Adds an operation and gives its output the place.
    /// - Parameter constants: the inputs without their traces, which would hold the tape.
    func record(
        _ operation: some Operation, inputs: [Tensor], constants: [Tensor], output: Tensor, saved: [Tensor]
    ) -> Tensor {
        guard operation.isDifferentiable, output.dtype.isFloating else { return output }
        let places = inputs.map { node(of: $0) }
        let needs = operation.backwardNeeds(places.map { $0 != nil })
        let kept = constants.indices.map { place in
            needs.keepsInput(place) ? constants[place] : Tensor(withoutElementsOf: constants[place])
        }
        append(
            Node(
                operation: operation, inputs: kept, inputNodes: places, output: output.spec,
                result: needs.contains(.output) ? output : Tensor(withoutElementsOf: output), saved: saved))
        var result = output
        result.trace = Trace(tape: self, index: nodes.count - 1)
        return result
    }

    /// Ends the recording; tensors that outlive it are constants from now on.
    public func close() {
        isOpen = false
        nodes.removeAll()
        ValueMemory.liveBytes -= countedBytes
        countedBytes = 0
    }

    /// The gradients of `loss` (one element) with respect to `targets`, watched tensors or what was computed from them;
    /// zeros where it does not depend on one.
    /// - Throws: E0406 where `loss` was not computed from a watched tensor; E0306 where it has more elements.
    /// - Parameter releasing: gives free on the way what the forward pass has kept; the tape is closed afterwards.
    public func gradients(
        of loss: Tensor, withRespectTo targets: [Tensor], releasing: Bool = false
    ) throws(CNNError) -> [Tensor] {
        guard loss.count == 1 else {
            throw CNNError(
                .rankMismatch, "a gradient needs one number as its last value, not \(loss.shape.asTensor)",
                notes: ["write mean(...), or sum(...)"])
        }
        guard let start = node(of: loss) else {
            throw CNNError(.notDifferentiable, "the value does not depend on what it is differentiated by")
        }
        let kept = Set(targets.compactMap { node(of: $0) })
        var gradients = [Tensor?](repeating: nil, count: nodes.count)
        gradients[start] = try Tensor.full(loss.shape, 1, loss.dtype)
        for index in stride(from: start, through: 0, by: -1) {
            let node = nodes[index]
            if releasing { nodes[index] = Tape.released }
            guard let operation = node.operation, var gradient = gradients[index] else { continue }
            if !kept.contains(index) { gradients[index] = nil }
            // What an interrupted kernel leaves is no gradient.
            try WorkMeter.checkInterrupt()
            try propagate(node, operation, &gradient, into: &gradients)
        }
        try WorkMeter.checkInterrupt()
        var results: [Tensor] = []
        for target in targets {
            if let index = node(of: target), let gradient = gradients[index] {
                results.append(gradient)
            } else {
                results.append(try Tensor.full(target.shape, 0, target.dtype))
            }
        }
        return results
    }

    private nonisolated(unsafe) static let released = Node(
        operation: nil, inputs: [], inputNodes: [], output: TensorSpec(.scalar, .float32), result: nil, saved: [])

    private func propagate(
        _ node: Node, _ operation: any Operation, _ gradient: inout Tensor, into gradients: inout [Tensor?]
    ) throws(CNNError) {
        guard let output = node.result else { return }
        try WorkMeter.shared.charge(node.output.shape.count)
        if operation.rewritesGradient, let target = node.inputNodes.first ?? nil {
            let context = BackwardContext(
                inputs: node.inputs, output: output, saved: node.saved,
                outputGradient: Tensor(withoutElementsOf: gradient), needsGradient: [true])
            try operation.rewriteGradient(context, &gradient)
            return try Tape.add(gradient, at: target, to: &gradients)
        }
        let context = BackwardContext(
            inputs: node.inputs, output: output, saved: node.saved, outputGradient: gradient,
            needsGradient: node.inputNodes.map { $0 != nil })
        if operation.accumulatesGradient, let target = node.inputNodes.first ?? nil {
            var sum: Tensor
            if let known = gradients[target] {
                sum = known
                // Out of the list, so that it may be added to in place.
                gradients[target] = nil
            } else {
                sum = try Tensor.full(node.inputs[0].shape, 0, node.inputs[0].dtype)
            }
            try operation.accumulateGradient(context, into: &sum)
            gradients[target] = sum
            return
        }
        let contributions = try operation.backward(context)
        for (target, contribution) in zip(node.inputNodes, contributions) {
            guard let target, let contribution else { continue }
            try Tape.add(contribution, at: target, to: &gradients)
        }
    }

    private static func add(
        _ contribution: Tensor, at target: Int, to gradients: inout [Tensor?]
    ) throws(CNNError) {
        guard var sum = gradients[target] else {
            gradients[target] = contribution
            return
        }
        // Out of the list, so that it may be added to in place.
        gradients[target] = nil
        try sum.add(contribution)
        gradients[target] = sum
    }
}

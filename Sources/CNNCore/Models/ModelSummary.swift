/// What a network consists of, one row a layer; the totals are the sums of their rows.
///
/// A multiply-add is counted as 1; biases, activations, poolings and normalisations have none. Shapes and multiply-adds
/// are those of one example.
public struct ModelSummary {
    public struct Row {
        public var name, kind: String
        public var output: Shape
        /// `5x5`, with a stride `3x3/2`; empty where there is no window.
        public var kernel: String
        /// Its own: those of layers in braces stand in rows of their own.
        public var parameters, macs: Int
        /// How many input pixels a pixel of the output sees; nil where there is no picture.
        public var receptiveField: (Int, Int)?
        /// How many input pixels lie between what neighbours see; nil where it is no whole number.
        public var jump: (Int, Int)?
        /// Bytes of the output for the whole batch; 0 for a sequence, which gives what its last layer gives.
        public var activationBytes: Int
        /// How many layers are around it.
        public var depth: Int
    }

    public let name: String
    public var rows: [Row]
    public var totalParameters, trainableParameters, totalMACs, activationBytes: Int
    /// Pictures of a batch.
    public let batch: Int
    /// What a training step with a batch holds: parameters, gradients, and what the backward pass reads.
    public let stepBytes: Int

    init(name: String, network: Network, batch: Int, dtype: DType, frozenParameters: [Int]) {
        self.name = name
        self.batch = batch
        stepBytes = StepMemory(network, batch: batch, dtype: dtype).total
        var rows: [Row] = []
        for node in network.nodes {
            node.visit { node, depth in
                rows.append(
                    ModelSummary.row(node, depth: depth, network: network, bytes: Work.product(batch, dtype.size)))
            }
        }
        if !(network.nodes.first?.layer is InputLayer) {
            let field = network.input.rank == 3 ? ReceptiveField() : nil
            rows.insert(
                Row(
                    name: "input", kind: "input", output: network.input, kernel: "", parameters: 0, macs: 0,
                    receptiveField: field?.size, jump: field?.jump,
                    activationBytes: Work.product(network.input.count, batch, dtype.size), depth: 0), at: 0)
        }
        self.rows = rows
        totalParameters = rows.reduce(0) { Work.sum($0, $1.parameters) }
        totalMACs = rows.reduce(0) { Work.sum($0, $1.macs) }
        activationBytes = rows.reduce(0) { Work.sum($0, $1.activationBytes) }
        trainableParameters = totalParameters - frozenParameters.reduce(0, +)
    }

    private static func row(_ node: NetworkNode, depth: Int, network: Network, bytes: Int) -> Row {
        let own = network.parameters[node.firstParameter..<node.firstParameter + node.parameterCount]
        let isInput = node.layer is InputLayer
        return Row(
            name: isInput && depth == 0 && node.source == nil ? "input" : node.name, kind: node.kind,
            output: node.output, kernel: node.layer.kernelText,
            parameters: own.reduce(0) { Work.sum($0, $1.declaration.shape.count) },
            macs: node.layer.multiplyAdds(input: node.input, output: node.output),
            receptiveField: node.field?.size, jump: node.field?.jump,
            activationBytes: node.layer is SequenceLayer ? 0 : Work.product(node.output.count, bytes), depth: depth)
    }
}

extension Model {
    /// What a pixel of the last layer that gives a picture sees of the input; nil before the model is built and where
    /// its input is no picture.
    public var receptiveField: (Int, Int)? {
        guard let summary = try? summary() else { return nil }
        return summary.rows.last { $0.depth == 0 && $0.receptiveField != nil }?.receptiveField
    }

    /// Multiply-adds for one example; nil before the model is built.
    public var macs: Int? { (try? summary())?.totalMACs }
}

/// A network with its parameters. It has identity: whoever trains it changes it for all who hold it.
///
/// Shapes are those of one example, without the batch. Where the first layer is `input`, every shape is checked and
/// every parameter made at once, else at the first call; either way before any number is computed.
public final class Model {
    public let name: String
    /// What initial values and dropout are drawn from.
    public private(set) var seed: UInt64
    /// The dtype of the parameters and of what the model computes.
    public let dtype: DType
    let layers: [NamedLayer]
    private var network: Network?
    private var values: [Tensor] = []
    private var statistics: [Tensor] = []
    /// Running means and variances in the order of `buffers`, to be put back after a step that failed.
    var runningStatistics: [Tensor] {
        get { statistics }
        set { statistics = newValue }
    }
    private var frozen: [Bool] = []
    /// The parameters as a tape watches them, between `beginGradient` and `endGradient`.
    private var watched: [Tensor]?
    private var forcedTraining: Bool?

    /// Counts training steps: what dropout drops depends on it.
    public var step = 0 { didSet { draws = 0 } }
    /// Counts calls that train since the last step: each drops other elements, the first of a step those of the step.
    private var draws = 0

    /// - Throws: E0203, E0209, E03… with the `origin` of the layer.
    public init(name: String, layers: [LayerSpec], seed: UInt64, dtype: DType = .float32) throws(CNNError) {
        let tree = try LayerTree(layers)
        self.name = name
        self.seed = seed
        self.dtype = dtype
        self.layers = tree.layers
        if let first = tree.layers.first, let input = first.layer as? InputLayer {
            try build(for: input.shape, line: first.line)
        }
    }

    private init(copying other: Model, values: [Tensor], statistics: [Tensor], dtype: DType) {
        name = other.name
        seed = other.seed
        self.dtype = dtype
        layers = other.layers
        network = other.network
        self.values = values
        self.statistics = statistics
        frozen = other.frozen
        forcedTraining = other.forcedTraining
        step = other.step
        draws = other.draws
    }

    /// A model of its own with the same values; of another dtype where one is given (float64 for gradient checks).
    public func copy(as dtype: DType? = nil) throws(CNNError) -> Model {
        let dtype = dtype ?? self.dtype
        func converted(_ tensors: [Tensor]) throws(CNNError) -> [Tensor] {
            guard dtype != self.dtype else { return tensors }
            var list: [Tensor] = []
            for tensor in tensors { list.append(try tensor.converted(to: dtype)) }
            return list
        }
        return Model(
            copying: self, values: try converted(values), statistics: try converted(statistics), dtype: dtype)
    }

    /// All that training, calls and assignments change.
    public struct State {
        fileprivate let network: Network?
        fileprivate let values, statistics: [Tensor]
        fileprivate let frozen: [Bool]
        fileprivate let forcedTraining: Bool?
        fileprivate let seed: UInt64
        fileprivate let step, draws: Int
    }

    /// Kept, it is what the model can be put back to. It shares the tensors until they change.
    public var state: State {
        get {
            State(
                network: network, values: values, statistics: statistics, frozen: frozen,
                forcedTraining: forcedTraining,
                seed: seed, step: step, draws: draws)
        }
        set {
            network = newValue.network
            values = newValue.values
            statistics = newValue.statistics
            frozen = newValue.frozen
            forcedTraining = newValue.forcedTraining
            seed = newValue.seed
            step = newValue.step
            draws = newValue.draws
            watched = nil
        }
    }

    // MARK: - Shapes

    /// `[28, 28, 1]`; nil before the first call of a model without `input`.
    public var inputShape: Shape? { network?.input }
    public var outputShape: Shape? { network?.output }

    /// Checks the network for examples of this shape and makes the parameters. Does nothing where that was done.
    /// - Throws: E03… for a layer that does not fit; E0302 for a model that was built for another shape.
    public func build(for input: Shape) throws(CNNError) {
        if let network {
            guard network.input == input else { throw InputMismatch(self.name, network).error(for: input) }
            return
        }
        try build(for: input, line: nil)
    }

    private func build(for input: Shape, line: Int?) throws(CNNError) {
        let network = try Network(layers, input: input, inputLine: line)
        values = try make(network.parameters)
        statistics = try make(network.buffers)
        frozen = [Bool](repeating: false, count: values.count)
        self.network = network
    }

    /// Every parameter from a stream of its own, so that a layer more or less changes no other.
    private func make(_ parameters: [Network.Parameter]) throws(CNNError) -> [Tensor] {
        var tensors: [Tensor] = []
        for parameter in parameters {
            let declaration = parameter.declaration
            if ShapeRun.isOn {
                tensors.append(try Tensor(unread: TensorSpec(declaration.shape, dtype)))
                continue
            }
            tensors.append(
                try declaration.initializer.tensor(
                    declaration.shape, dtype, fanIn: declaration.fanIn, fanOut: declaration.fanOut,
                    stream: RandomStream(seed: seed, purpose: "init/\(parameter.name)")))
        }
        return tensors
    }

    /// The last layer and its line, `conv1 (line 3)`; nil where there is none yet.
    var outputPlace: String? { network?.nodes.last?.asSource.place }

    /// The network, for what needs parameters.
    func built() throws(CNNError) -> Network {
        guard let network else {
            throw CNNError(
                .invalidValue, "\(name) has no parameters yet: they are made at its first call",
                notes: ["write its input as the first layer: input 28x28x1"])
        }
        return network
    }

    // MARK: - Computing

    /// A batch `[N, …]`, or one example (then the result has no N). Evaluates; between `beginGradient` and
    /// `endGradient` it trains (dropout, batch statistics) on the tape.
    /// - Throws: E0302, E0305, E0306 for another shape than the network's, E0207 for another float dtype.
    public func callAsFunction(_ x: Tensor) throws(CNNError) -> Tensor {
        try run(x, isTraining: forcedTraining ?? (watched != nil))
    }

    private func run(
        _ x: Tensor, isTraining: Bool, observe: ((NetworkNode, Tensor) -> Void)? = nil
    ) throws(CNNError) -> Tensor {
        let input = try ModelInput(x, dtype: dtype, modelName: name)
        if network == nil { try input.build(self) }
        let network = try input.network(like: try built(), of: layers)
        let (batch, isSingle) = try input.batch(for: network)
        let pass = ForwardPass(
            parameters: watched ?? values, frozen: frozen, buffers: statistics, isTraining: isTraining, seed: seed,
            stream: draws == 0 ? "\(step)" : "\(step)/\(draws)")
        pass.observe = observe
        let y = try pass.run(network.chain, batch)
        if isTraining {
            statistics = pass.buffers
            if !ShapeRun.isOn { draws += 1 }
        }
        return isSingle ? try ModelInput.withoutBatch(y) : y
    }

    /// The output of the named layer for x, evaluating; without the batch axis where x has none.
    /// - Throws: E0204 where there is no such layer.
    public func activation(_ layerName: String, _ x: Tensor) throws(CNNError) -> Tensor {
        guard layerNames.contains(layerName) else { throw noLayer(layerName) }
        var result: Tensor?
        let output = try run(x, isTraining: false) { node, y in
            if node.name == layerName { result = y }
        }
        guard let result else { return output }
        return try isSingle(x) ? ModelInput.withoutBatch(result) : result
    }

    /// The outputs of every layer in the order of computation (layers in braces before the layer around them),
    /// evaluating.
    public func activations(_ x: Tensor) throws(CNNError) -> [(name: String, output: Tensor)] {
        var list: [(name: String, output: Tensor)] = []
        _ = try run(x, isTraining: false) { node, y in
            if !(node.layer is InputLayer) { list.append((name: node.name, output: y)) }
        }
        guard isSingle(x) else { return list }
        for index in list.indices { list[index].output = try ModelInput.withoutBatch(list[index].output) }
        return list
    }

    private func isSingle(_ x: Tensor) -> Bool { x.rank == network?.input.rank }

    // MARK: - Parameters

    public struct ParameterInfo {
        public let name: String
        public let value: Tensor
        public let isFrozen: Bool
    }

    /// conv1.weight, conv1.bias, … in order; running statistics are not among them.
    public var parameters: [ParameterInfo] {
        guard let network else { return [] }
        return network.parameters.indices.map { index in
            ParameterInfo(
                name: network.parameters[index].name, value: (watched ?? values)[index], isFrozen: frozen[index])
        }
    }

    /// Running means and variances.
    public var buffers: [ParameterInfo] {
        guard let network else { return [] }
        return network.buffers.indices.map { index in
            ParameterInfo(name: network.buffers[index].name, value: statistics[index], isFrozen: true)
        }
    }

    public var parameterCount: Int { values.reduce(0) { Work.sum($0, $1.count) } }

    /// A parameter or a buffer by its name, `conv1.weight`; nil where there is none.
    public func value(_ name: String) -> Tensor? {
        guard let network else { return nil }
        if let index = network.parameterIndex[name] { return (watched ?? values)[index] }
        return network.bufferIndex[name].map { statistics[$0] }
    }

    /// - Throws: E0204 where there is no such parameter; E0302 with both shapes; E0207 for a value that is no float.
    public func setValue(_ name: String, _ value: Tensor) throws(CNNError) {
        let network = try built()
        if let index = network.parameterIndex[name] {
            values[index] = try checked(value, for: network.parameters[index])
        } else if let index = network.bufferIndex[name] {
            statistics[index] = try checked(value, for: network.buffers[index])
        } else {
            let names = network.parameters.prefix(8).map(\.name)
            throw CNNError(
                .unknownMember, "\(self.name) has no parameter '\(name)'",
                notes: names.isEmpty ? [] : ["its parameters: \(names.joined(separator: ", ")), ..."])
        }
    }

    private func checked(_ value: Tensor, for parameter: Network.Parameter) throws(CNNError) -> Tensor {
        let shape = parameter.declaration.shape
        guard value.shape == shape else {
            var notes: [String] = []
            let node = parameter.node
            if node.kind == "dense", shape.rank == 2, value.rank == 2, value.shape[0] != shape[0] {
                let source = node.source.map { "comes from \($0.place)" } ?? "is the model's input"
                notes.append("\(shape[0]) \(source)")
            }
            throw CNNError(
                .shapeMismatch, "\(parameter.name) has the shape \(shape), not \(value.shape.asGiven)", notes: notes)
        }
        guard value.dtype.isFloating else {
            throw CNNError(
                .dtypeMismatch, "\(parameter.name) is \(dtype.rawValue), not \(value.dtype.rawValue)",
                notes: ["write .to(\(dtype.rawValue))"])
        }
        return value.dtype == dtype ? value.detached : try value.detached.converted(to: dtype)
    }

    /// Frozen parameters are not trained; a frozen batchnorm evaluates.
    /// - Parameter layerName: with all layers inside of it; nil for all layers.
    public func freeze(_ layerName: String?, _ isFrozen: Bool) throws(CNNError) {
        let network = try built()
        if let layerName, !layerNames.contains(layerName) { throw noLayer(layerName) }
        for (index, parameter) in network.parameters.enumerated() {
            guard let layerName else {
                frozen[index] = isFrozen
                continue
            }
            if parameter.name.hasPrefix(layerName + ".") { frozen[index] = isFrozen }
        }
    }

    // MARK: - Training

    /// Watches the trainable parameters; gives the watched ones in the order of `trainableNames`.
    /// - Throws: E0404 where there are none yet.
    public func beginGradient(_ tape: Tape) throws(CNNError) -> [Tensor] {
        _ = try built()
        var all = values
        var trainable: [Tensor] = []
        for index in values.indices where !frozen[index] {
            all[index] = try tape.watch(values[index])
            trainable.append(all[index])
        }
        watched = all
        return trainable
    }

    public func endGradient() { watched = nil }

    public var trainableNames: [String] {
        guard let network else { return [] }
        return network.parameters.indices.filter { !frozen[$0] }.map { network.parameters[$0].name }
    }

    /// The trainable parameters, changed in place by `body` (in the order of `trainableNames`).
    /// - Throws: what `body` throws; E0302 where it changed a shape.
    public func update(_ body: (inout [Tensor]) throws(CNNError) -> Void) throws(CNNError) {
        let network = try built()
        let places = values.indices.filter { !frozen[$0] }
        // The list takes the only reference, so that nothing is copied when it is written to.
        let placeholder = try Tensor(uninitialized: .scalar, dtype)
        var list: [Tensor] = []
        for place in places {
            list.append(values[place])
            values[place] = placeholder
        }
        let old = list.map(\.shape)
        defer { for (place, tensor) in zip(places, list) { values[place] = tensor } }
        try body(&list)
        guard list.map(\.shape) == old else {
            throw CNNError(.shapeMismatch, "an update of \(network.parameters.count) parameters changed their shapes")
        }
    }

    /// The next call that trains is the first of its step.
    func beginStep() { draws = 0 }

    /// Goes on with the streams of a model that was trained elsewhere.
    func adoptStreams(seed: UInt64, step: Int) {
        self.seed = seed
        self.step = step
    }

    /// `net.train()` and `net.eval()`; nil: training between `beginGradient` and `endGradient`.
    public func forceTraining(_ mode: Bool?) { forcedTraining = mode }

    public func summary(batch: Int = 1) throws(CNNError) -> ModelSummary {
        let network = try built()
        return ModelSummary(
            name: name, network: network, batch: batch, dtype: dtype,
            frozenParameters: zip(network.parameters, frozen).filter(\.1).map(\.0.declaration.shape.count))
    }
}

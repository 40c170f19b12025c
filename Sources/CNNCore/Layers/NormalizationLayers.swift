/// `batchnorm`: mean 0 and deviation 1 for every channel, then a learnt scale and shift. In training with the batch's
/// statistics, which the running ones follow; otherwise, and where the layer is frozen, with the running ones.
struct BatchNormalizationLayer: Layer {
    private let momentum: Double
    private let epsilon: Double

    static let definitions = [
        LayerDefinition(
            "batchnorm",
            [
                LayerParameter(
                    "momentum", .float(0.1),
                    summary: "how much of a batch's mean and variance goes into the running ones"),
                LayerParameter(
                    "eps", .float(1e-5), text: "1e-5", summary: "added to the variance, so that nothing is divided by 0"
                ),
            ],
            summary: "mean 0, deviation 1 for every channel, then scale gamma and shift beta",
            formula: "gamma * (x - mean)/sqrt(var + eps) + beta;  parameters: 2*C", example: "batchnorm"
        ) { arguments throws(CNNError) in
            BatchNormalizationLayer(
                momentum: try arguments.number("momentum", in: 0...1),
                epsilon: try arguments.number("eps", in: 0 ... .infinity))
        }
    ]

    func output(for input: Shape, _ children: [NetworkNode], _ subject: ErrorSubject) throws(CNNError) -> Shape {
        guard input.rank >= 1 else {
            throw CNNError(.rankMismatch, "\(subject.name) wants a picture or a vector, not a single number")
        }
        return input
    }

    func parameters(input: Shape, output: Shape) throws(CNNError) -> [ParameterDeclaration] {
        let shape = try Shape([input[input.rank - 1]])
        return [
            ParameterDeclaration(name: "gamma", shape: shape, initializer: .ones),
            ParameterDeclaration(name: "beta", shape: shape, initializer: .zeros),
            ParameterDeclaration(name: "running_mean", shape: shape, initializer: .zeros, isBuffer: true),
            ParameterDeclaration(name: "running_var", shape: shape, initializer: .ones, isBuffer: true),
        ]
    }

    func forward(_ x: Tensor, _ node: NetworkNode, _ pass: ForwardPass) throws(CNNError) -> Tensor {
        let (operation, inputs) = try normalization(of: x, node, pass)
        return try operation.apply(inputs)
    }

    func rectifiedForward(_ x: Tensor, _ node: NetworkNode, _ pass: ForwardPass) throws(CNNError) -> Tensor {
        let (operation, inputs) = try normalization(of: x, node, pass)
        return try operation.applyRectified(inputs)
    }

    func role(input: Shape) -> LayerRole { .normalization }

    /// The operation with its inputs; in training the running statistics follow those of `x`.
    private func normalization(
        of x: Tensor, _ node: NetworkNode, _ pass: ForwardPass
    ) throws(CNNError) -> (BatchNormalization, inputs: [Tensor]) {
        let (gamma, beta) = (pass.parameter(node, 0), pass.parameter(node, 1))
        guard pass.isTraining, !pass.isFrozen(node) else {
            let running = pass.buffers[node.firstBuffer...node.firstBuffer + 1]
            return (BatchNormalization(epsilon: epsilon, isTraining: false), [x, gamma, beta] + running)
        }
        let count = x.count / max(1, gamma.count)
        guard count > 1 else {
            throw CNNError(
                .invalidValue, "\(node.name) cannot train on one value a channel: its variance is 0",
                notes: ["a batch of \(x.shape[0]) with \(node.input) gives \(count); take a larger batch"],
                origin: node.origin)
        }
        let (mean, variance) = try BatchNormalization.statistics(of: x)
        try follow(mean, in: &pass.buffers[node.firstBuffer], factor: 1)
        // PyTorch's rule: the biased variance normalises, the unbiased one is what runs along.
        try follow(
            variance, in: &pass.buffers[node.firstBuffer + 1], factor: Double(count) / Double(count - 1))
        return (BatchNormalization(epsilon: epsilon, isTraining: true), [x, gamma, beta, mean, variance])
    }

    var backwardNeeds: BackwardNeeds { .firstInput }

    /// `running = (1 - momentum) * running + momentum * factor * value`
    private func follow(_ value: Tensor, in running: inout Tensor, factor: Double) throws(CNNError) {
        func follow<T: BinaryFloatingPoint>(_ type: T.Type) throws(CNNError) {
            let values = value.pointer(T.self)
            let target = try running.mutablePointer(T.self)
            for index in 0..<value.count {
                target[index] = T((1 - momentum) * Double(target[index]) + momentum * factor * Double(values[index]))
            }
        }
        if value.dtype == .float32 { try follow(Float.self) } else { try follow(Double.self) }
    }
}

/// `dropout`: in training every element is zero with probability p, and what stays grows by `1 / (1 - p)`.
struct DropoutLayer: Layer {
    private let probability: Double

    static let definitions = [
        LayerDefinition(
            "dropout",
            [LayerParameter("p", .float(0.5), summary: "the part of the values that becomes 0, less than 1")],
            summary: "in training, zeros with probability p; 1/(1 - p) times what stays", example: "dropout 0.5"
        ) { arguments throws(CNNError) in DropoutLayer(probability: try arguments.share("p")) }
    ]

    func output(for input: Shape, _ children: [NetworkNode], _ subject: ErrorSubject) throws(CNNError) -> Shape {
        input
    }

    func forward(_ x: Tensor, _ node: NetworkNode, _ pass: ForwardPass) throws(CNNError) -> Tensor {
        guard pass.isTraining, probability > 0 else { return x }
        let stream = RandomStream(seed: pass.seed, purpose: "dropout/\(node.name)/\(pass.stream)")
        return try Dropout(probability: probability, stream: stream)(x)
    }

    /// A factor for every element.
    func savedBytes(output: Shape, elementSize: Int) -> Int {
        probability > 0 ? Work.product(output.count, elementSize) : 0
    }
}

/// How an optimizer turns gradients into a step, with PyTorch's formulas and defaults.
public struct OptimizerRule: Codable, Sendable {
    public enum Kind: Codable, Sendable {
        /// v = momentum v + g;  w -= rate v (nesterov: rate (g + momentum v)).
        case sgd(momentum: Double, nesterov: Bool)
        /// s += g²;  w -= rate g / (sqrt(s) + epsilon). Duchi, Hazan, Singer, 2011.
        case adagrad(epsilon: Double)
        /// s = alpha s + (1 - alpha) g²;  w -= rate g / (sqrt(s) + epsilon). Tieleman, Hinton, 2012.
        case rmsprop(alpha: Double, epsilon: Double)
        /// Kingma, Ba: Adam, 2015. Weight decay is added to the gradient.
        case adam(beta1: Double, beta2: Double, epsilon: Double)
        /// Loshchilov, Hutter: Decoupled weight decay, 2019. Weight decay shrinks the weights themselves.
        case adamw(beta1: Double, beta2: Double, epsilon: Double)
    }

    public var kind: Kind
    public var learningRate: Double
    public var weightDecay: Double

    public init(_ kind: Kind, learningRate: Double, weightDecay: Double) {
        self.kind = kind
        self.learningRate = learningRate
        self.weightDecay = weightDecay
    }

    public var name: String {
        switch kind {
        case .sgd: "sgd"
        case .adagrad: "adagrad"
        case .rmsprop: "rmsprop"
        case .adam: "adam"
        case .adamw: "adamw"
        }
    }

    /// `sgd with momentum`, for messages.
    var summary: String {
        if case .sgd(let momentum, _) = kind { return momentum == 0 ? "sgd without momentum" : "sgd with momentum" }
        return name
    }

    var isWeightDecayDecoupled: Bool {
        if case .adamw = kind { true } else { false }
    }

    /// Tensors of a parameter's shape that the rule keeps for each parameter.
    var stateCount: Int {
        switch kind {
        case .sgd(let momentum, _): momentum == 0 ? 0 : 1
        case .adagrad, .rmsprop: 1
        case .adam, .adamw: 2
        }
    }
}

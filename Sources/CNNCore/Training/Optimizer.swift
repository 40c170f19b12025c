import CNNKernels

/// An optimizer at work: a rule, and the state that it keeps for each parameter.
public final class Optimizer {
    public var rule: OptimizerRule
    /// Steps taken so far.
    public private(set) var stepCount = 0
    /// For each parameter the tensors of the rule: velocity, or first and second moment.
    public private(set) var state: [[Tensor]] = []

    public init(_ rule: OptimizerRule) { self.rule = rule }

    /// One step in place. State is made at the first.
    /// - Throws: E0302 where counts or shapes differ, E0207 where types do; nothing has changed then.
    public func step(_ parameters: inout [Tensor], _ gradients: [Tensor]) throws(CNNError) {
        try check(parameters, gradients)
        try WorkMeter.shared.charge(parameters.reduce(0) { $0 + $1.count })
        if state.isEmpty { state = try zeros(like: parameters) }
        stepCount += 1
        for index in parameters.indices {
            let gradient = gradients[index]
            if gradient.dtype == .float32 {
                try step32(&parameters[index], gradient, &state[index])
            } else {
                try step64(&parameters[index], gradient, &state[index])
            }
        }
    }

    /// One step of the trainable parameters of `model`; `gradients` in the order of `trainableNames`.
    public func step(_ model: Model, _ gradients: [Tensor]) throws(CNNError) {
        try model.update { (parameters) throws(CNNError) in try self.step(&parameters, gradients) }
    }

    /// Goes on after the steps of another one; the rule stays.
    /// - Throws: E0404 where the other's rule keeps another state.
    public func adopt(stepCount: Int, state: [[Tensor]], of other: OptimizerRule) throws(CNNError) {
        guard rule.name == other.name, rule.stateCount == other.stateCount, stepCount >= 0 else {
            throw CNNError(
                .invalidValue, "resume goes on with \(other.summary), which trained so far, not with \(rule.summary)")
        }
        self.stepCount = stepCount
        self.state = state
    }

    /// All that its steps and assignments change.
    public struct Snapshot {
        fileprivate let rule: OptimizerRule
        fileprivate let stepCount: Int
        fileprivate let state: [[Tensor]]
    }

    public var snapshot: Snapshot {
        get { Snapshot(rule: rule, stepCount: stepCount, state: state) }
        set { (rule, stepCount, state) = (newValue.rule, newValue.stepCount, newValue.state) }
    }

    private func check(_ parameters: [Tensor], _ gradients: [Tensor]) throws(CNNError) {
        guard parameters.count == gradients.count else {
            throw CNNError(
                .shapeMismatch, "\(rule.name) got \(gradients.count) gradients for \(parameters.count) parameters")
        }
        for (index, (parameter, gradient)) in zip(parameters, gradients).enumerated() {
            guard parameter.shape == gradient.shape else {
                throw CNNError(
                    .shapeMismatch, "gradient \(index + 1) is \(gradient.shape); its parameter is \(parameter.shape)")
            }
            guard parameter.dtype == gradient.dtype, gradient.dtype.isFloating else {
                throw CNNError(
                    .dtypeMismatch,
                    "gradient \(index + 1) is \(gradient.dtype.rawValue); its parameter is \(parameter.dtype.rawValue)")
            }
        }
        try checkState(parameters)
    }

    /// The state belongs to the parameters of the first step.
    private func checkState(_ parameters: [Tensor]) throws(CNNError) {
        guard !state.isEmpty else { return }
        let isSame =
            state.count == parameters.count
            && zip(state, parameters).allSatisfy { kept, parameter in
                kept.count == rule.stateCount && kept.allSatisfy { $0.spec == parameter.spec }
            }
        guard isSame else {
            throw CNNError(
                .shapeMismatch, "this \(rule.name) has taken \(stepCount) steps with other parameters",
                notes: ["make a new optimizer for each model, and again after layers were frozen"])
        }
    }

    private func zeros(like parameters: [Tensor]) throws(CNNError) -> [[Tensor]] {
        var result: [[Tensor]] = []
        for parameter in parameters {
            var kept: [Tensor] = []
            for _ in 0..<rule.stateCount { kept.append(try Tensor.full(parameter.shape, 0, parameter.dtype)) }
            result.append(kept)
        }
        return result
    }

    private func step32(_ w: inout Tensor, _ gradient: Tensor, _ state: inout [Tensor]) throws(CNNError) {
        let (n, g) = (Int64(gradient.count), gradient.pointer(Float.self))
        let (rate, decay) = (rule.learningRate, rule.weightDecay)
        let first: UnsafeMutablePointer<Float>? = state.isEmpty ? nil : try state[0].mutablePointer()
        switch rule.kind {
        case .sgd(let momentum, let nesterov):
            cnn_sgd_f32(n, try w.mutablePointer(), g, first, rate, momentum, decay, nesterov)
        case .adagrad(let epsilon): cnn_adagrad_f32(n, try w.mutablePointer(), g, first, rate, epsilon, decay)
        case .rmsprop(let alpha, let epsilon):
            cnn_rmsprop_f32(n, try w.mutablePointer(), g, first, rate, alpha, epsilon, decay)
        case .adam(let beta1, let beta2, let epsilon), .adamw(let beta1, let beta2, let epsilon):
            let second = try state[1].mutablePointer(Float.self)
            cnn_adam_f32(
                n, try w.mutablePointer(), g, first, second, rate, beta1, beta2, epsilon, decay,
                rule.isWeightDecayDecoupled, Int64(stepCount))
        }
    }

    private func step64(_ w: inout Tensor, _ gradient: Tensor, _ state: inout [Tensor]) throws(CNNError) {
        let (n, g) = (Int64(gradient.count), gradient.pointer(Double.self))
        let (rate, decay) = (rule.learningRate, rule.weightDecay)
        let first: UnsafeMutablePointer<Double>? = state.isEmpty ? nil : try state[0].mutablePointer()
        switch rule.kind {
        case .sgd(let momentum, let nesterov):
            cnn_sgd_f64(n, try w.mutablePointer(), g, first, rate, momentum, decay, nesterov)
        case .adagrad(let epsilon): cnn_adagrad_f64(n, try w.mutablePointer(), g, first, rate, epsilon, decay)
        case .rmsprop(let alpha, let epsilon):
            cnn_rmsprop_f64(n, try w.mutablePointer(), g, first, rate, alpha, epsilon, decay)
        case .adam(let beta1, let beta2, let epsilon), .adamw(let beta1, let beta2, let epsilon):
            let second = try state[1].mutablePointer(Double.self)
            cnn_adam_f64(
                n, try w.mutablePointer(), g, first, second, rate, beta1, beta2, epsilon, decay,
                rule.isWeightDecayDecoupled, Int64(stepCount))
        }
    }
}

import CNNCore

/// `sgd(lr=0.1)` or `adam(net, lr=1e-3)`. It has identity: its steps and moments go on from use to use.
public final class OptimizerObject: NativeObject {
    let optimizer: Optimizer
    /// The model whose parameters it changes: given when it was made, or the first that it trained.
    private(set) var model: Model?
    /// nesterov is a kind of sgd with a name of its own.
    private let name: String

    init(_ rule: OptimizerRule, name: String, model: Model?) {
        optimizer = Optimizer(rule)
        self.name = name
        self.model = model
    }

    public override var typeName: String { "optimizer" }
    public override var methods: [Builtin] { OptimizerMethods.all }
    public override var memberNames: [String] { ["lr", "weight_decay", "steps", "name"] }

    public override func member(_ name: String, in interpreter: Interpreter) throws -> Value? {
        switch name {
        case "lr": .float(optimizer.rule.learningRate)
        case "weight_decay": .float(optimizer.rule.weightDecay)
        case "steps": .int(optimizer.stepCount)
        case "name": .text(self.name)
        default: nil
        }
    }

    public override func setMember(_ name: String, _ value: Value, in interpreter: Interpreter) throws -> Bool {
        guard name == "lr" || name == "weight_decay" else { return false }
        guard let number = value.number else {
            throw CNNError(.typeMismatch, "\(name) is a number, not \(value.describedType)")
        }
        guard number >= 0, number.isFinite else {
            throw CNNError(.invalidValue, "\(name) must be 0 or more, not \(NumberFormatter.shortest(number))")
        }
        if name == "lr" { optimizer.rule.learningRate = number } else { optimizer.rule.weightDecay = number }
        return true
    }

    private var rateText: String { "lr=\(NumberFormatter.shortest(optimizer.rule.learningRate))" }

    /// Makes it this model's, unless it is another's.
    func bind(to other: Model) throws(CNNError) {
        guard let model, model !== other else {
            self.model = other
            return
        }
        throw CNNError(
            .invalidValue, "this \(name) belongs to \(model.name == other.name ? "another \(other.name)" : model.name)",
            notes: ["make one for each model: \(name)(\(rateText))"])
    }

    /// One step of its model, or a complaint that it has none.
    func step(_ gradients: [Tensor]) throws(CNNError) {
        guard let model else {
            throw CNNError(
                .invalidValue, "this \(name) does not know which model to change",
                notes: ["make it with the model: opt = \(name)(net, \(rateText))"])
        }
        try optimizer.step(model, gradients)
        model.step += 1
    }

    /// `sgd(lr=0.1, momentum=0.9), 45 steps`
    public override func display() -> String {
        let rule = optimizer.rule
        var parts = [rateText]
        switch rule.kind {
        case .sgd(let momentum, _): if momentum != 0 { parts.append("momentum=\(NumberFormatter.shortest(momentum))") }
        case .adagrad, .rmsprop, .adam, .adamw: break
        }
        if rule.weightDecay != 0 { parts.append("weight_decay=\(NumberFormatter.shortest(rule.weightDecay))") }
        let steps = optimizer.stepCount == 1 ? "1 step" : "\(optimizer.stepCount) steps"
        return "\(name)(\(parts.joined(separator: ", "))), \(steps)"
    }
}

/// What can be done with an optimizer: `opt.step(g)`.
enum OptimizerMethods {
    static let all: [Builtin] = [step]

    private static let step = Builtin(
        "step", ["optimizer", "gradients"], .training,
        "changes the model's parameters by gradients, a list as gradient(net) { ... } gives it",
        example: (
            """
            model Net { input 2; dense 1, init=zeros }
            net = Net()
            opt = sgd(net, lr=0.5)
            loss, g = gradient(net) { mse(net(tensor([1, 2])), tensor([3])) }
            opt.step(g)
            net.dense1.weight
            """, "tensor 2x1 float32\n[[3],\n [6]]\n"
        )
    ) { call in
        let optimizer = try call.object(0, OptimizerObject.self, "an optimizer")
        if let value = call.value(1), value.number != nil {
            throw call.wrongType(
                1, "a list of tensors", value,
                notes: ["they stand behind the loss: loss, g = gradient(net) { ... }, then opt.step(g)"])
        }
        // `g = gradient(net) { … }` takes the loss along.
        if case .list(let list)? = call.value(1), list.elements.count == 2, list.elements[0].number != nil,
            case .list? = list.elements.last
        {
            throw CNNError(
                .typeMismatch, "step: 'gradients' is a list of tensors, not the loss with a list of them",
                notes: ["gradient gives the loss first: write loss, g = gradient(net) { ... }, then opt.step(g)"],
                argument: .named("gradients"))
        }
        try optimizer.step(try call.tensors(1).map(\.detached))
        return .none
    }
}

import CNNCore

/// Optimizers. The first argument may be the model that `step` is to change.
enum OptimizerBuiltins {
    static let all: [Builtin] = entries.map(builtin)
    static let names: [String] = entries.map(\.name)

    private struct Entry: Sendable {
        let name: String
        let rate: String
        let parameters: [BuiltinParameter]
        let decay: String
        let summary: String
        let formula: String
        let kind: @Sendable (Arguments) throws(CNNError) -> OptimizerRule.Kind
    }

    private static let entries: [Entry] = [
        Entry(
            name: "sgd", rate: "0.01", parameters: ["momentum=0", "nesterov=False"], decay: "0",
            summary: "steps down the gradient; momentum keeps a part of the last step",
            formula: "v = momentum*v + g;  w -= lr*v"
        ) { (arguments) throws(CNNError) in
            let (momentum, looksAhead) = (try arguments.share("momentum"), try arguments.flag("nesterov"))
            guard momentum > 0 || !looksAhead else {
                throw CNNError(
                    .invalidValue, "sgd: nesterov looks ahead by the momentum, and that is 0",
                    notes: ["write momentum=0.9 beside it"])
            }
            return .sgd(momentum: momentum, nesterov: looksAhead)
        },
        Entry(
            name: "nesterov", rate: "0.01", parameters: ["momentum=0.9"], decay: "0",
            summary: "sgd that looks ahead by its momentum", formula: "v = momentum*v + g;  w -= lr*(g + momentum*v)"
        ) { (arguments) throws(CNNError) in .sgd(momentum: try arguments.share("momentum"), nesterov: true) },
        Entry(
            name: "adagrad", rate: "0.01", parameters: ["eps=1e-10"], decay: "0",
            summary: "smaller steps for parameters that have had large gradients",
            formula: "s += g^2;  w -= lr*g/(sqrt(s) + eps)"
        ) { (arguments) throws(CNNError) in .adagrad(epsilon: try arguments.positive("eps")) },
        Entry(
            name: "rmsprop", rate: "0.01", parameters: ["alpha=0.99", "eps=1e-8"], decay: "0",
            summary: "steps divided by a running mean of the gradient's size",
            formula: "s = alpha*s + (1 - alpha)*g^2;  w -= lr*g/(sqrt(s) + eps)"
        ) { (arguments) throws(CNNError) in
            .rmsprop(alpha: try arguments.share("alpha"), epsilon: try arguments.positive("eps"))
        },
        Entry(
            name: "adam", rate: "0.001", parameters: ["beta1=0.9", "beta2=0.999", "eps=1e-8"], decay: "0",
            summary: "running means of the gradient and of its square, both corrected for their start at 0",
            formula: "m = beta1*m + (1 - beta1)*g;  v = beta2*v + (1 - beta2)*g^2;  w -= lr*m'/(sqrt(v') + eps)"
        ) { (arguments) throws(CNNError) in
            .adam(
                beta1: try arguments.share("beta1"), beta2: try arguments.share("beta2"),
                epsilon: try arguments.positive("eps"))
        },
        Entry(
            name: "adamw", rate: "0.001", parameters: ["beta1=0.9", "beta2=0.999", "eps=1e-8"], decay: "0.01",
            summary: "adam with a weight decay that acts on the weights themselves, not through the gradient",
            formula: "w -= lr*weight_decay*w, then adam's step"
        ) { (arguments) throws(CNNError) in
            .adamw(
                beta1: try arguments.share("beta1"), beta2: try arguments.share("beta2"),
                epsilon: try arguments.positive("eps"))
        },
    ]

    private static func builtin(_ entry: Entry) -> Builtin {
        let parameters: [BuiltinParameter] =
            ["net=None", BuiltinParameter(stringLiteral: "lr=\(entry.rate)")] + entry.parameters
            + [BuiltinParameter(stringLiteral: "weight_decay=\(entry.decay)")]
        let decay = entry.decay == "0" ? "" : ", weight_decay=\(entry.decay)"
        let momentum = entry.name == "nesterov" ? ", momentum=0.9" : ""
        return Builtin(
            entry.name, parameters, .training, entry.summary, formula: entry.formula,
            example: ("\(entry.name)(lr=0.05)", "\(entry.name)(lr=0.05\(momentum)\(decay)), 0 steps\n")
        ) { call in
            let arguments = Arguments(call)
            let rate = try arguments.notNegative("lr")
            if rate == 0 { LearnerWarnings.rateOfZero(usual: entry.rate, call) }
            let rule = OptimizerRule(
                try entry.kind(arguments), learningRate: rate,
                weightDecay: try arguments.notNegative("weight_decay"))
            return .native(OptimizerObject(rule, name: entry.name, model: try arguments.model()))
        }
    }

    /// The arguments by name, within the bounds in which the formulas make sense.
    private struct Arguments {
        private let call: Call

        /// Numbers without a model before them, `sgd(0.1, 0.9)`, begin with the rate.
        init(_ call: Call) {
            var call = call
            if call.given(0)?.number != nil {
                let count = call.arguments.firstIndex { $0 == nil } ?? call.arguments.count
                if count < call.arguments.count {
                    call.arguments.replaceSubrange(0...count, with: [nil] + call.arguments[..<count])
                }
            }
            self.call = call
        }

        private func index(_ name: String) -> Int { call.builtin.parameters.firstIndex { $0.name == name } ?? 0 }

        private func number(
            _ name: String, _ wanted: String, _ isGood: (Double) -> Bool
        ) throws(CNNError) -> Double {
            let index = index(name)
            let fallback = call.builtin.parameters[index].defaultText.flatMap { Double($0) }
            let number = try call.double(index, default: fallback)
            guard isGood(number) else {
                // What is usual in place of what is off.
                let fallback = call.builtin.parameters[index].defaultText ?? "0"
                let usual =
                    name == "momentum"
                    ? "0.9"
                    : name == "lr" && number < 0 && number.isFinite
                        ? NumberFormatter.shortest(-number) : fallback
                throw call.wrongValue(
                    index, "must be \(wanted), not \(call.shown(index))", notes: ["write \(name)=\(usual)"])
            }
            return number
        }

        func share(_ name: String) throws(CNNError) -> Double {
            try number(name, "from 0 up to (not including) 1") { $0 >= 0 && $0 < 1 }
        }

        func positive(_ name: String) throws(CNNError) -> Double {
            try number(name, "positive") { $0 > 0 && $0.isFinite }
        }

        func notNegative(_ name: String) throws(CNNError) -> Double {
            try number(name, "0 or more") { $0 >= 0 && $0.isFinite }
        }

        func flag(_ name: String) throws(CNNError) -> Bool { try call.bool(index(name), default: false) }

        func model() throws(CNNError) -> Model? {
            // PyTorch's `SGD(net.parameters())`
            if let value = call.given(0), case .dictionary = value {
                throw call.wrongType(
                    0, "a model", value, notes: ["give it the model itself: what parameters() gives is a copy"])
            }
            return call.given(0) == nil ? nil : try call.model(0)
        }
    }
}

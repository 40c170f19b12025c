import CNNCore

/// What training needs beside `train` itself.
enum TrainingBuiltins {
    static let all: [Builtin] = OptimizerBuiltins.all + ScheduleBuiltins.all + [clipGradients, stop]

    private static let clipGradients = Builtin(
        "clip_gradients", ["gradients", "max_norm"], .training,
        "the gradients, all shrunk by one factor where their common norm is larger than max_norm",
        formula: "g * max_norm / norm if norm > max_norm",
        example: ("clip_gradients([tensor([3, 4])], 1)", "[tensor 2 float32 [0.6, 0.8]]\n")
    ) { call in
        let limit = try call.double(1)
        guard limit > 0 else { throw call.wrongValue(1, "must be positive, not \(NumberFormatter.shortest(limit))") }
        return .array(try Gradients.clipped(try call.tensors(0), maximumNorm: limit).map { Value($0) })
    }

    private static let stop = Builtin(
        "stop", [], .training, "inside on epoch { ... } or on batch { ... }: training ends here",
        example: (
            """
            model Net { input 8x8x1; flatten; dense 10; softmax }
            net = Net()
            h = train net on dataset("digits").test, epochs=9, log=False {
                on epoch { if epoch == 2 { stop() } }
            }
            h.epochs
            """, "[1, 2]\n"
        )
    ) { call in
        guard call.interpreter.trainingDepth > 0 else {
            throw CNNError(
                .invalidValue, "stop() ends a training, and none is running",
                notes: ["it belongs into train ... { on epoch { if accuracy > 0.99 { stop() } } }"])
        }
        call.interpreter.trainingStopRequested = true
        return .none
    }
}

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
            .sgd(momentum: try arguments.share("momentum"), nesterov: try arguments.flag("nesterov"))
        },
        Entry(
            name: "nesterov", rate: "0.01", parameters: ["momentum=0.9"], decay: "0",
            summary: "sgd that looks ahead by its momentum", formula: "v = momentum*v + g;  w -= lr*(g + momentum*v)"
        ) { (arguments) throws(CNNError) in .sgd(momentum: try arguments.share("momentum"), nesterov: true) },
        Entry(
            name: "adagrad", rate: "0.01", parameters: ["eps=1e-10"], decay: "0",
            summary: "smaller steps for parameters that have had large gradients", formula: "s += g^2;  w -= lr*g/(sqrt(s) + eps)"
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
                beta1: try arguments.share("beta1"), beta2: try arguments.share("beta2"), epsilon: try arguments.positive("eps"))
        },
        Entry(
            name: "adamw", rate: "0.001", parameters: ["beta1=0.9", "beta2=0.999", "eps=1e-8"], decay: "0.01",
            summary: "adam with a weight decay that acts on the weights themselves, not through the gradient",
            formula: "w -= lr*weight_decay*w, then adam's step"
        ) { (arguments) throws(CNNError) in
            .adamw(
                beta1: try arguments.share("beta1"), beta2: try arguments.share("beta2"), epsilon: try arguments.positive("eps"))
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
            let rule = OptimizerRule(
                try entry.kind(arguments), learningRate: try arguments.rate(), weightDecay: try arguments.notNegative("weight_decay"))
            return .native(OptimizerObject(rule, name: entry.name, model: try arguments.model()))
        }
    }

    /// The arguments by name, within the bounds in which the formulas make sense.
    private struct Arguments {
        private let call: Call
        init(_ call: Call) { self.call = call }

        private func index(_ name: String) -> Int { call.builtin.parameters.firstIndex { $0.name == name } ?? 0 }

        private func number(
            _ name: String, _ wanted: String, _ isGood: (Double) -> Bool
        ) throws(CNNError) -> Double {
            let index = index(name)
            let fallback = call.builtin.parameters[index].defaultText.flatMap { Double($0) }
            let number = try call.double(index, default: fallback)
            guard isGood(number) else { throw call.wrongValue(index, "must be \(wanted), not \(NumberFormatter.shortest(number))") }
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

        /// `sgd(0.1)` gives the rate, and no model.
        func rate() throws(CNNError) -> Double {
            guard let first = call.given(0)?.number else { return try notNegative("lr") }
            guard call.given(1) == nil else {
                throw CNNError(
                    .argumentMismatch, "\(call.builtin.name) got two numbers without names",
                    notes: ["write them with names: \(call.builtin.name)(lr=\(NumberFormatter.shortest(first)), ...)", "it is \(call.builtin.signature)"])
            }
            guard first >= 0, first.isFinite else {
                throw CNNError(.invalidValue, "\(call.builtin.name): 'lr' must be 0 or more, not \(NumberFormatter.shortest(first))")
            }
            return first
        }

        func model() throws(CNNError) -> Model? {
            guard let first = call.given(0), first.number == nil else { return nil }
            return try call.model(0)
        }
    }
}

/// Learning-rate schedules: step_decay, exponential and cosine count epochs, one_cycle and warmup count steps.
enum ScheduleBuiltins {
    static let all: [Builtin] = [stepDecay, exponential, cosine, oneCycle, warmup]
    static let names: [String] = all.map(\.name)

    private static func check(_ call: Call, _ index: Int, atLeastOne number: Int) throws(CNNError) -> Int {
        guard number >= 1 else { throw call.wrongValue(index, "must be at least 1, not \(number)") }
        return number
    }

    private static func check(_ call: Call, _ index: Int, notNegative number: Double) throws(CNNError) -> Double {
        guard number >= 0, number.isFinite else {
            throw call.wrongValue(index, "must be 0 or more, not \(NumberFormatter.shortest(number))")
        }
        return number
    }

    private static func make(
        _ call: Call, _ arguments: [Value], kind: @escaping (_ epochs: Int?, _ steps: Int?) -> LearningRateSchedule.Kind?
    ) -> Value {
        let text = arguments.map { ValueDisplay.inLine($0) }.joined(separator: ", ")
        return .native(ScheduleObject(call.builtin.name, arguments: text, kind: kind))
    }

    private static let stepDecay = Builtin(
        "step_decay", ["every", "factor=0.1"], .training, "the rate times factor each so many epochs",
        formula: "lr * factor^floor(epoch/every)",
        example: ("s = step_decay(10, 0.5)\ns(0.1, 25)", "0.025\n")
    ) { call in
        let every = try check(call, 0, atLeastOne: try call.int(0))
        let factor = try check(call, 1, notNegative: try call.double(1, default: 0.1))
        return make(call, [.int(every), .float(factor)]) { _, _ in .stepDecay(every: every, factor: factor) }
    }

    private static let exponential = Builtin(
        "exponential", ["factor"], .training, "the rate times factor each epoch", formula: "lr * factor^epoch",
        example: ("s = exponential(0.5)\ns(0.1, 2)", "0.025\n")
    ) { call in
        let factor = try check(call, 0, notNegative: try call.double(0))
        return make(call, [.float(factor)]) { _, _ in .exponential(factor: factor) }
    }

    private static let cosine = Builtin(
        "cosine", ["epochs=None", "min=0"], .training,
        "half a cosine from the rate down to min; over all epochs of train unless it is said",
        formula: "min + (lr - min)*(1 + cos(pi*epoch/epochs))/2",
        example: ("s = cosine(10)\nprint(f\"{s(0.1, 0):.3f} {s(0.1, 5):.3f} {s(0.1, 10):.3f}\")", "0.100 0.050 0.000\n")
    ) { call in
        let total = try call.optionalInt(0)
        if let total { _ = try check(call, 0, atLeastOne: total) }
        let minimum = try check(call, 1, notNegative: try call.double(1, default: 0))
        return make(call, (total.map { [.int($0)] } ?? []) + (minimum > 0 ? [.float(minimum)] : [])) { epochs, _ in
            (total ?? epochs).map { .cosine(total: $0, minimum: minimum) }
        }
    }

    private static let oneCycle = Builtin(
        "one_cycle", ["max_lr", "steps=None", "warmup=0.3"], .training,
        "up to max_lr in a share of the steps, then down; over all steps of train unless it is said",
        example: ("s = one_cycle(0.1, 100)\nprint(f\"{s(0, 0):.4f} {s(0, 29):.4f} {s(0, 99):.6f}\")", "0.0040 0.1000 0.000000\n")
    ) { call in
        let maximum = try check(call, 0, notNegative: try call.double(0))
        let total = try call.optionalInt(1)
        if let total { _ = try check(call, 1, atLeastOne: total) }
        let share = try call.double(2, default: 0.3)
        guard share >= 0, share <= 1 else { throw call.wrongValue(2, "is a share from 0 to 1, not \(NumberFormatter.shortest(share))") }
        return make(call, [.float(maximum)] + (total.map { [.int($0)] } ?? [])) { _, steps in
            (total ?? steps).map { .oneCycle(maximum: maximum, total: $0, warmupShare: share) }
        }
    }

    private static let warmup = Builtin(
        "warmup", ["steps"], .training, "in a straight line from a tenth of the rate to the rate",
        formula: "lr * (0.1 + 0.9*step/steps)",
        example: ("s = warmup(10)\nprint(f\"{s(0.1, 0):.2f} {s(0.1, 10):.2f}\")", "0.01 0.10\n")
    ) { call in
        let steps = try check(call, 0, atLeastOne: try call.int(0))
        return make(call, [.int(steps)]) { _, _ in .warmup(steps: steps) }
    }
}

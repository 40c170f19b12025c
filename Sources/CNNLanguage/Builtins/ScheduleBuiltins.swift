import CNNCore

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
        _ call: Call, _ arguments: [Value], text given: String? = nil, complete: String = "",
        kind: @escaping (_ epochs: Int?, _ steps: Int?) -> LearningRateSchedule.Kind?
    ) -> Value {
        let text = given ?? arguments.map { ValueDisplay.inLine($0) }.joined(separator: ", ")
        return .native(ScheduleObject(call.builtin.name, arguments: text, complete: complete, kind: kind))
    }

    private static let stepDecay = Builtin(
        "step_decay", ["every", "factor=0.1"], .training, "the rate times factor each so many epochs",
        formula: "lr * factor^floor(epoch/every)",
        example: ("s = step_decay(10, 0.5)\ns(0.1, 25)", "0.025\n")
    ) { call in
        if let rate = call.given(0)?.number, call.given(0)?.wholeNumber == nil, rate < 1 {
            let every = call.given(1)?.wholeNumber.flatMap { $0 > 0 ? $0 : nil } ?? 10
            throw call.wrongType(
                0, "an int", .float(rate),
                notes: ["the number of epochs comes first: write step_decay(\(every), \(call.shown(0)))"])
        }
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

    /// `cosine(0.1, 20)`: the rate is the optimizer's.
    private static func refuseRate(_ call: Call) throws(CNNError) {
        guard let rate = call.given(0)?.number, call.given(0)?.wholeNumber == nil, rate < 1,
            let length = call.given(1)?.wholeNumber
        else { return }
        throw call.wrongType(
            0, "an int", .float(rate),
            notes: ["the rate is the optimizer's, sgd(lr=\(NumberFormatter.shortest(rate))): write cosine(\(length))"])
    }

    private static let cosine = Builtin(
        "cosine", ["epochs=None", "min=0"], .training,
        "half a cosine from the rate down to min; over all epochs of train unless it is said",
        formula: "min + (lr - min)*(1 + cos(pi*epoch/epochs))/2",
        example: ("s = cosine(10)\nprint(f\"{s(0.1, 0):.3f} {s(0.1, 5):.3f} {s(0.1, 10):.3f}\")", "0.100 0.050 0.000\n")
    ) { call in
        try refuseRate(call)
        let total = try call.optionalInt(0)
        if let total { _ = try check(call, 0, atLeastOne: total) }
        let minimum = try check(call, 1, notNegative: try call.double(1, default: 0))
        let least = minimum > 0 ? NumberFormatter.shortest(minimum) : nil
        // Without its length, min is no longer the second of two.
        let text = [total.map(String.init), least.map { total == nil ? "min=\($0)" : $0 }].compactMap { $0 }
        let complete = "cosine(\((["20"] + [least].compactMap { $0 }).joined(separator: ", ")))"
        return make(call, [], text: text.joined(separator: ", "), complete: complete) { epochs, _ in
            (total ?? epochs).map { .cosine(total: $0, minimum: minimum) }
        }
    }

    private static let oneCycle = Builtin(
        "one_cycle", ["max_lr", "steps=None", "warmup=0.3"], .training,
        "up to max_lr in a share of the steps, then down; over all steps of train unless it is said",
        example: (
            "s = one_cycle(0.1, 100)\nprint(f\"{s(0, 0):.4f} {s(0, 29):.4f} {s(0, 99):.6f}\")",
            "0.0040 0.1000 0.000000\n"
        )
    ) { call in
        let maximum = try check(call, 0, notNegative: try call.double(0))
        let total = try call.optionalInt(1)
        if let total { _ = try check(call, 1, atLeastOne: total) }
        let share = try call.double(2, default: 0.3)
        guard share >= 0, share <= 1 else {
            throw call.wrongValue(2, "is a share from 0 to 1, not \(NumberFormatter.shortest(share))")
        }
        // Without its length, warmup is no longer the third.
        let text =
            [NumberFormatter.shortest(maximum)] + (total.map { ["\($0)"] } ?? [])
            + (share == 0.3 ? [] : ["\(total == nil ? "warmup=" : "")\(NumberFormatter.shortest(share))"])
        let complete = "one_cycle(\(NumberFormatter.general(maximum, 6)), 20)"
        return make(call, [], text: text.joined(separator: ", "), complete: complete) { _, steps in
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

import CNNCore

/// `expect`, and errors that are expected.
extension VirtualMachine {
    @inline(never)
    func expectTrue(_ base: UnsafeMutablePointer<Slot>, _ word: Instruction) throws {
        let value = base[Int(word.a)].value
        if case .tensor(let object) = value, object.rank > 0 {
            throw CNNError(
                .conditionNotBool, "expect needs one bool, not \(object.tensor.shape.asTensor)",
                notes: ["write all(...) around it, or ~= to compare tensors"])
        }
        if try condition(base + Int(word.a)) { return countHeld() }
        interpreter.failedComparison = nil
        let message = word.c == 1 ? base[Int(word.b)].value : nil
        throw try failure("the expectation does not hold", message: message, notes: [])
    }

    @inline(never)
    func expectComparison(_ base: UnsafeMutablePointer<Slot>, _ word: Instruction, _ extra: Instruction) throws {
        let left = base[Int(word.a)].value
        let right = base[Int(word.b)].value
        let operation = BinaryOperator.with(Opcode(rawValue: extra.a))
        let tolerance = extra.b == 0 ? nil : base[Int(extra.b) - 1].value
        if try holds(operation, left, right, tolerance) { return countHeld() }
        if isWatched { interpreter.failedComparison = (left, right) }
        let message = extra.c == 0 ? nil : base[Int(extra.c) - 1].value
        var notes = ["left:  \(interpreter.brief(left))", "right: \(interpreter.brief(right))"]
        if let difference = Expectation.difference(left, right) { notes.append(difference) }
        if let tolerance { notes.append("allowed: \(interpreter.brief(tolerance))") }
        throw try failure("the expectation does not hold", message: message, notes: notes)
    }

    private func holds(_ operation: BinaryOperator, _ left: Value, _ right: Value, _ tolerance: Value?) throws -> Bool {
        if let tolerance {
            guard operation == .equal || operation == .isClose else {
                throw CNNError(.typeMismatch, "'within' goes with == or ~=, not with \(operation.rawValue)")
            }
            guard let allowed = tolerance.number ?? tolerance.integer.map(Double.init), allowed >= 0 else {
                throw CNNError(.typeMismatch, "'within' needs a number that is not negative")
            }
            return try Arithmetic.isClose(left, right, absolute: allowed, relative: 0)
        }
        let result = try Arithmetic.binary(operation, left, right)
        if case .bool(let flag) = result { return flag }
        guard case .tensor(let object) = result else { return false }
        if operation == .equal, case .tensor(let a) = left, case .tensor(let b) = right,
            a.tensor.shape != b.tensor.shape
        {
            return false
        }
        // Of no elements nothing is known, unless both sides are as empty.
        if object.tensor.count == 0 {
            guard case .tensor(let a) = left, case .tensor(let b) = right else { return false }
            return a.tensor.shape == b.tensor.shape
        }
        // A tensor of bools: every element must hold.
        return !object.tensor.doubles().contains(0)
    }

    private func failure(_ text: String, message: Value?, notes: [String]) throws -> CNNError {
        guard let message else { return CNNError(.expectationFailed, text, notes: notes) }
        guard case .string = message else {
            throw CNNError(
                .typeMismatch, "the message of an expectation is a str, not \(message.describedType)",
                notes: ["write it in quotes: expect x == 1, \"x is one\""])
        }
        return CNNError(.expectationFailed, try interpreter.str(message), notes: notes)
    }

    /// An expectation of the code that is watched was met.
    func countHeld() {
        if isWatched { interpreter.heldExpectations += 1 }
    }

    /// Whether the code that is watched stands there, called by no other: what a submission calls with an expectation in it
    /// says nothing.
    private var isWatched: Bool {
        guard let counted = interpreter.countedSource else { return false }
        return (0..<depth).allSatisfy { frames[$0].prototype.takeUnretainedValue().source === counted }
    }

    // MARK: - expect error

    func pushHandler(_ place: UnsafePointer<Instruction>) throws {
        // An error may have taken long to tell of.
        countdown &-= VirtualMachine.blockTurns
        try WorkMeter.shared.check()
        var code: String?
        if case .string(let text) = currentConstants[Int(place.pointee.a)].value { code = text.text }
        handlers.append(
            Handler(
                depth: depth, code: code, target: place.target, layerDepth: layers.depth, hasGradient: gradient != nil)
        )
    }

    /// Whether an error is the one that a block expects. A check that expects any error is not met where what should give it
    /// is missing, or ends by a limit.
    func isMet(_ handler: Handler, _ code: ErrorCode) -> Bool {
        if let expected = handler.code { return expected == code.rawValue }
        let isMissing = [.unknownName, .unassignedName, .notCallable].contains(code)
        return !interpreter.isChecking || !(isMissing || code.rawValue.hasPrefix("E06"))
    }

    @inline(never)
    func endHandle(_ base: UnsafeMutablePointer<Slot>, _ word: Instruction) throws {
        if !handlers.isEmpty { handlers.removeLast() }
        var expected = "an error"
        if case .string(let text) = currentConstants[Int(word.c)].value { expected = "error \(text.text)" }
        let message = word.b == 1 ? base[Int(word.a)].value : nil
        throw CNNError(
            .errorExpected,
            try message.map { try interpreter.str($0) } ?? "expected \(expected), but the block ran without one")
    }
}

extension Expectation {
    /// The largest difference between two values that are numbers or tensors of one shape.
    static func difference(_ left: Value, _ right: Value) -> String? {
        func elements(_ value: Value) -> [Double]? {
            if case .tensor(let object) = value { return object.tensor.doubles() }
            return value.number.map { [$0] }
        }
        if case .tensor(let a) = left, case .tensor(let b) = right, a.tensor.shape != b.tensor.shape {
            return "their shapes differ: \(a.tensor.shape) and \(b.tensor.shape)"
        }
        guard let a = elements(left), let b = elements(right), a.count == b.count, !a.isEmpty else { return nil }
        var largest = 0.0
        var scale = 0.0
        for (x, y) in zip(a, b) where abs(x - y) > largest || !(x - y).isFinite {
            largest = abs(x - y)
            scale = abs(y)
        }
        guard largest.isFinite else { return nil }
        let relative = scale > 0 ? ", relative \(NumberFormatter.general(largest / scale, 3))" : ""
        return "largest difference \(NumberFormatter.general(largest, 3))\(relative)"
    }
}

extension BinaryOperator {
    static func with(_ opcode: Opcode?) -> BinaryOperator {
        guard let opcode else { return .equal }
        return Arithmetic.operation(opcode)
    }
}

import CNNCore

/// An open `gradient(…) { … }`.
final class GradientState {
    enum Target {
        /// A watched tensor, and the variable that had it before.
        case tensor(Tensor, register: UnsafeMutablePointer<Slot>?, original: Value)
        case model(Model, [Tensor])
    }

    let tape = Tape()
    /// The frame that opened it, counted from 1.
    let depth: Int
    var targets: [Target] = []
    /// As they stand in the parentheses.
    private let names: [String]

    init(depth: Int, names: [String]) {
        self.depth = depth
        self.names = names
    }

    /// What it differentiates by: `w`, `net.conv1.weight`.
    var named: [(name: String, value: Tensor)] {
        zip(names, targets).flatMap { name, target -> [(name: String, value: Tensor)] in
            switch target {
            case .tensor(let watched, _, _): [(name, watched)]
            case .model(let model, _): model.parameters.map { ("\(name).\($0.name)", $0.value) }
            }
        }
    }

    /// Gives the variables back what they held and ends the recording.
    func close() {
        for target in targets {
            switch target {
            case .tensor(_, let register, let original): register?.put(original)
            case .model(let model, _): model.endGradient()
            }
        }
        tape.close()
    }
}

extension VirtualMachine {
    @inline(never)
    func beginGradient(_ base: UnsafeMutablePointer<Slot>, _ word: Instruction, description: Int) throws {
        countdown &-= VirtualMachine.blockTurns
        guard !isInLoss else {
            throw CNNError(
                .notDifferentiable, "a gradient block cannot stand inside a loss: train differentiates that itself",
                notes: ["give back the loss alone"])
        }
        guard gradient == nil else {
            throw CNNError(
                .notDifferentiable, "a gradient block cannot stand inside another one",
                notes: ["differentiate one after the other; second derivatives are not there"])
        }
        let names = currentPrototype.tables.gradients[description]
        let state = GradientState(depth: depth, names: names.names)
        gradient = state
        for index in 0..<Int(word.c) {
            let copy = base + Int(word.b) + index
            let register = names.variableRegisters[index].map { base + $0 }
            try watch(copy, register, name: names.names[index], state)
        }
        guard !state.targets.isEmpty else {
            throw CNNError(
                .argumentMismatch, "gradient needs a model or variables to differentiate by",
                notes: ["write gradient(net) { ... } or gradient(w, b) { ... }"])
        }
    }

    private func watch(
        _ copy: UnsafeMutablePointer<Slot>, _ register: UnsafeMutablePointer<Slot>?, name: String,
        _ state: GradientState
    ) throws {
        let value = copy.pointee.value
        let tensor: Tensor
        if case .native(let object) = value, let model = (object as? ModelObject)?.model {
            state.targets.append(.model(model, try model.beginGradient(state.tape)))
            return
        }
        let isName = name.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" } && name.first?.isNumber == false
        if register == nil, !isName {
            let part = value.integer != nil ? "float(\(name))" : name
            throw CNNError(
                .notDifferentiable, "gradient takes models and variables, and '\(name)' is no variable",
                notes: ["give it a name first, and use that in the block: part = \(part)"], argument: .named(name))
        }
        switch value {
        case .tensor(let object): tensor = object.tensor
        case .float(let number): tensor = try Tensor.scalar(number, .float64)
        case .float32(let number): tensor = try Tensor.scalar(Double(number), .float32)
        default:
            throw CNNError(
                .notDifferentiable,
                "'\(name)' is \(value.describedType): a gradient needs a model, a tensor or a float",
                notes: notes(value, name), argument: .named(name))
        }
        guard tensor.dtype.isFloating else {
            throw CNNError(
                .notDifferentiable,
                "a gradient needs a float32 or float64 tensor, and '\(name)' is \(tensor.dtype.rawValue)",
                notes: ["write \(name) = \(name).to(float32) first"], argument: .named(name))
        }
        let watched = try state.tape.watch(tensor)
        state.targets.append(.tensor(watched, register: register, original: value))
        (register ?? copy).put(.tensor(TensorObject(watched)))
        if register != nil { copy.put(Slot.none) }
    }

    /// How a value that is not differentiated by becomes one that is.
    private func notes(_ value: Value, _ name: String) -> [String] {
        if value.integer != nil { return ["write \(name) = float(\(name)) first"] }
        let isTensor = value.listCount != nil && (try? TensorLiteral.make(value, .float32)) != nil
        return isTensor ? ["write \(name) = tensor(\(name)) first"] : []
    }

    @inline(never)
    func endGradient(_ base: UnsafeMutablePointer<Slot>, _ word: Instruction) throws {
        guard let state = gradient else { return }
        let value = base[Int(word.b)].value
        guard case .tensor(let object) = value else {
            if value.number != nil || value.integer != nil {
                throw CNNError(
                    .notDifferentiable, "the block's value does not depend on what it is differentiated by",
                    notes: ["it is the constant \(interpreter.brief(value))"])
            }
            throw CNNError(
                .notDifferentiable, "the block's value is \(value.describedType), not a number to differentiate",
                notes: ["write the loss as its last line"])
        }
        let loss = object.tensor
        var targets: [Tensor] = []
        for target in state.targets {
            switch target {
            case .tensor(let watched, _, _): targets.append(watched)
            case .model(_, let parameters): targets += parameters
            }
        }
        var gradients = try state.tape.gradients(of: loss, withRespectTo: targets, releasing: true)[...]
        var results = [Value(try loss.detached.reshapedToScalar())]
        for target in state.targets {
            switch target {
            case .tensor: results.append(Value(gradients.removeFirst()))
            case .model(_, let parameters):
                results.append(.array(gradients.prefix(parameters.count).map { Value($0) }))
                gradients = gradients.dropFirst(parameters.count)
            }
        }
        gradient = nil
        state.close()
        (base + Int(word.a)).put(.array(results))
        let number = loss.element(0)
        if !number.isFinite { LearnerWarnings.lossNotFinite(number, state.named, in: interpreter) }
    }

    /// After an error: what was watched is given back.
    func abandonGradient() {
        gradient?.close()
        gradient = nil
    }
}

extension Tensor {
    /// A loss of one element in any shape, as rank 0.
    func reshapedToScalar() throws(CNNError) -> Tensor {
        rank == 0 ? self : try Reshape([])(self)
    }
}

import CNNCore

/// A parameter of a built-in: `"x"`, `"stride=1"` (optional, with the default as it is shown), `"*values"` (any
/// number), `"start|a"` (with a second name).
public struct BuiltinParameter: Sendable, ExpressibleByStringLiteral {
    public let name: String
    /// What it may be called as well; help names the first alone.
    let otherName: String?
    public let defaultText: String?
    public let isVariadic: Bool
    /// Words that it takes, in quotes: "same", "floor".
    public var words: [String] { layerWords ?? BuiltinParameter.words[name] ?? [] }
    /// Whether it must be given by its name.
    var isNamedOnly = false
    /// Those of a layer's parameter, which are its own.
    var layerWords: [String]?

    /// A name means the same in every function.
    private static let words: [String: [String]] = [
        "pad": ["same", "valid", "full"], "rounding": Rounding.allCases.map(\.rawValue),
        "reduce": LossReduction.allCases.map(\.rawValue), "kind": ["max", "avg"],
    ]

    public init(stringLiteral text: String) {
        if text.hasPrefix("*") {
            (name, defaultText, isVariadic) = (String(text.dropFirst()), nil, true)
        } else if let equals = text.firstIndex(of: "=") {
            (name, defaultText, isVariadic) = (
                String(text[..<equals]), String(text[text.index(after: equals)...]), false
            )
        } else if let bar = text.firstIndex(of: "|") {
            (name, defaultText, isVariadic) = (String(text[..<bar]), nil, false)
            otherName = String(text[text.index(after: bar)...])
            return
        } else {
            (name, defaultText, isVariadic) = (text, nil, false)
        }
        otherName = nil
    }

    public var isRequired: Bool { defaultText == nil && !isVariadic }
}

/// One built-in, whole: from this entry come the call, the argument errors, help, completion, the manual and a test.
///
/// A class, so that a call copies one reference and not a dozen.
public final class Builtin: Sendable {
    public enum Group: String, CaseIterable, Sendable {
        case make, elementwise, reduce, shape, linearAlgebra, cnn, lecture, explain, look, data, augment, evaluate
        case strings, lists, language, training
    }

    /// The result for one or two values, ready for a register; nil where the whole body is needed.
    typealias Shortcut = @Sendable (Value, Value?) -> Slot?

    public let name: String
    public let parameters: [BuiltinParameter]
    public let group: Group
    /// One line.
    public let summary: String
    public let formula: String?
    /// A program and what it prints; run as a test.
    public let example: (code: String, output: String)
    /// A method that changes its receiver (argument 0), which must then be a variable of the running function.
    public let isMutating: Bool
    public let body: @Sendable (inout Call) throws -> Value
    /// For calls in loops that are written by hand: `max(m, x[i, j])` is reckoned before any argument is bound.
    let shortcut: Shortcut?
    /// The layer of the same name, which is meant where the arguments are not the function's: `relu()`, `dense(10)`.
    let layerForm: Builtin?

    init(
        _ name: String, _ parameters: [BuiltinParameter], _ group: Group, _ summary: String, formula: String? = nil,
        example: (code: String, output: String), isMutating: Bool = false, shortcut: Shortcut? = nil,
        layerForm: Builtin? = nil, body: @escaping @Sendable (inout Call) throws -> Value
    ) {
        self.name = name
        self.parameters = parameters
        self.group = group
        self.summary = summary
        self.formula = formula
        self.example = example
        self.isMutating = isMutating
        self.shortcut = shortcut
        self.layerForm = layerForm
        self.body = body
    }

    /// The same built-in with a layer beside it.
    func with(layerForm: Builtin) -> Builtin {
        Builtin(
            name, parameters, group, summary, formula: formula, example: example, isMutating: isMutating,
            shortcut: shortcut, layerForm: layerForm, body: body)
    }

    /// `conv2d(x, w, b=None, stride=1)`
    public var signature: String {
        let list = parameters.map { parameter in
            parameter.isVariadic
                ? "*\(parameter.name)" : parameter.name + (parameter.defaultText.map { "=\($0)" } ?? "")
        }
        return "\(name)(\(list.joined(separator: ", ")))"
    }
}

extension Builtin {
    /// As it is called: a method with a point.
    var callSignature: String {
        let type = BuiltinRegistry.methods.first { $0.list.contains { $0 === self } }?.type
        return type.map(methodSignature) ?? signature
    }

    /// The function or its layer, by the arguments of a call: `relu(x)` computes, `relu()` is a layer.
    func form(for arguments: [Value], names: [String?]) -> Builtin {
        guard let layer = layerForm else { return self }
        if let label = names.first(where: { $0 != nil }), label == parameters.first?.name { return self }
        guard let first = arguments.first, names.first.flatMap({ $0 }) == nil else { return layer }
        // More than the layer takes.
        if arguments.count > layer.parameters.count, !layer.parameters.contains(where: \.isVariadic) { return self }
        switch first {
        case .tensor: return self
        // A number alone is something to compute with for tanh(0.5), and a size or a probability for dense(10).
        case .int, .float, .float32, .bool:
            if group == .elementwise || arguments[1...].contains(where: \.isTensor) { return self }
            // An element of a tensor with something beside it.
            if case .float32 = first, arguments.count > 1 { return self }
            return layer
        default: return group == .elementwise ? self : layer
        }
    }
}

/// The arguments of one call, bound to the built-in's parameters.
public struct Call {
    public let builtin: Builtin
    public let interpreter: Interpreter
    /// One entry a parameter, nil where it was left out. A variadic parameter's entry is nil: see `variadic`.
    public var arguments: [Value?]
    public var variadic: [Value]

    /// Binds positional and named arguments.
    /// - Parameter isMethod: the first value stands before the point, and is no argument that the user counts.
    /// - Throws: E0203 with the signature for too many, missing, doubled or unknown ones.
    public init(
        _ builtin: Builtin, _ values: [Value], names: [String?], interpreter: Interpreter, isMethod: Bool = false
    ) throws(CNNError) {
        self.builtin = builtin
        self.interpreter = interpreter
        self.arguments = Array(repeating: nil, count: builtin.parameters.count)
        self.variadic = []
        var position = 0
        for (index, value) in values.enumerated() {
            if index < names.count, let name = names[index] {
                guard
                    let slot = builtin.parameters.firstIndex(where: {
                        ($0.name == name || $0.otherName == name) && !$0.isVariadic
                    })
                else {
                    throw ArgumentErrors.unknown(
                        name, of: builtin.name, among: builtin.parameters.map(\.name),
                        signature: builtin.callSignature)
                }
                guard arguments[slot] == nil else {
                    throw Call.mismatch(builtin, "\(builtin.name) got '\(name)' twice", .named(name))
                }
                arguments[slot] = value
            } else if position < builtin.parameters.count, builtin.parameters[position].isVariadic {
                variadic.append(value)
            } else if position < builtin.parameters.count {
                if builtin.parameters[position].isNamedOnly {
                    throw LayerParameter.unnamed(
                        builtin.parameters[position].name, of: builtin.name,
                        values.prefix(index + 1).compactMap { try? LayerArgument($0) })
                }
                arguments[position] = value
                position += 1
            } else {
                throw Call.surplus(builtin, values, isMethod: isMethod)
            }
        }
        for (slot, parameter) in builtin.parameters.enumerated() where parameter.isRequired && arguments[slot] == nil {
            var error = Call.mismatch(builtin, "\(builtin.name) needs its argument '\(parameter.name)'")
            // A place as one list: [i, j].
            if parameter.name == "j", case .list(let list)? = arguments[slot - 1], list.elements.count == 2,
                let row = list.elements[0].wholeNumber, let column = list.elements[1].wholeNumber
            {
                error.notes.insert("write \(row), \(column) for [\(row), \(column)]", at: 0)
            }
            throw error
        }
    }

    private static func mismatch(
        _ builtin: Builtin, _ message: String, _ argument: CNNError.Argument? = nil
    ) -> CNNError {
        CNNError(.argumentMismatch, message, notes: ["it is \(builtin.callSignature)"], argument: argument)
    }

    /// Too many; `randn(32, 28, 28)` is told how a size is written.
    private static func surplus(_ builtin: Builtin, _ values: [Value], isMethod: Bool) -> CNNError {
        let receivers = isMethod ? 1 : 0
        let most = builtin.parameters.count - receivers
        var error = mismatch(
            builtin,
            "\(builtin.name) takes \(most == 0 ? "no argument" : "at most \(most) argument\(most == 1 ? "" : "s")"), "
                + "not \(values.count - receivers)", .position(builtin.parameters.count))
        let numbers = values.compactMap(\.wholeNumber)
        if numbers.count == values.count, builtin.parameters.first?.name == "size" {
            error.notes.insert("write \(builtin.name)(\(Shape.text(numbers)))", at: 0)
        }
        if builtin.name == "shift", values.count == 3, numbers.count == 2 {
            error.notes.insert("write shift(x, \(numbers))", at: 0)
        }
        if builtin.name == "transpose", let order = axisOrder(values) {
            error.notes.insert("write permute(x, \(order))", at: 0)
        }
        if builtin.name == "tensor", values.allSatisfy({ $0.asDType == nil }) {
            error.notes = TensorLiteral.rowNotes(values) + error.notes
        }
        if builtin === ModelMethods.train { error.notes = TrainBuiltin.notes(forArguments: values.dropFirst()) }
        return error
    }

    /// The axes of NumPy's `transpose(x, [1, 0, 2])` or of PyTorch's `transpose(x, 0, 1)`, which swaps two.
    private static func axisOrder(_ values: [Value]) -> [Int]? {
        guard case .tensor(let object)? = values.first else { return nil }
        let rest = Array(values.dropFirst())
        let isList = if case .list? = rest.first { rest.count == 1 } else { false }
        let numbers: [Int]
        if isList, case .list(let list)? = rest.first {
            numbers = list.elements.compactMap(\.wholeNumber)
            guard numbers.count == list.elements.count else { return nil }
        } else {
            numbers = rest.compactMap(\.wholeNumber)
            guard numbers.count == rest.count else { return nil }
        }
        let rank = Int(object.rank)
        let axes = numbers.map { $0 < 0 ? $0 + rank : $0 }
        // PyTorch's transpose(0, 1) of a matrix swaps them, and NumPy's would do nothing.
        if !isList, axes.sorted() == [0, 1], rank == 2 { return [1, 0] }
        if axes.sorted() == Array(0..<rank) { return axes }
        guard !isList, axes.count == 2, axes.allSatisfy((0..<rank).contains) else { return nil }
        var order = Array(0..<rank)
        order.swapAt(axes[0], axes[1])
        return order
    }
}

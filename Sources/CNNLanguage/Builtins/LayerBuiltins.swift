import CNNCore

/// Layers as values, one for each entry of the table of layers, and what is asked of a network.
enum LayerBuiltins {
    /// Where a function has the same name, `relu`, `dense`, the arguments say which is meant: see `Builtin.layerForm`.
    static let all: [Builtin] = LayerDefinition.all.map(builtin)

    /// What computes as a layer does and has another name.
    static let functions: [String: String] = [
        "conv": "conv2d", "conv_transpose": "conv_transpose2d", "maxpool": "max_pool", "avgpool": "avg_pool",
        "global_avgpool": "global_avg_pool", "global_maxpool": "global_max_pool", "batchnorm": "batch_norm",
    ]

    /// The layer that computes as a function of another name does: `conv` for `conv2d`.
    static func layer(for function: String) -> String? { functions.first { $0.value == function }?.key }

    /// `maxpool(x, 2)`: a layer is made, nothing is computed.
    private static func refuseTensor(_ call: Call) throws(CNNError) {
        let values = call.arguments.compactMap { $0 } + call.variadic
        guard let function = functions[call.builtin.name], let builtin = BuiltinRegistry.named(function),
            let tensor = values.first(where: { if case .tensor(let object) = $0 { object.rank > 1 } else { false } })
        else { return }
        let needed = builtin.parameters.filter(\.isRequired).count
        throw CNNError(
            .typeMismatch,
            "\(call.builtin.name) makes a layer of a model, and takes no \(tensor.describedType.dropFirst(2))",
            notes: [values.count < needed ? "what computes is \(builtin.signature)" : "write \(function)(...)"])
    }

    /// The layer's parameters; layers in braces come first, as arguments: `residual(conv(8, 3x3, pad="same"), relu)`.
    private static func builtin(_ definition: LayerDefinition) -> Builtin {
        let parameters = definition.parameters.map { parameter in
            var own = BuiltinParameter(stringLiteral: parameter.name + (parameter.defaultText.map { "=\($0)" } ?? ""))
            own.layerWords = parameter.words
            own.isNamedOnly = parameter.isNamedOnly
            return own
        }
        let example = example(definition)
        let firstIsPlain = !definition.takesLayers && !hasFunctionOfNumbers(definition.name)
        return Builtin(
            definition.name, (definition.takesLayers ? ["*layers"] : []) + parameters, .cnn,
            "a layer for a model: \(definition.summary)",
            example: (example, example.replacing("\"", with: "'") + "\n")
        ) { call in
            try refuseTensor(call)
            var arguments: [(name: String?, value: LayerArgument)] = []
            for (index, parameter) in call.builtin.parameters.enumerated() {
                guard let value = call.arguments[index] else { continue }
                if let way = call.bareWord(index, parameter.words) {
                    throw call.wrongType(index, "a word in quotes", value, notes: [way])
                }
                // Shown as it is usually written: the first and what must be given without names.
                let isPlain = parameter.isRequired || (index == 0 && firstIsPlain)
                arguments.append((name: isPlain ? nil : parameter.name, value: try LayerArgument(value)))
            }
            let children = try call.variadic.flatMap { try specs($0, in: call.interpreter) }
            let spec = LayerSpec(
                kind: definition.name, name: nil, arguments: arguments, children: children, origin: nil, line: nil)
            do throws(CNNError) { try spec.check() } catch {
                throw withNearestWord(error, definition, call)
            }
            return .native(LayerValueObject([spec]))
        }
    }

    /// `pad="sam"`: the word that it most likely is.
    private static func withNearestWord(_ given: CNNError, _ definition: LayerDefinition, _ call: Call) -> CNNError {
        var error = given
        error.notes = given.notes.map { asCall($0, definition) }
        guard case .named(let name)? = error.argument,
            let words = definition.parameters.first(where: { $0.name == name })?.words,
            let index = call.builtin.parameters.firstIndex(where: { $0.name == name }),
            case .string(let text)? = call.value(index), let nearest = EditDistance.nearest(text.text, among: words)
        else { return error }
        error.notes = ["did you mean \"\(nearest)\"?"]
        return error
    }

    /// A way out of the model's form as that of a call: a word stands in quotes.
    private static func asCall(_ note: String, _ definition: LayerDefinition) -> String {
        if note == "for example: \(definition.example)" { return "for example: \(example(definition))" }
        for parameter in definition.parameters {
            let way = "write \(parameter.name)="
            if note.hasPrefix(way), parameter.words.contains(String(note.dropFirst(way.count))) {
                return "\(way)\"\(note.dropFirst(way.count))\""
            }
        }
        return note
    }

    /// `leaky_relu(0.1)` computes; the layer is `leaky_relu(alpha=0.1)`.
    private static func hasFunctionOfNumbers(_ name: String) -> Bool {
        ElementwiseBuiltins.all.contains { $0.name == name }
    }

    /// The line of a model as a call: `conv 16, 5x5, pad=same` is `conv(16, 5x5, pad="same")`.
    private static func example(_ definition: LayerDefinition) -> String {
        if definition.takesLayers { return "\(definition.name)(batchnorm())" }
        let rest = definition.example.dropFirst(definition.name.count).drop { $0 == " " }
        let arguments = rest.split(separator: ",").enumerated().map { index, part -> String in
            let text = part.drop { $0 == " " }
            guard let equals = text.firstIndex(of: "=") else {
                let label =
                    index == 0 && hasFunctionOfNumbers(definition.name)
                    ? definition.parameters.first.map { "\($0.name)=" } : nil
                return (label ?? "") + text
            }
            let value = text[text.index(after: equals)...]
            let isWord = value.first.map { $0.isLetter && $0.isLowercase } ?? false
            return text[...equals] + (isWord ? "\"\(value)\"" : String(value))
        }
        return "\(definition.name)(\(arguments.joined(separator: ", ")))"
    }

    /// The layers that a value stands for in a model; a built-in that has a layer of its name counts as that layer.
    /// - Throws: E0202 for what is no layer.
    static func specs(_ value: Value, in interpreter: Interpreter, depth: Int = 0) throws -> [LayerSpec] {
        switch value {
        case .list(let list) where depth < ValueDisplay.maximumDepth:
            return try list.elements.flatMap { try specs($0, in: interpreter, depth: depth + 1) }
        case .builtin(let object) where object.receiver == nil && LayerDefinition.named(object.builtin.name) != nil:
            return [
                LayerSpec(kind: object.builtin.name, name: nil, arguments: [], children: [], origin: nil, line: nil)
            ]
        case .native(let object):
            if let list = object as? LayerListObject { return list.layers }
            if let definition = object as? ModelDefinitionObject {
                return try definition.layers([], names: [], in: interpreter)
            }
            if let specs = object.layerSpecs { return specs }
            if let model = object as? ModelObject {
                throw CNNError(
                    .typeMismatch, "a network that is built is no layer of another one",
                    notes: ["write what describes it, as \(model.model.name)(...)"])
            }
        default: break
        }
        if case .builtin(let object) = value, let hint = ForeignNames.layerHint(object.builtin.name) {
            throw CNNError(
                .typeMismatch, "\(object.builtin.name) is a function, which is no layer of a model", notes: [hint])
        }
        throw CNNError(
            .typeMismatch, "\(value.describedType) is no layer",
            notes: ["a layer is conv 16, 3x3 or the like, a model, or a list of layers"])
    }
}

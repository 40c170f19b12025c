import CNNCore

/// A network as a value. It has identity: a second name is the same network.
public final class ModelObject: NativeObject {
    public let model: Model
    /// What the last `train` of this model has done: `resume=True` goes on from there.
    var progress: TrainingProgress?

    public init(_ model: Model) { self.model = model }

    public override var typeName: String { "model" }
    public override var methods: [Builtin] { ModelMethods.all }

    /// What every model has beside its layers and methods.
    static let fields = ["name", "layers", "input_shape", "output_shape"]

    public override var memberNames: [String] {
        ModelObject.fields + LayerPath("").children(of: model)
    }

    public override func member(_ name: String, in interpreter: Interpreter) throws -> Value? {
        switch name {
        case "name": return .text(model.name)
        case "layers": return .array(model.layerNames.map { .native(LayerObject(self, LayerPath($0))) })
        case "input_shape": return ModelObject.value(model.inputShape)
        case "output_shape": return ModelObject.value(model.outputShape)
        default:
            let path = LayerPath(name)
            return path.isLayer(of: model) ? .native(LayerObject(self, path)) : nil
        }
    }

    /// What other libraries call the parameters of a network.
    private static let namesOfParameters: Set<String> = [
        "weight", "weights", "bias", "biases", "get_weights", "variables", "trainable_weights",
        "trainable_variables", "named_parameters",
    ]

    /// `net.weights`, and functions of a network that are written as methods: `net.accuracy(d)`.
    public override func hints(for missing: String) -> [String]? {
        if ModelObject.namesOfParameters.contains(missing), let first = model.parameters.first {
            return ["write net.parameters(), or net.\(first.name)"]
        }
        if missing == "evaluate" || missing == "score" { return ["write accuracy(net, ...)", "write loss(net, ...)"] }
        if missing == "compile" {
            return ["there is nothing to compile: write train net on data, optimizer=adam(lr=0.001)"]
        }
        if missing == "add" || missing == "append" || missing == "add_module" {
            return ["the layers of a model stand in its braces: model Net { conv 16, 3x3; relu }"]
        }
        if missing == "count_params" { return ["write params(net)"] }
        if ["save", "save_weights", "load", "load_weights"].contains(missing) {
            return [missing.hasPrefix("load") ? "write load(path, into=net)" : "write save(net, \"net.safetensors\")"]
        }
        guard let builtin = BuiltinRegistry.named(missing), let first = builtin.parameters.first,
            first.name == "model" || first.name == "net"
        else { return nil }
        return ["write \(missing)(net\(builtin.parameters.filter(\.isRequired).count > 1 ? ", ..." : ""))"]
    }

    private static func value(_ shape: Shape?) -> Value {
        shape.map { .array($0.dimensions.map { .int($0) }) } ?? Value.none
    }

    public override func setMember(_ name: String, _ value: Value, in interpreter: Interpreter) throws -> Bool {
        guard LayerPath(name).isLayer(of: model) else { return false }
        throw CNNError(
            .unknownMember, "a model's layers stay the same",
            notes: ["their values can be assigned: net.\(name).weight = ..."])
    }

    /// The output for a batch `[N, ...]` or one picture.
    public override func call(_ arguments: [Value], names: [String?], in interpreter: Interpreter) throws -> Value? {
        guard arguments.count == 1, names.first.flatMap({ $0 }).map({ $0 == "x" }) ?? true else {
            throw CNNError(
                .argumentMismatch,
                "\(model.name) takes one input, a batch or a picture, not \(arguments.count) arguments")
        }
        guard case .tensor(let object) = arguments[0] else {
            throw CNNError(
                .typeMismatch, "\(model.name) takes a tensor, not \(arguments[0].describedType)",
                notes: ModelObject.inputHint(arguments[0]))
        }
        LearnerWarnings.unscaledPictures(object.tensor, model, in: interpreter)
        return Value(try model(object.tensor))
    }

    private static func inputHint(_ value: Value) -> [String] {
        switch value {
        case .list(let list) where list.isExample: ["an example is [picture, label]: write x[0]"]
        case .list: ["write tensor(...)"]
        case .native(let object) where object is DatasetObject: ["write its .images for all of its pictures"]
        case .native(let object) where object is DatasetPairObject: ["write its .test.images, say"]
        default: []
        }
    }

    /// The table of its layers.
    public override func display() -> String { ModelObject.table(model, batch: 1) }

    static func table(_ model: Model, batch: Int) -> String {
        guard model.inputShape != nil, var text = try? model.summary(batch: batch).text() else {
            let names = model.layerNames.joined(separator: ", ")
            return (["model \(model.name), without shapes until its first call"] + HelpText.wrapped(names, indent: 2))
                .joined(separator: "\n")
        }
        while text.last == "\n" { text.removeLast() }
        return text
    }
}

/// Where a layer stands in a model: `conv1`, `block1.conv2`.
struct LayerPath: Equatable {
    let text: String
    init(_ text: String) { self.text = text }

    var prefix: String { text.isEmpty ? "" : text + "." }
    func appending(_ name: String) -> LayerPath { LayerPath(prefix + name) }

    /// Whether a layer, or a group of layers, has this path.
    func isLayer(of model: Model) -> Bool {
        places(in: model).contains { $0 == text || $0.hasPrefix(prefix) }
    }

    /// The names of the layers right below it, in order.
    func children(of model: Model) -> [String] {
        var names: [String] = []
        for name in places(in: model) where name.hasPrefix(prefix) {
            let first = name.dropFirst(prefix.count).prefix { $0 != "." }
            if !names.contains(String(first)) { names.append(String(first)) }
        }
        return names
    }

    /// Layers and parameters: the weight of a projection belongs to no layer of its own.
    private func places(in model: Model) -> [String] {
        let projections = model.parameters.map(\.name).filter { $0.hasSuffix(".projection.weight") }
        return model.layerNames + projections.map { String($0.dropLast(".weight".count)) }
    }

    /// What it holds itself: parameters, then running statistics.
    func values(of model: Model) -> [(name: String, value: Tensor)] {
        (model.parameters + model.buffers).compactMap { info in
            guard info.name.hasPrefix(prefix) else { return nil }
            let rest = String(info.name.dropFirst(prefix.count))
            return rest.contains(".") ? nil : (rest, info.value)
        }
    }
}

import CNNCore

/// A layer of a model: `net.conv1`. Its values are the model's own: assigning them changes the model.
public final class LayerObject: NativeObject {
    let owner: ModelObject
    let path: LayerPath

    init(_ owner: ModelObject, _ path: LayerPath) {
        self.owner = owner
        self.path = path
    }

    var model: Model { owner.model }
    var kind: String { model.layerKind(path.text) ?? "group" }

    public override var typeName: String { "layer" }
    public override var methods: [Builtin] { LayerMethods.all }

    /// What every layer has beside its values, parts and methods.
    static let fields = ["kind", "name", "frozen"]

    public override var memberNames: [String] {
        path.values(of: model).map(\.name) + path.children(of: model) + LayerObject.fields
    }

    public override func member(_ name: String, in interpreter: Interpreter) throws -> Value? {
        // Inside of gradient(net) these are the watched ones: a penalty on weights counts.
        if let value = model.value(path.prefix + name) { return Value(value) }
        switch name {
        case "kind": return .text(kind)
        case "name": return .text(path.text)
        case "frozen": return .bool(isFrozen)
        default:
            let child = path.appending(name)
            return child.isLayer(of: model) ? .native(LayerObject(owner, child)) : nil
        }
    }

    private var isFrozen: Bool {
        let own = model.parameters.filter { $0.name.hasPrefix(path.prefix) }
        return !own.isEmpty && own.allSatisfy(\.isFrozen)
    }

    public override func setMember(_ name: String, _ value: Value, in interpreter: Interpreter) throws -> Bool {
        guard let old = model.value(path.prefix + name) else { return false }
        guard let tensor = try value.asTensor() else {
            throw CNNError(
                .typeMismatch, "\(path.prefix)\(name) is \(old.shape.asTensor), not \(value.describedType)")
        }
        try model.setValue(path.prefix + name, tensor.detached)
        return true
    }

    public override func call(_ arguments: [Value], names: [String?], in interpreter: Interpreter) throws -> Value? {
        throw CNNError(
            .notCallable, "a layer of a model is not called alone",
            notes: ["feature_maps(net, x, \"\(path.text)\") gives what it makes of x"])
    }

    public override func isEqual(to other: Value) -> Bool {
        guard case .native(let object) = other, let layer = object as? LayerObject else { return false }
        return layer.model === model && layer.path == path
    }

    /// `layer conv1: conv, weight 5x5x1x6, bias 6`
    public override func display() -> String {
        let values = path.values(of: model).map { "\($0.name) \($0.value.shape)" }
        let children = path.children(of: model)
        return "layer \(path.text): "
            + ([kind] + values + children + (isFrozen ? ["frozen"] : [])).joined(separator: ", ")
    }
}

/// What can be done with a layer.
enum LayerMethods {
    static let all: [Builtin] = [freeze("freeze", true), freeze("unfreeze", false)]

    private static func freeze(_ name: String, _ isFrozen: Bool) -> Builtin {
        Builtin(
            name, ["layer"], .training,
            isFrozen
                ? "training leaves the layer's parameters as they are"
                : "training changes the layer's parameters again",
            example: (
                "model Net { input 4x4x1; flatten; dense 2 }\nnet = Net()\nnet.dense1.\(name)()\nnet.dense1.frozen",
                isFrozen ? "True\n" : "False\n"
            )
        ) { call in
            let layer = try call.object(0, LayerObject.self, "a layer")
            try layer.model.freeze(layer.path.text, isFrozen)
            return .none
        }
    }
}

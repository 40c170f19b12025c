import CNNCore

/// A layer as a value, `conv(16, 5x5, pad="same")`: a description that a model takes in.
public final class LayerValueObject: NativeObject {
    let specs: [LayerSpec]

    init(_ specs: [LayerSpec]) { self.specs = specs }

    public override var typeName: String { "layer" }
    public override var isReference: Bool { false }
    public override var layerSpecs: [LayerSpec]? { specs }

    public override func call(_ arguments: [Value], names: [String?], in interpreter: Interpreter) throws -> Value? {
        throw CNNError(
            .notCallable, "a layer is a part of a model and is not called alone",
            notes: ["put it into one: layer = \(display()), then model Net { input 28x28x1; layer }"])
    }

    public override func isEqual(to other: Value) -> Bool {
        guard case .native(let object) = other, let layer = object as? LayerValueObject else { return false }
        return layer.display() == display()
    }

    public override func display() -> String {
        specs.count == 1
            ? LayerValueObject.text(specs[0]) : "[\(specs.map(LayerValueObject.text).joined(separator: ", "))]"
    }

    private static func text(_ spec: LayerSpec) -> String {
        let arguments = spec.arguments.map { ($0.name.map { "\($0)=" } ?? "") + $0.value.text }
        return "\(spec.kind)(\((spec.children.map(text) + arguments).joined(separator: ", ")))"
    }
}

import CNNCore

/// The lists of layers that a model's code is filling: one for every open `{`.
struct LayerStack {
    private var open: [[LayerSpec]] = []
    /// A closed list that waits for the layer that takes it.
    private var children: [LayerSpec] = []

    var depth: Int { open.count }

    mutating func begin() { open.append([]) }
    mutating func end() { children = open.popLast() ?? [] }
    mutating func finish() -> [LayerSpec] { open.popLast() ?? [] }
    mutating func takeChildren() -> [LayerSpec] {
        defer { children = [] }
        return children
    }
    mutating func add(_ layers: [LayerSpec]) {
        guard let last = open.indices.last else { return }
        open[last] += layers
    }
    mutating func truncate(to depth: Int) {
        while open.count > depth { open.removeLast() }
    }
}

/// What a model's code gives back: the layers, described.
final class LayerListObject: NativeObject {
    let layers: [LayerSpec]
    init(_ layers: [LayerSpec]) { self.layers = layers }
    override var typeName: String { "layers" }
}

/// The name that a `model` statement binds: called, it builds a network.
public final class ModelDefinitionObject: NativeObject {
    public let name: String
    let function: FunctionObject

    init(name: String, function: FunctionObject) {
        self.name = name
        self.function = function
    }

    public override var typeName: String { "model definition" }

    public override func display() -> String {
        "model " + function.signature
    }

    /// The layers for these arguments, described but not built.
    func layers(_ arguments: [Value], names: [String?], in interpreter: Interpreter) throws -> [LayerSpec] {
        guard case .native(let object) = try interpreter.call(.function(function), arguments, names: names),
            let list = object as? LayerListObject
        else { return [] }
        return list.layers
    }

    public override func call(_ arguments: [Value], names: [String?], in interpreter: Interpreter) throws -> Value? {
        if arguments.contains(where: \.isTensor), function.prototype.tables.parameters.isEmpty {
            throw CNNError(
                .typeMismatch, "\(name) describes a model and computes nothing itself",
                notes: ["make the network first: net = \(name)(), then net(x)"])
        }
        // Inside of another model's layers, the parts are taken over instead of a network of their own.
        let layers = try self.layers(arguments, names: names, in: interpreter)
        if interpreter.machine.layers.depth > 0 { return .native(LayerListObject(layers)) }
        let model = try Model(name: name, layers: layers, seed: interpreter.seed)
        LearnerWarnings.repeatedSoftmax(model, in: interpreter)
        return .native(ModelObject(model))
    }
}

extension VirtualMachine {
    @inline(never)
    func addLayer(_ base: UnsafeMutablePointer<Slot>, _ word: Instruction) throws {
        let prototype = currentPrototype
        let description = prototype.tables.layers[word.wide]
        var arguments: [(name: String?, value: LayerArgument)] = []
        for (index, name) in description.argumentNames.enumerated() {
            arguments.append((name: name, value: try LayerArgument(base[Int(word.a) + index].value)))
        }
        let origin = interpreter.addOrigin(prototype.source, description.span, prototype.cell)
        let children = description.hasChildren ? layers.takeChildren() : []
        layers.add([
            LayerSpec(
                kind: description.kind, name: description.label, arguments: arguments, children: children,
                origin: origin,
                line: description.line)
        ])
    }

    @inline(never)
    func addLayerValue(_ base: UnsafeMutablePointer<Slot>, _ word: Instruction) throws {
        var label: String?
        if word.b > 0, case .string(let text) = currentConstants[Int(word.b) - 1].value { label = text.text }
        var parts = try LayerBuiltins.specs(base[Int(word.a)].value, in: interpreter)
        if let label {
            if parts.count == 1 {
                parts[0].name = label
            } else {
                parts = [
                    LayerSpec(kind: "sequence", name: label, arguments: [], children: parts, origin: nil, line: nil)
                ]
            }
        }
        layers.add(parts)
    }

    func makeModel(_ target: UnsafeMutablePointer<Slot>, _ function: Value, name: Int) {
        guard case .function(let object) = function else { return }
        target.put(.native(ModelDefinitionObject(name: currentPrototype.tables.names[name], function: object)))
    }
}

import CNNCore

/// The lists of layers that a model's code is filling: one for every open `{`.
struct LayerStack {
    /// Layers that a model may have, and rounds of a `repeat`.
    static let limit = 10_000

    private var open: [[LayerSpec]] = []
    private var count = 0
    /// A closed list that waits for the layer that takes it.
    private var children: [LayerSpec] = []

    var depth: Int { open.count }

    mutating func begin() {
        if open.isEmpty { count = 0 }
        open.append([])
    }
    mutating func end() { children = open.popLast() ?? [] }
    mutating func finish() -> [LayerSpec] { open.popLast() ?? [] }
    mutating func takeChildren() -> [LayerSpec] {
        defer { children = [] }
        return children
    }
    /// - Throws: E0604 for more layers than `limit`.
    mutating func add(_ layers: [LayerSpec]) throws(CNNError) {
        guard let last = open.indices.last else { return }
        count += layers.count
        guard count <= LayerStack.limit else {
            throw CNNError(.tooLarge, "a model has at most \(LayerStack.limit) layers")
        }
        open[last] += layers
    }

    /// - Throws: E0202 for what is no int, E0404 for a number of rounds below 0, E0604 above `limit`.
    static func checkRounds(_ value: Value) throws(CNNError) {
        guard let rounds = value.wholeNumber else {
            let isWhole = value.number.map { Int(exactly: $0) != nil } ?? false
            throw CNNError(
                .typeMismatch, "repeat takes a number of rounds that is an int, not \(value.describedType)",
                notes: value.number.map { number in
                    isWhole
                        ? ["write repeat \(Int(exactly: number) ?? 0), or divide with // for an int"]
                        : ["divide with // for an int"]
                } ?? [])
        }
        guard rounds >= 0 else { throw CNNError(.invalidValue, "repeat takes 0 or more rounds, not \(rounds)") }
        guard rounds <= limit else {
            throw CNNError(.tooLarge, "repeat takes at most \(limit) rounds, not \(rounds)")
        }
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

    /// For whoever forgot the parentheses: `net = First`.
    var makingNote: String {
        let isPlain = function.prototype.tables.parameters.allSatisfy { $0.defaultIndex != nil }
        return "\(name) describes a model; \(name)(\(isPlain ? "" : "...")) makes one"
    }

    public override func hints(for missing: String) -> [String]? { [makingNote] }

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
        let model: Model
        let order = ForeignLayers.Order(layers)
        do {
            try ModelDefinitionObject.checkNames(layers)
            model = try Model(name: name, layers: layers, seed: interpreter.seed)
        } catch {
            var error = error
            if let order, error.origin == order.origin,
                error.code == .outputSizeNotWhole || error.code == .windowTooLarge
            {
                error.notes = [order.meaning, order.note]
            }
            // Without parameters of its own the line of the layer says it all.
            guard !function.prototype.tables.parameters.isEmpty else { throw error }
            throw LayerFault(error: error, maker: name)
        }
        LearnerWarnings.repeatedSoftmax(model, in: interpreter)
        LearnerWarnings.channelsFirst(model, in: interpreter)
        if let order { LearnerWarnings.otherOrder(order, in: interpreter) }
        return .native(ModelObject(model))
    }
}

extension ModelDefinitionObject {
    /// A layer whose name is a member of every model, or of every layer, could not be reached: `net.layers` is the list of
    /// them.
    /// - Parameter group: the layer that they stand in; nil for the model itself.
    /// - Throws: E0404 at the layer.
    fileprivate static func checkNames(_ layers: [LayerSpec], in group: String? = nil) throws(CNNError) {
        let fields = group == nil ? ModelObject.fields : LayerObject.fields
        let methods = group == nil ? ModelMethods.all : LayerMethods.all
        let names = layers.compactMap(\.name)
        for layer in layers {
            try checkNames(layer.children, in: layer.name ?? layer.kind)
            // One that is made several times is numbered.
            guard let name = layer.name, names.count(where: { $0 == name }) == 1 else { continue }
            let isMethod = methods.contains { $0.name == name }
            guard isMethod || fields.contains(name) else { continue }
            let other = (1...).lazy.map { "\(name)_\($0)" }.first { !names.contains($0) } ?? "\(name)_1"
            let member = "net.\(group.map { "\($0)." } ?? "")\(name)\(isMethod ? "()" : "")"
            throw CNNError(
                .invalidValue,
                "no layer can be called '\(name)' here: \(member) is \(group == nil ? "the model's" : "that layer's") own",
                notes: ["give it another name: write \(other): \(layer.kind)"], origin: layer.origin)
        }
    }
}

extension VirtualMachine {
    @inline(never)
    func addLayer(_ base: UnsafeMutablePointer<Slot>, _ word: Instruction) throws {
        countdown &-= VirtualMachine.builtinTurns
        let prototype = currentPrototype
        let description = prototype.tables.layers[word.wide]
        var arguments: [(name: String?, value: LayerArgument)] = []
        for (index, name) in description.argumentNames.enumerated() {
            let value = base[Int(word.a) + index].value
            // `activation=relu` is the same mistake as `activation="relu"`, and is told as that.
            if name != nil, case .builtin(let object) = value, LayerDefinition.named(object.builtin.name) != nil {
                arguments.append((name: name, value: .text(object.builtin.name)))
            } else {
                arguments.append((name: name, value: try LayerArgument(value)))
            }
        }
        let origin = interpreter.addOrigin(prototype.source, description.span, prototype.cell)
        let children = description.hasChildren ? layers.takeChildren() : []
        try layers.add([
            LayerSpec(
                kind: description.kind, name: description.label, arguments: arguments, children: children,
                origin: origin,
                line: description.line)
        ])
    }

    @inline(never)
    func addLayerValue(_ base: UnsafeMutablePointer<Slot>, _ word: Instruction) throws {
        countdown &-= VirtualMachine.builtinTurns
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
        try layers.add(parts)
    }

    func makeModel(_ target: UnsafeMutablePointer<Slot>, _ function: Value, name: Int) {
        guard case .function(let object) = function else { return }
        target.put(.native(ModelDefinitionObject(name: currentPrototype.tables.names[name], function: object)))
    }
}

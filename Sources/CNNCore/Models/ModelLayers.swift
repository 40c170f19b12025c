/// What a model says of its layers, whether their shapes are known or not.
extension Model {
    /// All layers that have a name, outermost first in order: conv1, relu1, stem, block1, block1.conv1, …
    public var layerNames: [String] {
        var names: [String] = []
        eachLayer { names.append($0.name) }
        return names
    }

    public func layerKind(_ layerName: String) -> String? {
        var kind: String?
        eachLayer { if $0.name == layerName { kind = $0.kind } }
        return kind
    }

    private func eachLayer(_ body: (NamedLayer) -> Void) {
        func visit(_ layers: [NamedLayer]) {
            for layer in layers where !(layer.layer is InputLayer) {
                body(layer)
                visit(layer.children)
            }
        }
        visit(layers)
    }

    /// Whether the last layer is softmax: `cross_entropy` then takes its logits.
    public var endsInSoftmax: Bool {
        var last = layers.last
        while let layer = last, layer.layer is SequenceLayer { last = layer.children.last }
        return last?.kind == "softmax"
    }

    func noLayer(_ layerName: String) -> CNNError {
        let names = layerNames
        let list = names.count <= 12 ? names : names.prefix(12) + ["..."]
        return CNNError(
            .unknownMember, "\(name) has no layer '\(layerName)'",
            notes: names.isEmpty ? [] : ["its layers: \(list.joined(separator: ", "))"])
    }

    /// A softmax that is given what another one has made, and where it stands: hardly what was meant.
    public var repeatedSoftmax: (name: String, first: String, origin: Int?)? {
        var last: String?
        for layer in layers {
            // A softmax of logarithms gives the probabilities back.
            if let last, layer.kind == "softmax" || layer.kind == "log_softmax" {
                return (name: layer.name, first: last, origin: layer.origin)
            }
            if layer.kind == "softmax" { last = layer.name } else if layer.kind != "dropout" { last = nil }
        }
        return nil
    }

    /// An input that looks like `[C, H, W]`: 1 or 3 rows, and as many channels as columns, which are many.
    public var channelsFirstInput: (shape: Shape, origin: Int?)? {
        guard let input = layers.first, input.kind == "input", let shape = (input.layer as? InputLayer)?.shape,
            shape.rank == 3,
            shape[0] == 1 || shape[0] == 3, shape[1] == shape[2], shape[1] >= 8,
            layers.contains(where: { $0.kind.hasPrefix("conv") || $0.kind.hasSuffix("pool") })
        else { return nil }
        return (shape: shape, origin: input.origin)
    }

    /// Whether the first layer that computes brings the numbers to one scale.
    public var normalizesItsInput: Bool {
        layers.first { $0.kind != "input" && $0.kind != "pad" && $0.kind != "crop" }?.kind == "batchnorm"
    }
}

/// A layer with its name, before shapes are known.
struct NamedLayer: Sendable {
    /// With the names of the layers around it: `block1.conv2`.
    let name: String
    let kind: String
    let layer: any Layer
    let children: [NamedLayer]
    let origin: Int?
    let line: Int?

    var holdsDense: Bool { kind == "dense" || children.contains(where: \.holdsDense) }
}

/// From the description of layers to layers: checks kinds and arguments, and gives every layer a name of its own.
struct LayerTree: Sendable {
    let layers: [NamedLayer]

    /// How deep layers may stand in the braces of others.
    private static let maximumDepth = 100

    /// How many errors are told in one go.
    private static let errorLimit = 10

    /// - Throws: E0203, E0209, E0202, E0404 with the origin of the layer; those of other layers are its `others`.
    init(_ specs: [LayerSpec]) throws(CNNError) {
        do {
            layers = try LayerTree.name(LayerTree.inlined(specs, depth: 0), in: "", isBranch: false, depth: 0)
        } catch {
            var first = error
            LayerTree.collectErrors(of: specs, into: &first, depth: 0)
            throw first
        }
    }

    /// Adds the wrong arguments of other layers to an error. A layer that a `repeat` makes several times counts once.
    private static func collectErrors(of specs: [LayerSpec], into first: inout CNNError, depth: Int) {
        guard depth <= maximumDepth else { return }
        for spec in specs where first.others.count < errorLimit - 1 {
            if let origin = spec.origin, first.origin != origin, !first.others.contains(where: { $0.origin == origin })
            {
                do {
                    _ = try layer(of: spec)
                } catch {
                    var error = error
                    error.origin = error.origin ?? origin
                    first.others.append(error)
                }
            }
            collectErrors(of: spec.children, into: &first, depth: depth + 1)
        }
    }

    /// An unlabelled group among layers is no layer of its own: its layers stand in its place.
    private static func inlined(_ specs: [LayerSpec], depth: Int) throws(CNNError) -> [LayerSpec] {
        try check(depth)
        var layers: [LayerSpec] = []
        for spec in specs {
            if spec.kind == "sequence", spec.name == nil {
                layers += try inlined(spec.children, depth: depth + 1)
            } else {
                layers.append(spec)
            }
        }
        return layers
    }

    private static func check(_ depth: Int) throws(CNNError) {
        guard depth <= maximumDepth else {
            throw CNNError(.nestingTooDeep, "layers are nested more than \(maximumDepth) deep")
        }
    }

    /// - Parameter scope: the name of the layer around with a dot, or nothing.
    private static func name(
        _ specs: [LayerSpec], in scope: String, isBranch: Bool, depth: Int
    ) throws(CNNError) -> [NamedLayer] {
        try check(depth)
        var names = LayerNames(specs, isBranch: isBranch)
        var layers: [NamedLayer] = []
        for spec in specs {
            do {
                let name = scope + (try names.next(for: spec))
                layers.append(try make(spec, name, depth))
            } catch {
                var error = error
                if error.origin == nil { error.origin = spec.origin }
                throw error
            }
        }
        return layers
    }

    /// Whether the arguments of a layer are such as it takes, before it stands in a model.
    /// - Throws: E0203, E0202, E0404.
    static func check(_ spec: LayerSpec) throws(CNNError) {
        guard let definition = LayerDefinition.named(spec.kind) else { return }
        _ = try definition.make(try LayerArguments(spec, definition))
    }

    /// The layer alone, without those in its braces.
    private static func layer(of spec: LayerSpec) throws(CNNError) -> any Layer {
        guard let definition = LayerDefinition.named(spec.kind) else {
            throw CNNError(.unknownLayer, "there is no layer '\(spec.kind)'")
        }
        let layer = try definition.make(try LayerArguments(spec, definition))
        guard definition.takesLayers || spec.children.isEmpty else {
            throw LayerArguments.mismatch("\(definition.name) takes no layers in braces", definition)
        }
        guard layer.arrangement == .leaf || !spec.children.isEmpty || spec.kind == "sequence" else {
            throw LayerArguments.mismatch("\(definition.name) needs layers in braces", definition)
        }
        return layer
    }

    private static func make(_ spec: LayerSpec, _ name: String, _ depth: Int) throws(CNNError) -> NamedLayer {
        let layer = try layer(of: spec)
        let isBranch = layer.arrangement == .parallel
        let specs = isBranch ? spec.children : try inlined(spec.children, depth: depth + 1)
        let children = try self.name(specs, in: name + ".", isBranch: isBranch, depth: depth + 1)
        return NamedLayer(
            name: name, kind: spec.kind, layer: layer, children: children, origin: spec.origin, line: spec.line)
    }
}

/// The names of layers that stand together: `conv1`, `conv2` by kind, or as they are labelled.
private struct LayerNames {
    /// The layers of every label.
    private var labelled: [String: [LayerSpec]] = [:]
    /// How often a numbered name was given.
    private var counts: [String: Int] = [:]
    private let isBranch: Bool

    init(_ specs: [LayerSpec], isBranch: Bool) {
        self.isBranch = isBranch
        for spec in specs { if let label = spec.name { labelled[label, default: []].append(spec) } }
    }

    mutating func next(for spec: LayerSpec) throws(CNNError) -> String {
        guard let label = spec.name else {
            return numbered(isBranch && spec.kind == "sequence" ? "path" : spec.kind)
        }
        guard !label.isEmpty, !label.contains(".") else {
            throw CNNError(.invalidValue, "'\(label)' is no name for a layer")
        }
        guard let same = labelled[label], same.count > 1 else { return label }
        // A labelled layer inside of a repeat is one layer of the source made several times: it is numbered.
        if spec.origin != nil, same.allSatisfy({ $0.origin == spec.origin }) { return numbered(label) }
        let lines = same.compactMap(\.line).map { "line \($0)" }
        throw CNNError(
            .invalidValue, "\(same.count) layers have the name '\(label)'",
            notes: lines.isEmpty ? [] : [lines.joined(separator: ", ")])
    }

    /// The next number that makes a name which no label has.
    private mutating func numbered(_ stem: String) -> String {
        while true {
            let count = (counts[stem] ?? 0) + 1
            counts[stem] = count
            let name = "\(stem)\(count)"
            if labelled[name] == nil { return name }
        }
    }
}

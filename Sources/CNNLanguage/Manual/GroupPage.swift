import CNNCore

/// A page for each group of built-ins.
enum GroupPage {
    /// nil for a group that only methods have.
    static func page(_ group: Builtin.Group) -> ManualPage? {
        let builtins = BuiltinRegistry.all.filter { $0.group == group && explains($0) }
        if builtins.isEmpty { return nil }
        let head = group == .training ? [TrainingSection.text] : []
        let parts =
            [Manual.backLink, Markdown.table(["name", "what it does"], builtins.map(row))] + head
            + builtins.map { entry($0) }
        return ManualPage(
            fileName: fileName(of: group), title: group.title, summary: group.summary,
            body: parts.joined(separator: "\n\n"))
    }

    /// Whether it has an entry here; what only makes a layer is explained with the layers.
    static func explains(_ builtin: Builtin) -> Bool {
        builtin.layerForm != nil || LayerDefinition.named(builtin.name) == nil
    }

    static func place(of builtin: Builtin) -> String {
        "\(fileName(of: builtin.group))#\(Markdown.anchor(builtin.name))"
    }

    private static func fileName(of group: Builtin.Group) -> String { Markdown.anchor(group.title) + ".md" }

    static func row(_ builtin: Builtin) -> [String] {
        [Manual.link(builtin.name), Manual.prose(builtin.summary, except: builtin.name)]
    }

    private static func entry(_ builtin: Builtin) -> String {
        var parts = [
            "## \(Markdown.code(builtin.name))", Markdown.code(builtin.signature),
            Manual.prose(builtin.summary, except: builtin.name),
        ]
        if let formula = builtin.formula { parts.append(Manual.formula(formula)) }
        parts.append(Manual.example(builtin.example.code, output: builtin.example.output))
        parts += notes(builtin)
        return parts.joined(separator: "\n\n")
    }

    /// The other ways to call it, and what has the same name.
    private static func notes(_ builtin: Builtin) -> [String] {
        var notes: [String] = []
        if Members.isMethodOfTensors(builtin) {
            notes.append("Also a method of tensors: \(Markdown.code(builtin.methodSignature("x"))).")
        }
        if builtin.layerForm != nil, let layer = LayerDefinition.named(builtin.name) {
            notes.append("Also a layer: [\(Markdown.code(layer.signature))](\(LayerPage.place(of: layer))).")
        }
        let namesakes = BuiltinRegistry.methods.filter { $0.list.contains { $0.name == builtin.name } }
        if !namesakes.isEmpty {
            let links = namesakes.map { "[\(Markdown.code($0.type))](\(MethodPage.place(of: builtin.name, $0.type)))" }
            notes.append("A method of the same name: \(links.joined(separator: ", ")).")
        }
        return notes
    }
}

extension Builtin.Group {
    /// What the group is about, in the index.
    var summary: String {
        switch self {
        case .make: "tensors from numbers, sizes and random streams"
        case .elementwise: "functions of every element"
        case .reduce: "sums, means and extremes over axes; order"
        case .shape: "the same elements in another shape"
        case .linearAlgebra: "products of vectors and matrices"
        case .cnn: "convolution, pooling, normalisation and losses as functions"
        case .lecture: "sizes, shifts and counts as the lecture has them"
        case .explain: "the arithmetic behind a number, with one's own numbers"
        case .look: "pictures, filters, maps and curves in characters"
        case .data: "data sets and files"
        case .augment: "pictures moved, turned and changed"
        case .evaluate: "how good a network is, and whether its gradients are right"
        case .strings: "texts"
        case .lists: "lists"
        case .language: "conversions, loops, output, errors, help"
        case .training: "train with its keys, optimizers, schedules, losses"
        }
    }
}

import CNNCore

/// The layers of a model.
enum LayerPage {
    static let page: ManualPage = {
        let layers = LayerDefinition.all
        let rows = layers.map { layer in
            ["[\(Markdown.code(layer.name))](#\(Markdown.anchor(layer.name)))", Manual.prose(layer.summary)]
        }
        let parts =
            [Manual.backLink, introduction, Markdown.table(["layer", "what it does"], rows)] + layers.map(entry)
        return ManualPage(
            fileName: fileName, title: "Layers of a model",
            summary: "what stands in model { ... }: arguments, formulas",
            body: parts.joined(separator: "\n\n"))
    }()

    private static let fileName = "layers.md"

    static func place(of layer: LayerDefinition) -> String { "\(fileName)#\(Markdown.anchor(layer.name))" }

    private static let introduction = """
        N is the height or the width of the input, F that of the window, S the stride, P the padding, C the channels \
        of the input, K the number of filters. An argument that takes a word takes it bare in a model, `pad=same`, and \
        in quotes in a call, `pad="same"`.
        """

    private static func entry(_ layer: LayerDefinition) -> String {
        var parts = [
            "## \(Markdown.code(layer.name))", Markdown.code(layer.signature), Manual.prose(layer.summary),
        ]
        if let formula = layer.formula { parts.append(Manual.formula(formula)) }
        if !layer.parameters.isEmpty {
            parts.append(Markdown.table(["argument", "default", "what it is", "words"], layer.parameters.map(row)))
        }
        parts += ["In a model:", Markdown.block(layer.example, language: "text")]
        if let value = LayerBuiltins.all.first(where: { $0.name == layer.name }) {
            parts += ["As a value:", Manual.example(value.example.code, output: value.example.output)]
        }
        if let function = BuiltinRegistry.named(layer.name), GroupPage.explains(function) {
            let place = GroupPage.place(of: function)
            parts.append("Also a function: [\(Markdown.code(function.signature))](\(place)).")
        }
        return parts.joined(separator: "\n\n")
    }

    private static func row(_ parameter: LayerParameter) -> [String] {
        [
            Markdown.code(parameter.name), parameter.defaultText.map(Markdown.code) ?? "must be given",
            Manual.prose(parameter.summary), parameter.words.map(Markdown.code).joined(separator: ", "),
        ]
    }
}

import CNNCore

/// The manual's first page: its pages, and every name in the order of the alphabet.
enum ManualIndex {
    static func page(over pages: [ManualPage]) -> ManualPage {
        let parts = [
            """
            What `help NAME` says, as pages. An example is a cell with its output in `#>` lines; the tests run every \
            one. The expression `train` and its keys are under [Training](training.md#train).
            """,
            Markdown.table(["page", "about"], pages.map { [$0.link, Markdown.text($0.summary)] }),
            "## Functions", names(BuiltinRegistry.all.filter(GroupPage.explains).map(\.name)) { Manual.link($0) },
            "## Layers",
            names(LayerDefinition.all.map(\.name)) { name in
                LayerDefinition.named(name).map { "[\(Markdown.code(name))](\(LayerPage.place(of: $0)))" } ?? name
            },
            "## Methods", methods,
            "## Modules",
            ModuleManual.all.map { "[\(Markdown.code($0.name))](\(ModulePage.place(of: $0)))" }.joined(separator: ", "),
            "## Element types", names(BuiltinRegistry.constantNames + ["bool"]) { Markdown.code($0) },
            "## Words of the language",
            names(Keyword.all) { word in
                LanguageForm.named(word).map { "[\(Markdown.code(word))](\(FormPage.place(of: $0)))" }
                    ?? Markdown.code(word)
            },
            "Other forms: "
                + LanguageForm.all.filter { !Keyword.all.contains($0.names[0]) }.map {
                    "[\(Markdown.code($0.names[0]))](\(FormPage.place(of: $0)))"
                }.joined(separator: ", ") + ".",
        ]
        return ManualPage(
            fileName: "README.md", title: "cnnbook reference", summary: "",
            body: parts.joined(separator: "\n\n"))
    }

    private static func names(_ names: [String], _ link: (String) -> String) -> String {
        names.sorted { ($0.lowercased(), $0) < ($1.lowercased(), $1) }.map(link).joined(separator: ", ")
    }

    private static var methods: String {
        BuiltinRegistry.methods.map { type, list in
            let links = names(list.map(\.name)) { "[\(Markdown.code($0))](\(MethodPage.place(of: $0, type)))" }
            return "- \(type): \(links)"
        }.joined(separator: "\n")
    }
}

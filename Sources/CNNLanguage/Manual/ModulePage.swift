import CNNCore

/// The page of the modules that are imported by name.
enum ModulePage {
    static let page = ManualPage(
        fileName: "modules.md", title: "Modules", summary: "filters, models and the lecture's examples, by import",
        body: ([Manual.backLink, introduction] + ModuleManual.all.map(section)).joined(separator: "\n\n"))

    private static let introduction = """
        Written in the language itself, under `stdlib/`. `import filters` makes the names of a module those behind its \
        point: `filters.blur(x)`.
        """

    private static func section(_ module: ModuleManual) -> String {
        let rows = module.entries.map { [Markdown.code($0.call), Manual.prose($0.summary)] }
        let parts = [
            "## \(module.name)", Markdown.code("import \(module.name)"), Manual.prose(module.summary),
            Markdown.table(["form", "what it is"], rows),
        ]
        return parts.joined(separator: "\n\n")
    }

    static func place(of module: ModuleManual) -> String { "modules.md#\(Markdown.anchor(module.name))" }
}

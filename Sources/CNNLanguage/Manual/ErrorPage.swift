import CNNCore

/// Every error code.
enum ErrorPage {
    static let page: ManualPage = {
        let rows = ErrorCatalog.all.map { entry in
            ["[\(entry.code.rawValue)](#\(Markdown.anchor(entry.code.rawValue)))", Manual.prose(entry.title)]
        }
        let introduction = """
            An error ends its cell, not the session. The first two digits of its code say what it is about: \
            \(families.map { "\($0.prefix) \($0.title)" }.joined(separator: ", ")). \
            An error that is expected is written `expect error E0301 { ... }`, or stands in the cell's `#>` lines.
            """
        let parts =
            [Manual.backLink, introduction, Markdown.table(["code", "what is wrong"], rows)]
            + ErrorCatalog.all.map(text)
        return ManualPage(
            fileName: fileName, title: "Errors", summary: "what each code means, and a way out",
            body: parts.joined(separator: "\n\n"))
    }()

    private static let fileName = "errors.md"

    private static let families: [(prefix: String, title: String)] = [
        ("E01", "syntax"), ("E02", "names and types"), ("E03", "shapes"), ("E04", "values and numerics"),
        ("E05", "files and data"), ("E06", "limits"), ("E07", "expectations"),
    ]

    static func place(of code: ErrorCode) -> String { "\(fileName)#\(Markdown.anchor(code.rawValue))" }

    private static func text(_ entry: ErrorExplanation) -> String {
        [
            "## \(entry.code.rawValue)", "**\(Manual.prose(entry.title))**", Manual.prose(entry.text),
            Markdown.block(entry.example, language: "text"),
        ].joined(separator: "\n\n")
    }
}

/// The words of the language, and the forms of its statements and expressions.
enum FormPage {
    static let page: ManualPage = {
        let rows = LanguageForm.all.map { form in ["[\(names(form))](#\(anchor(form)))", Manual.prose(form.summary)] }
        let parts = [Manual.backLink, Markdown.table(["form", "what it does"], rows)] + LanguageForm.all.map(entry)
        return ManualPage(
            fileName: fileName, title: "Words and forms",
            summary: "statements, expressions and literals of the language itself",
            body: parts.joined(separator: "\n\n"))
    }()

    private static let fileName = "forms.md"

    static func place(of form: LanguageForm) -> String { "\(fileName)#\(anchor(form))" }

    private static func anchor(_ form: LanguageForm) -> String { Markdown.anchor(form.names[0]) }

    private static func names(_ form: LanguageForm) -> String {
        form.names.map(Markdown.code).joined(separator: " ")
    }

    private static func entry(_ form: LanguageForm) -> String {
        var parts = [
            "## \(Markdown.code(form.names[0]))", Markdown.block(form.forms.joined(separator: "\n"), language: "text"),
            Manual.prose(form.summary),
        ]
        if form.names[0] == "train" { parts.append("Its keys: [Training](training.md#train).") }
        parts.append(Manual.example(form.example.code, output: form.example.output))
        return parts.joined(separator: "\n\n")
    }
}

import CNNCore
import CNNLanguage

/// Files that are no notebooks, by what their names end in.
enum ForeignFile {
    /// E0507 that says what it is; nil for what is read as a notebook.
    static func error(_ path: String, _ bytes: [UInt8]) -> CNNError? {
        if JupyterFile.isJupyter(path: path) { return JupyterFile.error(path) }
        let name = Notebook.fileName(of: path)
        guard let point = name.lastIndex(of: ".") else { return nil }
        let ending = name[name.index(after: point)...].lowercased()
        guard let (kind, note) = kind(of: ending, path, bytes) else { return nil }
        return CNNError(.malformedNotebook, "'\(name)' is \(kind)", notes: [note])
    }

    private static func kind(of ending: String, _ path: String, _ bytes: [UInt8]) -> (kind: String, note: String)? {
        let stem = path.dropLast(ending.count)
        func convert(_ path: String) -> String { "cnnbook convert \(quoted(path)) \(quoted(stem + "cnnbook"))" }
        switch ending {
        case "md": return ("a Markdown document", "convert it first, in the shell: \(convert(path))")
        case "markdown":
            let renamed = "mv \(quoted(path)) \(quoted(stem + "md"))"
            return ("a Markdown document", "in the shell: \(renamed), then \(convert(stem + "md"))")
        case "html", "htm": return ("a web page", "run the notebook that it was made from")
        case "csv", "tsv": return ("a table of data", "a cell reads it: load(\"\(Notebook.fileName(of: path))\")")
        case "txt", "text", "rst", "tex", "log":
            // Programs are kept under such names too.
            let parsed = Parser.parse(SourceText(name: "", bytes: bytes))
            return parsed.diagnostics.isEmpty
                ? nil : ("no notebook: its text is no program", "a notebook holds cells, which begin with # %%")
        default: return nil
        }
    }

    /// As a shell takes it.
    static func quoted(_ text: some StringProtocol) -> String {
        let path = String(text)
        let isPlain = path.allSatisfy { $0.isLetter || $0.isNumber || "/._-~+".contains($0) }
        return isPlain ? path : "'" + path.replacing("'", with: "'\\''") + "'"
    }
}

import CNNCore

/// A Jupyter notebook, which `convert` reads and nothing else does.
enum JupyterFile {
    static let jupyterEnding = ".ipynb"

    static func isJupyter(path: String) -> Bool { path.lowercased().hasSuffix(jupyterEnding) }

    /// Whether a text is the JSON of one, whatever its file is called.
    static func isJupyter(_ bytes: [UInt8]) -> Bool {
        let isBlank: (UInt8) -> Bool = { $0 == 0x20 || (0x09...0x0D).contains($0) }
        let text = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes.dropFirst(3) : bytes[...]
        guard text.first(where: { !isBlank($0) }) == UInt8(ascii: "{"), let file = try? JSONParser.parse(Array(text))
        else { return false }
        return file["nbformat"] != nil && (file["cells"] != nil || file["worksheets"] != nil)
    }

    /// E0507 for a file that is called what it is.
    static func error(_ path: String) -> CNNError {
        CNNError(
            .malformedNotebook, "'\(Notebook.fileName(of: path))' is a Jupyter notebook",
            notes: ["convert it first, in the shell: \(conversion(path))"])
    }

    /// E0507 for one that is called something else: `convert` goes by the ending.
    static func error(named name: String) -> CNNError {
        let stem = name.lowercased().hasSuffix(".cnnbook") ? String(name.dropLast(".cnnbook".count)) : name
        return CNNError(
            .malformedNotebook, "'\(name)' holds a Jupyter notebook",
            notes: [
                "give it the ending \(jupyterEnding), then convert it, in the shell: \(conversion(stem + jupyterEnding))"
            ])
    }

    /// The command for the shell.
    static func conversion(_ path: String) -> String {
        "cnnbook convert \(ForeignFile.quoted(path)) \(ForeignFile.quoted(path.dropLast(jupyterEnding.count) + ".cnnbook"))"
    }
}

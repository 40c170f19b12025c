import CNNCore
import CNNLanguage

/// `cnnbook convert`: between the forms that a notebook's file can have.
public enum NotebookForm: String, CaseIterable, Sendable {
    case cnnbook, ipynb, md, html

    /// By what the path ends in; nil for another ending.
    public init?(path: String) {
        guard let point = path.lastIndex(of: ".") else { return nil }
        self.init(rawValue: path[path.index(after: point)...].lowercased())
    }
}

public enum NotebookConversion {
    /// Reads a notebook in any form but HTML.
    /// - Throws: E01, E0501, E0502, E0503, E0507, E0604.
    public static func read(_ path: String, _ form: NotebookForm) throws(Diagnostic) -> Notebook {
        let name = Notebook.fileName(of: path)
        let bytes: [UInt8]
        do { bytes = try text(path, form, name: name) } catch { throw Diagnostic(error) }
        return try Notebook(SourceText(name: name, bytes: bytes))
    }

    private static func text(_ path: String, _ form: NotebookForm, name: String) throws(CNNError) -> [UInt8] {
        let content = try FileReader.bytes(path, limit: Notebook.byteLimit)
        switch form {
        case .cnnbook, .html: return content
        case .ipynb: return try IPYNBFile.notebookText(content, name: name)
        case .md:
            guard let text = String(validating: content, as: UTF8.self) else {
                throw CNNError(.malformedFile, "\(name) is not UTF-8")
            }
            return Array(MarkdownFile.notebookText(text).utf8)
        }
    }

    /// - Throws: E0507 where the notebook has no such form.
    public static func bytes(_ notebook: Notebook, as form: NotebookForm) throws(CNNError) -> [UInt8] {
        switch form {
        case .cnnbook: return notebook.bytes
        case .ipynb: return try IPYNBFile.bytes(notebook)
        case .md: return Array(MarkdownFile.text(notebook).utf8)
        case .html:
            let result = NotebookResult(stored: notebook)
            var report = NotebookReport(name: notebook.source.name, .ran(notebook, result))
            report.showsStatus = false
            return ReportFormat.html.document([ReportFormat.html.part(report)])
        }
    }
}

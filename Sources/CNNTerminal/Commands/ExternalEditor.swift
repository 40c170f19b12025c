import CLineEditor
import CNNCore
import CNNNotebook

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A cell or a function in the user's own editor.
struct ExternalEditor {
    private let call: CommandCall

    init(_ call: CommandCall) { self.call = call }

    /// What the editor has left, to be run; nil where that is nothing new, or there was no editor.
    var edited: String? {
        guard let editor = DataFolders.environment("VISUAL") ?? DataFolders.environment("EDITOR") else {
            call.refuse("no editor is set: say which in the environment, as EDITOR=nano")
            return nil
        }
        guard let text = startText else { return nil }
        guard let path = ExternalEditor.temporaryFile(text) else {
            call.refuse("no temporary file can be written")
            return nil
        }
        defer { unlink(path) }
        call.editor.endWork()
        let isDone = ExternalEditor.run(editor, path)
        call.editor.beginWork()
        guard isDone else {
            call.refuse("\(editor) ended with an error: nothing is run")
            return nil
        }
        guard let bytes = try? FileReader.bytes(path, limit: Notebook.byteLimit) else {
            call.refuse("\(editor) left no file: nothing is run")
            return nil
        }
        let result = String(String(decoding: bytes, as: UTF8.self).trimmed)
        if result.isEmpty || (result == text.trimmed && !text.isEmpty) {
            call.session.answer("nothing has changed: nothing is run")
            return nil
        }
        return result
    }

    /// The function's source, or the last cell; nil with a complaint.
    private var startText: String? {
        guard !call.argument.isEmpty else { return call.session.records.last?.code ?? "" }
        let path = call.argument.split(separator: ".").map(String.init)
        if let found = call.session.interpreter.sourceText(of: path) { return found.text }
        call.refuse("'\(call.argument)' is no function or model of this session")
        return nil
    }

    private static func temporaryFile(_ text: String) -> String? {
        let folder = DataFolders.environment("TMPDIR") ?? "/tmp"
        var template = Array("\(folder)/cell-XXXXXX.cnnbook".utf8CString)
        let descriptor = mkstemps(&template, Int32(".cnnbook".utf8.count))
        guard descriptor >= 0 else { return nil }
        close(descriptor)
        let path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
        guard (try? FileWriter.write(Array((text + (text.isEmpty ? "" : "\n")).utf8), to: path)) != nil else {
            unlink(path)
            return nil
        }
        return path
    }

    /// Runs `$EDITOR FILE`, which may hold arguments of its own. Ctrl-C and Ctrl-\ are keys of the editor.
    private static func run(_ editor: String, _ path: String) -> Bool {
        let words = ["/bin/sh", "-c", "trap : INT QUIT; \(editor) \"$1\"", "sh", path]
        let arguments: [UnsafeMutablePointer<CChar>?] = words.map { word in strdup(word) } + [nil]
        defer { arguments.forEach { free($0) } }
        return cline_run_aside("/bin/sh", arguments)
    }
}

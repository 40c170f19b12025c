import ArgumentParser
import CNNCore
import CNNNotebook

import struct CNNLanguage.Diagnostic

struct ConvertCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "convert",
        abstract: "Convert a notebook: .cnnbook, .ipynb, .md, and to .html.",
        discussion: """
            The endings of the names say what is meant. Nothing is run: #> lines become outputs and the reverse. To \
            .ipynb and back nothing is lost; what one form has no words for is kept for the way back.
            """)

    @Argument(help: ArgumentHelp("The notebook: .cnnbook, .ipynb or .md.", valueName: "from"), completion: .file())
    var from: String

    @Argument(help: ArgumentHelp("The new file: .cnnbook, .ipynb, .md or .html.", valueName: "to"), completion: .file())
    var to: String

    @OptionGroup var shared: SharedOptions

    private var forms: (from: NotebookForm, to: NotebookForm)? {
        guard let from = NotebookForm(path: from), let to = NotebookForm(path: to) else { return nil }
        return (from, to)
    }

    func validate() throws {
        for path in [from, to] where NotebookForm(path: path) == nil {
            throw ValidationError("'\(path)' ends in none of .cnnbook, .ipynb, .md, .html")
        }
        if forms?.from == .html { throw ValidationError("an HTML page is not read: convert what it was made of") }
        if from == to { throw ValidationError("a file is not converted into itself") }
    }

    func run() throws {
        guard let forms else { return }
        let runner = shared.runner(RunSettings())
        let notebook: Notebook
        do { notebook = try NotebookConversion.read(from, forms.from) } catch {
            runner.tell(error)
            return try ExitStatus.unreadable.end()
        }
        do { try write(notebook, as: forms.to) } catch {
            runner.tell(Diagnostic(error))
            return try ExitStatus.failure.end()
        }
    }

    private func write(_ notebook: Notebook, as form: NotebookForm) throws(CNNError) {
        try FileWriter.write(NotebookConversion.bytes(notebook, as: form), to: to)
    }
}

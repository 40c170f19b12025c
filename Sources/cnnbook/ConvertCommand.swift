import ArgumentParser
import CNNCore
import CNNNotebook
import CNNTerminal

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
        let notebook: Notebook
        do { notebook = try NotebookConversion.read(from, forms.from) } catch {
            shared.runner(RunSettings()).tell(error)
            return try ExitStatus.unreadable.end()
        }
        do { try write(notebook, as: forms.to) } catch {
            if InterruptSignal.wasReceived { InterruptSignal.endProcess() }
            shared.runner(RunSettings()).tell(Diagnostic(error))
            return try ExitStatus.failure.end()
        }
    }

    /// Ctrl-C ends the process at once, as it does by default, until there is a file to tidy up.
    private func write(_ notebook: Notebook, as form: NotebookForm) throws(CNNError) {
        let bytes = try NotebookConversion.bytes(notebook, as: form)
        InterruptSignal.install(secondEnds: true)
        try FileWriter.write(bytes, to: to, isStoppable: true)
    }
}

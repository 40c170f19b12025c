import ArgumentParser
import CNNCore
import CNNNotebook

import enum CNNLanguage.BigStack
import struct CNNLanguage.Diagnostic
import enum CNNLanguage.Figure

/// `cnnbook inspect figures FILE --out FOLDER`: runs a notebook as a report does. Each figure becomes a file, `1.png`,
/// `2.svg`, …; a line for each piece of output has its kind, a tab, and its text with `\n` and `\\` for what they say.
struct FiguresCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "figures", abstract: "Write the figures of a notebook as files.")

    @Argument(help: "A notebook.", completion: .file())
    var file: String

    @Option(name: .long, help: "A folder.", completion: .directory)
    var out: String

    @OptionGroup var shared: SharedOptions

    func run() throws {
        try shared.prepareComputing()
        MemoryOption.prepare(nil)
        let output = StandardStreams.output()
        let runner = shared.runner(shared.runSettings())
        do {
            try FileWriter.makeFolder(out)
            let notebook = try Notebook.read(file)
            var settings = shared.runSettings()
            settings.keepsFigures = true
            settings.folder = "."
            var items: [OutputItem] = []
            BigStack.run { items = NotebookRunner(notebook, settings).run().cells.flatMap(\.items) }
            var number = 0
            for item in items {
                switch item {
                case .text(let text): output.write("text\t\(FiguresCommand.escaped(text))\n")
                case .figure(let figure, let text):
                    number += 1
                    let name = try write(figure, number)
                    output.write("figure \(name)\t\(FiguresCommand.escaped(text))\n")
                }
            }
        } catch let error as CNNError {
            runner.tell(Diagnostic(error))
            throw ExitCode(ExitStatus.failure.rawValue)
        } catch let diagnostic as Diagnostic {
            runner.tell(diagnostic)
            throw ExitCode(ExitStatus.unreadable.rawValue)
        }
        output.flush()
        if output.failure != nil { try ExitStatus.failure.end() }
    }

    private func write(_ figure: Figure, _ number: Int) throws -> String {
        let (name, bytes): (String, [UInt8])
        if case .pictures(let sheet) = figure {
            (name, bytes) = ("\(number).png", try PictureFile.png(sheet))
        } else {
            (name, bytes) = ("\(number).svg", Array((FigureSVG.svg(figure, id: "figure-\(number)") ?? "").utf8))
        }
        try FileWriter.write(bytes, to: "\(out)/\(name)")
        return name
    }

    private static func escaped(_ text: String) -> String {
        text.reduce(into: "") { $0 += $1 == "\n" ? "\\n" : $1 == "\\" ? "\\\\" : String($1) }
    }
}

import ArgumentParser
import CNNNotebook

import struct CNNLanguage.Diagnostic

struct FormatCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fmt",
        abstract: "Lay out the code of notebooks and modules in the one canonical way.",
        discussion: """
            Files are written anew in place, and only where something changes; standard error says which. Prose, \
            marker lines and #> lines stay as they are. A file with a syntax error is left alone. - reads standard \
            input and writes standard output.
            """)

    @Argument(
        help: ArgumentHelp("Notebooks, modules, or - for standard input.", valueName: "file"), completion: .file())
    var files: [String]

    @Flag(name: .long, help: "Change nothing; list the files that would change, and exit with 1 if there are any.")
    var check = false

    @OptionGroup var shared: SharedOptions

    func run() throws {
        let runner = shared.runner(RunSettings())
        try runner.finish(files) { file in
            file == "-" ? formatInput(runner) : runner.format(file: file, isCheck: check, isQuiet: shared.quiet)
        }
    }

    private func formatInput(_ runner: ConsoleRunner) -> ExitStatus {
        let bytes: [UInt8]
        do { bytes = try StandardStreams.readInput(limit: Notebook.byteLimit) } catch {
            runner.tell(Diagnostic(error))
            return .unreadable
        }
        return runner.format(bytes, isCheck: check)
    }
}

import ArgumentParser
import CNNCore
import CNNNotebook
import CNNTerminal

import struct CNNLanguage.Diagnostic

struct TestCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "test",
        abstract: "Run notebooks and compare what they print with their #> lines.",
        discussion: """
            The report goes to standard output. Words count exactly, runs of blanks as one, a number to half a unit of \
            the last decimal that the #> line writes; ... is any text, <int> and <num> are any such number.
            """)

    @Argument(help: ArgumentHelp("Notebooks.", valueName: "file"), completion: .file())
    var files: [String]

    @Flag(name: .long, help: "Write anew those #> lines that differ.")
    var update = false

    @OptionGroup var reports: ReportOptions
    @OptionGroup var limits: LimitOptions
    @OptionGroup var shared: SharedOptions

    func run() throws {
        try shared.prepareComputing()
        limits.prepare()
        var settings = shared.runSettings()
        settings.timeoutSeconds = limits.timeout
        settings.keepsFacts = true
        settings.summarizesValues = reports.json != nil
        settings.keepsFigures = reports.json != nil || reports.html != nil
        let runner = shared.runner(settings)
        runner.trainingDisplay = nil
        runner.reports = reports.files(isPart: false) { runner.tell(Diagnostic($0)) }
        try runner.finish(files) { runner.test(file: $0, isUpdate: update) }
    }
}

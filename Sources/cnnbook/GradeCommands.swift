import ArgumentParser
import CNNCore
import CNNNotebook
import CNNTerminal

import struct CNNLanguage.Diagnostic

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

struct GradeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "grade",
        abstract: "Grade submissions: every check of an assignment, in a process of its own for each student.",
        discussion: """
            A submission is a notebook, a folder of them, or what Gradescope, Canvas or Moodle export, zipped or not. \
            Points come from passed checks alone; a submission that could not be graded through no fault of its own has \
            no result, and the exit code is 5. Work is limited by header lines of the assignment: work, memory, timeout.
            """)

    @Argument(
        help: ArgumentHelp("The instructor's notebook, with answers and checks.", valueName: "assignment"),
        completion: .file())
    var assignment: String

    @Argument(help: ArgumentHelp("Notebooks, folders, zip archives.", valueName: "submission"), completion: .file())
    var submissions: [String]

    @Option(
        name: .shortAndLong, help: ArgumentHelp("Where the results go.", valueName: "folder"), completion: .directory)
    var output = "grades"

    @Option(name: .long, help: ArgumentHelp("Submissions at a time (default: the cores at hand).", valueName: "n"))
    var jobs: Int?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "gradescope, prairielearn, junit, csv, canvas, moodle, json or html; may be repeated (default: json, csv, html).",
            valueName: "kind"))
    var report: [String] = []

    @Flag(name: .long, help: "Keep the results that are there, of files that have not changed.")
    var resume = false

    @Option(name: .long, help: ArgumentHelp("Grade this student alone; may be repeated.", valueName: "id"))
    var only: [String] = []

    @Option(
        name: .long,
        help: ArgumentHelp("When each student handed in: lines of id,time, with the time zone.", valueName: "csv"),
        completion: .file())
    var times: String?

    @Option(
        name: .long,
        help: ArgumentHelp("A folder of data that submissions may read; may be repeated.", valueName: "folder"),
        completion: .directory)
    var data: [String] = []

    @OptionGroup var shared: SharedOptions

    func validate() throws {
        if let jobs, !(1...256).contains(jobs) { throw ValidationError("--jobs is a number from 1 to 256") }
        for name in report where GradeReport(rawValue: name) == nil {
            let known = GradeReport.allCases.map(\.rawValue).joined(separator: ", ")
            throw ValidationError("--report \(name): there are \(known)")
        }
        if output.isEmpty { throw ValidationError("--output is the name of a folder") }
    }

    func run() throws {
        let runner = shared.runner(shared.runSettings())
        let setup = try GradeSetup(assignment, shared, runner, jobs: jobs, data: data)
        let found = try submissionsWithTimes(runner)
        for student in only where !found.contains(where: { $0.student == student }) {
            runner.tell("there is no submission of '\(student)'\n")
            try ExitStatus.usage.end()
        }
        try setup.refuseReachable([assignment] + submissions + [output], runner)
        let folder: GradeFolder
        do { folder = try GradeFolder(writing: output) } catch {
            runner.tell(Diagnostic(error))
            return try ExitStatus.fault.end()
        }
        if let flaw = GradeBatch.flaw(of: setup.assignment, setup.pool) {
            runner.tell("\(assignment): nothing is graded: \(flaw.text)\n")
            if InterruptSignal.wasReceived { InterruptSignal.endProcess() }
            return try (flaw.isOurs ? ExitStatus.fault : .unreadable).end()
        }
        var settings = GradeBatch.Settings()
        if !report.isEmpty { settings.reports = report.compactMap { GradeReport(rawValue: $0) } }
        settings.resumes = resume
        settings.only = only
        settings.showsProgress = !shared.quiet
        let batch = GradeBatch(setup.assignment, folder, setup.pool, settings) { runner.tell($0) }
        let (book, isWhole) = batch.run(found)
        try GradeSetup.show(book.summary)
        if InterruptSignal.wasReceived { InterruptSignal.endProcess() }
        if !isWhole { try ExitStatus.fault.end() }
    }

    private func submissionsWithTimes(_ runner: ConsoleRunner) throws -> [Submission] {
        do {
            var found = try SubmissionFolder.submissions(submissions, besides: [assignment, output])
            guard let times else { return found }
            let known = try SubmissionTimes.read(times)
            for index in found.indices { found[index].handedIn = known[found[index].student] ?? found[index].handedIn }
            return found
        } catch {
            runner.tell(Diagnostic(error))
            throw ExitCode(ExitStatus.unreadable.rawValue)
        }
    }
}

struct ReleaseCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "release",
        abstract: "Write the students' copy of an assignment: without answers, hidden checks and outputs.",
        discussion: """
            Before anything is written, the assignment's own answers must get all points, and the copy must parse and \
            get none.
            """)

    @Argument(help: ArgumentHelp("The instructor's notebook.", valueName: "assignment"), completion: .file())
    var assignment: String

    @Option(name: .shortAndLong, help: ArgumentHelp("The copy.", valueName: "file"), completion: .file())
    var output: String

    @Option(
        name: .long, help: ArgumentHelp("A folder of data that cells may read; may be repeated.", valueName: "folder"),
        completion: .directory)
    var data: [String] = []

    @OptionGroup var shared: SharedOptions

    func run() throws {
        let runner = shared.runner(shared.runSettings())
        let setup = try GradeSetup(assignment, shared, runner, jobs: 1, data: data)
        if let flaw = GradeBatch.flaw(of: setup.assignment, setup.pool) { return try refuse(flaw, runner) }
        let release = AssignmentRelease(setup.assignment, setup.trialSettings)
        if let flaw = release.flaw(setup.pool) { return try refuse(flaw, runner) }
        do { try FileWriter.write(release.bytes, to: output) } catch {
            runner.tell(Diagnostic(error))
            return try ExitStatus.failure.end()
        }
        for cell in release.unkept {
            runner.tell(
                "\(output): the #> lines of \(cell.label) are left out: before anything is answered, it does not end with "
                    + "the error that they say\n")
        }
        let points = setup.assignment.points
        runner.tell("\(output): the answers get \(points.text) of \(points.counted), the copy gets 0\n")
    }

    private func refuse(_ flaw: AssignmentFlaw, _ runner: ConsoleRunner) throws {
        runner.tell("\(assignment): not released: \(flaw.text)\n")
        if InterruptSignal.wasReceived { InterruptSignal.endProcess() }
        try (flaw.isOurs ? ExitStatus.fault : .failure).end()
    }
}

struct StatsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stats",
        abstract: "Show how a class did: the pass rate of each check, and what was there instead.")

    @Argument(help: ArgumentHelp("A folder of results.", valueName: "folder"), completion: .directory)
    var folder: String

    @OptionGroup var shared: SharedOptions

    func run() throws {
        do { try GradeSetup.show(GradeBook(try GradeFolder(reading: folder).records()).statistics) } catch let error
            as CNNError
        {
            shared.runner(shared.runSettings()).tell(Diagnostic(error))
            try ExitStatus.unreadable.end()
        }
    }
}

/// Runs one submission for `grade`; of no use by itself.
struct GradeWorkerCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "grade-worker", abstract: "For cnnbook itself.", shouldDisplay: false)

    /// The process that grades.
    @Argument var parent: Int32

    func run() throws {
        let status = GradeWorker.run(parent: parent)
        if status != 0 { throw ExitCode(status) }
    }
}

/// What `grade` and `release` begin with.
struct GradeSetup {
    let assignment: Assignment
    let pool: WorkerPool
    private let dataFolders: [String]

    init(
        _ path: String, _ shared: SharedOptions, _ runner: ConsoleRunner, jobs: Int?, data: [String]
    ) throws {
        try shared.prepareComputing()
        do { assignment = try Assignment.read(path) } catch {
            runner.tell(error)
            throw ExitCode(ExitStatus.unreadable.rawValue)
        }
        var settings = WorkerPool.Settings()
        settings.jobs = jobs ?? ComputeRuntime.coresAtHand
        // Absolute: a worker stands in no folder of ours.
        dataFolders = (data + DataFolders.standard()).map(GradeSetup.absolute)
        settings.dataFolders = dataFolders
        settings.simd = DataFolders.environment("CNNBOOK_SIMD") ?? ""
        pool = WorkerPool(assignment, settings)
        pool.shouldStop = { InterruptSignal.wasReceived }
    }

    /// How a copy is run: it reads the same data as in grading.
    var trialSettings: RunSettings {
        var settings = RunSettings()
        settings.dataFolders = dataFolders
        return settings
    }

    /// Submissions may read everything below the folders of data: nothing of the grading may lie there.
    func refuseReachable(_ paths: [String], _ runner: ConsoleRunner) throws {
        for path in paths.map(GradeSetup.absolute) {
            guard let folder = dataFolders.first(where: { path == $0 || path.hasPrefix($0 == "/" ? $0 : $0 + "/") })
            else { continue }
            runner.tell("'\(path)' lies below the data folder '\(folder)', where every submission could read it\n")
            try ExitStatus.usage.end()
        }
    }

    private static func absolute(_ path: String) -> String {
        if let pointer = realpath(path, nil) {
            defer { free(pointer) }
            return String(cString: pointer)
        }
        if path.hasPrefix("/") { return path }
        guard let pointer = realpath(".", nil) else { return path }
        defer { free(pointer) }
        return String(cString: pointer) + "/" + path
    }

    static func show(_ text: String) throws {
        let output = StandardStreams.output()
        output.write(text)
        output.flush()
        if output.failure != nil { try ExitStatus.failure.end() }
    }
}

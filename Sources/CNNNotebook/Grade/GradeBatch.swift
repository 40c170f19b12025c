import CNNCore
import CNNLanguage

/// Why an assignment is not used.
public struct AssignmentFlaw: Sendable {
    public let text: String
    /// Whether it is no flaw of the assignment: its worker was stopped, or could not be had. To try again may help.
    public let isOurs: Bool

    init(_ text: String) { (self.text, isOurs) = (text, false) }

    private init(ours text: String) { (self.text, isOurs) = (text, true) }

    static func ours(_ text: String) -> AssignmentFlaw { AssignmentFlaw(ours: text) }
}

/// `cnnbook grade`: a class from its submissions to the reports.
public final class GradeBatch {
    public struct Settings: Sendable {
        public var reports: [GradeReport] = GradeReport.usual
        /// Takes over what is there already, where it is the result of the same files.
        public var resumes = false
        /// Grades these students alone; the others' results stay.
        public var only: [String] = []
        public var showsProgress = true

        public init() {}
    }

    private let assignment: Assignment
    private let folder: GradeFolder
    private let pool: WorkerPool
    private let settings: Settings
    private let tell: (String) -> Void
    private var hasFailed = false

    public init(
        _ assignment: Assignment, _ folder: GradeFolder, _ pool: WorkerPool, _ settings: Settings,
        tell: @escaping (String) -> Void
    ) {
        self.assignment = assignment
        self.folder = folder
        self.pool = pool
        self.settings = settings
        self.tell = tell
    }

    /// Why the assignment cannot be trusted: its own answers do not get all points. nil: it can.
    public static func flaw(of assignment: Assignment, _ pool: WorkerPool) -> AssignmentFlaw? {
        guard let record = trial(assignment.source.bytes, pool) else { return .ours("it could not be tried") }
        if !record.isGraded { return .ours(record.failure) }
        // Checks would look at what is half made.
        if !record.note.isEmpty { return AssignmentFlaw(record.note) }
        for question in record.questions {
            if let check = question.checks.first(where: { !$0.isPassed }) {
                let text = check.text.replacing("\n", with: "\n  ")
                return AssignmentFlaw(
                    "its own answer to \(question.id) does not pass '\(check.title)':\n  \(text)"
                        + (question.note.isEmpty ? "" : "\n  \(question.note)"))
            }
        }
        return record.earned == record.possible ? nil : AssignmentFlaw("its own answers do not get all points")
    }

    static func trial(_ bytes: [UInt8], _ pool: WorkerPool) -> GradeRecord? {
        let submission = Submission(
            student: "the instructor", name: "the instructor", content: .bytes(bytes), fileName: "", handedIn: nil)
        var result: GradeRecord?
        pool.grade([submission]) { result = $1 }
        return result
    }

    /// - Returns: the class's results, and whether all went well on our side.
    public func run(_ submissions: [Submission]) -> (book: GradeBook, isWhole: Bool) {
        let chosen = submissions.filter { settings.only.isEmpty || settings.only.contains($0.student) }
        var records: [String: GradeRecord] = [:]
        var count = 0
        pool.grade(chosen, known: known) { index, record in
            count += 1
            records[record.student] = record
            keep(record, chosen[index])
            if settings.showsProgress { tell("\(count)/\(chosen.count) \(GradeBatch.line(record))\n") }
        }
        for submission in submissions where records[submission.student] == nil {
            records[submission.student] = folder.record(submission)
        }
        let sorted = submissions.compactMap { records[$0.student] }
        let book = GradeBook(assignment.title, assignment.points, sorted)
        for report in settings.reports {
            attempt { () throws(CNNError) in try report.writeClass(book, to: folder.path) }
        }
        folder.settle()
        return (book, !hasFailed && count == chosen.count && sorted.allSatisfy(\.isGraded))
    }

    private func known(_ submission: Submission, _ fingerprint: String) -> GradeRecord? {
        guard settings.resumes, let record = folder.record(submission), record.fingerprint == fingerprint,
            record.isGraded
        else { return nil }
        return record
    }

    /// Writes what belongs to one student, each file whole or not at all.
    private func keep(_ record: GradeRecord, _ submission: Submission) {
        attempt { () throws(CNNError) in try folder.write(record, slug: submission.slug) }
        for report in settings.reports {
            attempt { () throws(CNNError) in try report.writeStudent(record, assignment.title, submission.slug, folder)
            }
        }
    }

    private func attempt(_ work: () throws(CNNError) -> Void) {
        do { try work() } catch {
            hasFailed = true
            tell(DiagnosticRenderer.render(Diagnostic(error)))
        }
    }

    static func line(_ record: GradeRecord) -> String {
        let student = GradeText.short(record.student, 60).replacing("\n", with: " ")
        guard record.isGraded else { return "\(student): not graded: \(record.failure)" }
        return "\(student): \(record.score.text) of \(record.possible.text)"
    }
}

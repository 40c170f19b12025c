import CNNLanguage

/// How one check of a submission ended.
public struct CheckResult: Sendable, Equatable {
    public var title: String
    public var points: Points
    public var isHidden: Bool
    public var verdict: Verdict
    /// Why it was not passed. For the instructor alone where the check is hidden.
    public var text: String
    /// What was compared, if it was.
    public var value: String

    public var isPassed: Bool { verdict == .passed }
}

public struct QuestionResult: Sendable, Equatable {
    public var id: String
    public var title: String
    public var points: Points
    public var isAllOrNothing: Bool
    public var checks: [CheckResult]
    /// What there is to say about the student's cell: its error, or that it is missing.
    public var note: String
    /// Questions whose instructor's answer this one went on from.
    public var carried: [String]

    /// What was earned, before anything is taken off for being late.
    public var earned: Points {
        if isAllOrNothing { return checks.allSatisfy(\.isPassed) && !checks.isEmpty ? points : .zero }
        return checks.filter(\.isPassed).map(\.points).sum
    }
}

/// What grading has found out about one submission.
public struct GradeRecord: Sendable, Equatable {
    public var student: String
    /// As people read it; the id where the export has no name.
    public var name: String
    /// The file's name, without folders.
    public var file: String
    /// Of all that the result depends on.
    public var fingerprint: String
    /// Why there is no result: a failure that is not the student's. Empty: graded.
    public var failure: String
    /// What there is to say about the whole submission: that it is no notebook.
    public var note: String
    public var questions: [QuestionResult]
    /// Days begun after the deadline; nil where there is no deadline, or no time is known.
    public var lateDays: Int?
    /// Hundredths that are left of the points.
    public var keptPercent: Int

    public var isGraded: Bool { failure.isEmpty }
    public var possible: Points { questions.map(\.points).sum }
    public var earned: Points { questions.map(\.earned).sum }
    /// What counts.
    public var score: Points { earned.percent(keptPercent) }

    /// `3 of 3 public checks passed, 2 hidden checks are not shown`.
    var publicSummary: String {
        let checks = questions.flatMap(\.checks)
        let open = checks.filter { !$0.isHidden }
        return "\(open.count { $0.isPassed }) of \(open.count) public checks passed"
    }
}

// MARK: - Stored

extension GradeRecord {
    private static let mark = "cnnbook grade record 1"

    /// With a digest at the end: a file that was cut or changed is no record.
    var bytes: [UInt8] {
        var writer = WireWriter()
        [GradeRecord.mark, student, name, file, fingerprint, failure, note].forEach { writer.add($0) }
        writer.add(lateDays ?? -1)
        writer.add(keptPercent)
        writer.add(questions) { writer, question in
            [question.id, question.title, question.note].forEach { writer.add($0) }
            writer.add(question.points.thousandths)
            writer.add(question.isAllOrNothing)
            writer.add(question.carried) { $0.add($1) }
            writer.add(question.checks) { writer, check in
                [check.title, check.text, check.value].forEach { writer.add($0) }
                writer.add(check.points.thousandths)
                writer.add(check.isHidden)
                writer.add(check.verdict.rawValue)
            }
        }
        return writer.bytes + SHA256.digest(writer.bytes)
    }

    /// nil for what is no record.
    init?(bytes: [UInt8]) {
        guard bytes.count > 32, SHA256.digest(Array(bytes.dropLast(32))) == Array(bytes.suffix(32)),
            let record = try? GradeRecord.read(Array(bytes.dropLast(32)))
        else { return nil }
        self = record
    }

    private init(reader: inout WireReader) throws(WireReader.Malformed) {
        guard try reader.text() == GradeRecord.mark else { throw WireReader.Malformed() }
        student = try reader.text()
        name = try reader.text()
        file = try reader.text()
        fingerprint = try reader.text()
        failure = try reader.text()
        note = try reader.text()
        let days = try reader.number()
        lateDays = days < 0 ? nil : days
        keptPercent = try reader.number()
        questions = try reader.list { reader throws(WireReader.Malformed) in try QuestionResult(&reader) }
    }

    private static func read(_ bytes: [UInt8]) throws(WireReader.Malformed) -> GradeRecord {
        var reader = WireReader(bytes)
        let record = try GradeRecord(reader: &reader)
        guard reader.isAtEnd else { throw WireReader.Malformed() }
        return record
    }
}

extension QuestionResult {
    fileprivate init(_ reader: inout WireReader) throws(WireReader.Malformed) {
        id = try reader.text()
        title = try reader.text()
        note = try reader.text()
        points = Points(thousandths: try reader.number())
        isAllOrNothing = try reader.flag()
        carried = try reader.list { reader throws(WireReader.Malformed) in try reader.text() }
        checks = try reader.list { reader throws(WireReader.Malformed) in try CheckResult(&reader) }
    }
}

extension CheckResult {
    fileprivate init(_ reader: inout WireReader) throws(WireReader.Malformed) {
        title = try reader.text()
        text = try reader.text()
        value = try reader.text()
        points = Points(thousandths: try reader.number())
        isHidden = try reader.flag()
        guard let verdict = Verdict(rawValue: try reader.number()) else { throw WireReader.Malformed() }
        self.verdict = verdict
    }
}

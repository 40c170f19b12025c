import CNNCore

/// The files that grading can write. What a student gets never holds anything of a hidden check but title and result.
public enum GradeReport: String, CaseIterable, Sendable {
    case gradescope, prairielearn, junit, csv, canvas, moodle, json, html

    /// Where nobody says which.
    public static let usual: [GradeReport] = [.json, .csv, .html]

    /// - Throws: E0505.
    func writeStudent(
        _ record: GradeRecord, _ title: String, _ slug: String, _ folder: GradeFolder
    ) throws(CNNError) {
        let name: String
        let text: String
        switch self {
        case .gradescope: (name, text) = ("results.json", GradescopeReport.text(record))
        case .prairielearn: (name, text) = ("prairielearn.json", PrairieLearnReport.text(record))
        case .junit: (name, text) = ("junit.xml", GradeJUnit.text(record, title))
        case .html: (name, text) = ("report.html", StudentPage.text(record, title))
        case .csv, .canvas, .moodle, .json: return
        }
        try FileWriter.write(Array(text.utf8), to: "\(folder.studentFolder(slug))/\(name)", isDurable: false)
    }

    /// - Throws: E0505.
    func writeClass(_ book: GradeBook, to folder: String) throws(CNNError) {
        let name: String
        let text: String
        switch self {
        // A platform that grades one submission at a time looks for its file at the top.
        case .gradescope, .prairielearn:
            guard book.records.count == 1 else { return }
            name = "results.json"
            text =
                self == .gradescope ? GradescopeReport.text(book.records[0]) : PrairieLearnReport.text(book.records[0])
        case .junit: return
        case .csv: (name, text) = ("grades.csv", CSVReport.text(book))
        case .canvas: (name, text) = ("canvas.csv", CSVReport.canvas(book))
        case .moodle: (name, text) = ("moodle.csv", CSVReport.moodle(book))
        case .json: (name, text) = ("grades.json", GradeJSON.text(book))
        case .html: (name, text) = ("class.html", ClassPage.text(book))
        }
        try FileWriter.write(Array(text.utf8), to: "\(folder)/\(name)")
    }
}

extension GradeRecord {
    /// One line above everything: never that all is passed while hidden checks remain.
    var headline: String {
        guard isGraded else { return "This submission could not be graded. This is no result: ask your instructor." }
        let hidden = questions.flatMap(\.checks).filter(\.isHidden)
        let lateText = keptPercent < 100 ? ", \(keptPercent) % of \(earned.text) for being late" : ""
        return "\(score.text) of \(possible.counted)\(lateText). \(publicSummary)"
            + (hidden.isEmpty ? "." : ", \(hidden.count { $0.isPassed }) of \(hidden.count) hidden ones.")
    }
}

extension CheckResult {
    /// As the student may read it.
    var publicText: String { isHidden || isPassed ? "" : text }

    /// One word, for people.
    var word: String {
        switch verdict {
        case .passed: "passed"
        case .failed: "failed"
        case .error: "error"
        case .vacuous: "failed"
        case .limit: "over a limit"
        case .timeout: "out of time"
        case .crash: "ended"
        case .missing: "missing"
        case .notRun: "not run"
        }
    }
}

extension QuestionResult {
    /// What the student reads about the question beside its checks.
    var publicNotes: [String] {
        var notes = carried.map { "Goes on from the instructor's answer to \($0)." }
        if isAllOrNothing, checks.count > 1 { notes.append("Points for all checks together or none.") }
        if !note.isEmpty { notes.append(note) }
        return notes
    }
}

import CNNLanguage

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// One submission on its way to a record: takes what its workers tell. A check is passed where a worker has said so for
/// the check that was running, and in no other way.
struct SubmissionRun {
    enum End {
        case record(GradeRecord)
        /// Another worker has to begin anew.
        case again
    }

    let submission: Submission
    private let assignment: Assignment
    private let fingerprint: String
    /// Places that ended a worker, and why: they are not run again.
    private(set) var skipped: [GradePlace: (verdict: Verdict, text: String)] = [:]
    private var deaths: [GradePlace: Int] = [:]
    private var workers = 0
    private var stops = 0
    private static let (workerLimit, stopLimit) = (60, 6)

    // What this worker has told
    private var place: GradePlace?
    private var question = -1
    private var questions: [Int: [Int: CheckResult]] = [:]
    private var cellEnds: [Int: (verdict: Verdict, text: String)] = [:]
    private var missing: Set<Int> = []
    private var carried: [Int: [String]] = [:]
    /// The step of each question that any worker has come to.
    private var questionSteps: [Int: Int] = [:]
    private var unreadable: String?
    private var givenEnds: [String] = []
    private var fault: String?
    private(set) var isDone = false

    init(_ submission: Submission, _ assignment: Assignment, fingerprint: String) {
        self.submission = submission
        self.assignment = assignment
        self.fingerprint = fingerprint
    }

    /// To be called before each worker.
    mutating func begin() {
        workers += 1
        (place, question, questions, cellEnds, missing, carried) = (nil, -1, [:], [:], [], [:])
        (unreadable, fault, isDone, givenEnds) = (nil, nil, false, [])
    }

    // MARK: - Messages

    mutating func receive(_ message: WorkerMessage) {
        guard !isDone, fault == nil else { return fail("its worker told more than there is") }
        switch message {
        case .begins(let step, let check, let index): begins(GradePlace(step: step, check: check), index)
        case .cellFailed(let index, let verdict, let text):
            let isKnown = [Verdict.error, .limit, .timeout].contains { $0.rawValue == verdict }
            guard index == question, index >= 0, isKnown, let verdict = Verdict(rawValue: verdict) else {
                return fail("its worker told of a cell that does not run")
            }
            cellEnds[index] = (verdict, text)
        case .missing(let index):
            guard index == question, index >= 0 else { return fail("its worker told of a cell that does not run") }
            missing.insert(index)
        case .carried(let index, let other):
            guard other == question, other >= 0, assignment.questions.indices.contains(index) else {
                return fail("its worker told of a question that there is not")
            }
            let id = assignment.questions[index].id
            if carried[other]?.contains(id) != true { carried[other, default: []].append(id) }
        case .check(let index, let number, let verdict, let text, let value):
            take(index, number, Verdict(rawValue: verdict), text, value)
        case .unreadable(let text):
            guard place == nil else { return fail("its worker could not read what it ran") }
            unreadable = text
        case .fault(let text): fail(text)
        case .done: isDone = true
        case .given(let text):
            guard place != nil, question < 0 else { return fail("its worker told of a cell that does not run") }
            givenEnds.append(text)
        }
    }

    private mutating func begins(_ place: GradePlace, _ index: Int) {
        let isCell = place.check == -1 && (index == -1 || assignment.questions.indices.contains(index))
        let isCheck =
            place.check >= 0 && index == question && place.step == self.place?.step && index >= 0
            && assignment.questions[index].checks.indices.contains(place.check)
        guard unreadable == nil, place.step >= 0, isCell || isCheck else {
            return fail("its worker told of a place that there is not")
        }
        self.place = place
        question = index
        // A check whose process was stopped runs once more.
        if isCheck { questions[index]?[place.check] = nil }
        if index >= 0 { questionSteps[index] = place.step }
    }

    private mutating func take(_ index: Int, _ number: Int, _ verdict: Verdict?, _ text: String, _ value: String) {
        guard let verdict, index >= 0, index == question, place?.check == number, number >= 0,
            !missing.contains(index), cellEnds[index].map({ $0.verdict == .error }) ?? true,
            questions[index]?[number] == nil
        else { return fail("its worker told of a check that does not run") }
        let check = assignment.questions[index].checks[number]
        questions[index, default: [:]][number] = CheckResult(
            title: check.title, points: check.points, isHidden: check.isHidden, verdict: verdict, text: text,
            value: value)
    }

    mutating func fail(_ text: String) { if fault == nil { fault = text } }

    // MARK: - The worker's end

    mutating func ended(_ end: ProcessEnd) -> End {
        if let fault { return .record(failed(fault)) }
        if isDone { return .record(record()) }
        guard !end.isFromOutside else {
            // That is nothing of the student's: the work begins anew, and in the end has no result.
            stops += 1
            guard stops == SubmissionRun.stopLimit else { return .again }
            return .record(failed("its worker was stopped from outside \(stops) times, the last time by \(end.text)"))
        }
        guard let place else {
            // Before anything of the submission ran: the second time it is taken for a fault of our own.
            return workers - stops < 2 ? .again : .record(failed("its worker ended before it began, by \(end.text)"))
        }
        deaths[place, default: 0] += 1
        // Once may be an accident; time that is up is up again.
        if end.isOutOfTime || deaths[place, default: 0] > 1 {
            let (verdict, reason) = end.judgement
            skipped[place] = (verdict, place.check < 0 ? "the cell \(reason)" : "the check \(reason)")
        }
        return workers - stops < SubmissionRun.workerLimit ? .again : .record(record())
    }

    func failed(_ reason: String) -> GradeRecord {
        var record = record()
        record.failure = GradeText.short(reason).replacing("\n", with: " ")
        record.questions = record.questions.map { question in
            var question = question
            question.checks = question.checks.map { check in
                var check = check
                (check.verdict, check.text, check.value) = (.notRun, "not graded", "")
                return check
            }
            question.note = ""
            question.carried = []
            return question
        }
        return record
    }

    /// Nothing of the submission can run.
    func refused(_ note: String) -> GradeRecord {
        var copy = self
        copy.begin()
        copy.unreadable = note
        return copy.record()
    }

    private func record() -> GradeRecord {
        let late = assignment.lateRule.flatMap { rule in submission.handedIn.map { rule.lateDays($0) } }
        return GradeRecord(
            student: submission.student, name: submission.name, file: submission.fileName, fingerprint: fingerprint,
            failure: "", note: unreadable ?? givenEnds.first ?? "",
            questions: assignment.questions.indices.map(result), lateDays: late,
            keptPercent: late.flatMap { assignment.lateRule?.percentLeft(lateDays: $0) } ?? 100)
    }

    private func result(_ index: Int) -> QuestionResult {
        let question = assignment.questions[index]
        let cell = cellDeath(index) ?? cellEnds[index]
        let note = missing.contains(index) ? "the cell \(question.id) is missing" : cell?.text ?? ""
        let checks = question.checks.indices.map { number in
            questions[index]?[number] ?? unrun(question.checks[number], index, number, cell)
        }
        return QuestionResult(
            id: question.id, title: question.title, points: question.points,
            isAllOrNothing: question.isAllOrNothing, checks: checks, note: note, carried: carried[index] ?? [])
    }

    /// Why the question's cell was not run to its end by any worker.
    private func cellDeath(_ index: Int) -> (verdict: Verdict, text: String)? {
        guard questions[index] == nil, let step = questionSteps[index] else { return nil }
        return skipped[GradePlace(step: step)]
    }

    private func unrun(
        _ check: Check, _ index: Int, _ number: Int, _ cell: (verdict: Verdict, text: String)?
    ) -> CheckResult {
        var result = CheckResult(
            title: check.title, points: check.points, isHidden: check.isHidden, verdict: .notRun, text: "not reached",
            value: "")
        if unreadable != nil {
            (result.verdict, result.text) = (.missing, "there is no notebook to run")
        } else if missing.contains(index) {
            (result.verdict, result.text) = (.missing, "the cell \(assignment.questions[index].id) is missing")
        } else if let step = questionSteps[index], let death = skipped[GradePlace(step: step, check: number)] {
            (result.verdict, result.text) = death
        } else if let cell {
            (result.verdict, result.text) = cell
        }
        return result
    }
}

extension ProcessEnd {
    /// `signal 9`
    var text: String {
        switch self {
        case .exit(let code): "exit code \(code)"
        case .signal(let number): "signal \(number)"
        }
    }

    /// Whether the time of the processor was up.
    var isOutOfTime: Bool { self == .signal(SIGXCPU) }

    /// What it means for what ran.
    var judgement: (verdict: Verdict, text: String) {
        isOutOfTime
            ? (.timeout, "takes too long")
            : (.crash, "ended cnnbook itself (\(text)): it ran out of memory, or hit a fault")
    }
}

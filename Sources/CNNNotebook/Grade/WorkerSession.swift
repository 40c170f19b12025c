import CGradeProcess
import CNNCore
import CNNLanguage

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The work of a worker: runs one submission in one session, and each check in a copy of the process, so that nothing
/// that a check does or calls is seen by what runs later.
final class WorkerSession {
    private let job: GradeJob
    private let assignment: Assignment
    private let submission: Notebook
    private let plan: GradePlan
    private let send: (WorkerMessage) -> Void
    private let interpreter: Interpreter
    private let meter: OutputMeter
    /// What the given cells have set, as they set it.
    private var givenValues: [String: Value] = [:]
    /// Questions all of whose checks were passed.
    private var passed: Set<Int> = []
    /// Questions whose instructor's answer has been put in.
    private var carried: Set<Int> = []
    private var assignedByAssignment: Set<String> = []
    /// What the student's additional cells have taken so far.
    private var extraWork = 0
    /// Units of work for beginning a cell.
    private static let cellWork = 20_000
    /// How often a check is begun that is stopped from outside.
    private static let attempts = 6

    init(_ job: GradeJob, _ assignment: Assignment, _ submission: Notebook, _ send: @escaping (WorkerMessage) -> Void) {
        self.job = job
        self.assignment = assignment
        self.submission = submission
        self.send = send
        plan = GradePlan(assignment, submission)
        let meter = OutputMeter(job.limits.outputBytes)
        self.meter = meter
        var options = InterpreterOptions()
        options.seed = assignment.notebook.header.seed
        options.dataFolders = job.dataFolders
        // No folder: nothing but the data can be read, and nothing be written.
        options.folder = nil
        options.write = { meter.write($0) }
        interpreter = Interpreter(options)
        prepare()
    }

    private func prepare() {
        for step in plan.steps {
            switch step {
            case .given(let cell):
                interpreter.cellCode.add(assignment.source, cell.body, cell: assignment.ids[cell.number])
            case .question(let index, let cell):
                guard let cell else { continue }
                interpreter.cellCode.add(submission.source, cell.body, cell: assignment.questions[index].id)
            case .extra(let cell): interpreter.cellCode.add(submission.source, cell.body, cell: nil)
            }
        }
        for cell in assignment.notebook.cells where cell.kind.isCode && cell.kind != .check {
            assignedByAssignment.formUnion(Parser.assignedNames(assignment.source, range: cell.body))
        }
    }

    private var protection: NameProtection { NameProtection(variables: assignedByAssignment) }

    // MARK: - Steps

    func run() {
        for (number, step) in plan.steps.enumerated() {
            let place = GradePlace(step: number)
            let question = if case .question(let index, _) = step { index } else { -1 }
            send(.begins(step: number, check: -1, question: question))
            let isSkipped = job.skipped.contains(place)
            switch step {
            case .given(let cell): runGiven(cell, isSkipped: isSkipped)
            case .question(let index, let cell): runQuestion(index, cell, number, isSkipped: isSkipped)
            case .extra(let cell): if !isSkipped { runExtra(cell) }
            }
        }
    }

    private func runGiven(_ cell: Cell, isSkipped: Bool) {
        guard !isSkipped, !cell.options.isSkipped else { return }
        if let end = runOwn(cell) {
            let name = cell.id.map { "the given cell \($0)" } ?? "a given cell"
            send(.given(GradeText.short("\(name) did not come to its end: \(end.text)")))
        }
        if cell.kind == .parameters, let value = interpreter.module["student"], case .string = value {
            _ = interpreter.run(
                SourceText(name: "student", "student = \(SourceLiteral.quoted(job.student))"), showsValues: false)
        }
        for name in Parser.assignedNames(assignment.source, range: cell.body) {
            givenValues[name] = interpreter.module[name]
        }
    }

    private func runQuestion(_ index: Int, _ cell: Cell?, _ step: Int, isSkipped: Bool) {
        let question = assignment.questions[index]
        for other in question.needs.compactMap(assignment.question) { carry(other, for: index) }
        // From here on these names are the student's.
        for name in Parser.assignedNames(assignment.source, range: question.cell.body) { givenValues[name] = nil }
        guard let cell else { return send(.missing(question: index)) }
        guard !isSkipped else { return }
        let end = runStudents(cell, limits: question.cell)
        if let end { send(.cellFailed(question: index, verdict: end.verdict.rawValue, text: end.text)) }
        if let end, end.verdict != .error { return }
        var hasFailed = false
        for number in question.checks.indices {
            send(.begins(step: step, check: number, question: index))
            if job.skipped.contains(GradePlace(step: step, check: number)) || !check(index, number, step) {
                hasFailed = true
            }
        }
        if !hasFailed { passed.insert(index) }
    }

    /// Puts the instructor's answer in, and first those that it builds on.
    private func carry(_ index: Int, for other: Int) {
        guard !passed.contains(index), carried.insert(index).inserted else {
            if carried.contains(index) { send(.carried(question: index, for: other)) }
            return
        }
        let question = assignment.questions[index]
        for before in question.needs.compactMap(assignment.question) { carry(before, for: other) }
        send(.carried(question: index, for: other))
        _ = runOwn(question.cell)
    }

    // MARK: - Cells

    private func runOwn(_ cell: Cell) -> CellEnd? {
        run(cell, of: assignment.notebook, seconds: seconds(cell), protection: protection)
    }

    private func runStudents(_ cell: Cell, limits: Cell? = nil) -> CellEnd? {
        run(cell, of: submission, seconds: limits.map(seconds) ?? job.limits.seconds, protection: nil)
    }

    /// Cells of the student's own, of which there may be any number, have together what one cell has.
    private func runExtra(_ cell: Cell) {
        guard extraWork < job.limits.work else { return }
        WorkMeter.shared.limit = job.limits.work - extraWork
        _ = runStudents(cell)
        extraWork += WorkMeter.shared.spent + WorkerSession.cellWork
        WorkMeter.shared.limit = job.limits.work
    }

    private func seconds(_ cell: Cell) -> Double { cell.options.timeoutSeconds ?? job.limits.seconds }

    /// - Returns: nil where it came to its end.
    private func run(_ cell: Cell, of notebook: Notebook, seconds: Double, protection: NameProtection?) -> CellEnd? {
        WorkMeter.shared.reset()
        meter.begin(keeps: false)
        cnn_grade_allow(seconds)
        let timer = CellTimer(seconds: seconds, clock: .processor)
        var failure: RunOutcome?
        for segment in cell.segments {
            let outcome = interpreter.run(notebook.source, range: segment.range, cell: cell.id, protection: protection)
            guard outcome.isFailure else { continue }
            let code = outcome.diagnostics.first?.error.code.rawValue
            if let expected = segment.expectation?.errorCode, expected == code, !outcome.wasInterrupted { continue }
            failure = outcome
            break
        }
        let isTimeUp = timer?.stop() ?? false
        return CellEnd(
            failure, isTimeUp: isTimeUp && failure != nil, isOutputFull: meter.isFull, hidesText: !carried.isEmpty)
    }

    // MARK: - Checks

    /// Runs a check in a copy of this process.
    private func check(_ question: Int, _ number: Int, _ step: Int) -> Bool {
        for _ in 1...WorkerSession.attempts {
            let child = cnn_grade_fork()
            if child == 0 {
                _exit(judge(question, number))
            }
            guard child > 0 else {
                send(.fault("no process can be started for a check: system error \(errno)"))
                return false
            }
            var status: Int32 = 0
            while waitpid(child, &status, 0) < 0, errno == EINTR {}
            let end = ProcessEnd(status: status)
            if end == .exit(0) || end == .exit(1) { return end == .exit(0) }
            if end.isFromOutside {
                // What it has told does not count.
                send(.begins(step: step, check: number, question: question))
                continue
            }
            let (verdict, text) = end.judgement
            send(
                .check(
                    question: question, check: number, verdict: verdict.rawValue, text: "the check \(text)", value: ""))
            return false
        }
        send(.fault("a check of it was stopped from outside \(WorkerSession.attempts) times"))
        return false
    }

    /// In the copy: tells how the check ended.
    /// - Returns: 0 for a pass, 1 for anything else.
    private func judge(_ question: Int, _ number: Int) -> Int32 {
        let cell = assignment.questions[question].checks[number].cell
        for (name, value) in givenValues { interpreter.module.assign(name, value) }
        interpreter.seed = assignment.notebook.header.seed
        interpreter.random = RandomSource(seed: interpreter.seed)
        interpreter.countedSource = assignment.source
        interpreter.isChecking = true
        let judgement = CheckJudge(
            interpreter, assignment, meter, protection, hidesValues: !carried.isEmpty
        ).judge(cell, seconds: seconds(cell))
        send(
            .check(
                question: question, check: number, verdict: judgement.verdict.rawValue, text: judgement.text,
                value: judgement.value))
        return judgement.verdict == .passed ? 0 : 1
    }
}

/// What is printed goes nowhere; it is counted, and kept for checks that compare it.
final class OutputMeter {
    private let limit: Int
    private var count = 0
    private var keeps = false
    private(set) var text = ""

    init(_ limit: Int) { self.limit = limit }

    var isFull: Bool { count > limit }

    func begin(keeps: Bool) {
        count = 0
        text = ""
        self.keeps = keeps
    }

    /// - Returns: what was printed since the last time.
    func take() -> String {
        defer { text = "" }
        return text
    }

    func write(_ piece: String) {
        let (sum, overflow) = count.addingReportingOverflow(piece.utf8.count)
        count = overflow ? Int.max : sum
        if isFull {
            Interpreter.requestInterrupt()
        } else if keeps {
            text += piece
        }
    }
}

import CGradeProcess
import CNNCore
import CNNLanguage

/// How a cell ended that did not come to its end.
struct CellEnd {
    /// `error`, `limit` or `timeout`.
    let verdict: Verdict
    /// One line, and where it happened.
    let text: String

    /// - Parameter hidesText: leaves out what the student's program says: it may hold values of the instructor's.
    init?(_ outcome: RunOutcome?, isTimeUp: Bool, isOutputFull: Bool, hidesText: Bool) {
        if isOutputFull {
            (verdict, text) = (.limit, "the cell prints too much")
            return
        }
        guard let outcome, let diagnostic = outcome.diagnostics.first else { return nil }
        if isTimeUp {
            (verdict, text) = (.timeout, "the cell takes too long")
            return
        }
        verdict = outcome.hitLimit || outcome.wasInterrupted ? .limit : .error
        let place = diagnostic.place.map { " (\($0))" } ?? ""
        let code = "error[\(diagnostic.error.code.rawValue)]"
        text = GradeText.short((hidesText ? code : diagnostic.headline) + place)
    }
}

/// Runs a check cell to its verdict.
struct CheckJudge {
    struct Judgement {
        var verdict: Verdict
        var text = ""
        /// The value that was compared, as the class's statistics count it.
        var value = ""
    }

    private let interpreter: Interpreter
    private let assignment: Assignment
    private let meter: OutputMeter
    private let protection: NameProtection
    /// Whether an instructor's answer is among the values: then no text tells what the student's program made of it.
    private let hidesValues: Bool

    init(
        _ interpreter: Interpreter, _ assignment: Assignment, _ meter: OutputMeter, _ protection: NameProtection,
        hidesValues: Bool
    ) {
        self.interpreter = interpreter
        self.assignment = assignment
        self.meter = meter
        self.protection = protection
        self.hidesValues = hidesValues
    }

    /// A pass is that the cell came to its end, and that something was compared on the way.
    func judge(_ cell: Cell, seconds: Double) -> Judgement {
        WorkMeter.shared.reset()
        meter.begin(keeps: true)
        cnn_grade_allow(seconds)
        let timer = CellTimer(seconds: seconds, clock: .processor)
        var judgement: Judgement?
        var compared = 0
        let held = interpreter.heldExpectations
        for segment in cell.segments {
            let outcome = interpreter.run(
                assignment.source, range: segment.range, cell: cell.id, protection: protection)
            let printed = meter.take()
            if let expectation = segment.expectation {
                judgement = compare(outcome, printed, expectation, cell.options)
                compared += 1
            } else if outcome.isFailure {
                judgement = failure(outcome)
            }
            if judgement != nil || meter.isFull { break }
        }
        let isTimeUp = timer?.stop() ?? false
        if meter.isFull { return Judgement(verdict: .limit, text: "it prints too much") }
        if isTimeUp, judgement != nil { return Judgement(verdict: .timeout, text: "it takes too long") }
        if let judgement { return judgement }
        guard compared > 0 || interpreter.heldExpectations > held else {
            return Judgement(verdict: .vacuous, text: "the check came to no expectation")
        }
        return Judgement(verdict: .passed)
    }

    private func failure(_ outcome: RunOutcome) -> Judgement? {
        guard let diagnostic = outcome.diagnostics.first else { return nil }
        let isExpectation = [ErrorCode.expectationFailed, .errorExpected, .assertionFailed]
            .contains(diagnostic.error.code)
        let isLimit = outcome.hitLimit || outcome.wasInterrupted
        let left = diagnostic.error.notes.first { $0.hasPrefix("left:") }
        let first = isExpectation ? told(diagnostic) : diagnostic.headline
        var lines = [first] + diagnostic.error.notes
        if diagnostic.error.code == .expectationFailed, let (left, right) = interpreter.failedComparison,
            let explanation = DifferenceExplanation.text(
                expected: right, actual: left, SessionFacts(interpreter))
        {
            lines.append(explanation)
        }
        if hidesValues {
            let isOurs = isExpectation && diagnostic.source === assignment.source
            lines = [isOurs ? first : "error[\(diagnostic.error.code.rawValue)]"]
        }
        return Judgement(
            verdict: isLimit ? .limit : isExpectation ? .failed : .error,
            text: GradeText.short(lines.joined(separator: "\n")),
            value: GradeText.short(left.map { String($0.dropFirst(5)).trimmed } ?? first, 200))
    }

    /// What does not hold, as the check says it: of `expect a and b`, the part that is false.
    private func told(_ diagnostic: Diagnostic) -> String {
        let message = diagnostic.error.message
        guard diagnostic.error.code == .expectationFailed, diagnostic.source === assignment.source,
            let span = diagnostic.span
        else { return message }
        let text = assignment.source.text(span).trimmed
        guard !text.isEmpty, text.utf8.count <= 200, !text.contains("\n") else { return message }
        return "\(message): \(text)"
    }

    /// `#>` lines of a check: what it prints is compared with them.
    private func compare(
        _ outcome: RunOutcome, _ printed: String, _ expectation: ExpectedOutput, _ options: CellOptions
    ) -> Judgement? {
        let code = outcome.diagnostics.first?.error.code.rawValue
        if outcome.isFailure, outcome.wasInterrupted || outcome.hitLimit || code != expectation.errorCode {
            return failure(outcome)
        }
        let segment = SegmentResult(
            expectation: expectation, output: printed, diagnostics: outcome.diagnostics, isExpectedFailure: true)
        let lines = segment.lines
        guard !OutputComparison(options).differences(expected: expectation.lines, actual: lines).isEmpty else {
            guard expectation.expectsError, !outcome.isFailure else { return nil }
            return Judgement(
                verdict: .failed, text: "an error is expected: \(NotebookTest.printedError)",
                value: GradeText.short(lines.joined(separator: " "), 200))
        }
        var got = hidesValues ? "" : "\ngot: " + GradeText.short(lines.joined(separator: "\n"), 500)
        if !hidesValues,
            let explanation = DifferenceExplanation.text(
                expected: expectation.lines, actual: lines, SessionFacts(interpreter))
        {
            got += "\n" + explanation
        }
        return Judgement(
            verdict: .failed,
            text: "the output differs\nexpected: \(expectation.lines.joined(separator: "\n"))\(got)",
            value: GradeText.short(lines.joined(separator: " "), 200))
    }
}

/// Text of a submission for messages and reports.
enum GradeText {
    /// At most so many bytes, and no control signs but line feeds.
    static func short(_ text: String, _ limit: Int = WorkerMessage.textLimit) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            if result.utf8.count >= limit { return result + "..." }
            let isControl =
                scalar.properties.generalCategory == .control || scalar.properties.generalCategory == .format
            if scalar == "\n" { result.append("\n") } else if !isControl { result.unicodeScalars.append(scalar) }
        }
        return result
    }
}

extension String {
    var trimmed: String {
        let isBlank: (Character) -> Bool = { $0 == " " || $0 == "\n" || $0 == "\t" || $0 == "\r" || $0 == "\r\n" }
        return String(String(drop(while: isBlank).reversed()).drop(while: isBlank).reversed())
    }
}

extension Diagnostic {
    /// `line 14`, in the file that it stands in.
    var place: String? {
        guard let source, let span else { return nil }
        return "line \(source.line(at: span.start))"
    }
}

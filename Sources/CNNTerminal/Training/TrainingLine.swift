import CNNCore
import CNNLanguage
import CNNNotebook

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// How training goes on, on standard error: on a terminal one line that changes, elsewhere a line an epoch.
public final class TrainingLine: TrainingDisplay {
    /// Between two drawings.
    private static let pause = 0.1
    /// What pictures a second are measured over.
    private static let window = 2.0

    private let errors: FileOutput
    private let isLive: Bool
    private let sharesTerminal: Bool
    private let usesUnicode: Bool
    /// One for each training that runs: one may stand inside of another's hook.
    private var runs: [Run] = []
    private var isShown = false
    private var lastDrawing = -Double.infinity
    /// Whether the cursor stands where a line begins, as far as standard output goes.
    private var isAtLineStart = true

    public init(errors: FileOutput, output: FileOutput) {
        self.errors = errors
        isLive = errors.isTerminal && !TerminalStyle.isDumb
        sharesTerminal = output.isTerminal
        usesUnicode = TerminalAbility.hasUnicode
    }

    public func take(_ signal: TrainingSignal) {
        let now = MonotonicClock.seconds
        switch signal {
        case .begins(let plan):
            runs.append(Run(plan, now))
            // What is over before one could read it is not shown.
            lastDrawing = now
        case .step(let event, let loss):
            guard !runs.isEmpty else { return }
            runs[runs.count - 1].take(event, loss)
            if isLive, now - lastDrawing >= TrainingLine.pause { draw(now) }
        case .epochEnds(let event):
            guard let run = runs.last else { return }
            clear()
            runs[runs.count - 1].endEpoch(event, now)
            // On one terminal the row of the table says it.
            guard !isLive, run.plan.logs, !(errors.isTerminal && sharesTerminal) else { return }
            errors.write(runs[runs.count - 1].status.plainLine + "\n")
            errors.flush()
        case .ends:
            clear()
            _ = runs.popLast()
        }
    }

    public func willPrint(_ text: String) {
        guard sharesTerminal, let last = text.utf8.last else { return }
        clear()
        isAtLineStart = last == UInt8(ascii: "\n")
    }

    public func startsLine() { isAtLineStart = true }

    public func clear() {
        guard isShown else { return }
        isShown = false
        errors.write("\r\u{1B}[J")
        errors.flush()
    }

    /// The cursor goes back to where the line begins: should the terminal become narrower and break the line, what
    /// stands from there on is erased, and nothing above. A ^C that the terminal shows moves it: hence the first return.
    private func draw(_ now: Double) {
        guard isAtLineStart, !runs.isEmpty else { return }
        lastDrawing = now
        runs[runs.count - 1].measure(now)
        let columns = TerminalSize(of: STDERR_FILENO).columns
        let line = runs[runs.count - 1].status.line(columns: columns, usesUnicode: usesUnicode)
        errors.write("\r\u{1B}[J\(line)\r")
        errors.flush()
        isShown = true
    }

    /// One training and its clock.
    private struct Run {
        let plan: TrainingPlan
        var status = TrainingStatus()
        private let start: Double
        private var epochStart: Double
        private var steps = 0
        private var epochSteps = 0
        /// Times and steps that rates are measured from.
        private var marks: [(time: Double, steps: Int)]

        init(_ plan: TrainingPlan, _ now: Double) {
            self.plan = plan
            start = now
            epochStart = now
            marks = [(now, 0)]
            status.epochs = plan.epochs
            status.stepsPerEpoch = plan.stepsPerEpoch
        }

        mutating func take(_ event: TrainingEvent, _ loss: Double) {
            steps += 1
            epochSteps += 1
            status.epoch = event.epoch
            status.step = (event.step - 1) % max(1, plan.stepsPerEpoch) + 1
            status.loss = event.loss
            status.metrics = event.metrics
            status.curve.append(loss)
        }

        /// Pictures a second over the last seconds, time left by all steps so far: validation takes its part.
        mutating func measure(_ now: Double) {
            marks.append((now, steps))
            while marks.count > 2, now - marks[1].time > TrainingLine.window { marks.removeFirst() }
            let seconds = now - marks[0].time
            status.picturesPerSecond = seconds > 0 ? pictures(steps - marks[0].steps) / seconds : nil
            setTimeLeft(now)
        }

        mutating func endEpoch(_ event: TrainingEvent, _ now: Double) {
            status.epoch = event.epoch
            status.loss = event.loss
            status.metrics = event.metrics
            let seconds = now - epochStart
            status.picturesPerSecond = seconds > 0 ? pictures(epochSteps) / seconds : nil
            setTimeLeft(now)
            (epochStart, epochSteps) = (now, 0)
        }

        private mutating func setTimeLeft(_ now: Double) {
            let left = plan.steps - plan.doneSteps - steps
            status.secondsLeft = steps > 0 && left >= 0 ? (now - start) / Double(steps) * Double(left) : nil
        }

        private func pictures(_ steps: Int) -> Double {
            Double(steps) * Double(plan.picturesPerEpoch) / Double(max(1, plan.stepsPerEpoch))
        }
    }
}

import CNNLanguage

/// Runs an expression again and again, each time from the same variables.
struct Stopwatch {
    private static let least = 7
    private static let most = 1_000
    private static let budget = Duration.seconds(1)

    private let session: TerminalSession

    init(_ session: TerminalSession) { self.session = session }

    func time(_ code: String) {
        let source = SourceText(name: ":time", code)
        var times: [Duration] = []
        let failure: [Diagnostic] = session.tryOut { interpreter in
            let (program, outcome) = interpreter.compile(source)
            guard let program else { return outcome.diagnostics }
            let before = interpreter.snapshot()
            let clock = ContinuousClock()
            let begin = clock.now
            while times.count < Stopwatch.most, times.count < Stopwatch.least || clock.now - begin < Stopwatch.budget {
                let start = clock.now
                let ended = interpreter.run(program)
                times.append(clock.now - start)
                if ended.isFailure { return ended.diagnostics }
                interpreter.restore(before)
                // One run of what takes long says enough.
                if clock.now - begin > Stopwatch.budget * 5 { break }
            }
            return []
        }
        guard failure.isEmpty else { return failure.forEach(session.tell) }
        session.answer(Stopwatch.text(times.sorted()))
    }

    private static func text(_ times: [Duration]) -> String {
        guard let least = times.first, let most = times.last else { return "" }
        let middle = times.count / 2
        let median = times.count % 2 == 1 ? times[middle] : (times[middle - 1] + times[middle]) / 2
        if times.count == 1 { return "\(Duration.text(median)), one run" }
        return "median \(Duration.text(median)) of \(times.count) runs, "
            + "from \(Duration.text(least)) to \(Duration.text(most))"
    }
}

import CNNCore
import CNNLanguage

/// `cnnbook run`: a notebook's output to one stream, the rest to the other, and its results to files as they come.
extension ConsoleRunner {
    /// - Parameters:
    ///   - folder: where relative paths of the notebook begin.
    ///   - path: the file, where output is to be saved in it.
    ///   - times: how often it is run; only the first run shows its output, and the others must give the same.
    public func run(_ notebook: Notebook, folder: String, path: String? = nil, times: Int = 1) -> ExitStatus {
        notebook.layoutWarnings.forEach(tell)
        var events = events(showsOutput: true)
        let saver = savesOutput ? path.map { OutputSaver(notebook, path: $0) } : nil
        follow(notebook, saver, &events)
        let first = runOnce(notebook, folder, events)
        progress.clear()
        var status = first.exitStatus
        if let refusal = first.refusal { tell(refusal) }
        reports.update(report(NotebookReport(name: notebook.source.name, .ran(notebook, first))))
        if let failure = saver?.failure {
            tell(failure)
            status = max(status, .failure)
        }
        for number in stride(from: 2, through: times, by: 1) where !first.wasInterrupted && output.failure == nil {
            let next = runOnce(notebook, folder, self.events(showsOutput: false))
            if let difference = ConsoleRunner.difference(first, next) {
                tell("\(notebook.source.name): run \(number) differs from run 1 in \(difference)\n")
                return max(status, .failure)
            }
        }
        if reports.hasFailed { status = max(status, .failure) }
        if tellOutputFailure() { status = .failure }
        return status
    }

    /// - Parameter path: the file, as it was given.
    public func run(file path: String, times: Int = 1) -> ExitStatus {
        fileCount += 1
        do {
            return run(try Notebook.read(path), folder: ConsoleRunner.folder(of: path), path: path, times: times)
        } catch {
            tell(error)
            reports.update(report(NotebookReport(name: Notebook.fileName(of: path), .unreadable(error))))
            return .unreadable
        }
    }

    /// What stays the same in all reports about the current file.
    func report(_ report: NotebookReport) -> NotebookReport {
        var report = report
        report.number = firstNumber + max(0, fileCount - 1)
        report.parameters = settings.parameters
        return report
    }

    func runOnce(_ notebook: Notebook, _ folder: String, _ events: RunEvents) -> NotebookResult {
        var settings = settings
        settings.folder = folder
        // Its limit is one notebook's.
        WorkMeter.shared.reset()
        var result = NotebookResult()
        BigStack.run { result = NotebookRunner(notebook, settings, events).run() }
        return result
    }

    func events(showsOutput: Bool) -> RunEvents {
        var events = RunEvents()
        events.shouldStop = { [self] in output.failure != nil || isInterrupted() }
        guard showsOutput else { return events }
        events.output = { [self] text in
            progress.clear()
            trainingDisplay?.willPrint(text)
            output.write(text)
            // Whoever reads sees a line as soon as it is printed; a cell has at most 1,000 of them.
            if text.utf8.contains(UInt8(ascii: "\n")) { output.flush() }
        }
        events.training = { [self] signal in
            progress.clear()
            output.flush()
            trainingDisplay?.take(signal)
        }
        events.warning = { [self] in tell($0) }
        events.cellEnds = { [self] _ in output.flush() }
        events.diagnostic = { [self] diagnostic in
            // That it was stopped is no news where nobody reads the output.
            if output.failure == nil || diagnostic.error.code != .interrupted { tell(diagnostic) }
        }
        return events
    }

    /// After each cell the files are written with what is known by then.
    private func follow(_ notebook: Notebook, _ saver: OutputSaver?, _ events: inout RunEvents) {
        progress.begin(notebook)
        events.cellBegins = { [self] in progress.show($0, in: notebook) }
        var partial = NotebookResult()
        events.cellEnds = { [self] ended in
            output.flush()
            partial.cells.append(ended)
            saver?.save(partial)
            guard !reports.isEmpty else { return }
            var report = report(NotebookReport(name: notebook.source.name, .ran(notebook, partial)))
            report.isComplete = false
            reports.update(report)
        }
    }

    /// The cell in which two runs differ.
    private static func difference(_ first: NotebookResult, _ second: NotebookResult) -> String? {
        func lines(_ cell: CellResult) -> [String] { cell.segments.flatMap(\.lines) }
        for (one, other) in zip(first.cells, second.cells) {
            let (before, after) = (lines(one), lines(other))
            if before == after { continue }
            let index = zip(before, after).prefix { $0 == $1 }.count
            let was = index < before.count ? "'\(before[index])'" : "nothing"
            let came = index < after.count ? "'\(after[index])'" : "nothing"
            return "\(one.cell.label), output line \(index + 1): \(came), was \(was)"
        }
        return first.cells.count == second.cells.count ? nil : "the number of cells"
    }
}

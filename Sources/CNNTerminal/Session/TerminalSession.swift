import CNNCore
import CNNLanguage
import CNNNotebook

/// What a person works with at the prompt: the interpreter with its variables, the cells so far, the last error.
///
/// Used from the main thread; cells run on a thread with a big stack while it waits.
final class TerminalSession {
    private(set) var interpreter: Interpreter
    let options: InterpreterOptions
    let output: FileOutput
    let errors: FileOutput
    let graphics: Graphics
    let training: (any TrainingDisplay)?
    var settings: SessionSettings
    /// Cells that were run, without those that were undone.
    private(set) var records: [CellRecord] = []
    /// The last error, and the cells before it.
    private(set) var lastDiagnostic: Diagnostic?
    /// The number that the next cell gets.
    private(set) var cellNumber = 1
    /// Set by `:quit`.
    var isOver = false
    /// What `:edit` has brought: an entry like one that is typed.
    var edited: String?
    /// A file that `:save` did not want to write over.
    var refusedFile: String?

    private(set) var undo = UndoStack()
    private var start: SessionSnapshot?
    private var shownValue: Value?
    private var capture = OutputCapture()
    private var isMuted = false
    /// What a figure or a page of help is in a run, where the terminal shows it in another way.
    private var runText: String?
    /// Whether the cell has written what may have changed the terminal's colours.
    private var hasEscapes = false
    /// Of what `_` may hold.
    private static let lastValueLimit = 64 << 20

    /// - Parameters:
    ///   - options: its streams are set here.
    ///   - graphics: how figures are drawn.
    ///   - training: shows how training goes on; nil: nothing does.
    init(
        _ options: InterpreterOptions, output: FileOutput, errors: FileOutput, graphics: Graphics,
        training: (any TrainingDisplay)?
    ) {
        self.options = options
        self.output = output
        self.errors = errors
        self.graphics = graphics
        self.training = training
        settings = SessionSettings(hasColor: TerminalStyle.usesColor(on: output))
        interpreter = Interpreter(options)
        var options = options
        options.write = { [weak self] in self?.print($0) }
        options.keepsInterrupt = true
        options.keepsLastValue = true
        options.show = { [weak self] in self?.show($0, $1, $2) }
        options.draw = { graphics.text(of: $0) }
        options.figure = { [weak self] figure, _ in self?.runText = figure.text }
        options.training = { [weak self] in self?.follow($0) }
        options.page = { [weak self] in self?.show($0, $1) }
        options.warn = { [weak self] in self?.warn($0) }
        interpreter = Interpreter(options)
    }

    var painter: CodePainter { CodePainter(isOn: settings.color) }

    /// Errors may go to a file while all else goes to the terminal.
    private var colorsErrors: Bool { settings.color && (errors.isTerminal || TerminalStyle.usesColor(on: errors)) }
    var columns: Int { output.columns ?? 80 }

    // MARK: - Streams

    /// What a cell prints.
    private func print(_ text: String) {
        defer { runText = nil }
        guard !isMuted else { return }
        capture.write(runText ?? text)
        training?.willPrint(text)
        if runText == nil, text.utf8.contains(0x1B) { hasEscapes = true }
        put(text)
    }

    private func show(_ usual: String, _ laidOut: (_ columns: Int) -> String) {
        guard let text = fitted(usual, laidOut) else { return print(usual) }
        runText = usual
        print(text)
    }

    /// A text in lines for this terminal; nil where they are those of a run.
    private func fitted(_ usual: String, _ laidOut: (_ columns: Int) -> String) -> String? {
        // Nothing of the one is too wide, of the other nobody reads all.
        let sizes = HelpText.readableColumns.lowerBound + 1...1 << 20
        guard output.isTerminal, sizes.contains(usual.utf8.count) else { return nil }
        let columns = HelpText.readable(columns)
        return columns == HelpText.usualColumns ? nil : laidOut(columns)
    }

    private func follow(_ signal: TrainingSignal) {
        guard !isMuted else { return }
        output.flush()
        training?.take(signal)
    }

    private func show(_ value: Value, _ usual: String, _ laidOut: (_ columns: Int) -> String) {
        shownValue = value
        guard !isMuted else { return }
        capture.write(usual)
        let text = fitted(usual, laidOut) ?? usual
        training?.willPrint(text)
        switch value {
        case .native: put(text)
        default: put(painter.value(text))
        }
    }

    /// A long text in pieces, so that Ctrl-C need not wait until a terminal has shown all of it.
    private func put(_ text: String) {
        // No text in colours is as long.
        let pieceBytes = 1 << 19
        var rest = text[...]
        while rest.utf8.count > pieceBytes {
            let end = rest.unicodeScalars.index(rest.startIndex, offsetBy: pieceBytes / 4)
            output.write(String(rest[..<end]))
            output.flush()
            rest = rest[end...]
            if Interpreter.isInterrupted { return output.write("\n") }
        }
        output.write(String(rest))
    }

    /// What a command answers.
    func answer(_ lines: [String]) { output.write(lines.map { $0 + "\n" }.joined()) }
    /// The same of a sentence, divided between words where it is wider than the terminal.
    func answer(_ sentence: String) { answer(sentences: [sentence]) }
    func answer(sentences: [String]) { answer(sentences.flatMap { WordWrap.lines($0, width: columns) }) }

    /// What a command complains of.
    func complain(_ sentence: String) {
        tell(WordWrap.lines(DiagnosticRenderer.printable(sentence), width: columns).map { $0 + "\n" }.joined())
    }

    /// Ends the line that a cell has begun on the terminal, and the colours that it has left on: a prompt and an error
    /// begin their own.
    private func endLine() {
        guard output.isTerminal else { return }
        let isOpen = !output.isAtLineStart
        if hasEscapes {
            hasEscapes = false
            // Colours, a hidden cursor, line drawing.
            output.write("\u{1B}[0m\u{1B}[?25h\u{0F}")
            if !isOpen { output.lineHasEnded() }
        }
        guard isOpen else { return }
        training?.willPrint("\n")
        output.write("\n")
    }

    /// What belongs on standard error, behind what was printed so far.
    func tell(_ text: String) {
        guard !isMuted else { return }
        if errors.isTerminal { endLine() }
        output.flush()
        training?.clear()
        errors.write(text)
        errors.flush()
    }

    private func warn(_ warning: Warning) {
        tell(DiagnosticRenderer.render(warning, color: colorsErrors, columns: errors.columns))
    }

    /// Shows an error, which `:explain` can say more about.
    func tell(_ diagnostic: Diagnostic) {
        lastDiagnostic = diagnostic
        // The key itself may have been shown, where it came before the terminal had been told not to.
        if diagnostic.error.code == .interrupted, errors.isTerminal { tell("\r  \r") }
        tell(DiagnosticRenderer.render(diagnostic, color: colorsErrors, columns: errors.columns))
    }

    // MARK: - Cells

    /// Runs a cell and keeps what it did.
    @discardableResult
    func run(_ code: String) -> RunOutcome {
        keepForUndo()
        return runWithoutUndo(code)
    }

    /// - Parameter id: of the notebook's cell that it is.
    @discardableResult
    func runWithoutUndo(_ code: String, id: String? = nil) -> RunOutcome {
        let number = cellNumber
        cellNumber += 1
        capture = OutputCapture()
        shownValue = nil
        let clock = ContinuousClock()
        let begin = clock.now
        training?.startsLine()
        let outcome = onBigStack { $0.run(SourceText(name: "cell \(number)", code)) }
        let time = clock.now - begin
        endLine()
        output.flush()
        outcome.diagnostics.forEach(tell)
        keepLastValue()
        if settings.timing { answer(painter.quiet("took \(Duration.text(time))")) }
        records.append(
            CellRecord(number: number, code: code, output: capture.text, outcome: CellRecord.Outcome(outcome), id: id))
        return outcome
    }

    /// Runs something that is no cell: the answer to a question, an init file.
    @discardableResult
    func runAside(_ source: SourceText) -> RunOutcome {
        let outcome = onBigStack { $0.run(source) }
        endLine()
        output.flush()
        outcome.diagnostics.forEach(tell)
        return outcome
    }

    /// Work on the interpreter's own stack, while Ctrl-C belongs to it.
    func onBigStack<Result>(_ body: @escaping (Interpreter) -> Result) -> Result {
        var result: Result?
        BigStack.run { [interpreter] in result = body(interpreter) }
        guard let result else { return body(interpreter) }
        return result
    }

    /// The same without any output, and with everything put back in the end.
    func tryOut<Result>(_ body: @escaping (Interpreter) -> Result) -> Result {
        isMuted = true
        let before = interpreter.snapshot()
        defer {
            interpreter.restore(before)
            isMuted = false
        }
        return onBigStack(body)
    }

    private func keepLastValue() {
        guard let value = shownValue else { return }
        shownValue = nil
        if ValueSize.bytes(value) <= TerminalSession.lastValueLimit { interpreter.module.assign("_", value) }
    }

    /// Whether another line is wanted.
    func isIncomplete(_ text: String) -> Bool { onBigStack { $0.isIncomplete(text) } }

    // MARK: - Undo

    /// Remembers the session as it is, and as it began where this is the first time.
    func keepForUndo() {
        undo.push(interpreter.snapshot(), records.count, bytes: interpreter.variables.reduce(0) { $0 &+ $1.bytes })
    }

    /// Notes what `reset` goes back to.
    func markStart() { start = interpreter.snapshot() }

    /// - Returns: the cells that were taken back, none where a reset was; nil where nothing is kept.
    func takeBack() -> [CellRecord]? {
        guard let (snapshot, count) = undo.pop() else { return nil }
        interpreter.restore(snapshot)
        let dropped = Array(records.dropFirst(count))
        records = undo.restored(records, upTo: count)
        return dropped
    }

    /// Forgets all variables and cells, but not what was typed.
    func reset() {
        keepForUndo()
        undo.keep(records)
        if let start { interpreter.restore(start) }
        records = []
        lastDiagnostic = nil
    }
}

extension CellRecord.Outcome {
    init(_ outcome: RunOutcome) {
        if outcome.wasInterrupted {
            self = .interrupted
        } else {
            self = outcome.diagnostics.first.map { .failed($0.error.code.rawValue) } ?? .passed
        }
    }
}

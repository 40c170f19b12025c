import CLineEditor
import CNNCore
import CNNLanguage
import CNNNotebook

/// A session on a terminal. Lines are read on the calling thread, the main one; each entry runs on a thread with a big
/// stack of its own while the main thread waits, so Ctrl-C belongs to the line editor at one time and to the program at
/// the other.
public final class REPL {
    private let session: TerminalSession
    private let editor: any LineEditor
    private let history: HistoryFile?
    private let initFile: String?
    private var lastEntry: String?
    /// The file that could not take an entry.
    private var lostHistory: String?
    /// Whether the entry that is typed began behind a prompt of another program, as `>>> `.
    private var isTranscript = false
    /// Whether the lines of the entry stand on the screen as they are.
    private var isPendingShown = true
    /// The lines of the entry that is typed, each with its end.
    private var pending = ""

    /// - Parameters:
    ///   - options: its streams are set here.
    ///   - graphics: how figures are drawn.
    ///   - training: shows how training goes on; nil: nothing does.
    public convenience init(
        _ options: InterpreterOptions, output: FileOutput, errors: FileOutput, graphics: Graphics,
        training: (any TrainingDisplay)?
    ) {
        let isPlain = TerminalStyle.isDumb || !output.isTerminal
        let editor: any LineEditor =
            isPlain
            ? PlainEditor(promptsOn: output.isTerminal ? output : errors)
            : ReadlineEditor(historyLimit: HistoryFile.limit)
        self.init(
            TerminalSession(options, output: output, errors: errors, graphics: graphics, training: training),
            editor: editor, history: isPlain ? nil : HistoryFile.standard(), initFile: REPL.standardInitFile)
    }

    init(_ session: TerminalSession, editor: any LineEditor, history: HistoryFile?, initFile: String?) {
        self.session = session
        self.editor = editor
        self.history = history
        self.initFile = initFile
        editor.tab = { [unowned self, unowned editor] before in
            TabKey(
                completer: Completer(interpreter: session.interpreter, ignoresCase: editor.ignoresCase),
                columns: session.columns, painter: session.painter
            ).reply(earlier: pending, before: before)
        }
    }

    /// In the user's folder for configuration; nil where there is none.
    private static var standardInitFile: String? {
        DataFolders.userFolder("XDG_CONFIG_HOME", ".config").map { "\($0)/cnnbook/init.cnnbook" }
    }

    /// - Parameter greets: whether a line says what this is.
    public func run(greets: Bool) -> ExitStatus {
        InterruptSignal.install(secondEnds: false)
        defer { editor.endWork() }
        if greets { session.answer(greeting) }
        history?.load().forEach { entry in
            editor.remember(entry)
            lastEntry = entry
        }
        runInitFile()
        session.markStart()
        while !session.isOver, let entry = nextEntry() {
            if REPL.isFarewell(entry), session.interpreter.module[String(entry.prefix(4))] == nil { break }
            evaluate(entry)
            session.output.flush()
            if let failure = session.output.failure {
                session.tell(Diagnostic(failure))
                return .failure
            }
        }
        if let lostHistory { session.complain("what was typed is not remembered: \(lostHistory) cannot be written") }
        return .success
    }

    private var greeting: [String] {
        let line = "cnnbook \(Version.current)   :help lists commands, ?name explains, Ctrl-D leaves"
        return line.count < session.columns ? [line] : ["cnnbook \(Version.current)", ":help lists commands"]
    }

    private static func isFarewell(_ entry: String) -> Bool { ["exit", "quit", "exit()", "quit()"].contains(entry) }

    /// What the user wants to have in every session. It is no cell, and no other command reads it.
    private func runInitFile() {
        guard let initFile, FileReader.exists(initFile) else { return }
        do {
            let bytes = try FileReader.bytes(initFile, limit: Notebook.byteLimit)
            session.runAside(SourceText(name: "init.cnnbook", bytes: bytes))
        } catch { session.tell(Diagnostic(error)) }
    }

    // MARK: - Reading

    /// Lines until they are a whole program; nil at the end.
    private func nextEntry() -> String? {
        pending = ""
        var initial: String?
        defer { pending = "" }
        while true {
            session.output.flush()
            let color = session.settings.color && editor.showsEditedText
            let number = session.cellNumber
            let prompt = pending.isEmpty ? Prompt.first(number, color: color) : Prompt.next(number, color: color)
            let rowsAbove = pending.isEmpty || !isPendingShown ? nil : pendingRows(color: color)
            let input = editor.readLine(prompt: prompt, initial: initial, hasAbove: rowsAbove != nil)
            initial = nil
            switch input {
            case .above(let line):
                eraseRows(above: rowsAbove ?? 0, prompt, line)
                initial = pending + line
                pending = ""
            case .end:
                session.output.write("\n")
                session.output.flush()
                // Ctrl-D in the midst of a block leaves the block. Where the terminal has gone the end comes again.
                if editor.showsEditedText, !pending.isEmpty {
                    pending = ""
                    continue
                }
                return nil
            case .interrupted: pending = ""
            case .damaged(let remains):
                pending = ""
                session.complain("nothing was run: '\(remains)' stood for a longer text, which cannot be changed here")
            case .line(let line):
                if color, !editor.hadPlaceholders { showAgain(line, prompt) }
                let code = PastedText.typedLine(line, isBegun: !pending.isEmpty && isTranscript)
                if pending.isEmpty { isTranscript = code != nil }
                isPendingShown = (pending.isEmpty || isPendingShown) && code == nil && !editor.hadPlaceholders
                let text = pending + (code ?? line)
                let entry = REPL.entry(text)
                if entry.isEmpty {
                    pending = ""
                } else if isWhole(entry, text) {
                    remember(entry)
                    return entry
                } else {
                    pending = text + "\n"
                }
            }
        }
    }

    /// Before the whole block becomes one that is edited as those are that the arrow keys bring back.
    private func eraseRows(above: Int, _ prompt: Prompt, _ line: String) {
        let shown = editor.hadPlaceholders ? "" : line
        let own = EntryRows.count(prompt: prompt.text.count, shown, columns: TerminalSize.current.columns)
        let up = above + (own ?? 1) - 1
        session.output.write("\r" + (up > 0 ? "\u{1B}[\(up)A" : "") + "\u{1B}[J")
    }

    /// The rows that the lines above take which were entered; nil where terminals differ, and where they and another line
    /// are more than the screen.
    private func pendingRows(color: Bool) -> Int? {
        let size = TerminalSize.current
        let width = Prompt.first(session.cellNumber, color: color).text.count
        var rows = 0
        for line in pending.split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
            guard let own = EntryRows.count(prompt: width, String(line), columns: size.columns) else { return nil }
            rows += own
        }
        return rows + 2 < size.rows ? rows : nil
    }

    /// - Parameter text: the entry with the blanks around it, which may close it.
    private func isWhole(_ entry: String, _ text: String) -> Bool {
        let found = parts.parts(of: entry)
        let last = found.count > 1 ? found[found.count - 1] : EntryParts.isRequest(entry) ? entry : text
        return parts.isWhole(last)
    }

    private var parts: EntryParts { EntryParts { [session] in session.isIncomplete($0) } }

    /// Without blanks at the end, and without empty lines.
    private static func entry(_ text: String) -> String {
        var text = text[...]
        while let last = text.last, last.isWhitespace { text.removeLast() }
        while let first = text.first, first.isNewline { text.removeFirst() }
        return String(text)
    }

    private func remember(_ entry: String) {
        guard entry != lastEntry else { return }
        lastEntry = entry
        editor.remember(entry)
        if let history, !history.append(entry) { lostHistory = history.path }
    }

    /// Writes what was just entered once more over itself, in colours and with a prompt before each line.
    private func showAgain(_ line: String, _ prompt: Prompt) {
        let size = TerminalSize.current
        guard !line.isEmpty, let rows = EntryRows.count(prompt: prompt.text.count, line, columns: size.columns),
            rows < size.rows
        else { return }
        // Colours of a text that began in an earlier line.
        let all = session.painter.code(pending + line)
        let lines = all.split(separator: "\n", omittingEmptySubsequences: false)
        let own = lines.suffix(line.split(separator: "\n", omittingEmptySubsequences: false).count)
        let next = Prompt.next(session.cellNumber, color: true).painted
        session.output.write(
            "\u{1B}[\(rows)A\r\u{1B}[J" + prompt.painted + own.joined(separator: "\n" + next) + "\n")
        session.output.flush()
    }

    // MARK: - Running

    /// Runs an entry, and of several parts each, up to the first error.
    private func evaluate(_ entry: String) {
        editor.beginWork()
        for part in parts.parts(of: entry) where !session.isOver {
            if let joined = JoinedCommand(part, in: session.interpreter) {
                return joined.complain(in: session)
            } else if let query = HelpQuery(part) {
                query.answer(in: session)
            } else if let command = CommandLine(part) {
                command.run(in: session, editor)
                if let edited = session.edited {
                    session.edited = nil
                    remember(edited)
                    session.answer([session.painter.code(edited)])
                    evaluate(edited)
                }
            } else if HelpQuery.isBare(part) {
                session.answer(HelpCommands.overview(session))
            } else if let elsewhere = MisplacedCommand(part, in: session.interpreter) {
                session.complain(elsewhere.answer)
            } else if session.run(part).isFailure {
                return
            }
        }
    }
}

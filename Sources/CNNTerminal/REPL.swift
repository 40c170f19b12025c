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

/// A session on a terminal. Lines are read on the calling thread, the main one; each entry runs on a thread with a big
/// stack of its own while the main thread waits, so Ctrl-C belongs to the line editor at one time and to the program at
/// the other.
public final class REPL {
    private static let prompts = (first: ">>> ", next: "... ")

    private let interpreter: Interpreter
    private let output: FileOutput
    private let errors: FileOutput
    private let editor: any LineEditor
    private let history: HistoryFile?
    private let usesColor: Bool
    private let training: (any TrainingDisplay)?
    private var lastEntry: String?

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
            options, output: output, errors: errors, editor: editor, history: isPlain ? nil : HistoryFile.standard(),
            graphics: graphics, training: training)
    }

    init(
        _ options: InterpreterOptions, output: FileOutput, errors: FileOutput, editor: any LineEditor,
        history: HistoryFile?, graphics: Graphics, training: (any TrainingDisplay)?
    ) {
        var options = options
        options.write = { text in
            training?.willPrint(text)
            output.write(text)
        }
        options.draw = { graphics.text(of: $0) }
        options.training = { signal in
            output.flush()
            training?.take(signal)
        }
        let usesColor = TerminalStyle.usesColor(on: errors)
        options.warn = { warning in
            output.flush()
            training?.clear()
            errors.write(DiagnosticRenderer.render(warning, color: usesColor))
            errors.flush()
        }
        interpreter = Interpreter(options)
        self.output = output
        self.errors = errors
        self.editor = editor
        self.history = history
        self.training = training
        self.usesColor = usesColor
        let completion = NameCompletion(interpreter: interpreter)
        editor.completions = { _, word in completion.completions(of: word) }
    }

    /// - Parameter greets: whether a line says what this is.
    public func run(greets: Bool) -> ExitStatus {
        InterruptSignal.install(secondEnds: false)
        if greets {
            output.write("cnnbook \(Version.current)   name? explains a name, help() lists all, Ctrl-D leaves\n")
        }
        history?.load().forEach { entry in
            editor.remember(entry)
            lastEntry = entry
        }
        while let entry = nextEntry() {
            if REPL.isFarewell(entry), interpreter.module[String(entry.prefix(4))] == nil { break }
            evaluate(entry)
            output.flush()
            if let failure = output.failure {
                tell(Diagnostic(failure))
                return .failure
            }
        }
        return .success
    }

    private static func isFarewell(_ entry: String) -> Bool { ["exit", "quit", "exit()", "quit()"].contains(entry) }

    // MARK: - Reading

    /// Lines until they are a whole program; nil at the end.
    private func nextEntry() -> String? {
        var text = ""
        while true {
            output.flush()
            switch editor.readLine(prompt: text.isEmpty ? REPL.prompts.first : REPL.prompts.next) {
            case .end:
                output.write("\n")
                output.flush()
                return nil
            case .interrupted: text = ""
            case .line(let line):
                text += (text.isEmpty ? "" : "\n") + line
                let entry = REPL.trimmed(text)
                if entry.isEmpty {
                    text = ""
                } else if !interpreter.isIncomplete(text) {
                    remember(entry)
                    return entry
                }
            }
        }
    }

    /// Without blanks at the end, and without empty lines.
    private static func trimmed(_ text: String) -> String {
        var text = text[...]
        while let last = text.last, last.isWhitespace { text.removeLast() }
        while let first = text.first, first.isNewline { text.removeFirst() }
        return String(text)
    }

    private func remember(_ entry: String) {
        guard entry != lastEntry else { return }
        lastEntry = entry
        editor.remember(entry)
        history?.append(entry)
    }

    // MARK: - Running

    private func evaluate(_ entry: String) {
        var program = entry
        if let query = HelpQuery(entry) {
            if let text = query.text(in: interpreter) { return output.write(text) }
            program = query.program
        }
        let source = SourceText(name: "<repl>", program)
        var outcome: RunOutcome?
        training?.startsLine()
        BigStack.run { [interpreter] in outcome = interpreter.run(source) }
        output.flush()
        outcome?.diagnostics.forEach(tell)
    }

    private func tell(_ diagnostic: Diagnostic) {
        errors.write(DiagnosticRenderer.render(diagnostic, color: usesColor))
        errors.flush()
    }
}

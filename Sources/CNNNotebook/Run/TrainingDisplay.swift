import CNNLanguage

/// Shows on standard error how training goes on. What else is written there or on standard output announces itself.
public protocol TrainingDisplay: AnyObject {
    func take(_ signal: TrainingSignal)
    /// Standard output is about to get text.
    func willPrint(_ text: String)
    /// Whatever stood there, the cursor is now where a line begins: someone has pressed Enter.
    func startsLine()
    /// Something else is about to be written to standard error.
    func clear()
}

/// What a person did at a prompt.
public enum LineInput: Equatable, Sendable {
    /// A line; several where they were pasted together, or brought back from the history.
    case line(String)
    /// Ctrl-C: what was typed is dropped.
    case interrupted
    /// Ctrl-D on an empty line, or the input has ended.
    case end
}

/// Reads what a person types. Used from the main thread.
public protocol LineEditor: AnyObject {
    func readLine(prompt: String) -> LineInput

    /// An entry, of one line or several, for the arrow keys to bring back.
    func remember(_ entry: String)

    /// Gives the completions of the word that ends at the cursor: the whole line, and the word.
    var completions: ((_ line: String, _ word: String) -> [String])? { get set }
}

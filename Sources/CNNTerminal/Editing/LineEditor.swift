/// What a person did at a prompt.
public enum LineInput: Equatable, Sendable {
    /// A line; several where they were pasted together, or brought back from the history.
    case line(String)
    /// Up, to the lines above: the line as far as it is typed.
    case above(String)
    /// Ctrl-C: what was typed is dropped.
    case interrupted
    /// Words that stood for a long text, and were changed: nobody knows any more what is meant.
    case damaged(String)
    /// Ctrl-D on an empty line, or the input has ended.
    case end
}

/// What stands before the line that is typed.
struct Prompt: Equatable {
    /// `[3]> `
    let text: String
    /// As the terminal colours it; empty: not at all.
    var color = ""

    /// Of a cell's first line.
    static func first(_ number: Int, color: Bool) -> Prompt {
        Prompt(text: "[\(number)]> ", color: color ? "1;32" : "")
    }

    /// Of its other lines, as wide as the first.
    static func next(_ number: Int, color: Bool) -> Prompt {
        Prompt(
            text: String(repeating: " ", count: max(0, String(number).count - 1)) + "...> ", color: color ? "32" : "")
    }

    var painted: String {
        // The blank at the end stays outside: libedit loses what stands behind the last character.
        color.isEmpty ? text : "\u{1B}[\(color)m\(text.dropLast())\u{1B}[0m "
    }
}

/// What Tab does to the text before the cursor.
struct TabReply: Equatable {
    /// UTF-8 bytes before the cursor that are taken away.
    var erased = 0
    var inserted = ""
    /// Lines that are shown below.
    var shown: [String] = []
}

/// Reads what a person types. Used from the main thread.
protocol LineEditor: AnyObject {
    /// - Parameters:
    ///   - initial: a block that is taken up again; the cursor is in its last line but one.
    ///   - hasAbove: whether the entry has lines above this one, to which Up goes.
    func readLine(prompt: Prompt, initial: String?, hasAbove: Bool) -> LineInput

    /// What was read is about to be worked on: a Ctrl-C that came behind it belongs to the work.
    func beginWork()

    /// The work is over, or another program takes the terminal.
    func endWork()

    /// An entry, of one line or several, for the arrow keys to bring back.
    func remember(_ entry: String)

    /// Says what Tab does, from the text before the cursor.
    var tab: ((_ before: String) -> TabReply)? { get set }

    /// Whether its user wants names completed whatever the case of their letters.
    var ignoresCase: Bool { get }

    /// Whether what was typed stands on the screen as it is, so that it may be shown again in colours.
    var showsEditedText: Bool { get }

    /// Whether words stood for a part of the line that was read last.
    var hadPlaceholders: Bool { get }
}

extension LineEditor {
    /// A line by itself.
    func readLine(prompt: Prompt) -> LineInput { readLine(prompt: prompt, initial: nil, hasAbove: false) }
}

/// What went wrong, in the user's own numbers, and a way out.
///
/// The core and the language throw this one type; whoever knows the source text adds the place.
public struct CNNError: Error, Equatable, Sendable {
    public var code: ErrorCode
    /// One line: what is wrong ("conv2 does not fit its input: …").
    public var message: String
    /// What stands beside the caret: the sum that shows it. Empty: none.
    public var label: String
    /// Lines below the caret: where a number comes from, and ways out that were checked.
    public var notes: [String]
    /// Where in the source the culprit was made (a layer of a model), as the language numbered it.
    public var origin: Int?
    /// Which argument of a call is at fault: the language puts its carets there.
    public var argument: Argument?
    /// A part of the message that is the form of an argument, `n, [h, w] or "same"`: its letters name no value of the user's.
    public var form = ""
    /// Further errors that do not depend on this one, to be told with it: wrong arguments of other layers of a model.
    public var others: [CNNError] = []

    public enum Argument: Equatable, Sendable {
        /// By its parameter, or by the name that it was given.
        case named(String)
        /// By its place among those that have no name, from 0.
        case position(Int)
    }

    public init(
        _ code: ErrorCode, _ message: String, label: String = "", notes: [String] = [], origin: Int? = nil,
        argument: Argument? = nil
    ) {
        self.code = code
        self.message = CNNError.readable(message)
        self.label = label
        self.notes = notes.map(CNNError.readable)
        self.origin = origin
        self.argument = argument
    }

    /// In bytes. A message may quote a text of the user's, of any length: nobody reads more than its beginning.
    private static let longestLine = 4_000

    private static func readable(_ line: String) -> String {
        guard line.utf8.count > longestLine else { return line }
        return String(line.unicodeScalars.prefix(longestLine / 4)) + "..."
    }
}

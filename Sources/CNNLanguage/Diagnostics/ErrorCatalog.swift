import CNNCore

/// What `help("E0301")` says: one entry for every error code.
public struct ErrorExplanation: Sendable {
    public let code: ErrorCode
    /// A few words.
    public let title: String
    /// What it means and what to do about it.
    public let text: String
    /// A program that gives the error; a comment says where it takes a limit or a file as well.
    public let example: String

    init(_ code: ErrorCode, _ title: String, _ text: String, example: String) {
        self.code = code
        self.title = title
        self.text = text
        self.example = example
    }
}

public enum ErrorCatalog {
    public static let all: [ErrorExplanation] =
        ErrorExplanation.syntax + ErrorExplanation.names + ErrorExplanation.shapes + ErrorExplanation.values
        + ErrorExplanation.files + ErrorExplanation.limits

    public static func explanation(_ code: ErrorCode) -> ErrorExplanation? { all.first { $0.code == code } }

    /// As `help` prints it.
    public static func text(_ code: ErrorCode, columns: Int = HelpText.usualColumns) -> String {
        guard let entry = explanation(code) else { return "\(code.rawValue)\n" }
        let lines =
            HelpText.wrapped("\(code.rawValue): \(entry.title)", indent: 0, columns: columns)
            + HelpText.wrapped(entry.text, indent: 2, columns: columns) + [""]
            + entry.example.split(separator: "\n").flatMap {
                WordWrap.code(String($0), "    ", "    ", columns: columns)
            }
        return lines.map { $0 + "\n" }.joined()
    }
}

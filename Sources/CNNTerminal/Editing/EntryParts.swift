/// An entry of several lines in which commands and questions stand, as a session has them that is pasted: each of these by
/// itself, and the code between them.
struct EntryParts {
    /// Whether a code goes on in another line.
    let isIncomplete: (String) -> Bool

    /// The parts in order; one for an entry without commands and questions.
    func parts(of entry: String) -> [String] {
        let lines = entry.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        guard lines.count > 1, lines.contains(where: EntryParts.isRequest) else { return [entry] }
        var parts: [String] = []
        var open: [String] = []
        for line in lines {
            // A line in the midst of a text or of brackets is no request, whatever it looks like.
            if EntryParts.isRequest(line) || open.first.map(EntryParts.isRequest) ?? false,
                isWhole(open.joined(separator: "\n"))
            {
                parts.append(open.joined(separator: "\n"))
                open = []
            }
            open.append(line)
        }
        parts.append(open.joined(separator: "\n"))
        return parts.filter { !$0.allSatisfy(\.isWhitespace) }
    }

    /// Whether a part needs no further line.
    func isWhole(_ part: String) -> Bool {
        if HelpQuery.isBare(part) || HelpQuery(part) != nil { return true }
        guard let command = CommandLine(part) else { return !isIncomplete(part) }
        let isExpression = Command.named(command.name)?.argument == .expression
        return !isExpression || command.argument.isEmpty || !isIncomplete(command.argument)
    }

    /// Whether it begins as a command or is a question.
    static func isRequest(_ line: String) -> Bool {
        HelpQuery.isBare(line) || HelpQuery(line) != nil || CommandLine(line) != nil
    }
}

/// The prompt of a shell before a command that was copied with it: `$ `, `user@host:~$ `, `(env) me@mac lab % `.
enum ShellPrompt {
    /// The command; nil for a line that has no such prompt.
    static func command(in line: some StringProtocol) -> String? {
        let words = line.split(whereSeparator: \.isWhitespace)
        guard let place = words.firstIndex(where: { $0.last == "$" || $0.last == "%" }) else { return nil }
        let isSign = place == 0 && words[0].count == 1
        let namesUser = words[...place].contains { word in
            word.contains("@") && word.first != "@" && word.last != "@"
        }
        guard isSign || namesUser else { return nil }
        return words[(place + 1)...].joined(separator: " ")
    }
}

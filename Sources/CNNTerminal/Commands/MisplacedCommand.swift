import CNNLanguage

/// What belongs elsewhere: a command of the shell, or one of the prompt without its colon. Nothing that is a program.
struct MisplacedCommand {
    /// Where it belongs.
    let answer: String

    init?(_ entry: String, in interpreter: Interpreter) {
        guard !entry.contains("\n") else { return nil }
        let copied = interpreter.isProgram(entry) ? nil : ShellPrompt.command(in: entry)
        let line = copied?[...] ?? entry.trimmed
        let words = line.split(whereSeparator: \.isWhitespace).map(String.init)
        guard let name = words.first, interpreter.module[name] == nil, words.dropFirst().first != "=",
            words.count == 1 ? !interpreter.defines(name) : !interpreter.isProgram(String(line))
        else { return nil }
        let rest = Array(words.dropFirst())
        guard
            let found = MisplacedCommand.ours(name, rest) ?? MisplacedCommand.ofPrompt(name, rest, line)
                ?? MisplacedCommand.ofShell(name) ?? copied.map({ _ in MisplacedCommand.leave })
        else { return nil }
        answer = found
    }

    private static let leave = "this is a command of the shell: leave with Ctrl-D"

    /// `cnnbook run lab.cnnbook`
    private static func ours(_ name: String, _ rest: [String]) -> String? {
        guard name == "cnnbook" else { return nil }
        guard let word = rest.first else { return "this is cnnbook; :help lists what it can be told here" }
        let topic = rest.dropFirst().first { !$0.hasPrefix("-") }
        switch (word, topic) {
        case ("run", let file?), ("test", let file?): return "\(leave); :load \(file) runs its cells here"
        case ("help", let topic?): return "\(leave); ?\(topic) asks here"
        case ("help", nil): return "\(leave); help lists what there is here"
        default: return leave
        }
    }

    /// `save lab.cnnbook`, `%timeit f(x)`. What may be a call of a function of the same name is left to the parser.
    private static func ofPrompt(_ name: String, _ rest: [String], _ line: Substring) -> String? {
        if name == "%time" || name == "%timeit" {
            return rest.isEmpty ? "write :time EXPR" : "write :time \(rest.joined(separator: " "))"
        }
        guard let command = Command.all.first(where: { $0.name == name }) else { return nil }
        var argument = String(line.dropFirst(name.count).trimmed)
        if case .file = command.argument {
            guard rest.count == 1 else { return nil }
            argument = String(argument.drop { $0 == "\"" || $0 == "'" })
            while let last = argument.last, last == "\"" || last == "'" { argument.removeLast() }
            let file = argument.split(separator: "/").last ?? ""
            guard file.hasSuffix(".cnnbook") || !file.contains(".") else { return nil }
        }
        if case .none = command.argument, !argument.isEmpty { return nil }
        let whole = argument.isEmpty ? ":\(name)" : ":\(name) \(argument)"
        return "write \(whole); commands of the prompt begin with a colon"
    }

    private static func ofShell(_ name: String) -> String? {
        if name == "clear" || name == "cls" { return "Ctrl-L clears the screen" }
        guard shellCommands.contains(name) else { return nil }
        return "\(name) is a command of the shell: leave with Ctrl-D, or stop with Ctrl-Z and come back with fg"
    }

    /// Those that beginners try.
    private static let shellCommands: Set<String> = [
        "apt", "apt-get", "bash", "brew", "cat", "cd", "code", "conda", "cp", "curl", "dir", "echo", "emacs", "git",
        "grep", "jupyter", "less", "ls", "make", "man", "mkdir", "more", "mv", "nano", "pip", "pip3", "pwd", "python",
        "python3", "rm", "ssh", "sudo", "touch", "uv", "vi", "vim", "wget", "which",
    ]
}

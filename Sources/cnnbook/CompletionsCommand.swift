import ArgumentParser
import CNNNotebook

/// `cnnbook completions bash`
struct CompletionsCommand: ParsableCommand {
    enum Shell: String, CaseIterable, ExpressibleByArgument {
        case bash, zsh, fish
    }

    static let configuration = CommandConfiguration(
        commandName: "completions",
        abstract: "Print a script by which a shell completes the words of this program.",
        discussion: """
            bash: cnnbook completions bash > ~/.local/share/bash-completion/completions/cnnbook. zsh: into a file \
            _cnnbook in a folder of fpath. fish: into ~/.config/fish/completions/cnnbook.fish.
            """)

    @Argument(help: ArgumentHelp("bash, zsh or fish.", valueName: "shell"))
    var shell: Shell

    func run() throws {
        guard let shell = CompletionShell(rawValue: shell.rawValue) else { return try ExitStatus.usage.end() }
        let output = StandardStreams.output()
        output.write(CompletionsCommand.withOneHelp(RootCommand.completionScript(for: shell)) + "\n")
        output.flush()
        if output.failure != nil { try ExitStatus.failure.end() }
    }

    /// A script without the `help` that the library adds, which would stand beside ours and hide it.
    private static func withOneHelp(_ script: String) -> String {
        var kept: [Substring] = []
        var isDropping = false
        for line in script.split(separator: "\n", omittingEmptySubsequences: false) {
            let isFunction = line == "_cnnbook_help() {"
            let isCase = line.hasSuffix(" case 'help'")
            if isFunction || isCase, kept.contains(line) { isDropping = true }
            if !isDropping, !line.contains("Show subcommand help information.") { kept.append(line) }
            // What fish does in a case is one line.
            if isDropping, line == "}" || line.contains("__cnnbook_parse_subcommand") { isDropping = false }
        }
        return kept.joined(separator: "\n").replacing("completions|help)", with: "completions)")
            .replacing("completions help'", with: "completions'")
    }
}

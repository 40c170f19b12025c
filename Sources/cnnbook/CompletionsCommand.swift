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
        output.write(RootCommand.completionScript(for: shell) + "\n")
        output.flush()
        if output.failure != nil { try ExitStatus.failure.end() }
    }
}

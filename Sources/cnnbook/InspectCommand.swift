import ArgumentParser
import CNNCore
import CNNNotebook
import CNNTerminal

import enum CNNLanguage.BuiltinRegistry
import struct CNNLanguage.ClassifiedToken
import enum CNNLanguage.Keyword

/// What the tests of the editors' grammar compare it with; not for users, and so not in the help.
struct InspectCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect", abstract: "For the tests of cnnbook itself.", shouldDisplay: false,
        subcommands: [TokensCommand.self, WordsCommand.self, FiguresCommand.self, PromptCommand.self])
}

/// `cnnbook inspect tokens FILE…`: lines of start, end (bytes, the end excluded) and kind, after a line with the file.
struct TokensCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tokens", abstract: "Show the pieces of notebooks: start, end, kind.")

    @Argument(help: ArgumentHelp("Notebooks.", valueName: "file"), completion: .file())
    var files: [String]

    @OptionGroup var shared: SharedOptions

    func run() throws {
        let output = StandardStreams.output()
        for file in files {
            let notebook: Notebook
            do { notebook = try Notebook.read(file) } catch {
                shared.runner(shared.runSettings()).tell(error)
                return try ExitStatus.unreadable.end()
            }
            output.write("\(file)\n")
            for token in notebook.classifiedTokens {
                output.write("\(token.range.lowerBound) \(token.range.upperBound) \(token.kind.rawValue)\n")
            }
        }
        output.flush()
        if output.failure != nil { try ExitStatus.failure.end() }
    }
}

/// `cnnbook inspect words`: lines of class and word.
struct WordsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "words", abstract: "Show every word that an editor's grammar knows: class, word.")

    func run() throws {
        let layers = LayerDefinition.all
        let bareWords = layers.flatMap(\.parameters).flatMap(\.words)
        let classes: [(String, [String])] = [
            ("keyword", Keyword.all), ("function", BuiltinRegistry.all.map(\.name)),
            ("type", BuiltinRegistry.constantNames), ("layer", layers.map(\.name)), ("argument", bareWords),
            ("kind", CellKind.allCases.map(\.rawValue).filter { !$0.isEmpty }),
            ("option", CellOption.allCases.map(\.rawValue)), ("header", NotebookHeader.Key.allCases.map(\.rawValue)),
        ]
        let output = StandardStreams.output()
        for (name, words) in classes {
            for word in Set(words).sorted() { output.write("\(name) \(word)\n") }
        }
        output.flush()
        if output.failure != nil { try ExitStatus.failure.end() }
    }
}

/// `cnnbook inspect prompt`: lines of section, word and meaning, with tabs between them.
struct PromptCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "prompt", abstract: "Show the commands and keys of the prompt: section, word, meaning.")

    func run() throws {
        let output = StandardStreams.output()
        for (name, rows) in [("command", PromptHelp.commands), ("key", PromptHelp.keys)] {
            for row in rows { output.write("\(name)\t\(row.word)\t\(row.meaning)\n") }
        }
        output.flush()
        if output.failure != nil { try ExitStatus.failure.end() }
    }
}

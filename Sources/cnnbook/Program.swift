import ArgumentParser
import CNNNotebook

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

@main
enum Program {
    static func main() {
        StandardStreams.prepare()
        FaultHandler.install()
        exit(status(of: Array(CommandLine.arguments.dropFirst())).rawValue)
    }

    private static func status(of arguments: [String]) -> ExitStatus {
        do {
            if let problem = arguments.first.flatMap(RootCommand.problem) { throw ValidationError(problem) }
            var command = try RootCommand.parseAsRoot(arguments)
            try command.run()
            return .success
        } catch let code as ExitCode {
            return ExitStatus(rawValue: code.rawValue) ?? .fault
        } catch {
            let isHelp = RootCommand.exitCode(for: error) == .success
            let stream = isHelp ? StandardStreams.output() : StandardStreams.errors()
            stream.write(RootCommand.fullMessage(for: error) + "\n")
            stream.flush()
            return stream.failure != nil ? .failure : isHelp ? .success : .usage
        }
    }
}

extension ExitStatus {
    /// Ends the command with this status, unless all is well.
    func end() throws {
        if self != .success { throw ExitCode(rawValue) }
    }
}

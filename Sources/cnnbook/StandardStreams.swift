import CNNCore
import CNNNotebook

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

enum StandardStreams {
    /// A reader that goes away and a file that may not grow are errors of writing, not the end of the process. And the
    /// numbers 0 to 2 are taken, so that no file that is opened later gets what belongs to a closed standard output.
    static func prepare() {
        signal(SIGPIPE, SIG_IGN)
        signal(SIGXFSZ, SIG_IGN)
        for number in Int32(0)...2 where fcntl(number, F_GETFD) < 0 {
            // Opened the wrong way round: reading or writing fails, as it should.
            guard open("/dev/null", number == 0 ? O_WRONLY : O_RDONLY) == number else { continue }
        }
    }

    static func output() -> FileOutput { FileOutput(STDOUT_FILENO, name: "standard output") }
    static func errors() -> FileOutput { FileOutput(STDERR_FILENO, name: "standard error") }

    /// All of standard input.
    /// - Throws: E0502, E0604.
    static func readInput(limit: Int) throws(CNNError) -> [UInt8] {
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = read(STDIN_FILENO, &piece, piece.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw CNNError(.fileUnreadable, "standard input cannot be read") }
            if count == 0 { return bytes }
            guard bytes.count + count <= limit else {
                throw CNNError(.tooLarge, "standard input has more than \(ByteCount.text(limit))")
            }
            bytes += piece[..<count]
        }
    }

    static var inputIsTerminal: Bool { isatty(STDIN_FILENO) == 1 }
}

import CNNNotebook

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A fault of cnnbook itself ends it with a line that says so, and with exit code 5.
enum FaultHandler {
    /// `SWIFT_BACKTRACE` set: the runtime's own report is wanted instead.
    static func install() {
        guard DataFolders.environment("SWIFT_BACKTRACE") == nil else { return }
        for number in [SIGILL, SIGTRAP, SIGSEGV, SIGBUS, SIGFPE, SIGABRT] {
            signal(number) { _ in
                let text: StaticString = "cnnbook: a fault of cnnbook itself, please report it; the output ends here\n"
                _ = write(STDERR_FILENO, text.utf8Start, text.utf8CodeUnitCount)
                _exit(ExitStatus.fault.rawValue)
            }
        }
    }
}

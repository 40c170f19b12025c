import CNNCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Another process of this program: one that runs a notebook, or grades a submission.
struct ChildProcess {
    let pid: pid_t

    struct Setup {
        var program = ChildProcess.ownProgram
        /// Behind the program's name.
        var arguments: [String]
        /// nil: what this process has.
        var environment: [String]?
        /// Which of our descriptors becomes which of the child's; -1 is `/dev/null`, for writing. No others are open there.
        var descriptors: [(own: Int32, child: Int32)]
        /// Whether it is the first of a group of its own, with all signals as they are by default: Ctrl-C does not reach it,
        /// and the group can be ended as a whole.
        var leadsGroup = false
    }

    /// - Throws: E0502 where the system gives no process.
    init(_ setup: Setup) throws(CNNError) {
        #if canImport(Darwin)
        var actions: posix_spawn_file_actions_t?
        var attributes: posix_spawnattr_t?
        #else
        var actions = posix_spawn_file_actions_t()
        var attributes = posix_spawnattr_t()
        #endif
        posix_spawn_file_actions_init(&actions)
        posix_spawnattr_init(&attributes)
        defer {
            posix_spawn_file_actions_destroy(&actions)
            posix_spawnattr_destroy(&attributes)
        }
        for (own, child) in setup.descriptors {
            if own < 0 {
                posix_spawn_file_actions_addopen(&actions, child, "/dev/null", O_WRONLY, 0)
            } else {
                posix_spawn_file_actions_adddup2(&actions, own, child)
            }
        }
        if setup.leadsGroup {
            posix_spawnattr_setpgroup(&attributes, 0)
            // What this process, or whoever started it, blocks or ignores is not the child's affair.
            var signals = sigset_t()
            sigemptyset(&signals)
            posix_spawnattr_setsigmask(&attributes, &signals)
            sigfillset(&signals)
            posix_spawnattr_setsigdefault(&attributes, &signals)
            let flags = POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF
            posix_spawnattr_setflags(&attributes, Int16(flags))
        }
        var arguments = ChildProcess.words(["cnnbook"] + setup.arguments)
        var own = ChildProcess.words(setup.environment ?? [])
        defer { (arguments + own).forEach { free($0) } }
        var child: pid_t = 0
        let problem = own.withUnsafeMutableBufferPointer { own in
            let environment = setup.environment == nil ? environ : own.baseAddress
            return posix_spawn(&child, setup.program, &actions, &attributes, &arguments, environment)
        }
        guard problem == 0 else { throw Pipe.failure("process", problem) }
        pid = child
    }

    /// As C wants them: each a copy, to be freed, and nil at the end.
    private static func words(_ texts: [String]) -> [UnsafeMutablePointer<CChar>?] {
        texts.map { text in strdup(text) } + [nil]
    }

    /// This very program, also where its file has been replaced since.
    static var ownProgram: String {
        #if os(Linux)
        "/proc/self/exe"
        #else
        CommandLine.arguments.first ?? "cnnbook"
        #endif
    }

    /// Waits for the end.
    func wait() -> ProcessEnd {
        var status: Int32 = 0
        while waitpid(pid, &status, 0) < 0 { if errno != EINTR { return ProcessEnd(status: 0x7F << 8) } }
        return ProcessEnd(status: status)
    }

    /// How it ended; nil while it runs.
    func endIfEnded() -> ProcessEnd? {
        var status: Int32 = 0
        let ended = waitpid(pid, &status, WNOHANG)
        if ended == pid { return ProcessEnd(status: status) }
        return ended < 0 && errno != EINTR ? ProcessEnd(status: 0x7F << 8) : nil
    }

    /// Ends it and its group, where it leads one.
    func kill(group: Bool) {
        // Its group may not be there yet.
        if group { systemKill(-pid, SIGKILL) }
        systemKill(pid, SIGKILL)
    }
}

/// How a process ended.
enum ProcessEnd: Equatable {
    case exit(Int32)
    case signal(Int32)

    /// - Parameter status: as `waitpid` gives it.
    init(status: Int32) {
        let number = status & 0x7F
        self = number == 0 ? .exit(status >> 8 & 0xFF) : .signal(number)
    }

    /// Whether somebody else has ended it, or the system for want of memory: no fault within a program raises these.
    var isFromOutside: Bool {
        guard case .signal(let number) = self else { return false }
        return [SIGKILL, SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2, SIGALRM, SIGPIPE].contains(number)
    }
}

/// `kill` of the system, whose name `ChildProcess.kill` hides.
private func systemKill(_ pid: pid_t, _ signal: Int32) { _ = kill(pid, signal) }

import CNNCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A worker as the process that grades sees it: two pipes and a process group. Nothing here waits.
final class WorkerProcess {
    private let pid: pid_t
    /// Where the job goes; -1 once all of it is written.
    private(set) var jobEnd: Int32
    /// Where messages come from.
    let messageEnd: Int32
    private var unwritten: ArraySlice<UInt8>

    /// - Parameters:
    ///   - executable: this very program.
    ///   - folder: an empty folder, which is the worker's working directory.
    /// - Throws: E0502 where the system gives no pipe or process.
    init(_ executable: String, job: [UInt8], folder: String) throws(CNNError) {
        var (toWorker, fromWorker): ([Int32], [Int32]) = ([-1, -1], [-1, -1])
        guard pipe(&toWorker) == 0 else { throw WorkerProcess.failure("pipe", errno) }
        guard pipe(&fromWorker) == 0 else {
            let number = errno
            toWorker.forEach { close($0) }
            throw WorkerProcess.failure("pipe", number)
        }
        // Out of the way of the numbers that the worker's own get.
        for end in toWorker.indices {
            toWorker[end] = WorkerProcess.moved(toWorker[end])
            fromWorker[end] = WorkerProcess.moved(fromWorker[end])
        }
        for end in [toWorker[1], fromWorker[0]] { _ = fcntl(end, F_SETFL, O_NONBLOCK) }
        let (child, problem) = WorkerProcess.spawn(executable, folder, input: toWorker[0], output: fromWorker[1])
        close(toWorker[0])
        close(fromWorker[1])
        guard problem == 0 else {
            close(toWorker[1])
            close(fromWorker[0])
            throw WorkerProcess.failure("process", problem)
        }
        pid = child
        jobEnd = toWorker[1]
        messageEnd = fromWorker[0]
        unwritten = job[...]
    }

    private static func moved(_ descriptor: Int32) -> Int32 {
        let copy = fcntl(descriptor, F_DUPFD_CLOEXEC, 16)
        close(descriptor)
        return copy
    }

    private static func failure(_ what: String, _ number: Int32) -> CNNError {
        CNNError(.fileUnreadable, "no \(what) for a worker: system error \(number)")
    }

    /// With an environment of its own, a group of its own, and three descriptors beside the private pipe.
    private static func spawn(
        _ executable: String, _ folder: String, input: Int32, output: Int32
    ) -> (pid_t, Int32) {
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
        posix_spawn_file_actions_adddup2(&actions, input, 0)
        posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, output, GradeWorker.descriptor)
        posix_spawnattr_setpgroup(&attributes, 0)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP))
        var arguments = words(["cnnbook", "grade-worker", folder])
        var environment = words(["LC_ALL=C", "SWIFT_BACKTRACE=enable=no"])
        defer { (arguments + environment).forEach { free($0) } }
        var child: pid_t = 0
        let problem = posix_spawn(&child, executable, &actions, &attributes, &arguments, &environment)
        return (child, problem)
    }

    /// As C wants them: each a copy, to be freed, and nil at the end.
    private static func words(_ texts: [String]) -> [UnsafeMutablePointer<CChar>?] {
        texts.map { text in strdup(text) } + [nil]
    }

    // MARK: - Pipes

    /// Writes as much of the job as the pipe takes.
    func writeJob() {
        while jobEnd >= 0 {
            let count = unwritten.withUnsafeBytes { write(jobEnd, $0.baseAddress, $0.count) }
            if count > 0 { unwritten = unwritten.dropFirst(count) }
            if count < 0, errno == EINTR { continue }
            if count < 0, errno == EAGAIN { return }
            // All is written, or the worker has gone: its end tells.
            if unwritten.isEmpty || count <= 0 {
                close(jobEnd)
                jobEnd = -1
            }
        }
    }

    /// What has come; empty at the end, nil where nothing is there yet.
    func readMessages() -> [UInt8]? {
        var piece = [UInt8](repeating: 0, count: 1 << 14)
        while true {
            let count = read(messageEnd, &piece, piece.count)
            if count < 0, errno == EINTR { continue }
            if count < 0, errno == EAGAIN { return nil }
            return Array(piece.prefix(max(0, count)))
        }
    }

    // MARK: - End

    /// Ends the worker and all that it has started.
    func kill() {
        // Its group may not be there yet.
        systemKill(-pid, SIGKILL)
        systemKill(pid, SIGKILL)
    }

    /// Waits for the end, which has come or comes at once, and closes the pipes.
    /// - Returns: how it ended.
    func reap() -> String {
        if jobEnd >= 0 { close(jobEnd) }
        close(messageEnd)
        var status: Int32 = 0
        var rounds = 0
        while true {
            let ended = waitpid(pid, &status, rounds < 400 ? WNOHANG : 0)
            if ended == pid || (ended < 0 && errno != EINTR) { break }
            rounds += 1
            if rounds == 400 { kill() } else { usleep(rounds < 100 ? 200 : 5_000) }
        }
        systemKill(-pid, SIGKILL)
        let signal = status & 0x7F
        return signal == 0
            ? "ended cnnbook itself (exit code \(status >> 8 & 0xFF)): it ran out of memory, or hit a fault"
            : "ended cnnbook itself (signal \(signal)): it ran out of memory, or was stopped"
    }
}

/// `kill` of the system, whose name `WorkerProcess.kill` hides.
private func systemKill(_ pid: pid_t, _ signal: Int32) { _ = kill(pid, signal) }

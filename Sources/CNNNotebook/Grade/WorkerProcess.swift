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
    private let process: ChildProcess
    /// Where the job goes; -1 once all of it is written.
    private(set) var jobEnd: Int32
    /// Where messages come from.
    let messageEnd: Int32
    private var unwritten: ArraySlice<UInt8>

    /// - Parameter executable: this very program.
    /// - Throws: E0502 where the system gives no pipe or process.
    init(_ executable: String, job: [UInt8]) throws(CNNError) {
        let toWorker = try Pipe()
        var fromWorker: Pipe?
        do {
            let messages = try Pipe()
            fromWorker = messages
            for end in [toWorker.writeEnd, messages.readEnd] { _ = fcntl(end, F_SETFL, O_NONBLOCK) }
            process = try ChildProcess(
                ChildProcess.Setup(
                    program: executable, arguments: ["grade-worker", String(getpid())],
                    environment: WorkerProcess.environment,
                    descriptors: [
                        (toWorker.readEnd, 0), (-1, 1), (-1, 2), (messages.writeEnd, GradeWorker.descriptor),
                    ], leadsGroup: true))
            close(toWorker.readEnd)
            close(messages.writeEnd)
            (jobEnd, messageEnd) = (toWorker.writeEnd, messages.readEnd)
        } catch {
            toWorker.close()
            fromWorker?.close()
            throw error
        }
        unwritten = job[...]
    }

    /// Nothing of this process's but where temporary folders are made.
    private static var environment: [String] {
        ["LC_ALL=C", "SWIFT_BACKTRACE=enable=no"] + (DataFolders.environment("TMPDIR").map { ["TMPDIR=\($0)"] } ?? [])
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
    func readMessages() -> [UInt8]? { Pipe.read(messageEnd) }

    // MARK: - End

    /// Ends the worker and all that it has started.
    func kill() { process.kill(group: true) }

    /// Waits for the end, which has come or comes at once, and closes the pipes.
    func reap() -> ProcessEnd {
        if jobEnd >= 0 { close(jobEnd) }
        close(messageEnd)
        var end = process.endIfEnded()
        for round in 0..<400 where end == nil {
            usleep(round < 100 ? 200 : 5_000)
            end = process.endIfEnded()
        }
        if end == nil { kill() }
        let result = end ?? process.wait()
        kill()
        return result
    }
}

import CNNCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Runs several notebooks at once, each in a process of its own. Their outputs come in the order of the files, so that
/// the bytes are those of one after the other; the file whose turn it is shows its output as it is made.
public final class NotebookJobs {
    private final class Job {
        let process: pid_t
        /// Output and errors, read from the process; -1 once they have ended.
        var pipes: (output: Int32, errors: Int32)
        /// Held open: the process ends when this one does.
        var lifeline: Int32
        var output: [UInt8] = []
        var errors: [UInt8] = []
        var status: ExitStatus?

        init(process: pid_t, pipes: (output: Int32, errors: Int32), lifeline: Int32) {
            self.process = process
            self.pipes = pipes
            self.lifeline = lifeline
        }
    }

    private let count: Int
    private let output: FileOutput
    private let errors: FileOutput
    private let reports: ReportFiles
    private let isInterrupted: () -> Bool

    public init(
        _ count: Int, output: FileOutput, errors: FileOutput, reports: ReportFiles,
        isInterrupted: @escaping () -> Bool
    ) {
        self.count = count
        self.output = output
        self.errors = errors
        self.reports = reports
        self.isInterrupted = isInterrupted
    }

    /// - Parameters:
    ///   - files: the notebooks.
    ///   - arguments: of the process for the file with that number, the program's own name left out.
    /// - Returns: the worst status; `fault` where no process can be started.
    public func run(
        _ files: [String], arguments: (_ file: String, _ number: Int, _ partFolder: String) -> [String]
    ) -> ExitStatus {
        guard let folder = NotebookJobs.makeTemporaryFolder() else { return .fault }
        defer { removeFolder(folder, files.count) }
        var jobs: [Job] = []
        var status = ExitStatus.success
        var shown = 0
        while shown < files.count {
            while jobs.count < files.count, jobs.count(where: { $0.status == nil }) < count, !isInterrupted() {
                let number = jobs.count + 1
                guard let job = start(arguments(files[jobs.count], number, "\(folder)/\(number)")) else {
                    jobs.forEach(end)
                    return .fault
                }
                jobs.append(job)
            }
            guard shown < jobs.count else { break }
            show(jobs[shown])
            if let ended = jobs[shown].status {
                status = max(status, ended)
                reports.add(NotebookJobs.parts(in: "\(folder)/\(shown + 1)"))
                shown += 1
                continue
            }
            wait(jobs)
            if output.failure != nil { break }
        }
        jobs.forEach(end)
        return status
    }

    private func show(_ job: Job) {
        if !job.output.isEmpty {
            output.write(String(decoding: job.output, as: UTF8.self))
            output.flush()
            job.output = []
        }
        if !job.errors.isEmpty {
            errors.write(String(decoding: job.errors, as: UTF8.self))
            errors.flush()
            job.errors = []
        }
    }

    // MARK: - Processes

    private func start(_ arguments: [String]) -> Job? {
        var ends: [Int32] = []
        for _ in 0..<3 {
            var pair: [Int32] = [0, 0]
            guard pipe(&pair) == 0 else {
                ends.forEach { close($0) }
                return nil
            }
            ends += pair
        }
        // No process holds another's ends.
        ends.forEach { _ = fcntl($0, F_SETFD, FD_CLOEXEC) }
        #if canImport(Darwin)
        var actions: posix_spawn_file_actions_t?
        #else
        var actions = posix_spawn_file_actions_t()
        #endif
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, ends[0], 0)
        posix_spawn_file_actions_adddup2(&actions, ends[3], 1)
        posix_spawn_file_actions_adddup2(&actions, ends[5], 2)
        let program = NotebookJobs.program
        var pointers: [UnsafeMutablePointer<CChar>?] = ([program] + arguments).map { strdup($0) } + [nil]
        defer { pointers.forEach { free($0) } }
        var process: pid_t = 0
        let failed = posix_spawn(&process, program, &actions, nil, &pointers, environ)
        [ends[0], ends[3], ends[5]].forEach { close($0) }
        guard failed == 0 else {
            [ends[1], ends[2], ends[4]].forEach { close($0) }
            return nil
        }
        return Job(process: process, pipes: (ends[2], ends[4]), lifeline: ends[1])
    }

    /// Reads what the processes have written, until one of them has something to tell.
    private func wait(_ jobs: [Job]) {
        let running = jobs.filter { $0.status == nil }
        var requests = running.flatMap { job in
            [job.pipes.output, job.pipes.errors].map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        }
        guard poll(&requests, nfds_t(requests.count), 1_000) > 0 else { return }
        for (index, job) in running.enumerated() {
            if requests[2 * index].revents != 0, !read(job.pipes.output, into: &job.output) {
                close(job.pipes.output)
                job.pipes.output = -1
            }
            if requests[2 * index + 1].revents != 0, !read(job.pipes.errors, into: &job.errors) {
                close(job.pipes.errors)
                job.pipes.errors = -1
            }
            if job.pipes.output < 0, job.pipes.errors < 0 { job.status = NotebookJobs.wait(for: job.process) }
        }
    }

    /// - Returns: false at the end.
    private func read(_ descriptor: Int32, into bytes: inout [UInt8]) -> Bool {
        var piece = [UInt8](repeating: 0, count: 1 << 16)
        let count = systemRead(descriptor, &piece, piece.count)
        if count < 0, errno == EINTR || errno == EAGAIN { return true }
        guard count > 0 else { return false }
        bytes += piece[..<count]
        return true
    }

    private static func wait(for process: pid_t) -> ExitStatus {
        var state: Int32 = 0
        while waitpid(process, &state, 0) < 0 { if errno != EINTR { return .fault } }
        // The low seven bits are the signal that ended it; 2: Ctrl-C, which this process gets too.
        guard state & 0x7F == 0 else { return state & 0x7F == SIGINT ? .failure : .fault }
        return ExitStatus(rawValue: (state >> 8) & 0xFF) ?? .fault
    }

    private func end(_ job: Job) {
        close(job.lifeline)
        guard job.status == nil else { return }
        for pipe in [job.pipes.output, job.pipes.errors] where pipe >= 0 { close(pipe) }
        job.status = NotebookJobs.wait(for: job.process)
    }

    private static var program: String {
        let own = "/proc/self/exe"
        if let pointer = realpath(own, nil) {
            defer { free(pointer) }
            return String(cString: pointer)
        }
        return CommandLine.arguments.first ?? "cnnbook"
    }

    // MARK: - Parts of reports

    private static func makeTemporaryFolder() -> String? {
        let base = DataFolders.environment("TMPDIR") ?? "/tmp"
        var template = Array("\(base)/cnnbook-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { return nil }
        return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    private static func parts(in folder: String) -> [ReportFormat: ReportPart] {
        var parts: [ReportFormat: ReportPart] = [:]
        for format in ReportFormat.allCases {
            let bytes = try? FileReader.bytes("\(folder).\(format.rawValue)", limit: 1 << 30)
            parts[format] = bytes.flatMap { ReportPart($0) }
        }
        return parts
    }

    private func removeFolder(_ folder: String, _ count: Int) {
        for number in 1...max(1, count) {
            for format in ReportFormat.allCases { unlink("\(folder)/\(number).\(format.rawValue)") }
        }
        rmdir(folder)
    }
}

/// `read` of the system, whose name `NotebookJobs.read` hides.
private func systemRead(_ descriptor: Int32, _ pointer: UnsafeMutableRawPointer, _ count: Int) -> Int {
    read(descriptor, pointer, count)
}

/// For a process that works for another: ends when the other does, which holds the other end of standard input.
public enum Lifeline {
    public static func watch() {
        #if canImport(Darwin)
        var thread: pthread_t?
        #else
        var thread = pthread_t()
        #endif
        pthread_create(
            &thread, nil,
            { _ in
                var byte: UInt8 = 0
                while true {
                    let count = systemRead(STDIN_FILENO, &byte, 1)
                    if count == 0 || (count < 0 && errno != EINTR) { _exit(ExitStatus.failure.rawValue) }
                }
            }, nil)
    }
}

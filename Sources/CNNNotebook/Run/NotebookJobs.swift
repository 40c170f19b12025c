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
    /// Where a process writes the parts of reports, as frames.
    static let partDescriptor: Int32 = 3
    private static let partLimit = 1 << 30

    private enum Stream: Int, CaseIterable { case output, errors, parts }

    private final class Job {
        let process: ChildProcess
        /// By stream; -1 once one has ended.
        var ends: [Int32]
        /// Held open: the process ends when this one does.
        let lifeline: Int32
        /// What came and is not shown yet.
        var output: [UInt8] = []
        var errors: [UInt8] = []
        var frames = FrameReader(limit: NotebookJobs.partLimit)
        /// The newest of each.
        var parts: [ReportFormat: ReportPart] = [:]
        var status: ExitStatus?

        init(_ process: ChildProcess, ends: [Int32], lifeline: Int32) {
            self.process = process
            self.ends = ends
            self.lifeline = lifeline
        }

        func take(_ bytes: [UInt8], _ stream: Stream) {
            switch stream {
            case .output: output += bytes
            case .errors: errors += bytes
            case .parts:
                for content in (try? frames.contents(bytes)) ?? [] {
                    guard let (format, part) = ReportFiles.part(content) else { continue }
                    parts[format] = part
                }
            }
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
    public func run(_ files: [String], arguments: (_ file: String, _ number: Int) -> [String]) -> ExitStatus {
        var jobs: [Job] = []
        var status = ExitStatus.success
        var shown = 0
        while shown < files.count {
            while jobs.count < files.count, jobs.count(where: { $0.status == nil }) < count, !isInterrupted() {
                guard let job = try? start(arguments(files[jobs.count], jobs.count + 1)) else {
                    jobs.forEach(end)
                    return .fault
                }
                jobs.append(job)
            }
            guard shown < jobs.count else { break }
            show(jobs[shown])
            if let ended = jobs[shown].status {
                status = max(status, ended)
                reports.add(jobs[shown].parts)
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

    private func start(_ arguments: [String]) throws(CNNError) -> Job {
        var pipes: [Pipe] = []
        do {
            for _ in 0...Stream.allCases.count { pipes.append(try Pipe()) }
            let process = try ChildProcess(
                ChildProcess.Setup(
                    arguments: arguments, environment: nil,
                    descriptors: [
                        (pipes[0].readEnd, 0), (pipes[1].writeEnd, 1), (pipes[2].writeEnd, 2),
                        (pipes[3].writeEnd, NotebookJobs.partDescriptor),
                    ]))
            close(pipes[0].readEnd)
            for pipe in pipes[1...] {
                close(pipe.writeEnd)
                _ = fcntl(pipe.readEnd, F_SETFL, O_NONBLOCK)
            }
            return Job(process, ends: pipes[1...].map(\.readEnd), lifeline: pipes[0].writeEnd)
        } catch {
            pipes.forEach { $0.close() }
            throw error
        }
    }

    /// Reads what the processes have written, until one of them has something to tell.
    private func wait(_ jobs: [Job]) {
        let running = jobs.filter { $0.status == nil }
        // The system passes over those that are -1.
        var requests = running.flatMap { $0.ends.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) } }
        guard poll(&requests, nfds_t(requests.count), 1_000) > 0 else { return }
        for job in running {
            for stream in Stream.allCases where job.ends[stream.rawValue] >= 0 {
                guard let bytes = Pipe.read(job.ends[stream.rawValue]) else { continue }
                if bytes.isEmpty {
                    close(job.ends[stream.rawValue])
                    job.ends[stream.rawValue] = -1
                } else {
                    job.take(bytes, stream)
                }
            }
            if job.ends.allSatisfy({ $0 < 0 }) { job.status = NotebookJobs.status(job.process.wait()) }
        }
    }

    private static func status(_ end: ProcessEnd) -> ExitStatus {
        switch end {
        case .exit(let code): ExitStatus(rawValue: code) ?? .fault
        // Ctrl-C, which this process gets too.
        case .signal(let number): number == SIGINT ? .failure : .fault
        }
    }

    private func end(_ job: Job) {
        close(job.lifeline)
        guard job.status == nil else { return }
        for end in job.ends where end >= 0 { close(end) }
        job.status = NotebookJobs.status(job.process.wait())
    }
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
                    let count = read(STDIN_FILENO, &byte, 1)
                    if count == 0 || (count < 0 && errno != EINTR) { _exit(ExitStatus.failure.rawValue) }
                }
            }, nil)
    }
}

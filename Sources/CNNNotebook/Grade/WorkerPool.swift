import CNNCore
import CNNLanguage

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Grades submissions of one assignment, some at a time, each in a worker of its own. One thread waits for all of them.
public final class WorkerPool {
    public struct Settings: Sendable {
        /// Workers at a time.
        public var jobs = 1
        /// This very program; a test may put another in its place.
        var executable = ChildProcess.ownProgram
        public var dataFolders: [String] = []
        /// The SIMD level that workers compute with; empty: the best one.
        public var simd = ""

        /// Seconds without a word after which a worker is stopped; nil: by the limits of the assignment.
        var patience: Double?

        public init() {}
    }

    private final class Slot {
        let index: Int
        var run: SubmissionRun
        let content: [UInt8]
        var process: WorkerProcess?
        var reader = WorkerMessageReader(token: [])
        var deadline = 0.0

        init(_ index: Int, _ run: SubmissionRun, _ content: [UInt8]) {
            self.index = index
            self.run = run
            self.content = content
        }
    }

    private let assignment: Assignment
    private let settings: Settings
    /// Seconds without a word after which a worker is stopped.
    private let patience: Double
    private var slots: [Slot] = []
    /// Whether to stop where it stands; asked now and then.
    public var shouldStop: () -> Bool = { false }

    public init(_ assignment: Assignment, _ settings: Settings) {
        self.assignment = assignment
        self.settings = settings
        let own = assignment.notebook.cells.compactMap(\.options.timeoutSeconds).max() ?? 0
        // A worker stops itself by the time of its processor: this is for one that gets none, and has time for a queue.
        patience = settings.patience ?? 4 * max(assignment.limits.seconds, own) + 30
    }

    /// What a result depends on.
    func fingerprint(_ submission: Submission, _ content: [UInt8]) -> String {
        var writer = WireWriter()
        writer.add("\(Version.current)")
        writer.add(assignment.source.bytes)
        [submission.student, submission.name, submission.fileName].forEach { writer.add($0) }
        writer.add(submission.handedIn?.seconds ?? -1)
        writer.add(content)
        return SHA256.text(writer.bytes)
    }

    /// - Parameters:
    ///   - known: the record of a submission that need not be run, by its fingerprint.
    ///   - finished: takes each record as it is ready, in no fixed order.
    public func grade(
        _ submissions: [Submission], known: (Submission, _ fingerprint: String) -> GradeRecord? = { _, _ in nil },
        finished: (Int, GradeRecord) -> Void
    ) {
        var next = 0
        while !shouldStop(), next < submissions.count || !slots.isEmpty {
            while slots.count < max(1, settings.jobs), next < submissions.count {
                if let record = start(next, submissions[next], known) { finished(next, record) }
                next += 1
            }
            wait()
            for slot in slots {
                guard let record = advance(slot) else { continue }
                slots.removeAll { $0 === slot }
                finished(slot.index, record)
            }
        }
        for slot in slots {
            slot.process?.kill()
            _ = slot.process?.reap()
        }
        slots = []
    }

    /// - Returns: a record where nothing needs to run.
    private func start(
        _ index: Int, _ submission: Submission, _ known: (Submission, String) -> GradeRecord?
    ) -> GradeRecord? {
        let content: [UInt8]
        do {
            switch try submission.read() {
            case .bytes(let bytes): content = bytes
            case .refused(let reason):
                let print = fingerprint(submission, Array(reason.utf8))
                return known(submission, print)
                    ?? SubmissionRun(submission, assignment, fingerprint: print).refused(reason)
            }
        } catch {
            return SubmissionRun(submission, assignment, fingerprint: "").failed(error.message)
        }
        let print = fingerprint(submission, content)
        if let record = known(submission, print) { return record }
        let slot = Slot(index, SubmissionRun(submission, assignment, fingerprint: print), content)
        if let failure = spawn(slot) { return failure }
        slots.append(slot)
        return nil
    }

    // MARK: - Workers

    /// - Returns: a record that says why there is no worker.
    private func spawn(_ slot: Slot) -> GradeRecord? {
        slot.run.begin()
        var generator = SystemRandomNumberGenerator()
        let token = (0..<GradeJob.tokenSize).map { _ in UInt8.random(in: 0...255, using: &generator) }
        let job = GradeJob(
            token: token, assignment: assignment.source.bytes, assignmentName: assignment.source.name,
            submission: slot.content, submissionName: slot.run.submission.fileName,
            student: slot.run.submission.student, limits: assignment.limits, dataFolders: settings.dataFolders,
            simd: settings.simd,
            skipped: slot.run.skipped.keys.sorted { ($0.step, $0.check) < ($1.step, $1.check) })
        slot.reader = WorkerMessageReader(token: token)
        do { slot.process = try WorkerProcess(settings.executable, job: job.bytes) } catch {
            return slot.run.failed(error.message)
        }
        slot.deadline = WorkerPool.now() + patience
        return nil
    }

    private func wait() {
        var requests: [pollfd] = []
        for case let process? in slots.map(\.process) {
            requests.append(pollfd(fd: process.messageEnd, events: Int16(POLLIN), revents: 0))
            if process.jobEnd >= 0 { requests.append(pollfd(fd: process.jobEnd, events: Int16(POLLOUT), revents: 0)) }
        }
        if !requests.isEmpty { _ = poll(&requests, nfds_t(requests.count), 200) }
    }

    /// - Returns: the record, once there is one.
    private func advance(_ slot: Slot) -> GradeRecord? {
        guard let process = slot.process else { return slot.run.failed("there is no worker") }
        process.writeJob()
        while let bytes = process.readMessages() {
            if bytes.isEmpty {
                if slot.reader.isWithinMessage, slot.run.isDone { slot.run.fail("its worker's last message is cut") }
                return end(slot, process.reap())
            }
            slot.deadline = WorkerPool.now() + patience
            do {
                for message in try slot.reader.messages(bytes) { slot.run.receive(message) }
            } catch {
                slot.run.fail("something that its worker never wrote came through its pipe")
                process.kill()
                return end(slot, process.reap())
            }
        }
        guard WorkerPool.now() > slot.deadline else { return nil }
        process.kill()
        return end(slot, process.reap())
    }

    private func end(_ slot: Slot, _ end: ProcessEnd) -> GradeRecord? {
        slot.process = nil
        switch slot.run.ended(end) {
        case .record(let record): return record
        case .again: return spawn(slot)
        }
    }

    private static func now() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}

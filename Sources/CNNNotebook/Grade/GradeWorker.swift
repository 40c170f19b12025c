import CGradeProcess
import CNNCore
import CNNLanguage

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The process that runs one submission. It reads its job from standard input and tells what happens through a pipe of its
/// own, which nothing of the language can name; what is printed goes nowhere.
public enum GradeWorker {
    /// The pipe's end, as the process that grades hands it over.
    static let descriptor: Int32 = 3
    private static let jobLimit = 256 << 20

    /// - Parameter parent: the process that grades; this one ends with it.
    /// - Returns: the process's exit status: 0 once `done` is told.
    public static func run(parent: Int32) -> Int32 {
        cnn_grade_end_with(parent)
        guard enterFolder() else { return ExitStatus.usage.rawValue }
        // What whoever started the grading has left open is not for a submission.
        for number in descriptor + 1..<1_024 { close(number) }
        guard fcntl(descriptor, F_GETFD) >= 0, let job = readJob() else { return ExitStatus.usage.rawValue }
        // A copy of the process for a check writes to it as well; no other program ever does.
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        let send: (WorkerMessage) -> Void = { message in
            // Without a reader there is nothing to do.
            if !Pipe.write(message.frame(job.token), to: descriptor) { _exit(ExitStatus.fault.rawValue) }
        }
        ComputeRuntime.setThreads(1)
        if !job.simd.isEmpty, (try? ComputeRuntime.selectSIMD(job.simd)) == nil {
            send(.fault("CNNBOOK_SIMD: there is no level \(job.simd)"))
            return 0
        }
        TensorAllocator.shared.budgetBytes = job.limits.memoryBytes
        WorkMeter.shared.limit = job.limits.work
        // Beyond the tensors: the big stack, the machine's registers, the program, lists and texts as large again.
        let addresses = 2 * job.limits.memoryBytes + (1 << 30) + (512 << 20)
        let problem = cnn_grade_limit(UInt64(addresses), 86_400)
        guard problem == 0 else {
            send(.fault("the system takes no limits: error \(problem)"))
            return 0
        }
        _ = cnn_grade_refuse_calls()
        BigStack.run { work(job, send) }
        return 0
    }

    /// Goes into a folder of its own, which is taken away at once: it is empty, nothing can be put there, and however the
    /// process ends, nothing of it is left.
    private static func enterFolder() -> Bool {
        var template = Array("\(DataFolders.environment("TMPDIR") ?? "/tmp")/cnnbook-grade-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { return chdir("/") == 0 }
        let isThere = chdir(template) == 0
        return rmdir(template) == 0 && isThere
    }

    private static func work(_ job: GradeJob, _ send: @escaping (WorkerMessage) -> Void) {
        let assignment: Assignment
        do {
            assignment = try Assignment(Notebook(SourceText(name: job.assignmentName, bytes: job.assignment)))
        } catch {
            return send(.fault("the assignment cannot be read: \(error.headline)"))
        }
        let submission: Notebook
        do { submission = try Notebook(SourceText(name: job.submissionName, bytes: job.submission)) } catch {
            // Some errors name the line themselves.
            let place = error.place.map { error.headline.contains($0) ? "" : " (\($0))" } ?? ""
            let notes = error.error.code == .malformedNotebook ? error.error.notes.joined(separator: "; ") : ""
            send(.unreadable(GradeText.short(error.headline + place + (notes.isEmpty ? "" : ": \(notes)"))))
            return send(.done)
        }
        WorkerSession(job, assignment, submission, send).run()
        send(.done)
    }

    private static func readJob() -> GradeJob? {
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = read(STDIN_FILENO, &piece, piece.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0, bytes.count + count <= jobLimit else { return nil }
            if count == 0 { break }
            bytes += piece[..<count]
        }
        return try? GradeJob(bytes)
    }
}

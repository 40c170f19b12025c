#if os(Linux)
import CGradeProcess
import Glibc
import Testing

@testable import CNNNotebook

/// What a worker's process can and cannot do, whatever runs in it.
@Suite(.serialized) struct WorkerLimitsTests {
    /// Runs in a process like a worker's; its exit code is what `body` gives.
    private func inWorker(_ body: () -> Int32) -> ProcessEnd {
        let child = cnn_grade_fork()
        if child == 0 {
            guard cnn_grade_limit(4 << 30, 60) == 0, cnn_grade_refuse_calls() == 1 else { _exit(250) }
            _exit(body())
        }
        var status: Int32 = 0
        while waitpid(child, &status, 0) < 0, errno == EINTR {}
        return ProcessEnd(status: status)
    }

    struct Attempt: CustomTestStringConvertible, Sendable {
        let name: String
        /// As the system's calls: 0 or more where it worked.
        let body: @Sendable () -> Int32
        var testDescription: String { name }
    }

    private static let refused: [Attempt] = [
        Attempt(name: "make a file") { open("/tmp/cnnbook-worker-made-this", O_WRONLY | O_CREAT, 0o600) },
        Attempt(name: "open for writing") { open("/dev/null", O_WRONLY) },
        Attempt(name: "open for both") { open("/dev/null", O_RDWR) },
        Attempt(name: "remove a file") { unlink("/tmp/cnnbook-no-file") },
        Attempt(name: "make a folder") { mkdir("/tmp/cnnbook-worker-made-this", 0o700) },
        Attempt(name: "remove a folder") { rmdir("/tmp/cnnbook-no-folder") },
        Attempt(name: "rename") { rename("/tmp/cnnbook-no-file", "/tmp/cnnbook-no-file-2") },
        Attempt(name: "link") { link("/etc/passwd", "/tmp/cnnbook-worker-made-this") },
        Attempt(name: "symbolic link") { symlink("/etc/passwd", "/tmp/cnnbook-worker-made-this") },
        Attempt(name: "change rights") { chmod("/tmp", 0o1777) },
        Attempt(name: "truncate") { truncate("/tmp/cnnbook-no-file", 0) },
        Attempt(name: "named pipe") { mkfifo("/tmp/cnnbook-worker-made-this", 0o600) },
        Attempt(name: "socket to the net") { socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0) },
        Attempt(name: "local socket") { socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0) },
        Attempt(name: "start a program") { execv("/bin/true", [strdup("true"), nil]) },
        Attempt(name: "signal to the parent") { kill(getppid(), 0) },
        Attempt(name: "signal to all") { kill(-1, 0) },
        Attempt(name: "another folder") { chdir("/") },
        Attempt(name: "another root") { chroot("/tmp") },
        Attempt(name: "another user") { setuid(getuid()) },
        Attempt(name: "place of a descriptor") { dup2(0, 9) },
    ]

    @Test(arguments: refused) func cannot(_ attempt: Attempt) {
        let end = inWorker { attempt.body() >= 0 ? 0 : errno }
        #expect(end == .exit(EPERM) || end == .exit(ENOSYS), "\(end)")
    }

    private static let allowed: [Attempt] = [
        Attempt(name: "read a file") {
            let file = open("/proc/self/stat", O_RDONLY)
            var byte: UInt8 = 0
            return file < 0 ? -1 : Int32(read(file, &byte, 1)) - 1
        },
        Attempt(name: "a pipe") {
            var ends: [Int32] = [0, 0]
            return pipe(&ends)
        },
        Attempt(name: "a copy of itself") {
            let child = cnn_grade_fork()
            if child == 0 { _exit(0) }
            var status: Int32 = -1
            return waitpid(child, &status, 0) == child ? status : -1
        },
        Attempt(name: "a thread") {
            var thread = pthread_t()
            guard pthread_create(&thread, nil, { _ in nil }, nil) == 0 else { return -1 }
            return pthread_join(thread, nil) == 0 ? 0 : -1
        },
        Attempt(name: "memory") { calloc(1, 256 << 20) == nil ? -1 : 0 },
        Attempt(name: "random bytes") {
            var generator = SystemRandomNumberGenerator()
            return generator.next() | generator.next() == 0 ? -1 : 0
        },
    ]

    @Test(arguments: allowed) func can(_ attempt: Attempt) {
        #expect(inWorker { attempt.body() >= 0 ? 0 : 1 } == .exit(0))
    }

    @Test func memoryHasAnEnd() {
        #expect(inWorker { malloc(8 << 30) == nil ? 0 : 1 } == .exit(0))
    }

    @Test func theProcessorsTimeHasAnEnd() {
        let end = inWorker {
            cnn_grade_allow(-1.4)
            while true {}
        }
        #expect(end == .signal(SIGXCPU) && end.judgement.verdict == .timeout)
    }

    @Test func aWorkerEndsWithItsParent() throws {
        let pipe = try Pipe()
        let parent = cnn_grade_fork()
        if parent == 0 {
            // The grandchild waits for ever, and holds the pipe open.
            if cnn_grade_fork() == 0 { while true { pause() } }
            usleep(20_000)
            _exit(0)
        }
        close(pipe.writeEnd)
        var status: Int32 = 0
        while waitpid(parent, &status, 0) < 0, errno == EINTR {}
        var request = pollfd(fd: pipe.readEnd, events: Int16(POLLIN), revents: 0)
        #expect(poll(&request, 1, 10_000) == 1)
        close(pipe.readEnd)
        #expect(
            inWorker {
                cnn_grade_end_with(1 << 22); return 0
            } == .exit(3))
    }
}
#endif

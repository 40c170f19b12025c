import CNNCore
import CNNLanguage
import Testing

@testable import CNNNotebook

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A program in the place of the worker, which writes what no worker would: nobody gets a point by it, and what is not the
/// student's doing is not graded.
@Suite(.serialized) struct WorkerPoolTests {
    private static let assignment = """
        # %% id=q1 points=2
        x = 1

        # %% check for=q1 points=1
        expect x == 1

        # %% check for=q1 points=1
        expect x > 0

        """

    /// - Parameter script: Python, behind what reads the job; `frame(kind, ...)` writes a message.
    private func grade(_ script: String, patience: Double? = nil) throws -> GradeRecord {
        let folder = try ScratchFolder()
        let program = "\(folder.path)/worker"
        let text = """
            #!/usr/bin/env python3
            import os, signal, struct, sys, time
            job = sys.stdin.buffer.read()
            token = job[1:17]
            def number(n):
                n = (n << 1) ^ (n >> 63)
                out = b""
                while n >= 0x80:
                    out += bytes([n & 0x7F | 0x80])
                    n >>= 7
                return out + bytes([n])
            def text(t):
                return number(len(t.encode())) + t.encode()
            def raw(content):
                os.write(3, struct.pack("<I", len(content)) + content)
            def frame(*parts, token=token):
                raw(token + b"".join(number(p) if isinstance(p, int) else text(p) for p in parts))
            def begins(step, check, question): frame(0, step, check, question)
            def passes(question, check): frame(4, question, check, 0, "", "")
            again = os.path.exists("\(folder.path)/again")
            open("\(folder.path)/again", "a").write(".")
            runs = os.path.getsize("\(folder.path)/again")
            \(script)
            """
        try FileWriter.write(Array(text.utf8), to: program)
        #expect(chmod(program, 0o755) == 0)
        var settings = WorkerPool.Settings()
        settings.executable = program
        settings.patience = patience
        let source = SourceText(name: "a.cnnbook", bytes: Array(WorkerPoolTests.assignment.utf8))
        let pool = WorkerPool(try Assignment(Notebook(source)), settings)
        let submission = Submission(
            student: "s", name: "s", content: .bytes(source.bytes), fileName: "s.cnnbook", handedIn: nil)
        var records: [GradeRecord] = []
        pool.grade([submission]) { records.append($1) }
        #expect(records.count == 1)
        return try #require(records.first)
    }

    private static let wholeRun = "begins(0,-1,0); begins(0,0,0); passes(0,0); begins(0,1,0); passes(0,1); frame(7)"

    @Test func aWholeRunCounts() throws {
        let record = try grade(WorkerPoolTests.wholeRun)
        #expect(record.isGraded && record.score.text == "2")
    }

    @Test(arguments: [
        "begins(0,-1,0); passes(0,0); frame(7)",  // of a check that did not begin
        "begins(0,-1,0); begins(0,0,0); passes(0,1); frame(7)",  // of another check
        "begins(0,-1,0); begins(0,0,0); passes(0,0); passes(0,0); frame(7)",  // twice
        "begins(0,-1,0); begins(0,2,0); passes(0,2); frame(7)",  // of a check that there is not
        "begins(0,-1,1); frame(7)", "begins(-1,-1,0); frame(7)", "begins(0,0,0); frame(7)",
        "begins(0,-1,0); begins(1,0,0); passes(0,0); frame(7)",  // in another step
        "begins(0,-1,0); begins(0,0,0); frame(4,0,0,99,'','')",  // a verdict that there is not
        "begins(0,-1,0); frame(2,0); begins(0,0,0); passes(0,0); frame(7)",  // of a cell that is missing
        "begins(0,-1,0); frame(1,0,4,''); begins(0,0,0); passes(0,0); frame(7)",  // behind a limit
        "begins(0,-1,0); frame(5,'junk'); frame(7)", "frame(5,'junk'); begins(0,-1,0); frame(7)",
        "frame(6,'a fault of ours')", "frame(6,'one'); " + wholeRun,
        wholeRun + "; passes(0,0)", wholeRun + "; frame(7)", wholeRun + "; os.write(3, b'\\x01')",  // more than the end
        "begins(0,-1,0); begins(0,0,0); frame(4,0,0,0,'','',token=bytes(16)); frame(7)", "os.write(3, b'passed')",
        "raw(b'')", "raw(token)", "os.write(3, b'\\xff' * 4)", "frame(9)", "frame(3,0,0); frame(7)",
        "frame(8,'x'); frame(7)",
        "begins(0,-1,0); raw(token + number(4) + number(0))",
    ]) func whatNoWorkerWritesIsNotGraded(_ script: String) throws {
        let record = try grade(script)
        #expect(!record.isGraded && record.earned.text == "0", "\(record.failure)")
        #expect(record.questions.flatMap(\.checks).allSatisfy { $0.verdict == .notRun })
    }

    /// Points of checks that were told before the worker's end do not count: the next worker begins anew.
    @Test(arguments: ["os.kill(os.getpid(), signal.SIGSEGV)", "os._exit(7)", "os._exit(0)"])
    func aWorkerThatEndsGivesNothing(_ end: String) throws {
        let record = try grade("begins(0,-1,0); begins(0,0,0); passes(0,0); begins(0,1,0); \(end)")
        // The check that ended it twice is left out by the real worker; this one ends there for ever.
        #expect(record.isGraded && record.questions[0].checks[1].verdict == .crash)
        #expect(try grade("begins(0,-1,0); \(end)").score.text == "0")
    }

    @Test func aCutMessageIsNothing() throws {
        let record = try grade("begins(0,-1,0); begins(0,0,0); os.write(3, b'\\x40\\0\\0\\0' + token); os._exit(0)")
        #expect(record.earned.text == "0")
    }

    @Test(arguments: ["SIGKILL", "SIGTERM", "SIGHUP"]) func oneStoppedFromOutsideIsBegunAnew(_ name: String) throws {
        for place in ["", "begins(0,-1,0); ", "begins(0,-1,0); begins(0,0,0); passes(0,0); "] {
            let kill = "\(place)os.kill(os.getpid(), signal.\(name))"
            let twice = try grade(
                """
                if runs < 3:
                    \(kill)
                \(WorkerPoolTests.wholeRun)
                """)
            #expect(twice.isGraded && twice.score.text == "2")
            let always = try grade(kill)
            #expect(!always.isGraded && always.failure.contains("stopped from outside"))
        }
    }

    @Test func oneThatSaysNothingIsStopped() throws {
        let record = try grade("begins(0,-1,0); time.sleep(60)", patience: 0.3)
        #expect(!record.isGraded && record.failure.contains("stopped from outside"))
    }

    @Test func oneThatIsOutOfProcessorTimeIsTooSlow() throws {
        let record = try grade(
            """
            if runs < 2:
                begins(0,-1,0); os.kill(os.getpid(), signal.SIGXCPU)
            frame(0,0,-1,0); frame(7)
            """)
        #expect(record.isGraded && record.score.text == "0")
        #expect(record.questions[0].checks.allSatisfy { $0.verdict == .timeout })
    }

    @Test func aProgramThatIsNoneIsNoZero() throws {
        #expect(!(try grade("sys.exit(3)").isGraded))
    }
}

/// Goes when the test ends.
private final class ScratchFolder {
    let path: String

    init() throws {
        var template = Array("/tmp/cnnbook-test-XXXXXX".utf8CString)
        _ = try #require(mkdtemp(&template))
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit {
        for name in ["worker", "again"] { unlink("\(path)/\(name)") }
        rmdir(path)
    }
}

import CNNLanguage

/// A place in the work on a submission: a step of its plan, and which check of it; -1 is the cell itself.
struct GradePlace: Hashable, Sendable {
    var step: Int
    var check = -1
}

/// What a worker is told: everything that it needs, so that it opens no file of its own.
struct GradeJob {
    /// Begins every message that comes back.
    var token: [UInt8]
    var assignment: [UInt8]
    var assignmentName: String
    var submission: [UInt8]
    var submissionName: String
    var student: String
    var limits: GradeLimits
    var dataFolders: [String]
    var simd: String
    /// Where a worker before this one ended: not to be run again.
    var skipped: [GradePlace]

    static let tokenSize = 16

    var bytes: [UInt8] {
        var writer = WireWriter()
        writer.add(token)
        writer.add(assignment)
        writer.add(assignmentName)
        writer.add(submission)
        writer.add(submissionName)
        writer.add(student)
        writer.add(limits.work)
        writer.add(limits.memoryBytes)
        writer.add(limits.outputBytes)
        writer.add(Int(limits.seconds * 1_000))
        writer.add(dataFolders) { $0.add($1) }
        writer.add(simd)
        writer.add(skipped) {
            $0.add($1.step)
            $0.add($1.check)
        }
        return writer.bytes
    }
}

extension GradeJob {
    init(_ bytes: [UInt8]) throws(WireReader.Malformed) {
        var reader = WireReader(bytes)
        token = try reader.content()
        assignment = try reader.content()
        assignmentName = try reader.text()
        submission = try reader.content()
        submissionName = try reader.text()
        student = try reader.text()
        limits = GradeLimits()
        limits.work = try reader.number()
        limits.memoryBytes = try reader.number()
        limits.outputBytes = try reader.number()
        limits.seconds = Double(try reader.number()) / 1_000
        dataFolders = try reader.list { reader throws(WireReader.Malformed) in try reader.text() }
        simd = try reader.text()
        skipped = try reader.list { reader throws(WireReader.Malformed) in
            GradePlace(step: try reader.number(), check: try reader.number())
        }
        guard reader.isAtEnd, token.count == GradeJob.tokenSize else { throw WireReader.Malformed() }
    }
}

/// How a check ended. Points are given for `passed` alone.
public enum Verdict: Int, Sendable, CaseIterable {
    case passed, failed
    /// It ended by another error than an expectation.
    case error
    /// No expectation of it was met, and none failed: it looked at nothing.
    case vacuous
    case limit, timeout, crash
    /// The question's cell is not in the submission, or ended by a limit.
    case missing, notRun
}

/// What a worker tells.
enum WorkerMessage: Equatable {
    /// Work on a place begins; the question that it belongs to, or -1.
    case begins(step: Int, check: Int, question: Int)
    /// A student's cell ended by an error, or by a limit (then its checks are not run).
    case cellFailed(question: Int, verdict: Int, text: String)
    /// The submission has no cell for a question.
    case missing(question: Int)
    /// The instructor's answer to a question took the place of the student's, for the sake of another one.
    case carried(question: Int, for: Int)
    case check(question: Int, check: Int, verdict: Int, text: String, value: String)
    /// The submission is no notebook.
    case unreadable(String)
    /// Something that is not the submission's fault.
    case fault(String)
    case done
    /// A cell of the assignment's own did not come to its end.
    case given(String)

    static let textLimit = 2_000
    static let sizeLimit = 1 << 16

    var bytes: [UInt8] {
        var writer = WireWriter()
        switch self {
        case .begins(let step, let check, let question): [0, step, check, question].forEach { writer.add($0) }
        case .cellFailed(let question, let verdict, let text):
            [1, question, verdict].forEach { writer.add($0) }
            writer.add(text)
        case .missing(let question): [2, question].forEach { writer.add($0) }
        case .carried(let question, let other): [3, question, other].forEach { writer.add($0) }
        case .check(let question, let check, let verdict, let text, let value):
            [4, question, check, verdict].forEach { writer.add($0) }
            writer.add(text)
            writer.add(value)
        case .unreadable(let text):
            writer.add(5)
            writer.add(text)
        case .fault(let text):
            writer.add(6)
            writer.add(text)
        case .done: writer.add(7)
        case .given(let text):
            writer.add(8)
            writer.add(text)
        }
        return writer.bytes
    }

    init(_ bytes: [UInt8]) throws(WireReader.Malformed) {
        var reader = WireReader(bytes)
        switch try reader.number() {
        case 0:
            self = .begins(step: try reader.number(), check: try reader.number(), question: try reader.number())
        case 1:
            self = .cellFailed(
                question: try reader.number(), verdict: try reader.number(), text: try reader.text())
        case 2: self = .missing(question: try reader.number())
        case 3: self = .carried(question: try reader.number(), for: try reader.number())
        case 4:
            self = .check(
                question: try reader.number(), check: try reader.number(), verdict: try reader.number(),
                text: try reader.text(), value: try reader.text())
        case 5: self = .unreadable(try reader.text())
        case 6: self = .fault(try reader.text())
        case 7: self = .done
        case 8: self = .given(try reader.text())
        default: throw WireReader.Malformed()
        }
        guard reader.isAtEnd else { throw WireReader.Malformed() }
    }

    /// As it goes through the pipe: a frame of the token and the message.
    func frame(_ token: [UInt8]) -> [UInt8] { Frame.bytes(token + bytes) }
}

/// Takes a pipe's bytes as they come, and gives the messages in them.
struct WorkerMessageReader {
    private let token: [UInt8]
    private var frames = FrameReader(limit: WorkerMessage.sizeLimit)

    init(token: [UInt8]) { self.token = token }

    /// Whether a message has begun and not ended.
    var isWithinMessage: Bool { frames.isWithinFrame }

    /// - Throws: what does not carry the token, or is no message.
    mutating func messages(_ bytes: some Sequence<UInt8>) throws(WireReader.Malformed) -> [WorkerMessage] {
        let contents: [[UInt8]]
        do { contents = try frames.contents(bytes) } catch { throw WireReader.Malformed() }
        var messages: [WorkerMessage] = []
        for content in contents {
            guard content.starts(with: token) else { throw WireReader.Malformed() }
            messages.append(try WorkerMessage(Array(content.dropFirst(token.count))))
        }
        return messages
    }
}

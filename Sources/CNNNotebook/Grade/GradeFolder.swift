import CGradeProcess
import CNNCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The folder of results: a record a student, from which every report is made. One grader at a time works in it.
public final class GradeFolder {
    public let path: String
    private var lock: Int32 = -1

    /// - Throws: E0505 where the folder cannot be made, or another grader has it.
    public init(writing path: String) throws(CNNError) {
        self.path = path
        try FileWriter.makeFolder("\(path)/records")
        lock = open("\(path)/.lock", O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o644)
        guard lock >= 0 else { throw CNNError(.fileUnwritable, "'\(path)' cannot be written") }
        guard flock(lock, LOCK_EX | LOCK_NB) == 0 else {
            throw CNNError(.fileUnwritable, "another grader is at work in '\(path)'")
        }
    }

    /// For reading alone.
    public init(reading path: String) { self.path = path }

    deinit { if lock >= 0 { close(lock) } }

    private func recordPath(_ slug: String) -> String { "\(path)/records/\(slug).record" }

    /// nil where there is none, or none that is whole.
    func record(_ submission: Submission) -> GradeRecord? {
        guard let bytes = try? FileReader.bytes(recordPath(submission.slug), limit: 16 << 20),
            let record = GradeRecord(bytes: bytes), record.student == submission.student
        else { return nil }
        return record
    }

    func write(_ record: GradeRecord, slug: String) throws(CNNError) {
        // A record that a loss of power tears is told by its digest, and the submission graded anew.
        try FileWriter.write(record.bytes, to: recordPath(slug), isDurable: false)
    }

    /// All records, by student.
    /// - Throws: E0501, E0502, and E0503 for one that is damaged.
    public func records() throws(CNNError) -> [GradeRecord] {
        var records: [GradeRecord] = []
        for name in try FileReader.names(inFolder: "\(path)/records") where name.hasSuffix(".record") {
            guard let record = GradeRecord(bytes: try FileReader.bytes("\(path)/records/\(name)", limit: 16 << 20))
            else { throw CNNError(.malformedFile, "'\(path)/records/\(name)' is damaged: grade it anew") }
            records.append(record)
        }
        return records.sorted { $0.student < $1.student }
    }

    /// Waits until all that was written would survive a loss of power: once for a class, not for each file.
    func settle() {
        if lock >= 0 { cnn_grade_settle(lock) }
    }

    func studentFolder(_ slug: String) throws(CNNError) -> String {
        let folder = "\(path)/students/\(slug)"
        try FileWriter.makeFolder(folder)
        return folder
    }
}

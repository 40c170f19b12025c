import CNNCore
import CNNLanguage

extension GradeBook {
    /// A line a student, and the class's statistics below.
    public var summary: String {
        var text = ""
        for record in records { text += GradeBatch.line(record) + "\n" }
        let missing = records.count - graded.count
        text += "\n\(graded.count) graded" + (missing > 0 ? ", \(missing) not graded" : "")
        if !graded.isEmpty { text += "; middle \(middle.text), mean \(mean.text) of \(possible.text)" }
        return text + "\n"
    }

    /// The pass rate of each check, and what was there instead.
    public var statistics: String {
        var text = "\(graded.count) graded"
        if graded.count < records.count { text += ", \(records.count - graded.count) not graded" }
        if !graded.isEmpty { text += "; middle \(middle.text), mean \(mean.text) of \(possible.text)" }
        text += "\n"
        for check in checks {
            text += "\n\(check.question)  \(check.title)\(check.isHidden ? " (hidden)" : ""): "
            text += "\(check.passed) of \(check.count) (\(check.percentPassed) %)\n"
            for (value, count) in check.wrongValues { text += "    \(count) x \(value)\n" }
        }
        return text
    }
}

/// A file of lines `student,time`: when each submission was handed in.
public enum SubmissionTimes {
    /// - Throws: E0501, E0502, E0503 at the first line that is neither.
    public static func read(_ path: String) throws(CNNError) -> [String: Timestamp] {
        let text = String(decoding: try FileReader.bytes(path, limit: 64 << 20), as: UTF8.self)
        var result: [String: Timestamp] = [:]
        for (number, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            let parts = line.split(separator: ",").map { String($0).trimmed }
            if parts.isEmpty || (number == 0 && parts == ["student", "time"]) { continue }
            guard parts.count == 2, let time = Timestamp(parts[1]) else {
                throw CNNError(
                    .malformedFile, "'\(Notebook.fileName(of: path))', line \(number + 1): this is not id,time",
                    notes: ["as s1234,2026-11-20T23:59+01:00"])
            }
            result[parts[0]] = time
        }
        return result
    }
}

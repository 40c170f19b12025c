/// What the names of files and folders tell about students.
enum ExportName {
    /// `Ada Lovelace_123456_assignsubmission_file_lab.cnnbook` (Moodle), `lovelaceada_LATE_1001_2002_lab.cnnbook` (Canvas), or
    /// the student's id and an ending.
    static func submission(_ entry: SubmissionFolder.Entry) -> Submission {
        let stem = stem(of: entry)
        return named(entry) ?? Submission(student: stem, name: stem, content: entry.content, fileName: entry.fileName)
    }

    /// nil for a name that is none of Moodle's or Canvas's.
    static func named(_ entry: SubmissionFolder.Entry) -> Submission? {
        let stem = stem(of: entry)
        guard let (student, name) = moodle(stem) ?? canvas(stem) else { return nil }
        return Submission(student: student, name: name, content: entry.content, fileName: entry.fileName)
    }

    private static func stem(of entry: SubmissionFolder.Entry) -> String {
        let isPlain = !entry.isNotebook && !entry.isJupyter
        return isPlain
            ? entry.fileName
            : String(entry.fileName.prefix(upTo: entry.fileName.lastIndex(of: ".") ?? entry.fileName.endIndex))
    }

    /// `Ada Lovelace_123456_assignsubmission_file`; older ones have `_` at the end.
    static func moodleFolder(_ name: String) -> (student: String, name: String)? { moodle(name) }

    private static func moodle(_ text: String) -> (String, String)? {
        let parts = text.split(separator: "_", omittingEmptySubsequences: false)
        guard let mark = parts.firstIndex(of: "assignsubmission"), mark >= 2, parts[mark - 1].isDecimalNumber else {
            return nil
        }
        return (String(parts[mark - 1]), parts[..<(mark - 1)].joined(separator: "_"))
    }

    /// The name of the student or group, which may have `_` in it, `LATE`, the user's number, the file's number and what the
    /// file was called; where Canvas hides the names, `LATE`, `anon`, letters and the file's number.
    private static func canvas(_ text: String) -> (String, String)? {
        let parts = text.split(separator: "_", omittingEmptySubsequences: false)
        let first = parts.first == "LATE" ? 1 : 0
        if parts.count > first + 3, parts[first] == "anon", parts[first + 2].isDecimalNumber {
            return (String(parts[first + 1]), "anonymous \(parts[first + 1])")
        }
        guard parts.count >= 4,
            let user = (1..<parts.count - 2).first(where: { parts[$0].isDecimalNumber && parts[$0 + 1].isDecimalNumber }
            )
        else { return nil }
        var name = parts[..<user]
        if name.count > 1, name.last == "LATE" || name.last == "late" { name = name.dropLast() }
        return name.first?.isEmpty ?? true ? nil : (String(parts[user]), name.joined(separator: "_"))
    }
}

import CNNCore

/// A file of lines `student,time`: when each submission was handed in.
public enum SubmissionTimes {
    /// - Throws: E0501, E0502, E0503 at the first line that is neither.
    public static func read(_ path: String) throws(CNNError) -> [String: Timestamp] {
        var text = String(decoding: try FileReader.bytes(path, limit: 64 << 20), as: UTF8.self)[...]
        // As spreadsheets write it.
        if text.unicodeScalars.first == "\u{FEFF}" { text = text.dropFirst() }
        var result: [String: Timestamp] = [:]
        for (number, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            let parts = fields(line)
            if parts == [""] || (number == 0 && parts == ["student", "time"]) { continue }
            guard parts.count == 2, let time = Timestamp(parts[1]) else {
                throw CNNError(
                    .malformedFile, "'\(Notebook.fileName(of: path))', line \(number + 1): this is not id,time",
                    notes: ["as s1234,2026-11-20T23:59+01:00"])
            }
            result[parts[0]] = time
        }
        return result
    }

    /// Between commas that stand in no quotes; two quotes in quotes are one.
    private static func fields(_ line: Substring) -> [String] {
        var fields = [""]
        var isQuoted = false
        var last: Character?
        for character in line {
            if character == "\"" {
                if !isQuoted, last == "\"" { fields[fields.count - 1].append("\"") }
                isQuoted.toggle()
            } else if character == ",", !isQuoted {
                fields.append("")
            } else {
                fields[fields.count - 1].append(character)
            }
            last = character
        }
        return fields.map(\.trimmed)
    }
}

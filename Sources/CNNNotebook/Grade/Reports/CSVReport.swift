/// Gradebooks as CSV (RFC 4180): CRLF, quotes where they are needed, and no cell that a spreadsheet takes for a formula.
enum CSVReport {
    /// A line a student, a column a question.
    static func text(_ book: GradeBook) -> String {
        let questions = book.records.first?.questions ?? []
        var lines = [
            ["student", "name", "score", "possible", "late_days", "kept_percent", "status"].map(cell)
                + questions.map { cell($0.id) }
        ]
        for record in book.records {
            let earned = record.questions.map { record.isGraded ? $0.earned.text : "" }
            lines.append(
                [
                    cell(record.student), cell(record.name), record.isGraded ? record.score.text : "",
                    record.possible.text, record.lateDays.map(String.init) ?? "", String(record.keptPercent),
                    cell(record.isGraded ? "graded" : "not graded"),
                ] + earned)
        }
        return joined(lines)
    }

    /// For the import of Canvas's gradebook: a number is the user's, as in the names of its exports; any other id is the
    /// one of the school's own system. The second line holds the most points.
    static func canvas(_ book: GradeBook) -> String {
        var lines = [
            ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", cell(book.title)],
            ["Points Possible", "", "", "", "", book.possible.text],
        ]
        for record in book.records {
            let id = cell(record.student)
            let score = record.isGraded ? record.score.text : ""
            lines.append(
                [cell(record.name)] + (record.student.isDecimalNumber ? [id, ""] : ["", id]) + ["", "", score])
        }
        return joined(lines)
    }

    /// For Moodle's offline grading worksheet, which it takes with these columns alone; `-`: never graded before.
    static func moodle(_ book: GradeBook) -> String {
        var lines = [["Identifier", "Full name", "Grade", "Maximum Grade", "Last modified (grade)"]]
        for record in book.records {
            lines.append([
                cell(record.student.isDecimalNumber ? "Participant \(record.student)" : record.student),
                cell(record.name),
                record.isGraded ? record.score.text : "", book.possible.text, "-",
            ])
        }
        return joined(lines)
    }

    private static func joined(_ lines: [[String]]) -> String {
        lines.map { $0.joined(separator: ",") + "\r\n" }.joined()
    }

    /// A text that a spreadsheet would reckon gets an apostrophe before it, also behind what may part cells elsewhere.
    static func cell(_ text: String) -> String {
        var guarded = String.UnicodeScalarView()
        var isFirst = true
        for scalar in text.unicodeScalars {
            if isFirst, "=+-@\t\r\n|%＝＋－＠".unicodeScalars.contains(scalar) { guarded.append("'") }
            guarded.append(scalar)
            isFirst = ";\t\r\n".unicodeScalars.contains(scalar)
        }
        let text = String(guarded)
        let isPlain = text.utf8.allSatisfy { ![0x22, 0x2C, 0x0A, 0x0D].contains($0) }
        return isPlain ? text : "\"" + text.replacing("\"", with: "\"\"") + "\""
    }
}

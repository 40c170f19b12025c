/// Everything about a class, for programs of the instructor's; it holds what hidden checks say.
enum JSONReport {
    static func text(_ book: GradeBook) -> String {
        ReportJSON.object([
            ("format", .string("cnnbook grades 1")), ("title", .string(book.title)),
            ("possible", .points(book.possible)), ("students", .array(book.records.map(student))),
        ]).text
    }

    private static func student(_ record: GradeRecord) -> ReportJSON {
        .object([
            ("student", .string(record.student)), ("name", .string(record.name)), ("file", .string(record.file)),
            ("graded", .bool(record.isGraded)), ("failure", .string(record.failure)), ("note", .string(record.note)),
            ("score", record.isGraded ? .points(record.score) : .null),
            ("earned", record.isGraded ? .points(record.earned) : .null), ("possible", .points(record.possible)),
            ("late_days", record.lateDays.map { .integer($0) } ?? .null), ("percent", .integer(record.percent)),
            ("fingerprint", .string(record.fingerprint)), ("questions", .array(record.questions.map(question))),
        ])
    }

    private static func question(_ question: QuestionResult) -> ReportJSON {
        .object([
            ("id", .string(question.id)), ("title", .string(question.title)),
            ("earned", .points(question.earned)), ("possible", .points(question.points)),
            ("all_or_nothing", .bool(question.isAllOrNothing)),
            ("carried", .array(question.carried.map { .string($0) })), ("note", .string(question.note)),
            (
                "checks",
                .array(
                    question.checks.map { check in
                        .object([
                            ("title", .string(check.title)), ("points", .points(check.points)),
                            ("hidden", .bool(check.isHidden)), ("verdict", .string("\(check.verdict)")),
                            ("text", .string(check.text)), ("value", .string(check.value)),
                        ])
                    })
            ),
        ])
    }
}

/// JUnit's XML, a suite a student.
enum JUnitReport {
    static func text(_ record: GradeRecord, _ title: String) -> String {
        let checks = record.questions.flatMap { question in question.checks.map { (question, $0) } }
        let failed = record.isGraded ? checks.count { !$0.1.isPassed } : 0
        var lines = [
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>",
            "<testsuite name=\"\(Markup.escaped(title))\" tests=\"\(checks.count)\" failures=\"\(failed)\" errors=\"\(record.isGraded ? 0 : checks.count)\">",
        ]
        for (question, check) in checks {
            let head =
                "  <testcase classname=\"\(Markup.escaped(question.id))\" name=\"\(Markup.escaped(check.title))\""
            if !record.isGraded {
                lines.append(head + "><error message=\"not graded\"/></testcase>")
            } else if check.isPassed {
                lines.append(head + "/>")
            } else {
                let text = Markup.escaped(check.publicText)
                lines.append(head + "><failure message=\"\(check.word)\">\(text)</failure></testcase>")
            }
        }
        return (lines + ["</testsuite>", ""]).joined(separator: "\n")
    }
}

enum Markup {
    /// For text and attributes of XML and HTML; signs that XML does not have are left out.
    static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "'": result += "&#39;"
            case "\n", "\t": result.unicodeScalars.append(scalar)
            default:
                let isLetter = scalar.value >= 0x20 && scalar.value != 0x7F && !(0xFFFE...0xFFFF).contains(scalar.value)
                if isLetter { result.unicodeScalars.append(scalar) }
            }
        }
        return result
    }
}

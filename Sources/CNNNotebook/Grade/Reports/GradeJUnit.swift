/// JUnit's XML, a suite a student.
enum GradeJUnit {
    static func text(_ record: GradeRecord, _ title: String) -> String {
        let checks = record.questions.flatMap { question in question.checks.map { (question, $0) } }
        let failed = record.isGraded ? checks.count { !$0.1.isPassed } : 0
        let errors = record.isGraded ? 0 : checks.count
        var lines = [
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>", "<testsuites name=\"cnnbook\">",
            "  <testsuite name=\"\(XMLText.html(title))\" tests=\"\(checks.count)\" failures=\"\(failed)\" "
                + "errors=\"\(errors)\" skipped=\"0\">",
        ]
        for (question, check) in checks {
            let head =
                "    <testcase classname=\"\(XMLText.html(question.id))\" name=\"\(XMLText.html(check.title))\""
            if !record.isGraded {
                lines.append(head + "><error type=\"grading\" message=\"not graded\"/></testcase>")
            } else if check.isPassed {
                lines.append(head + "/>")
            } else {
                let text = XMLText.html(check.publicText)
                lines.append(head + "><failure type=\"check\" message=\"\(check.word)\">\(text)</failure></testcase>")
            }
        }
        return (lines + ["  </testsuite>", "</testsuites>", ""]).joined(separator: "\n")
    }
}

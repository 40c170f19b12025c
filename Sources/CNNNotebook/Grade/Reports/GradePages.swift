/// The pages that people read: one file each, without scripts and without a network.
enum GradePage {
    static func page(_ title: String, _ body: [String]) -> String {
        """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
        <title>\(XMLText.html(title))</title>
        <style>
        :root { color-scheme: light dark; }
        body { font: 1rem/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
        table { border-collapse: collapse; width: 100%; }
        th, td { text-align: left; vertical-align: top; padding: .35rem .6rem; border-bottom: 1px solid #8886; }
        pre { margin: 0; white-space: pre-wrap; overflow-wrap: anywhere; }
        .n { text-align: right; white-space: nowrap; }
        .scroll { overflow-x: auto; }
        </style>
        </head>
        <body>
        \(body.joined(separator: "\n"))
        </body>
        </html>

        """
    }

    static func heading(_ level: Int, _ text: String) -> String { "<h\(level)>\(XMLText.html(text))</h\(level)>" }
    static func paragraph(_ text: String) -> String { text.isEmpty ? "" : "<p>\(XMLText.html(text))</p>" }

    static func table(_ head: [String], _ rows: [[String]], numbers: Set<Int>) -> String {
        func line(_ cells: [String], _ tag: String, _ scope: String = "") -> String {
            let parts = cells.enumerated().map { index, cell in
                "<\(tag)\(scope)\(numbers.contains(index) ? " class=\"n\"" : "")>\(cell)</\(tag)>"
            }
            return "<tr>\(parts.joined())</tr>"
        }
        return
            "<div class=\"scroll\"><table>\n<thead>\(line(head.map(XMLText.html), "th", " scope=\"col\""))</thead>\n<tbody>\n"
            + rows.map { line($0, "td") }.joined(separator: "\n") + "\n</tbody>\n</table></div>"
    }
}

/// What a student reads.
enum StudentPage {
    static func text(_ record: GradeRecord, _ title: String) -> String {
        var body = [
            GradePage.heading(1, title), GradePage.paragraph(record.name), GradePage.paragraph(record.headline),
        ]
        if record.isGraded {
            body.append(GradePage.paragraph(record.note))
            body += record.questions.flatMap(question)
        }
        return GradePage.page("\(title): \(record.name)", body.filter { !$0.isEmpty })
    }

    private static func question(_ question: QuestionResult) -> [String] {
        let rows = question.checks.map { check in
            let text = check.publicText.isEmpty ? "" : "<pre>\(XMLText.html(check.publicText))</pre>"
            let points =
                question.isAllOrNothing ? "" : "\(check.isPassed ? check.points.text : "0") / \(check.points.text)"
            return [
                XMLText.html(check.title) + (check.isHidden ? " (hidden)" : ""), check.word, points, text,
            ]
        }
        return [GradePage.heading(2, "\(question.title): \(question.earned.text) of \(question.points.text)")]
            + question.publicNotes.map(GradePage.paragraph)
            + [GradePage.table(["Check", "Result", "Points", "Why"], rows, numbers: [2])]
    }
}

/// What the instructor reads about the class.
enum ClassPage {
    static func text(_ book: GradeBook) -> String {
        let missing = book.records.filter { !$0.isGraded }
        var body = [
            GradePage.heading(1, book.title),
            GradePage.paragraph(
                "\(book.graded.count) submissions graded; of \(book.possible.text) points the middle score is "
                    + "\(book.middle.text), the mean \(book.mean.text)."),
        ]
        if !missing.isEmpty {
            body.append(GradePage.heading(2, "Not graded"))
            body.append(
                GradePage.table(
                    ["Student", "Why"],
                    missing.map { [XMLText.html($0.student), XMLText.html($0.failure)] }, numbers: []))
        }
        body.append(GradePage.heading(2, "Checks"))
        body.append(
            GradePage.table(["Question", "Check", "Passed", "Instead, most often"], checks(book), numbers: [2]))
        body.append(GradePage.heading(2, "Students"))
        let students = book.records.map { record in
            [
                XMLText.html(record.student), XMLText.html(record.name),
                record.isGraded ? record.score.text : "not graded",
                record.lateDays.map(String.init) ?? "", XMLText.html(record.note),
            ]
        }
        body.append(GradePage.table(["Student", "Name", "Score", "Late days", ""], students, numbers: [2, 3]))
        return GradePage.page(book.title, body)
    }

    private static func checks(_ book: GradeBook) -> [[String]] {
        book.checks.map { check in
            let values = check.wrongValues.map { "\($0.count) × \(XMLText.html($0.value))" }
            return [
                XMLText.html(check.question), XMLText.html(check.title) + (check.isHidden ? " (hidden)" : ""),
                "\(check.passed) of \(check.count)", values.joined(separator: "<br>"),
            ]
        }
    }
}

/// The pages that people read: one file each, without scripts and without a network.
enum GradePage {
    static func page(_ title: String, _ body: [String]) -> String {
        """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
        <title>\(XMLText.html(title))</title>
        <style>
        \(HTMLStyle.palette)
        body { font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
          max-width: 56rem; margin: 0 auto; padding: 1rem; background: var(--paper); color: var(--ink); }
        h1 { font-size: 1.7rem; line-height: 1.25; margin: .6em 0 .3em; }
        h2 { font-size: 1.2rem; line-height: 1.25; margin: 1.6em 0 .4em; }
        h1, h2, p, td, th { overflow-wrap: break-word; }
        p { margin: .3em 0; }
        .lead { font-size: 1.15rem; }
        table { border-collapse: collapse; width: 100%; }
        th, td { text-align: left; vertical-align: top; padding: .35rem .6rem; border-bottom: 1px solid var(--line); }
        th { color: var(--faint); font-size: .85rem; font-weight: 600; }
        .told td { border-bottom: none; }
        .why td { padding-top: 0; }
        pre { margin: 0; padding: .4rem .6rem; font: .82rem/1.45 ui-monospace, "SF Mono", Menlo, Consolas, monospace;
          white-space: pre-wrap; overflow-wrap: anywhere; border-left: 3px solid var(--bad); background: var(--badpaper); }
        .n { text-align: right; white-space: nowrap; }
        .word { width: 8rem; } .points { width: 6rem; }
        .passed { color: var(--text); } .other { color: var(--bad); font-weight: 600; }
        .scroll { overflow-x: auto; }
        a { color: var(--accent); }
        .students td:first-child { min-width: 11rem; }
        @media (max-width: 40rem) {
          .checks thead { position: absolute; clip-path: inset(50%); }
          .checks tr { display: flex; flex-wrap: wrap; border-bottom: 1px solid var(--line); padding: .3rem 0; }
          .checks td { border-bottom: none; padding: .1rem .3rem; }
          .checks td:nth-child(2) { flex: 1; } .checks td:last-child { flex: 0 0 100%; overflow-wrap: anywhere; color: var(--faint); }
          .checks td:empty { display: none; }
        }
        @media (max-width: 30rem) { th, td { padding: .35rem .3rem; } .word { width: 5.5rem; } .points { width: 4.2rem; } }
        @media print {
          \(HTMLStyle.printPalette)
          body { max-width: none; padding: 0; }
          tr { break-inside: avoid; } h2 { break-after: avoid; } .scroll { overflow: visible; }
        }
        </style>
        </head>
        <body>
        \(body.joined(separator: "\n"))
        </body>
        </html>

        """
    }

    static func heading(_ level: Int, _ text: String) -> String { "<h\(level)>\(XMLText.html(text))</h\(level)>" }
    static func paragraph(_ text: String, _ style: String? = nil) -> String {
        let attribute = style.map { " class=\"\($0)\"" } ?? ""
        return text.isEmpty ? "" : "<p\(attribute)>\(XMLText.html(text))</p>"
    }

    static func table(_ head: [String], _ rows: [[String]], numbers: Set<Int>, style: String? = nil) -> String {
        func line(_ cells: [String], _ tag: String, _ scope: String = "") -> String {
            let parts = cells.enumerated().map { index, cell in
                "<\(tag)\(scope)\(numbers.contains(index) ? " class=\"n\"" : "")>\(cell)</\(tag)>"
            }
            return "<tr>\(parts.joined())</tr>"
        }
        return
            "<div class=\"scroll\"><table\(style.map { " class=\"\($0)\"" } ?? "")>\n<thead>\(line(head.map(XMLText.html), "th", " scope=\"col\""))</thead>\n<tbody>\n"
            + rows.map { line($0, "td") }.joined(separator: "\n") + "\n</tbody>\n</table></div>"
    }
}

/// What a student reads.
enum StudentPage {
    static func text(_ record: GradeRecord, _ title: String) -> String {
        var body = [
            GradePage.heading(1, title), GradePage.paragraph(record.name), GradePage.paragraph(record.headline, "lead"),
        ]
        if record.isGraded {
            body.append(GradePage.paragraph(record.note))
            body += record.questions.flatMap(question)
        }
        return GradePage.page("\(title): \(record.name)", body.filter { !$0.isEmpty })
    }

    private static func question(_ question: QuestionResult) -> [String] {
        let head = """
            <table>
            <thead><tr><th scope="col">Check</th><th scope="col" class="word">Result</th>\
            <th scope="col" class="n points">\(question.isAllOrNothing ? "" : "Points")</th></tr></thead>
            <tbody>
            """
        return [GradePage.heading(2, "\(question.title): \(question.earned.text) of \(question.points.text)")]
            + question.publicNotes.map { GradePage.paragraph($0) }
            + [head] + question.checks.map { row($0, hasPoints: !question.isAllOrNothing) } + ["</tbody>\n</table>"]
    }

    /// A check, and below it, over the whole width, why it was not passed.
    private static func row(_ check: CheckResult, hasPoints: Bool) -> String {
        let title = XMLText.html(check.title) + (check.isHidden ? " (hidden)" : "")
        let points = hasPoints ? "\(check.isPassed ? check.points.text : "0") / \(check.points.text)" : ""
        let isTold = !check.publicText.isEmpty
        let row =
            "<tr\(isTold ? " class=\"told\"" : "")><td>\(title)</td>"
            + "<td class=\"\(check.isPassed ? "passed" : "other")\">\(check.word)</td><td class=\"n\">\(points)</td></tr>"
        guard isTold else { return row }
        return row + "\n<tr class=\"why\"><td colspan=\"3\"><pre>\(XMLText.html(check.publicText))</pre></td></tr>"
    }
}

/// What the instructor reads about the class.
enum ClassPage {
    static func text(_ book: GradeBook) -> String {
        let missing = book.records.filter { !$0.isGraded }
        var body = [
            GradePage.heading(1, book.title),
            GradePage.paragraph(
                "\(book.graded.count) \(book.graded.count == 1 ? "submission" : "submissions") graded; "
                    + "of \(book.possible.counted) the middle score is "
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
            GradePage.table(
                ["Question", "Check", "Passed", "Instead, most often"], checks(book), numbers: [2],
                style: "checks"))
        body.append(GradePage.heading(2, "Students"))
        body.append(students(book.records))
        return GradePage.page(book.title, body)
    }

    /// Without the columns that say nothing.
    private static func students(_ records: [GradeRecord]) -> String {
        typealias Column = (title: String, isNumber: Bool, text: (GradeRecord) -> String)
        var columns: [Column] = [("Student", false, { $0.student })]
        if records.contains(where: { $0.name != $0.student }) { columns.append(("Name", false, { $0.name })) }
        columns.append(("Score", true, { $0.isGraded ? $0.score.text : "not graded" }))
        if records.contains(where: { $0.lateDays != nil }) {
            columns.append(("Days late", true, { $0.lateDays.map(String.init) ?? "" }))
        }
        if records.contains(where: { !$0.note.isEmpty }) { columns.append(("Note", false, { $0.note })) }
        return GradePage.table(
            columns.map(\.title),
            records.map { record in
                [link(record)] + columns.dropFirst().map { XMLText.html($0.text(record)) }
            },
            numbers: Set(columns.indices.filter { columns[$0].isNumber }), style: "students")
    }

    /// To the student's own page, which lies beside this one.
    private static func link(_ record: GradeRecord) -> String {
        let folder = Submission.slug(of: record.student).replacing("%", with: "%25")
        return "<a href=\"students/\(folder)/report.html\">\(XMLText.html(record.student))</a>"
    }

    private static func checks(_ book: GradeBook) -> [[String]] {
        book.checks.map { check in
            let values = check.wrongValues.map { "\($0.count) × \(XMLText.html($0.value))" }
            return [
                XMLText.html(check.question), XMLText.html(check.title) + (check.isHidden ? " (hidden)" : ""),
                "\(check.passed) of \(check.count) (\(check.percentPassed) %)", values.joined(separator: "<br>"),
            ]
        }
    }
}

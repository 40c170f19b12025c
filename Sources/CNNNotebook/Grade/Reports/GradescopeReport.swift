import CNNCore

/// `results.json` as Gradescope's autograder specification has it. A submission that is not graded has no score there, which
/// Gradescope shows as a failure of the autograder.
enum GradescopeReport {
    static func text(_ record: GradeRecord) -> String {
        var members: [(String, JSON?)] = []
        if record.isGraded { members.append(("score", .points(record.score))) }
        members += [
            ("output", .string(output(record))), ("output_format", .string("text")),
            ("visibility", .string("visible")), ("stdout_visibility", .string("hidden")),
        ]
        if record.isGraded {
            members.append(("tests", .array(record.questions.enumerated().flatMap { tests($1, $0 + 1) })))
        }
        return JSON.members(members).fileText
    }

    private static func output(_ record: GradeRecord) -> String {
        let notes = record.questions.flatMap { question in question.publicNotes.map { "\(question.id): \($0)" } }
        return ([record.headline] + (record.isGraded ? [record.note] + notes : []))
            .filter { !$0.isEmpty }.joined(separator: "\n")
    }

    private static func tests(_ question: QuestionResult, _ number: Int) -> [JSON] {
        if question.isAllOrNothing {
            let lines = question.checks.map { check in
                "\(check.title): \(check.word)" + (check.publicText.isEmpty ? "" : "\n\(check.publicText)")
            }
            let isPassed = question.earned == question.points && question.checks.allSatisfy(\.isPassed)
            return [
                test(
                    "\(number)", question.title, question.earned, question.points, isPassed,
                    lines.joined(separator: "\n"))
            ]
        }
        return question.checks.enumerated().map { index, check in
            test(
                "\(number).\(index + 1)", "\(question.title): \(check.title)", check.isPassed ? check.points : .zero,
                check.points, check.isPassed,
                check.isHidden ? "hidden check: \(check.word)" : check.isPassed ? "" : check.publicText)
        }
    }

    private static func test(
        _ number: String, _ name: String, _ score: Points, _ most: Points, _ isPassed: Bool, _ output: String
    ) -> JSON {
        .members([
            ("score", .points(score)), ("max_score", .points(most)),
            ("status", .string(isPassed ? "passed" : "failed")), ("name", .string(name)),
            ("number", .string(number)), ("output", .string(output)), ("visibility", .string("visible")),
        ])
    }
}

/// `results.json` as PrairieLearn's external graders write it: a score from 0 to 1, and `gradable`.
enum PrairieLearnReport {
    static func text(_ record: GradeRecord) -> String {
        guard record.isGraded else {
            return JSON.members([
                ("gradable", .bool(false)), ("message", .string(record.headline)),
                ("format_errors", .array([.string(record.headline)])),
            ]).fileText
        }
        let most = max(1, record.possible.thousandths)
        let (whole, rest) = (record.score.thousandths / most, record.score.thousandths % most * 1_000 / most)
        return JSON.members([
            ("gradable", .bool(true)), ("score", .points(Points(thousandths: 1_000 * whole + rest))),
            ("message", .string(record.headline)), ("output", .string(record.note)),
            ("tests", .array(record.questions.map(test))),
        ]).fileText
    }

    private static func test(_ question: QuestionResult) -> JSON {
        let lines =
            question.checks.map { check in
                "\(check.title): \(check.word)" + (check.publicText.isEmpty ? "" : "\n\(check.publicText)")
            } + question.publicNotes
        return .members([
            ("name", .string(question.title)), ("points", .points(question.earned)),
            ("max_points", .points(question.points)), ("message", .string(lines.joined(separator: "\n"))),
        ])
    }
}

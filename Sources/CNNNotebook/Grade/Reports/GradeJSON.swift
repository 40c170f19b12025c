import CNNCore

/// Everything about a class, for programs of the instructor's; it holds what hidden checks say.
enum GradeJSON {
    static func text(_ book: GradeBook) -> String {
        JSON.members([
            ("format", .string("cnnbook grades 1")), ("title", .string(book.title)),
            ("possible", .points(book.possible)), ("students", .array(book.records.map(student))),
        ]).fileText
    }

    private static func student(_ record: GradeRecord) -> JSON {
        .members([
            ("student", .string(record.student)), ("name", .string(record.name)), ("file", .string(record.file)),
            ("graded", .bool(record.isGraded)), ("failure", .string(record.failure)), ("note", .string(record.note)),
            ("score", record.isGraded ? .points(record.score) : .null),
            ("earned", record.isGraded ? .points(record.earned) : .null), ("possible", .points(record.possible)),
            ("late_days", record.lateDays.map(JSON.integer) ?? .null), ("kept_percent", .integer(record.keptPercent)),
            ("fingerprint", .string(record.fingerprint)), ("questions", .array(record.questions.map(question))),
        ])
    }

    private static func question(_ question: QuestionResult) -> JSON {
        .members([
            ("id", .string(question.id)), ("title", .string(question.title)),
            ("earned", .points(question.earned)), ("possible", .points(question.points)),
            ("all_or_nothing", .bool(question.isAllOrNothing)),
            ("carried", .array(question.carried.map { .string($0) })), ("note", .string(question.note)),
            (
                "checks",
                .array(
                    question.checks.map { check in
                        .members([
                            ("title", .string(check.title)), ("points", .points(check.points)),
                            ("hidden", .bool(check.isHidden)), ("verdict", .string("\(check.verdict)")),
                            ("text", .string(check.text)), ("value", .string(check.value)),
                        ])
                    })
            ),
        ])
    }
}

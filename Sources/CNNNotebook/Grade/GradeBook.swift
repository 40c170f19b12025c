import CNNCore

/// The results of a class, by student.
public struct GradeBook: Sendable {
    public let title: String
    public let possible: Points
    public let records: [GradeRecord]

    public init(_ title: String, _ possible: Points, _ records: [GradeRecord]) {
        self.title = title
        self.possible = possible
        self.records = records
    }

    /// From what a folder holds; the title is not kept there.
    public init(_ records: [GradeRecord]) {
        self.init("", records.map(\.possible).max() ?? .zero, records)
    }

    public var graded: [GradeRecord] { records.filter(\.isGraded) }

    /// How a class did on a check.
    public struct CheckStatistics: Sendable {
        public let question: String
        public let title: String
        public let isHidden: Bool
        public let passed: Int
        public let count: Int
        /// What was there instead, the commonest first.
        public let wrongValues: [(value: String, count: Int)]

        /// Rounded; 0 and 100 are none and all.
        public var percentPassed: Int {
            guard passed > 0 else { return 0 }
            return passed == count ? 100 : min(99, max(1, (200 * passed + count) / (2 * count)))
        }
    }

    /// One entry a check, in the order of the assignment.
    public var checks: [CheckStatistics] {
        guard let first = graded.first else { return [] }
        let same = graded.filter { record in
            record.questions.map(\.id) == first.questions.map(\.id)
                && record.questions.map(\.checks.count) == first.questions.map(\.checks.count)
        }
        return first.questions.indices.flatMap { question in
            first.questions[question].checks.indices.map { check in
                statistics(same.map { $0.questions[question].checks[check] }, first.questions[question].id)
            }
        }
    }

    private func statistics(_ results: [CheckResult], _ question: String) -> CheckStatistics {
        var counts: [String: Int] = [:]
        for result in results where !result.isPassed {
            let value = result.value.isEmpty ? GradeBook.reason(result) : result.value
            counts[GradeText.short(value, 100).replacing("\n", with: " "), default: 0] += 1
        }
        let sorted = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        return CheckStatistics(
            question: question, title: results.first?.title ?? "", isHidden: results.first?.isHidden ?? false,
            passed: results.count { $0.isPassed }, count: results.count,
            wrongValues: sorted.prefix(3).map { (value: $0.key, count: $0.value) })
    }

    /// Why a check was not passed, without what differs between submissions that fail alike: the line, and how much work
    /// was left of a limit.
    private static func reason(_ result: CheckResult) -> String {
        if result.verdict == .limit, result.text.hasPrefix("error[\(ErrorCode.workLimit.rawValue)]") {
            return "error[\(ErrorCode.workLimit.rawValue)]: the work that is allowed is used up"
        }
        guard result.text.hasSuffix(")"), let start = result.text.ranges(of: " (line ").last else { return result.text }
        let isNumber = result.text[start.upperBound...].dropLast().allSatisfy(\.isNumber)
        return isNumber ? String(result.text[..<start.lowerBound]) : result.text
    }

    /// The score in the middle, and the mean rounded to hundredths.
    public var middle: Points {
        let scores = graded.map(\.score).sorted()
        guard !scores.isEmpty else { return .zero }
        let upper = scores[scores.count / 2].thousandths
        let lower = scores[(scores.count - 1) / 2].thousandths
        return Points(thousandths: (lower + upper) / 2)
    }

    public var mean: Points {
        let scores = graded.map(\.score)
        guard !scores.isEmpty else { return .zero }
        return Points(thousandths: (scores.sum.thousandths / scores.count + 5) / 10 * 10)
    }
}

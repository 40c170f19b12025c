import CNNCore
import CNNLanguage

extension GradeBook {
    /// A line a student, and the class's statistics below.
    public var summary: String {
        var text = ""
        for record in records { text += GradeBatch.line(record) + "\n" }
        let missing = records.count - graded.count
        text += "\n\(graded.count) graded" + (missing > 0 ? ", \(missing) not graded" : "")
        if !graded.isEmpty { text += "; middle \(middle.text), mean \(mean.text) of \(possible.text)" }
        return text + "\n"
    }

    /// The pass rate of each check, and what was there instead.
    public var statistics: String {
        var text = "\(graded.count) graded"
        if graded.count < records.count { text += ", \(records.count - graded.count) not graded" }
        if !graded.isEmpty { text += "; middle \(middle.text), mean \(mean.text) of \(possible.text)" }
        text += "\n"
        for check in checks {
            text += "\n\(check.question)  \(check.title)\(check.isHidden ? " (hidden)" : ""): "
            text += "\(check.passed) of \(check.count) (\(check.percentPassed) %)\n"
            for (value, count) in check.wrongValues { text += "    \(count) x \(value)\n" }
        }
        return text
    }
}

import CNNCore
import CNNLanguage

/// What a training line tells.
struct TrainingStatus {
    var epoch = 0
    var epochs = 0
    /// Of the epoch.
    var step = 0
    var stepsPerEpoch = 1
    /// Of the epoch so far.
    var loss = 0.0
    /// The first of these is shown on the live line: accuracy, as a rule.
    var metrics: [MeasuredValue] = []
    var curve = LossCurve()
    var picturesPerSecond: Double?
    var secondsLeft: Double?

    // MARK: - A line on a terminal

    /// At most so many columns, less one: a terminal may go to the next line after its last column.
    func line(columns: Int, usesUnicode: Bool) -> String {
        let room = max(1, columns - 1)
        let isNarrow = columns < 60
        let isWide = columns >= 110
        let gap = isNarrow ? " " : "  "
        let metric = metrics.first.map { metric -> String in
            let name = isWide || metric.name != "accuracy" ? metric.name : "acc"
            return "\(name) \(NumberFormatter.fixed(metric.value, isNarrow ? 2 : 4))"
        }
        let parts = Parts(
            head: "epoch \(epoch)/\(epochs)",
            step: "\(TrainingStatus.padded(step, stepsPerEpoch))/\(stepsPerEpoch)",
            loss: "loss \(TrainingStatus.number(loss, isNarrow ? 3 : 4))", metric: metric,
            rate: picturesPerSecond.map {
                isWide ? "\(TrainingStatus.grouped($0)) pictures/s" : TrainingStatus.brief($0)
            },
            left: secondsLeft.map { "\(TrainingStatus.duration($0)) left" })
        return parts.line(
            room, gap, widths: isWide ? (bar: 30, curve: 20) : (bar: 12, curve: 6), least: isNarrow ? 4 : 6,
            bar: { bar($0, usesUnicode) }, curve: { curve.text($0, usesUnicode: usesUnicode) })
    }

    private func bar(_ width: Int, _ usesUnicode: Bool) -> String {
        let done = min(width, width * step / max(1, stepsPerEpoch))
        guard usesUnicode else {
            let inner = max(0, width - 2)
            let filled = min(inner, inner * step / max(1, stepsPerEpoch))
            return "[" + String(repeating: "#", count: filled) + String(repeating: "-", count: inner - filled) + "]"
        }
        return String(repeating: "━", count: done) + String(repeating: "─", count: width - done)
    }

    // MARK: - A line in a log

    /// `epoch 3/10  loss 0.2360  accuracy 0.9367  val_loss 0.1706  12,340 pictures/s  1:23 left`
    var plainLine: String {
        var parts = ["epoch \(epoch)/\(epochs)", "loss \(TrainingStatus.number(loss))"]
        parts += metrics.map { "\($0.name) \(TrainingStatus.number($0.value))" }
        if let picturesPerSecond { parts.append("\(TrainingStatus.grouped(picturesPerSecond)) pictures/s") }
        if let secondsLeft, secondsLeft > 0 { parts.append("\(TrainingStatus.duration(secondsLeft)) left") }
        return parts.joined(separator: "  ")
    }

    // MARK: - Numbers

    /// As wide as the last of them, so that what stands behind it does not move.
    private static func padded(_ number: Int, _ last: Int) -> String {
        let text = String(number)
        return String(repeating: " ", count: max(0, String(last).count - text.count)) + text
    }

    private static func number(_ value: Double, _ decimals: Int = 4) -> String {
        abs(value) < 100_000 ? NumberFormatter.fixed(value, decimals) : NumberFormatter.general(value, 5)
    }

    /// `12,340`; below ten with a decimal.
    private static func grouped(_ value: Double) -> String {
        guard value >= 10, value < 1e15 else { return NumberFormatter.fixed(min(value, 1e15), 1) }
        let digits = Array(String(Int(value)))
        return digits.indices.reduce(into: "") { text, index in
            if index > 0, (digits.count - index) % 3 == 0 { text += "," }
            text.append(digits[index])
        }
    }

    /// `950/s`, `12.3k/s`
    private static func brief(_ value: Double) -> String {
        if value < 10 { return NumberFormatter.fixed(value, 1) + "/s" }
        if value < 1_000 { return NumberFormatter.fixed(value, 0) + "/s" }
        if value < 999_500 { return NumberFormatter.general(value / 1_000, 3) + "k/s" }
        return NumberFormatter.general(value / 1_000_000, 3) + "M/s"
    }

    /// `4 s`, `1:23`, `2:05:10`, `3 days`
    static func duration(_ seconds: Double) -> String {
        guard seconds < 86_400 * 2 else { return "\(Int(min(seconds / 86_400, 9_999))) days" }
        let whole = Int(seconds.rounded(.up))
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : String(number) }
        if whole < 60 { return "\(whole) s" }
        if whole < 3_600 { return "\(whole / 60):\(two(whole % 60))" }
        return "\(whole / 3_600):\(two(whole / 60 % 60)):\(two(whole % 60))"
    }
}

/// The parts of a training line, of which as many are shown as there is room for.
private struct Parts {
    let head, step, loss: String
    var metric, rate, left: String?

    /// - Parameters:
    ///   - widths: of bar and curve, at most.
    ///   - least: of each of them.
    func line(
        _ room: Int, _ gap: String, widths: (bar: Int, curve: Int), least: Int, bar: (Int) -> String,
        curve: (Int) -> String
    ) -> String {
        var parts = self
        var (hasBar, hasCurve) = (true, true)
        func used() -> Int {
            // A bar stands one blank from what is beside it, so does the curve.
            let texts = [parts.loss, parts.metric, parts.rate, parts.left].compactMap { $0?.count }
            return parts.head.count + 1 + parts.step.count + texts.reduce(0) { $0 + $1 + gap.count }
                + (hasBar ? least + 1 : 0) + (hasCurve ? least + 1 : 0)
        }
        let drops: [() -> Void] = [
            { parts.rate = nil }, { hasCurve = false }, { hasBar = false }, { parts.left = nil },
            { parts.metric = nil },
        ]
        for drop in drops where used() > room { drop() }
        // A metric says more than the time, where one of them alone has room.
        var rest = max(0, room - used())
        let barWidth = hasBar ? min(widths.bar, least + rest) : 0
        rest -= max(0, barWidth - least)
        let curveWidth = hasCurve ? min(widths.curve, least + rest) : 0
        var line = parts.head
        if hasBar { line += " " + bar(barWidth) }
        line += " " + parts.step + gap + parts.loss
        if hasCurve { line += " " + curve(curveWidth) }
        for part in [parts.metric, parts.rate, parts.left] {
            if let part { line += gap + part }
        }
        return String(line.prefix(room))
    }
}

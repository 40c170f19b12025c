/// The losses of all steps so far in little memory, for a curve of a few characters.
struct LossCurve {
    private static let most = 64
    private var means: [Double] = []
    /// Steps that one of the means stands for.
    private var span = 1
    private var sum = 0.0
    private var count = 0

    mutating func append(_ loss: Double) {
        guard loss.isFinite else { return }
        sum += loss
        count += 1
        guard count == span else { return }
        means.append(sum / Double(count))
        (sum, count) = (0, 0)
        guard means.count == LossCurve.most else { return }
        means = stride(from: 0, to: means.count, by: 2).map { (means[$0] + means[$0 + 1]) / 2 }
        span *= 2
    }

    /// So many characters; blanks as long as there are few steps.
    func text(_ width: Int, usesUnicode: Bool) -> String {
        let levels = Array(usesUnicode ? "▁▂▃▄▅▆▇█" : "_.-:=+*#")
        guard let low = means.min(), let high = means.max(), width > 0 else {
            return String(repeating: " ", count: width)
        }
        let shown = min(width, means.count)
        let bars = (0..<shown).map { bar -> Character in
            let part = means[bar * means.count / shown..<(bar + 1) * means.count / shown]
            let mean = part.reduce(0, +) / Double(part.count)
            let share = high > low ? (mean - low) / (high - low) : 0
            return levels[min(levels.count - 1, max(0, Int(share * Double(levels.count))))]
        }
        return String(bars) + String(repeating: " ", count: width - shown)
    }
}

import CNNCore

/// How many numbers lie in each of some equal ranges.
public struct Histogram: Sendable {
    public var title: String?
    /// One more than there are ranges; the last range includes its end.
    public let edges: [Double]
    public let counts: [Int]
    /// Numbers that are nan or inf.
    public let notFiniteCount: Int

    /// Equal numbers make one range. nil: no number is finite.
    init?(_ numbers: [Double], bins wanted: Int, title: String? = nil) {
        let finite = numbers.filter(\.isFinite)
        guard let low = finite.min(), let high = finite.max() else { return nil }
        let bins = high > low ? wanted : 1
        var counts = [Int](repeating: 0, count: bins)
        for number in finite {
            let share = high > low ? (number / 2 - low / 2) / (high / 2 - low / 2) : 0
            counts[min(bins - 1, Int(share * Double(bins)))] += 1
        }
        self.title = title
        self.counts = counts
        let step = high / Double(bins) - low / Double(bins)
        edges = (0...bins).map { bin in
            let edge = low + step * Double(bin)
            // What was added up may be too large for a double; the shares of both ends are not.
            let share = Double(bin) / Double(bins)
            return bin == bins ? high : edge.isFinite ? edge : low * (1 - share) + high * share
        }
        notFiniteCount = numbers.count - finite.count
    }

    /// `[0.8, 1.6)`, the numbers below each other.
    public var rangeTexts: [String] {
        let texts = edges.map { NumberFormatter.general($0, 4) }
        let width = texts.map(\.count).max() ?? 0
        return counts.indices.map { bin in
            let (start, end) = (DisplayWidth.padded(texts[bin], width), DisplayWidth.padded(texts[bin + 1], width))
            return "[\(start), \(end)\(bin == counts.count - 1 ? "]" : ")")"
        }
    }

    public var alternativeText: String {
        let texts = rangeTexts
        let most = counts.indices.max { counts[$0] < counts[$1] } ?? 0
        return "\(title.map { $0 + ": " } ?? "")Histogram of \(counts.reduce(0, +)) numbers in \(counts.count) ranges; "
            + "the most, \(counts[most]), in \(texts[most])"
    }
}

/// A histogram as bars of characters.
public struct HistogramText {
    private let style: PictureText.Ramp
    private let columns: Int
    private let paint: (String) -> String

    public init(_ style: PictureText.Ramp, columns: Int = 80, paint: @escaping (String) -> String = { $0 }) {
        self.style = style
        self.columns = columns
        self.paint = paint
    }

    public func lines(_ histogram: Histogram) -> [String] {
        let ranges = histogram.rangeTexts
        let most = max(1, histogram.counts.max() ?? 1)
        let around = (ranges.first?.count ?? 0) + 4 + String(most).count
        let room = max(8, min(style == .ascii ? 40 : 60, columns - around))
        var lines = histogram.title.map { [DisplayWidth.cut($0, to: columns)] } ?? []
        for (range, count) in zip(ranges, histogram.counts) {
            let bar = bar(count, most, room)
            let blanks = String(repeating: " ", count: room - bar.count)
            let number = DisplayWidth.padded(String(count), String(most).count)
            lines.append("\(range)  \(paint(bar))\(blanks)  \(number)")
        }
        if histogram.notFiniteCount > 0 { lines.append("not finite: \(histogram.notFiniteCount)") }
        return lines
    }

    private func bar(_ count: Int, _ most: Int, _ room: Int) -> String {
        let share = Double(count) / Double(most)
        guard style == .blocks else {
            return String(repeating: "#", count: Int((share * Double(room)).rounded()))
        }
        let eighths = Int((share * Double(room * 8)).rounded())
        // What is there is seen.
        guard eighths > 0 else { return count > 0 ? "▏" : "" }
        let parts = Array(" ▏▎▍▌▋▊▉")
        return String(repeating: "█", count: eighths / 8) + (eighths % 8 > 0 ? String(parts[eighths % 8]) : "")
    }
}

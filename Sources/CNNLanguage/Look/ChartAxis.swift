import CNNCore

/// One axis of a chart: what it spans, and the round numbers that stand beside it.
public struct ChartAxis: Sendable {
    public let low, high: Double
    /// Ascending, within low to high.
    public let ticks: [(value: Double, label: String)]
    /// Whether equal distances are equal ratios; low is positive then.
    public private(set) var isLogarithmic = false

    /// Widened to whole steps, so that ticks stand at both ends and all distances between them are the same.
    /// - Parameter most: steps.
    public static func rounded(_ low: Double, _ high: Double, most: Int, isWhole: Bool = false) -> ChartAxis {
        // Equal numbers lie in the middle of some room.
        let room = low < high ? 0 : low == 0 ? 1 : abs(low) / 8
        guard let step = step(low - room, high + room, where: { $0.last - $0.first <= most && $0.fits(isWhole) }) else {
            return plain(low, high)
        }
        let ticks = step.ticks
        guard let first = ticks.first, let last = ticks.last, last.value > first.value else { return plain(low, high) }
        return ChartAxis(low: min(first.value, low), high: max(last.value, high), ticks: ticks)
    }

    /// As it is, with ticks at the round numbers within.
    /// - Parameters:
    ///   - most: ticks.
    ///   - isWhole: whether only whole numbers make sense.
    public static func exact(_ low: Double, _ high: Double, most: Int, isWhole: Bool) -> ChartAxis {
        guard high > low else { return plain(low, high) }
        let step = step(low, high) { step in
            step.within.count <= most && step.fits(isWhole)
        }
        guard let step, step.within.count > 1 else { return plain(low, high) }
        return ChartAxis(low: low, high: high, ticks: step.ticks(step.within))
    }

    /// Without round numbers: the ends alone.
    private static func plain(_ low: Double, _ high: Double) -> ChartAxis {
        let ends = low < high ? [low, high] : [low]
        return ChartAxis(
            low: low, high: high, ticks: ends.map { (value: $0, label: NumberFormatter.general($0, 4)) })
    }

    /// The share of the axis that lies below a value, 0 to 1.
    public func share(_ value: Double) -> Double {
        if isLogarithmic {
            let (start, end) = (Unary(.log)(low), Unary(.log)(high))
            guard end > start, value > 0 else { return 0 }
            return min(max((Unary(.log)(value) - start) / (end - start), 0), 1)
        }
        let extent = high - low
        guard extent > 0 else { return 0 }
        // A range may be too wide for a double; its halves are not.
        let share = extent.isFinite ? (value - low) / extent : (value / 2 - low / 2) / (high / 2 - low / 2)
        return min(max(share, 0), 1)
    }

    // MARK: - Steps

    /// `digits` times ten to the `power`; the ticks `first` to `last` of it hold low and high.
    private struct Step {
        let digits: Double
        let power: Int
        let first, last: Int
        /// The ticks that lie between low and high.
        let within: ClosedRange<Int>

        /// Whether its ticks are whole numbers, where they have to be.
        func fits(_ isWhole: Bool) -> Bool { !isWhole || power > 0 || power == 0 && digits != 2.5 }

        var ticks: [(value: Double, label: String)] { ticks(first...last) }

        func ticks(_ numbers: ClosedRange<Int>) -> [(value: Double, label: String)] {
            let decimals = max(0, (digits == 2.5 ? 1 : 0) - power)
            let values = numbers.map(value)
            let isShort = decimals <= 5 && values.allSatisfy { abs($0) < 1_000_000 }
            return values.map {
                (value: $0, label: isShort ? NumberFormatter.fixed($0, decimals) : NumberFormatter.general($0, 12))
            }
        }

        /// Divided where the power is negative: 3 / 10 is 0.3, 3 * 0.1 is not.
        private func value(_ number: Int) -> Double {
            let size = Step.power(abs(power))
            return number == 0 ? 0 : power < 0 ? Double(number) * digits / size : Double(number) * digits * size
        }

        static func power(_ exponent: Int) -> Double { Double("1e\(exponent)") ?? 1 }
    }

    /// The smallest step that is good enough; nil where numbers are too large or too close together to tell apart.
    private static func step(_ low: Double, _ high: Double, where isGood: (Step) -> Bool) -> Step? {
        let extent = high - low
        guard extent.isFinite, extent > 0, extent > max(abs(low), abs(high)) * 1e-9,
            let exponent = NumberFormatter.exponent(extent, 0).split(separator: "e").last.flatMap({ Int($0) }),
            abs(exponent) < 280
        else { return nil }
        for power in exponent - 2...exponent + 1 {
            for digits in [1, 2, 2.5, 5] {
                let size = power < 0 ? digits / Step.power(-power) : digits * Step.power(power)
                // A number that should be a tick and misses it by rounding is one.
                let (below, above) = ((low / size + 1e-9).rounded(.down), (high / size - 1e-9).rounded(.up))
                let (lowest, highest) = ((low / size - 1e-9).rounded(.up), (high / size + 1e-9).rounded(.down))
                guard abs(below) < 1e12, abs(above) < 1e12, lowest <= highest else { continue }
                let step = Step(
                    digits: digits, power: power, first: Int(below), last: Int(above),
                    within: Int(lowest)...Int(highest))
                if isGood(step) { return step }
            }
        }
        return nil
    }
}

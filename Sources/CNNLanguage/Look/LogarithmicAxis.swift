import CNNCore

extension ChartAxis {
    /// An axis of powers of ten, with ticks at these, or between them too where there are few; at the round numbers of a
    /// plain axis where it spans little more than nothing.
    /// - Parameters:
    ///   - low: positive, as high.
    ///   - most: ticks.
    ///   - isWidened: whether a tick stands at both ends.
    static func logarithmic(_ low: Double, _ high: Double, most: Int, isWidened: Bool) -> ChartAxis {
        if low == high, !isWidened { return exact(low, high, most: most, isWhole: false) }
        // Equal numbers lie in the middle of some room.
        let (low, high) = low < high ? (low, high) : (low / 2, high * 2)
        guard low > 1e-290, high < 1e290 else { return logarithmic(plain: low, high) }
        if high / low < 4, let axis = narrow(low, high, most: most, isWidened: isWidened) { return axis }
        for digits in [[1, 2, 5], [1, 3], [1]] as [[Double]] {
            let ticks = ticks(low, high, digits, isWidened: isWidened)
            if ticks.count > 1, ticks.count <= most { return logarithmic(low, high, ticks) }
        }
        let decades = ticks(low, high, [1], isWidened: isWidened)
        guard decades.count > 1 else { return logarithmic(plain: low, high) }
        // Every second, third, … power, the first one among them, and the last where the axis ends with a tick.
        let stride = (decades.count - 1 + most - 2) / (most - 1)
        var kept = Swift.stride(from: 0, to: decades.count, by: stride).map { decades[$0] }
        if isWidened, let first = kept.first, let last = kept.last, last < high {
            kept.append(power(exponent(first) + kept.count * stride))
        }
        return logarithmic(low, high, kept)
    }

    /// Less than from 1 to 4: the round numbers in between, at their logarithms; nil where 0 would be one of them.
    private static func narrow(_ low: Double, _ high: Double, most: Int, isWidened: Bool) -> ChartAxis? {
        let axis =
            isWidened
            ? rounded(low, high, most: most - 1) : exact(low, high, most: most, isWhole: false)
        guard axis.low > 0, axis.low < axis.high else { return nil }
        return ChartAxis(low: axis.low, high: axis.high, ticks: axis.ticks, isLogarithmic: true)
    }

    private static func logarithmic(plain low: Double, _ high: Double) -> ChartAxis {
        let ticks = [low, high].map { (value: $0, label: NumberFormatter.general($0, 4)) }
        return ChartAxis(low: low, high: high, ticks: ticks, isLogarithmic: true)
    }

    private static func logarithmic(_ low: Double, _ high: Double, _ ticks: [Double]) -> ChartAxis {
        ChartAxis(
            low: min(low, ticks.first ?? low), high: max(high, ticks.last ?? high),
            ticks: ticks.map { (value: $0, label: label($0)) }, isLogarithmic: true)
    }

    /// `0.001`, `500`, `1e+06`
    private static func label(_ value: Double) -> String { NumberFormatter.general(value, 6) }

    /// The numbers with one of these digits that lie between low and high; widened, with the next one at either side.
    private static func ticks(_ low: Double, _ high: Double, _ digits: [Double], isWidened: Bool) -> [Double] {
        var below: Double?
        var above: Double?
        var ticks: [Double] = []
        for power in exponent(low) - 1...exponent(high) + 1 {
            for digit in digits {
                let value = number(digit, power)
                if value < low {
                    below = value
                } else if value <= high {
                    ticks.append(value)
                } else {
                    above = above ?? value
                }
            }
        }
        guard isWidened else { return ticks }
        if let below, ticks.first != low { ticks.insert(below, at: 0) }
        if let above, ticks.last != high { ticks.append(above) }
        return ticks
    }

    private static func exponent(_ value: Double) -> Int {
        NumberFormatter.exponent(value, 16).split(separator: "e").last.flatMap { Int($0) } ?? 0
    }

    private static func power(_ exponent: Int) -> Double { number(1, exponent) }

    /// Divided where the power is negative: 3 / 10 is 0.3, 3 * 0.1 is not.
    private static func number(_ digit: Double, _ power: Int) -> Double {
        let size = Double("1e\(abs(power))") ?? 1
        return power < 0 ? digit / size : digit * size
    }
}

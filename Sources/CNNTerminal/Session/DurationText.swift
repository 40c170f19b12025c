import CNNCore

extension Duration {
    /// `1.23 ms`, three digits.
    static func text(_ duration: Duration) -> String {
        let (seconds, attoseconds) = duration.components
        let time = Double(seconds) + Double(attoseconds) / 1e18
        for (unit, scale) in [("s", 1.0), ("ms", 1e3), ("us", 1e6)] where time * scale >= 1 {
            let value = time * scale
            let digits = value >= 100 ? 0 : value >= 10 ? 1 : 2
            return "\(NumberFormatter.fixed(value, digits)) \(unit)"
        }
        return "\(NumberFormatter.fixed(time * 1e9, 0)) ns"
    }
}

/// Points, exact to a thousandth: sums of them never depend on an order, and 0.1 is 0.1.
public struct Points: Comparable, Sendable {
    public let thousandths: Int

    public static let zero = Points(thousandths: 0)

    public init(thousandths: Int) { self.thousandths = thousandths }

    /// `2`, `0.5`, `1.125`; nil for what is no such number, or above a million.
    public init?(_ text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), let whole = parts.first, !whole.isEmpty, whole.utf8.count <= 7,
            whole.utf8.allSatisfy(\.isDecimalDigit), let units = Int(whole), units <= 1_000_000
        else { return nil }
        var rest = 0
        if parts.count == 2 {
            guard (1...3).contains(parts[1].utf8.count), parts[1].utf8.allSatisfy(\.isDecimalDigit) else { return nil }
            rest = Int((parts[1] + "00").prefix(3)) ?? 0
        }
        thousandths = 1_000 * units + rest
    }

    public static func + (first: Points, second: Points) -> Points {
        Points(thousandths: first.thousandths + second.thousandths)
    }

    public static func < (first: Points, second: Points) -> Bool { first.thousandths < second.thousandths }

    /// So many hundredths of it, half a thousandth rounded up.
    public func percent(_ hundredths: Int) -> Points {
        Points(thousandths: (thousandths * hundredths + 50) / 100)
    }

    /// `1 point`, `0.5 points`
    public var counted: String { "\(text) \(unit)" }

    /// `point` or `points`, behind this number.
    public var unit: String { thousandths == 1_000 ? "point" : "points" }

    /// `2`, `0.5`: no zeros at the end.
    public var text: String {
        var rest = String(String(1_000 + thousandths % 1_000).dropFirst())
        while rest.hasSuffix("0") { rest.removeLast() }
        return String(thousandths / 1_000) + (rest.isEmpty ? "" : "." + rest)
    }
}

extension Sequence<Points> {
    public var sum: Points { reduce(.zero, +) }
}

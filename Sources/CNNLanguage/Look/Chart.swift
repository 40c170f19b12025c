import CNNCore

/// Curves, or clouds of points, over two axes.
public struct Chart: Sendable {
    public struct Curve: Sendable {
        public private(set) var name: String?
        /// Finite, in the order in which they are joined.
        public let points: [(x: Double, y: Double)]
        /// Points that are not joined.
        public let isScatter: Bool
        /// Numbers of the points before which the curve is broken: something there is nan or inf.
        public let breaks: Set<Int>

        init(name: String?, points: [(x: Double, y: Double)], isScatter: Bool = false) {
            self.name = name
            var kept: [(x: Double, y: Double)] = []
            var breaks: Set<Int> = []
            for point in points {
                if point.x.isFinite && point.y.isFinite { kept.append(point) } else { breaks.insert(kept.count) }
            }
            self.points = kept
            self.breaks = breaks
            self.isScatter = isScatter
        }

        func named(_ name: String) -> Curve {
            var curve = self
            curve.name = name
            return curve
        }

        /// The ranges of points that are joined.
        public var strokes: [Range<Int>] {
            let bounds = [0] + breaks.filter { $0 > 0 && $0 < points.count }.sorted() + [points.count]
            return zip(bounds, bounds.dropFirst()).map { $0..<$1 }.filter { !$0.isEmpty }
        }
    }

    public struct Labels: Sendable {
        public var title: String?
        public var x: String?
        public var y: String?

        public init(title: String? = nil, x: String? = nil, y: String? = nil) {
            self.title = title
            self.x = x
            self.y = y
        }
    }

    /// Curves that can be told apart.
    public static let limit = 6

    public let curves: [Curve]
    public let labels: Labels
    public let xAxis, yAxis: ChartAxis

    /// Which axes are logarithmic.
    struct Scales {
        var x = false
        var y = false
    }

    /// nil: no point is finite. On a logarithmic axis all are above 0.
    init?(_ curves: [Curve], _ labels: Labels = Labels(), logarithmic: Scales = Scales()) {
        let points = curves.flatMap(\.points)
        guard let left = points.map(\.x).min(), let right = points.map(\.x).max(), let low = points.map(\.y).min(),
            let high = points.map(\.y).max()
        else { return nil }
        self.curves = curves
        self.labels = labels
        let isWhole = points.allSatisfy { $0.x == $0.x.rounded() }
        if logarithmic.x {
            xAxis = ChartAxis.logarithmic(left, right, most: 9, widens: false)
        } else if curves.contains(where: \.isScatter) {
            // Points at the edge of a cloud would be cut in half: its axes are widened.
            xAxis = ChartAxis.rounded(left, right, most: 8)
        } else {
            xAxis = ChartAxis.exact(left, right, most: 9, isWhole: isWhole)
        }
        yAxis =
            logarithmic.y
            ? ChartAxis.logarithmic(low, high, most: 7, widens: true) : ChartAxis.rounded(low, high, most: 6)
    }

    public var hasLegend: Bool { curves.contains { $0.name != nil } }

    public var alternativeText: String {
        func number(_ value: Double) -> String { NumberFormatter.general(value, 4) }
        let parts = curves.map { curve -> String in
            let name = curve.name.map { "\($0)" } ?? (curve.isScatter ? "points" : "a curve")
            guard let first = curve.points.first, let last = curve.points.last else {
                return "\(name) without a number"
            }
            if curve.isScatter { return "\(name), \(curve.points.count) points" }
            return "\(name) from \(number(first.y)) at \(number(first.x)) to \(number(last.y)) at \(number(last.x))"
        }
        let kind = curves.contains(where: \.isScatter) ? "Scatter chart" : "Line chart"
        return "\(kind)\(labels.title.map { " \($0)" } ?? ""): \(parts.joined(separator: "; "))"
    }
}

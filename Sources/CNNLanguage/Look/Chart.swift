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
            self.init(name: name, points: points, isScatter: isScatter, breaks: []) {
                $0.isFinite && $1.isFinite
            }
        }

        private init(
            name: String?, points: [(x: Double, y: Double)], isScatter: Bool, breaks: Set<Int>,
            where isDrawn: (Double, Double) -> Bool
        ) {
            self.name = name
            self.isScatter = isScatter
            var kept: [(x: Double, y: Double)] = []
            var places: Set<Int> = []
            for (index, point) in points.enumerated() {
                if breaks.contains(index) { places.insert(kept.count) }
                if isDrawn(point.x, point.y) { kept.append(point) } else { places.insert(kept.count) }
            }
            self.points = kept
            self.breaks = places
        }

        /// Without the points that have no place on a logarithmic axis.
        fileprivate func drawable(_ scales: Scales) -> Curve {
            guard scales.xIsLog || scales.yIsLog else { return self }
            return Curve(name: name, points: points, isScatter: isScatter, breaks: breaks) {
                (!scales.xIsLog || $0 > 0) && (!scales.yIsLog || $1 > 0)
            }
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

    /// Which axes are logarithmic.
    public struct Scales: Sendable {
        public var xIsLog = false
        public var yIsLog = false
    }

    /// Curves that can be told apart.
    public static let limit = 6

    public let curves: [Curve]
    public let labels: Labels
    public let xAxis, yAxis: ChartAxis

    /// nil: no point is finite, and positive where an axis is logarithmic.
    init?(_ curves: [Curve], _ labels: Labels = Labels(), _ scales: Scales = Scales()) {
        let curves = curves.map { $0.drawable(scales) }
        let points = curves.flatMap(\.points)
        guard let left = points.map(\.x).min(), let right = points.map(\.x).max(), let low = points.map(\.y).min(),
            let high = points.map(\.y).max()
        else { return nil }
        self.curves = curves
        self.labels = labels
        let isWhole = points.allSatisfy { $0.x == $0.x.rounded() }
        // Points at the edge of a cloud would be cut in half: its axes are widened.
        xAxis =
            scales.xIsLog
            ? ChartAxis.logarithmic(left, right, most: 9, isWidened: false)
            : curves.contains(where: \.isScatter)
                ? ChartAxis.rounded(left, right, most: 8) : ChartAxis.exact(left, right, most: 9, isWhole: isWhole)
        yAxis =
            scales.yIsLog
            ? ChartAxis.logarithmic(low, high, most: 7, isWidened: true) : ChartAxis.rounded(low, high, most: 6)
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

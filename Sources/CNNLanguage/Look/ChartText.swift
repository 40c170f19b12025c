import CNNCore

/// Curves drawn with characters, with axes, at most 80 columns.
struct ChartText {
    struct Series {
        let name: String?
        let points: [(x: Double, y: Double)]
    }

    private static let height = 14
    private static let width = 64
    private static let marks: [Character] = ["*", "o", "+", "x", "#", "@"]
    /// Curves that can be told apart.
    static let limit = marks.count

    private let series: [Series]
    private let xRange: ClosedRange<Double>
    private let yRange: ClosedRange<Double>

    /// - Parameter series: at most `limit` of them; points that are not finite are left out.
    /// nil: no point is finite.
    init?(_ series: [Series]) {
        let finite = series.map { one in
            Series(name: one.name, points: one.points.filter { $0.x.isFinite && $0.y.isFinite })
        }
        let points = finite.flatMap(\.points)
        guard let left = points.map(\.x).min(), let right = points.map(\.x).max(), let low = points.map(\.y).min(),
            let high = points.map(\.y).max()
        else { return nil }
        self.series = finite
        xRange = left...right
        yRange = low...high
    }

    func lines() -> [String] {
        var grid = [[Character]](repeating: Array(repeating: " ", count: ChartText.width), count: ChartText.height)
        // The first curve is drawn last: where curves meet, it is seen.
        for index in series.indices.reversed() {
            draw(series[index], ChartText.marks[index % ChartText.marks.count], &grid)
        }
        var lines: [String] = []
        if series.contains(where: { $0.name != nil }) {
            let legend = series.enumerated().map {
                "\(ChartText.marks[$0.offset % ChartText.marks.count]) \($0.element.name ?? "")"
            }
            lines += HelpText.wrapped(legend.joined(separator: "   "), indent: 11)
        }
        for (row, characters) in grid.enumerated() {
            var line = label(row) + " |" + String(characters)
            while line.last == " " { line.removeLast() }
            lines.append(line)
        }
        lines.append(String(repeating: " ", count: 10) + "+" + String(repeating: "-", count: ChartText.width))
        lines.append(xLabels())
        return lines
    }

    private func draw(_ series: Series, _ mark: Character, _ grid: inout [[Character]]) {
        var previous: (row: Int, column: Int)?
        for point in series.points {
            let place = (
                row: ChartText.height - 1 - position(point.y, yRange, ChartText.height),
                column: position(point.x, xRange, ChartText.width)
            )
            if let previous { connect(previous, place, &grid) }
            previous = place
        }
        for point in series.points {
            let row = ChartText.height - 1 - position(point.y, yRange, ChartText.height)
            grid[row][position(point.x, xRange, ChartText.width)] = mark
        }
    }

    /// Dots between neighbouring points, one a column, where nothing is drawn yet.
    private func connect(_ start: (row: Int, column: Int), _ end: (row: Int, column: Int), _ grid: inout [[Character]])
    {
        guard end.column > start.column + 1 else { return }
        for column in start.column + 1..<end.column {
            let share = Double(column - start.column) / Double(end.column - start.column)
            let row = Int((Double(start.row) + share * Double(end.row - start.row)).rounded())
            if grid[row][column] == " " { grid[row][column] = "." }
        }
    }

    private func position(_ value: Double, _ range: ClosedRange<Double>, _ count: Int) -> Int {
        let extent = range.upperBound - range.lowerBound
        // A range may be too wide for a double; its halves are not.
        guard extent > 0 else { return 0 }
        let share =
            extent.isFinite
            ? (value - range.lowerBound) / extent
            : (value / 2 - range.lowerBound / 2) / (range.upperBound / 2 - range.lowerBound / 2)
        return Int((min(max(share, 0), 1) * Double(count - 1)).rounded())
    }

    /// At the top, in the middle and at the bottom; one number where all are the same.
    private func label(_ row: Int) -> String {
        let (low, high) = (yRange.lowerBound, yRange.upperBound)
        let text: String
        switch row {
        case 0: text = high > low ? NumberFormatter.general(high, 4) : ""
        case ChartText.height / 2:
            text = high > low ? NumberFormatter.general(low * (7.0 / 13) + high * (6.0 / 13), 4) : ""
        case ChartText.height - 1: text = NumberFormatter.general(low, 4)
        default: text = ""
        }
        return String(repeating: " ", count: max(0, 9 - text.count)) + text
    }

    private func xLabels() -> String {
        let (left, right) = (
            NumberFormatter.general(xRange.lowerBound, 4), NumberFormatter.general(xRange.upperBound, 4)
        )
        guard xRange.upperBound > xRange.lowerBound else { return String(repeating: " ", count: 11) + left }
        let gap = max(1, ChartText.width - left.count - right.count)
        return String(repeating: " ", count: 11) + left + String(repeating: " ", count: gap) + right
    }
}

import CNNCore

/// Charts drawn with characters, with axes, ticks and a legend.
public struct ChartText {
    public enum Style: Sendable {
        /// A character a point, dots between them.
        case ascii
        /// Two by four dots a character; curves differ in how they are dashed.
        case braille
    }

    static let marks: [Character] = ["*", "o", "+", "x", "#", "@"]

    private let style: Style
    private let columns: Int
    private let paint: (Int, String) -> String

    /// - Parameters:
    ///   - columns: of a line.
    ///   - paint: puts text into a curve's colour.
    public init(_ style: Style, columns: Int = 80, paint: @escaping (Int, String) -> String = { $1 }) {
        self.style = style
        self.columns = columns
        self.paint = paint
    }

    public func lines(_ chart: Chart) -> [String] {
        let frame = ChartFrame(chart, style, columns: columns)
        var canvas = ChartCanvas(frame.rows, frame.columns)
        // The first curve is drawn last: where curves meet, it is seen.
        for index in chart.curves.indices.reversed() { draw(chart, index, frame, &canvas) }
        let middle = frame.margin + 2 + frame.columns / 2
        func centred(_ text: String) -> String {
            let text = DisplayWidth.cut(text, to: columns)
            let start = min(middle - DisplayWidth.of(text) / 2, columns - DisplayWidth.of(text))
            return String(repeating: " ", count: max(0, start)) + text
        }
        var lines = chart.labels.title.map { [centred($0)] } ?? []
        if chart.hasLegend { lines += legend(chart, frame) }
        if let label = chart.labels.y { lines.append(DisplayWidth.cut(label, to: columns)) }
        for row in 0..<frame.rows { lines.append(frame.rowHead(row) + canvas.line(row, paint)) }
        lines += frame.foot()
        if let label = chart.labels.x { lines.append(centred(label)) }
        return lines
    }

    private func legend(_ chart: Chart, _ frame: ChartFrame) -> [String] {
        let samples = chart.curves.enumerated().map { index, curve in
            paint(index, sample(index, curve)) + " " + DisplayWidth.cut(curve.name ?? "", to: columns / 2)
        }
        let widths = chart.curves.enumerated().map { index, curve in
            DisplayWidth.of(sample(index, curve)) + 1
                + DisplayWidth.of(DisplayWidth.cut(curve.name ?? "", to: columns / 2))
        }
        // By width and not by text: colour codes have none.
        var lines: [String] = []
        var used = columns
        let indent = frame.margin + 2
        for (sample, width) in zip(samples, widths) {
            if used + 3 + width > columns || lines.isEmpty {
                lines.append(String(repeating: " ", count: indent) + sample)
                used = indent + width
            } else {
                lines[lines.count - 1] += "   " + sample
                used += 3 + width
            }
        }
        return lines
    }

    private func sample(_ index: Int, _ curve: Chart.Curve) -> String {
        guard style == .braille, !ChartText.usesMark(curve) else {
            return String(ChartText.marks[index % ChartText.marks.count])
        }
        var canvas = ChartCanvas(1, 5)
        canvas.dotLine((x: 0, y: 2), (x: 9, y: 2), DashPattern(index), 0)
        return canvas.line(0) { $1 }
    }

    /// A single point is no line.
    private static func usesMark(_ curve: Chart.Curve) -> Bool { curve.isScatter || curve.points.count == 1 }

    // MARK: - Curves

    private func draw(_ chart: Chart, _ index: Int, _ frame: ChartFrame, _ canvas: inout ChartCanvas) {
        let curve = chart.curves[index]
        let mark = ChartText.marks[index % ChartText.marks.count]
        if style == .braille, !ChartText.usesMark(curve) {
            let dashes = DashPattern(index)
            let places = curve.points.map {
                (x: frame.dot($0.x, chart.xAxis, 2, frame.columns), y: frame.dotRow($0.y, chart.yAxis))
            }
            for stroke in curve.strokes {
                let part = places[stroke]
                for (start, end) in zip(part, part.dropFirst()) { canvas.dotLine(start, end, dashes, index) }
                // A number alone between others that are nan.
                if let place = part.first, part.count == 1 { canvas.put(mark, place.y / 4, place.x / 2, index) }
            }
            return
        }
        let places = curve.points.map {
            (row: frame.row($0.y, chart.yAxis), column: frame.column($0.x, chart.xAxis))
        }
        for stroke in curve.isScatter ? [] : curve.strokes {
            for (start, end) in zip(places[stroke], places[stroke].dropFirst()) { canvas.connect(start, end, index) }
        }
        for place in places {
            canvas.put(mark, place.row, place.column, index)
        }
    }
}

/// Where the parts of a chart stand.
private struct ChartFrame {
    let chart: Chart
    let style: ChartText.Style
    /// Of the field that curves are drawn in.
    let rows, columns: Int
    /// Columns of the labels on the left.
    let margin: Int

    init(_ chart: Chart, _ style: ChartText.Style, columns: Int) {
        self.chart = chart
        self.style = style
        margin = max(4, chart.yAxis.ticks.map(\.label.count).max() ?? 0)
        self.columns = max(8, min(columns - margin - 4, style == .ascii ? 64 : 100))
        // Whole rows between two ticks, so that each stands where its number is.
        let steps = max(1, chart.yAxis.ticks.count - 1)
        rows = steps == 1 && chart.yAxis.ticks.count < 2 ? 3 : steps * max(2, 15 / steps) + 1
    }

    func row(_ value: Double, _ axis: ChartAxis) -> Int {
        rows - 1 - Int((axis.share(value) * Double(rows - 1)).rounded())
    }

    func column(_ value: Double, _ axis: ChartAxis) -> Int {
        Int((axis.share(value) * Double(columns - 1)).rounded())
    }

    /// The middle of the first character is 0, that of the last is 1.
    func dot(_ value: Double, _ axis: ChartAxis, _ perCharacter: Int, _ count: Int) -> Int {
        Int((Double(perCharacter - 1) / 2 + axis.share(value) * Double(perCharacter * (count - 1))).rounded())
    }

    func dotRow(_ value: Double, _ axis: ChartAxis) -> Int { 4 * rows - 1 - dot(value, axis, 4, rows) }

    // MARK: - Axes

    /// The label and the axis left of a row.
    func rowHead(_ row: Int) -> String {
        let tick = chart.yAxis.ticks.first { self.row($0.value, chart.yAxis) == row }
        let line = style == .ascii ? (tick == nil ? "|" : "+") : (tick == nil ? "│" : "┤")
        return DisplayWidth.padded(tick?.label ?? "", margin) + " " + line
    }

    /// The axis below and its labels.
    func foot() -> [String] {
        let places = chart.xAxis.ticks.map { (column: column($0.value, chart.xAxis), label: $0.label) }
        var axis = [Character](repeating: style == .ascii ? "-" : "─", count: columns)
        // The field begins one column after the corner.
        var labels = [Character](repeating: " ", count: margin + 2 + columns + 16)
        var end = -1
        for place in places {
            axis[place.column] = style == .ascii ? "+" : "┬"
            let middle = margin + 2 + place.column
            let start = max(0, min(middle - place.label.count / 2, margin + 2 + columns + 2 - place.label.count))
            guard start > end + 1 || end < 0 else { continue }
            for (offset, character) in place.label.enumerated() where start + offset < labels.count {
                labels[start + offset] = character
            }
            end = start + place.label.count
        }
        while labels.last == " " { labels.removeLast() }
        let corner = String(repeating: " ", count: margin + 1) + (style == .ascii ? "+" : "└")
        return [corner + String(axis), String(labels)]
    }
}

/// How a curve is dashed, in dots, so that curves can be told apart without colour.
struct DashPattern {
    private let lengths: [Int]

    init(_ index: Int) {
        let patterns = [[1], [4, 2], [1, 1], [6, 2, 2, 2], [1, 3], [8, 4]]
        lengths = patterns[index % patterns.count]
    }

    /// Whether the curve's dot of this number is drawn.
    func isDrawn(_ number: Int) -> Bool {
        guard lengths.count > 1 else { return true }
        var rest = number % lengths.reduce(0, +)
        for (index, length) in lengths.enumerated() {
            if rest < length { return index % 2 == 0 }
            rest -= length
        }
        return false
    }
}

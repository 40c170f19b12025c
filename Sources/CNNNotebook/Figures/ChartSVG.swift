import CNNCore
import CNNLanguage

/// Charts as SVG: title, axes with round numbers, legend, curves that differ in colour and in how they are dashed.
public enum ChartSVG {
    private static let size = (width: 640.0, height: 360.0)
    /// More points than pixels say nothing more: of each stretch of a long curve its lowest and highest point stay.
    private static let mostPoints = 1_200

    /// - Parameter id: of its description; no two drawings of a page may share one.
    public static func svg(_ chart: Chart, id: String) -> String {
        var text = SVGText()
        let field = field(of: chart)
        drawWords(chart, field, &text)
        drawAxes(chart.xAxis, chart.yAxis, field, &text)
        // The first curve is drawn last: where curves meet, it is seen.
        for index in chart.curves.indices.reversed() { draw(chart, index, field, &text) }
        return text.document(size.width, size.height, id: id, words: chart.alternativeText)
    }

    // MARK: - Frame

    private static func field(of chart: Chart) -> PlotField {
        let labels = chart.yAxis.ticks.map { SVGText.width(of: $0.label) }.max() ?? 0
        let left = 14 + labels + (chart.labels.y == nil ? 6 : 26)
        let legendRows = (legendPlaces(chart, left).map(\.row).max() ?? -1) + 1
        return PlotField(
            left: left, top: 14 + (chart.labels.title == nil ? 0 : 24) + 20 * Double(legendRows),
            right: size.width - 22,
            bottom: size.height - (chart.labels.x == nil ? 30 : 50))
    }

    private static func drawWords(_ chart: Chart, _ field: PlotField, _ text: inout SVGText) {
        let middle = (field.left + field.right) / 2
        if let title = chart.labels.title {
            text.addText(title, x: middle, y: 24, anchor: "middle", classes: "cnn-ink cnn-title")
        }
        if let label = chart.labels.x {
            text.addText(label, x: middle, y: size.height - 10, anchor: "middle")
        }
        if let label = chart.labels.y {
            let y = (field.top + field.bottom) / 2
            text.addText(
                label, x: 16, y: y, anchor: "middle",
                attributes: "transform=\"rotate(-90 16 \(SVGText.number(y)))\"")
        }
        let places = legendPlaces(chart, field.left)
        let rows = (places.map(\.row).max() ?? 0) + 1
        for (index, place) in places.enumerated() {
            let y = field.top - 12 - 20 * Double(rows - 1 - place.row)
            if chart.curves[index].isScatter {
                text.add(mark(index, place.x + 12, y - 4))
            } else {
                text.addLine(
                    place.x, y - 4, place.x + 28, y - 4, classes: "cnn-curve cnn-stroke-\(index)",
                    attributes: dash(index))
            }
            text.addText(place.name, x: place.x + 34, y: y)
        }
    }

    /// Where the names of the curves stand, in rows; none without names.
    private static func legendPlaces(_ chart: Chart, _ left: Double) -> [(name: String, x: Double, row: Int)] {
        guard chart.hasLegend else { return [] }
        var (x, row) = (left, 0)
        return chart.curves.map { curve in
            let name = DisplayWidth.cut(curve.name ?? "", to: 40)
            let width = 34 + SVGText.width(of: name)
            if x > left, x + width > size.width - 22 { (x, row) = (left, row + 1) }
            defer { x += width + 18 }
            return (name, x, row)
        }
    }

    /// Lines of the grid, the axes, and the numbers beside them.
    static func drawAxes(_ xAxis: ChartAxis, _ yAxis: ChartAxis, _ field: PlotField, _ text: inout SVGText) {
        for tick in yAxis.ticks {
            let y = field.y(tick.value, yAxis)
            text.addLine(field.left, y, field.right, y, classes: "cnn-grid")
            text.addText(tick.label, x: field.left - 7, y: y + 4, anchor: "end", classes: "cnn-soft")
        }
        for tick in xAxis.ticks {
            let x = field.x(tick.value, xAxis)
            text.addLine(x, field.bottom, x, field.bottom + 5, classes: "cnn-axis")
            text.addText(tick.label, x: x, y: field.bottom + 18, anchor: "middle", classes: "cnn-soft")
        }
        text.addLine(field.left, field.bottom, field.right, field.bottom, classes: "cnn-axis")
        text.addLine(field.left, field.top, field.left, field.bottom, classes: "cnn-axis")
    }

    // MARK: - Curves

    private static func draw(_ chart: Chart, _ index: Int, _ field: PlotField, _ text: inout SVGText) {
        let curve = chart.curves[index]
        let places = curve.points.map { (x: field.x($0.x, chart.xAxis), y: field.y($0.y, chart.yAxis)) }
        if curve.isScatter || places.count == 1 {
            for place in places.prefix(20_000) { text.add(mark(index, place.x, place.y)) }
            return
        }
        for stroke in curve.strokes {
            let points = thinned(Array(places[stroke])).map { "\(SVGText.number($0.x)),\(SVGText.number($0.y))" }
            text.add(
                "<polyline class=\"cnn-curve cnn-stroke-\(index)\"\(dash(index)) "
                    + "points=\"\(points.joined(separator: " "))\"/>")
        }
        guard places.count <= 40 else { return }
        for place in places {
            text.add(
                "<circle class=\"cnn-fill-\(index)\" cx=\"\(SVGText.number(place.x))\" cy=\"\(SVGText.number(place.y))\" r=\"3\"/>"
            )
        }
    }

    private static func thinned(_ places: [(x: Double, y: Double)]) -> [(x: Double, y: Double)] {
        guard places.count > mostPoints else { return places }
        let stretches = mostPoints / 2
        return (0..<stretches).flatMap { stretch -> [(x: Double, y: Double)] in
            let range = stretch * places.count / stretches..<(stretch + 1) * places.count / stretches
            guard let low = range.min(by: { places[$0].y < places[$1].y }),
                let high = range.max(by: { places[$0].y < places[$1].y })
            else { return [] }
            return low < high
                ? [places[low], places[high]] : low == high ? [places[low]] : [places[high], places[low]]
        }
    }

    private static func dash(_ index: Int) -> String {
        let dashes = SVGText.dashes[index % SVGText.dashes.count]
        return dashes.isEmpty ? "" : " stroke-dasharray=\"\(dashes)\""
    }

    /// Of a cloud: classes differ in form as well as in colour.
    private static func mark(_ index: Int, _ x: Double, _ y: Double) -> String {
        let (x, y) = (SVGText.number(x), SVGText.number(y))
        switch index % 6 {
        case 0: return "<circle class=\"cnn-fill-\(index)\" cx=\"\(x)\" cy=\"\(y)\" r=\"3.5\"/>"
        case 1: return path(index, x, y, "m-3.5 -3.5h7v7h-7z", isFilled: true)
        case 2: return path(index, x, y, "m0 -4.5l4.3 7.5h-8.6z", isFilled: true)
        case 3: return path(index, x, y, "m0 -4.8l4.8 4.8l-4.8 4.8l-4.8 -4.8z", isFilled: true)
        case 4: return path(index, x, y, "m-3.5 -3.5l7 7m-7 0l7 -7", isFilled: false)
        default: return path(index, x, y, "m-4.5 0h9m-4.5 -4.5v9", isFilled: false)
        }
    }

    private static func path(_ index: Int, _ x: String, _ y: String, _ form: String, isFilled: Bool) -> String {
        "<path class=\"\(isFilled ? "cnn-fill-\(index)" : "cnn-curve cnn-stroke-\(index)")\" d=\"M\(x) \(y)\(form)\"/>"
    }
}

/// The field that curves are drawn in.
struct PlotField {
    let left, top, right, bottom: Double

    func x(_ value: Double, _ axis: ChartAxis) -> Double { left + axis.share(value) * (right - left) }
    func y(_ value: Double, _ axis: ChartAxis) -> Double { bottom - axis.share(value) * (bottom - top) }
}

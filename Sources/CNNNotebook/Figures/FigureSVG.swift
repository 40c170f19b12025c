import CNNCore
import CNNLanguage

/// Figures as SVG.
public enum FigureSVG {
    /// Of a confusion matrix; the table of mistakes says more of a larger one.
    private static let mostClasses = 100

    /// nil for pictures, which are PNG files (`PictureFile`), and for what is better read as text.
    /// - Parameter id: of its description; no two drawings of a page may share one.
    public static func svg(_ figure: Figure, id: String) -> String? {
        switch figure {
        case .pictures: nil
        case .chart(let chart): ChartSVG.svg(chart, id: id)
        case .histogram(let histogram): svg(histogram, id: id, words: figure.alternativeText)
        case .confusion(let counts):
            counts.classNames.count <= mostClasses ? svg(counts, id: id, words: figure.alternativeText) : nil
        }
    }

    // MARK: - Histogram

    private static func svg(_ histogram: Histogram, id: String, words: String) -> String {
        var text = SVGText()
        let (low, high) = (histogram.edges.first ?? 0, histogram.edges.last ?? 0)
        let most = Double(max(1, histogram.counts.max() ?? 1))
        let xAxis = ChartAxis.exact(low, high, most: 9, isWhole: false)
        let yAxis = ChartAxis.rounded(0, most, most: 6, isWhole: true)
        let labels = yAxis.ticks.map { SVGText.width(of: $0.label) }.max() ?? 0
        let field = PlotField(left: 20 + labels, top: histogram.title == nil ? 14 : 38, right: 618, bottom: 330)
        ChartSVG.drawAxes(xAxis, yAxis, field, &text)
        if let title = histogram.title {
            text.addText(
                title, x: (field.left + field.right) / 2, y: 24, anchor: "middle", classes: "cnn-ink cnn-title")
        }
        let ranges = histogram.rangeTexts
        for (bin, count) in histogram.counts.enumerated() where count > 0 {
            // Equal numbers make one range, which is as wide as the field.
            let left = high > low ? field.x(histogram.edges[bin], xAxis) : field.left
            let right = high > low ? field.x(histogram.edges[bin + 1], xAxis) : field.right
            let top = field.y(Double(count), yAxis)
            text.add(
                "<rect class=\"cnn-fill-0\" x=\"\(SVGText.number(left + 0.5))\" y=\"\(SVGText.number(top))\" "
                    + "width=\"\(SVGText.number(max(1, right - left - 1)))\" "
                    + "height=\"\(SVGText.number(field.bottom - top))\">"
                    + "<title>\(XMLText.attribute(ranges[bin])): \(count)</title></rect>")
        }
        return text.document(640, 360, id: id, words: words)
    }

    // MARK: - Confusion matrix

    /// Rows are true, columns answered; a cell is the deeper the larger its share of the row is.
    private static func svg(_ counts: ConfusionCounts, id: String, words: String) -> String {
        var text = SVGText()
        let classes = counts.classNames.indices
        let names = classes.map { DisplayWidth.cut(counts.rowName($0), to: 24) }
        let hasNumbers = classes.count <= 40
        let side = classes.count <= 20 ? 38.0 : hasNumbers ? 26 : max(4, 800 / Double(classes.count))
        let left = 34 + (hasNumbers ? names.map { SVGText.width(of: $0) }.max() ?? 0 : 0)
        let top = 44.0
        let extent = side * Double(classes.count)
        text.addText("answered", x: left + extent / 2, y: 16, anchor: "middle", classes: "cnn-soft")
        let middle = SVGText.number(top + extent / 2)
        text.addText(
            "true", x: 14, y: top + extent / 2, anchor: "middle", classes: "cnn-soft",
            attributes: "transform=\"rotate(-90 14 \(middle))\"")
        for truth in classes {
            let y = top + side * Double(truth)
            if hasNumbers {
                text.addText(names[truth], x: left - 7, y: y + side / 2 + 4, anchor: "end")
                text.addText(String(truth), x: left + side * (Double(truth) + 0.5), y: top - 8, anchor: "middle")
            }
            for answer in classes {
                let count = counts.count(truth, answer)
                let x = left + side * Double(answer)
                let color = truth == answer ? "cnn-fill-0" : "cnn-fill-1"
                // Never so deep that the number on it could not be read.
                let share = NumberFormatter.fixed(0.7 * counts.share(truth, answer).squareRoot(), 3)
                let words = "\(counts.classNames[truth]) answered as \(counts.classNames[answer]): \(count)"
                text.add(
                    "<rect class=\"\(color)\" fill-opacity=\"\(share)\" x=\"\(SVGText.number(x))\" y=\"\(SVGText.number(y))\" "
                        + "width=\"\(SVGText.number(side - 1))\" height=\"\(SVGText.number(side - 1))\">"
                        + "<title>\(XMLText.attribute(words))</title></rect>")
                if hasNumbers, count > 0 {
                    text.addText(String(count), x: x + side / 2, y: y + side / 2 + 4, anchor: "middle")
                }
            }
        }
        return text.document(left + extent + 14, top + extent + 14, id: id, words: words)
    }
}

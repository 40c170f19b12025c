/// What a program shows to be looked at. It says what, not how: a terminal, a file and a report each draw the same
/// value in their own way.
public enum Figure: Sendable {
    case pictures(PictureSheet)
    case chart(Chart)
    case histogram(Histogram)
    case confusion(ConfusionCounts)

    /// Its form in a run: ASCII beside the user's own names, at most 80 columns, the same bytes on every machine. Each
    /// line ends with a line feed.
    public var text: String {
        let lines =
            switch self {
            case .pictures(let sheet): PictureText(.ascii).lines(sheet)
            case .chart(let chart): ChartText(.ascii).lines(chart)
            case .histogram(let histogram): HistogramText(.ascii).lines(histogram)
            case .confusion(let counts): ConfusionText().lines(counts)
            }
        return lines.map { $0 + "\n" }.joined()
    }

    /// A sentence for those who do not see it.
    public var alternativeText: String {
        switch self {
        case .pictures(let sheet): sheet.alternativeText
        case .chart(let chart): chart.alternativeText
        case .histogram(let histogram): histogram.alternativeText
        case .confusion(let counts): counts.alternativeText
        }
    }
}

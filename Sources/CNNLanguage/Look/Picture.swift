import CNNCore

/// A grey or coloured picture of numbers.
public struct Picture: Sendable {
    public let height, width: Int
    /// 1 (grey) or 3 (red, green, blue).
    public let channels: Int
    /// Row by row, the channels of a pixel side by side.
    public let values: [Double]

    /// Means over areas. Never larger than this.
    public func reduced(height: Int, width: Int) -> Picture {
        guard height < self.height || width < self.width else { return self }
        let (height, width) = (min(height, self.height), min(width, self.width))
        let means = AreaMean.reduced(
            (self.height, self.width, channels), to: (height, width), element: { values[$0] })
        return Picture(height: height, width: width, channels: channels, values: means)
    }

    /// The luminance of a pixel (Rec. 601); of a grey picture its value.
    public func luminance(_ row: Int, _ column: Int) -> Double {
        let place = (row * width + column) * channels
        guard channels == 3 else { return values[place] }
        return 0.299 * values[place] + 0.587 * values[place + 1] + 0.114 * values[place + 2]
    }
}

/// Makes pictures smaller: a pixel of the result is the mean over its share of the source, where pixels that lie in it
/// only in part count by their part.
enum AreaMean {
    /// What one pixel of the result takes along one side: the weights of `first` and those after it, 1 together.
    private struct Span {
        let first: Int
        let weights: [Double]
    }

    /// - Parameter element: the source `[height, width, channels]`, by its place in row-major order.
    static func reduced(
        _ source: (height: Int, width: Int, channels: Int), to target: (height: Int, width: Int),
        element: (Int) -> Double
    ) -> [Double] {
        let columns = spans(source.width, target.width)
        var means: [Double] = []
        means.reserveCapacity(target.height * target.width * source.channels)
        for rows in spans(source.height, target.height) {
            for column in columns {
                for channel in 0..<source.channels {
                    var mean = 0.0
                    for (y, rowWeight) in rows.weights.enumerated() {
                        var line = 0.0
                        for (x, weight) in column.weights.enumerated() {
                            let pixel = (rows.first + y) * source.width + column.first + x
                            line += weight * element(pixel * source.channels + channel)
                        }
                        mean += rowWeight * line
                    }
                    means.append(mean)
                }
            }
        }
        return means
    }

    /// In units of 1/target of a source pixel, so that all bounds are whole numbers.
    private static func spans(_ count: Int, _ target: Int) -> [Span] {
        (0..<target).map { index in
            let (start, end) = (index * count, (index + 1) * count)
            let (first, last) = (start / target, (end - 1) / target)
            let weights = (first...last).map {
                Double(min(end, ($0 + 1) * target) - max(start, $0 * target)) / Double(count)
            }
            return Span(first: first, weights: weights)
        }
    }
}

import CNNCore

/// Pictures that are looked at together, on one scale from dark to light.
public struct PictureSheet: Sendable {
    public let title: String?
    /// `16 pictures 6x6`, `conv1: 16 filters 3x3x1`.
    public let subject: String
    /// In a grid, row by row.
    public let pictures: [Picture]
    /// One for each picture, or none at all.
    public let captions: [String]
    /// Of all finite values; 0 to 0 where there is none.
    public let range: ClosedRange<Double>
    /// Values that are nan or inf.
    public let notFiniteCount: Int
    /// Pictures that there are beyond those here.
    public let leftOutCount: Int

    public var hasColor: Bool { pictures.contains { $0.channels == 3 } }

    /// The values that are black and white. Grey pictures are stretched to their range; colours are 0 to 1 or 0 to 255
    /// where that holds them.
    public var scale: ClosedRange<Double> {
        guard hasColor, range.lowerBound >= 0 else { return range }
        return range.upperBound <= 1 ? 0...1 : range.upperBound <= 255 ? 0...255 : range
    }

    /// From 0 (black) to 1 (white); nil for nan and inf. Where all values are the same, 0 is black and anything else
    /// white.
    public func lightness(of value: Double, on scale: ClosedRange<Double>) -> Double? {
        guard value.isFinite else { return nil }
        let (low, high) = (scale.lowerBound, scale.upperBound)
        guard high > low else { return value == 0 ? 0 : 1 }
        // The extent of a scale may be too large for a double; its half is not.
        let share = (value / 2 - low / 2) / (high / 2 - low / 2)
        return min(max(share, 0), 1)
    }

    public var maximumWidth: Int { pictures.map(\.width).max() ?? 1 }
    public var maximumHeight: Int { pictures.map(\.height).max() ?? 1 }

    /// All pictures made smaller by the same factor, so that the largest has at most so many pixels.
    public func reduced(toWidth width: Int, height: Int) -> PictureSheet {
        let factor = min(1, Double(width) / Double(maximumWidth), Double(height) / Double(maximumHeight))
        guard factor < 1 else { return self }
        func side(_ pixels: Int, _ most: Int) -> Int {
            min(most, max(1, Int((Double(pixels) * factor).rounded())))
        }
        return PictureSheet(
            title: title, subject: subject,
            pictures: pictures.map { $0.reduced(height: side($0.height, height), width: side($0.width, width)) },
            captions: captions,
            range: range, notFiniteCount: notFiniteCount, leftOutCount: leftOutCount)
    }

    /// `2 pictures 3x3`, `min 0`, `max 1`, and what else must be known.
    /// - Parameter notes: about the drawing.
    public func head(notes: [String] = []) -> [String] {
        var parts = [
            subject, "min \(NumberFormatter.general(range.lowerBound, 4))",
            "max \(NumberFormatter.general(range.upperBound, 4))",
        ]
        if notFiniteCount > 0 { parts.append("nan or inf \(notFiniteCount)") }
        if !notes.isEmpty { parts.append("(\(notes.joined(separator: ", ")))") }
        return parts
    }

    /// `drawn as 28x39`, where this was made from a larger one.
    func reductionNote(from other: PictureSheet) -> [String] {
        guard maximumWidth < other.maximumWidth || maximumHeight < other.maximumHeight else { return [] }
        return ["drawn as \(maximumHeight)x\(maximumWidth)"]
    }

    public var alternativeText: String {
        summary + (captions.isEmpty ? "" : ": " + captions.prefix(24).joined(separator: ", "))
    }

    /// Title, number and size of the pictures, range of their values.
    public var summary: String { "\(title.map { $0 + ": " } ?? "")\(head().joined(separator: " "))" }
}

/// Gathers pictures out of tensors.
struct PictureCollector {
    /// So many pictures are kept; the others are counted.
    static let limit = 24
    /// Units of work for a number of a picture: looked at, and put into its mean.
    private static let numberWork = 30
    /// Pixels along a side of a kept picture; larger ones become means over areas, so that memory stays bounded.
    private static let side = (single: 1024, several: 256)

    private(set) var pictures: [Picture] = []
    private(set) var total = 0
    private var range: ClosedRange<Double>?
    private var notFiniteCount = 0

    /// Adds the pictures in a tensor `[H, W]`, `[H, W, C]` or `[N, H, W, C]`: three channels are colours, any other
    /// number of them as many pictures.
    /// - Parameter name: who asks, for errors.
    /// - Throws: E0306 for another shape, E0603.
    mutating func add(_ x: Tensor, _ name: String, isAlone: Bool = true) throws(CNNError) {
        let sizes = x.shape.dimensions
        let isBatch = x.rank == 4
        guard (2...4).contains(x.rank), x.count > 0 else {
            throw CNNError(
                .rankMismatch, "\(name) takes pictures [H, W], [H, W, C] or [N, H, W, C], not \(x.shape.asTensor)",
                notes: x.rank == 1 ? ["plot(x) draws a curve"] : [])
        }
        let (count, height, width) = (isBatch ? sizes[0] : 1, sizes[isBatch ? 1 : 0], sizes[isBatch ? 2 : 1])
        let channels = x.rank == 2 ? 1 : sizes[x.rank - 1]
        let isPlain = channels == 1 || channels == 3
        guard isPlain || count == 1 else {
            throw CNNError(
                .rankMismatch, "\(name) takes the maps of one picture, not of \(count): this is \(x.shape.asTensor)",
                notes: ["write x[0]"])
        }
        let found = isPlain ? count : channels
        let shown = max(0, min(PictureCollector.limit - pictures.count, found))
        let numbers = shown * height * width * (isPlain ? channels : 1)
        try WorkMeter.shared.charge(numbers, each: PictureCollector.numberWork)
        let side = isAlone && found == 1 ? PictureCollector.side.single : PictureCollector.side.several
        let factor = min(1, Double(side) / Double(width), Double(side) / Double(height))
        let target = (
            height: max(1, Int((Double(height) * factor).rounded(.down))),
            width: max(1, Int((Double(width) * factor).rounded(.down)))
        )
        for index in 0..<shown {
            let (start, step) = isPlain ? (index * height * width * channels, 1) : (index, channels)
            let depth = isPlain ? channels : 1
            for place in 0..<height * width * depth { note(x.element(start + place * step)) }
            let values = AreaMean.reduced((height, width, depth), to: target) { x.element(start + $0 * step) }
            pictures.append(Picture(height: target.height, width: target.width, channels: depth, values: values))
        }
        total += found
    }

    private mutating func note(_ value: Double) {
        guard value.isFinite else {
            notFiniteCount += 1
            return
        }
        guard let known = range else {
            range = value...value
            return
        }
        if value < known.lowerBound { range = value...known.upperBound }
        if value > known.upperBound { range = known.lowerBound...value }
    }

    func sheet(_ subject: String, captions: [String], title: String? = nil) -> PictureSheet {
        PictureSheet(
            title: title, subject: subject, pictures: pictures, captions: Array(captions.prefix(pictures.count)),
            range: range ?? 0...0, notFiniteCount: notFiniteCount, leftOutCount: total - pictures.count)
    }
}

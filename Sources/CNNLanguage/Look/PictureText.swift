import CNNCore

/// One grey picture of numbers.
struct GreyPicture {
    let height, width: Int
    /// Row by row.
    let values: [Double]

    /// The pictures in a tensor `[H, W]`, `[H, W, C]` or `[N, H, W, C]`, at most `limit` of them: three channels are
    /// colours and give their luminance (Rec. 601), any other number of them as many pictures.
    /// - Throws: E0306 for another shape, E0603.
    static func pictures(_ x: Tensor, limit: Int, _ name: String) throws(CNNError) -> (list: [GreyPicture], total: Int)
    {
        let sizes = x.shape.dimensions
        let isBatch = x.rank == 4
        guard (2...4).contains(x.rank), x.count > 0 else {
            throw CNNError(
                .rankMismatch, "\(name) takes pictures [H, W], [H, W, C] or [N, H, W, C], not a tensor of \(x.shape)",
                notes: x.rank == 1 ? ["plot(x) draws a curve"] : [])
        }
        let (count, height, width) = (isBatch ? sizes[0] : 1, sizes[isBatch ? 1 : 0], sizes[isBatch ? 2 : 1])
        let channels = x.rank == 2 ? 1 : sizes[x.rank - 1]
        let isPlain = channels == 1 || channels == 3
        guard isPlain || count == 1 else {
            throw CNNError(
                .rankMismatch, "\(name) takes the maps of one picture, not of \(count): this is a tensor of \(x.shape)",
                notes: ["write x[0]"])
        }
        let total = isPlain ? count : channels
        let shown = min(limit, total)
        try WorkMeter.shared.charge(shown * height * width)
        let list = (0..<shown).map { index -> GreyPicture in
            var values = [Double](repeating: 0, count: height * width)
            for pixel in values.indices {
                let place = ((isPlain ? index : 0) * height * width + pixel) * channels
                if channels == 3 {
                    values[pixel] =
                        0.299 * x.element(place) + 0.587 * x.element(place + 1) + 0.114 * x.element(place + 2)
                } else {
                    values[pixel] = x.element(place + (isPlain ? 0 : index))
                }
            }
            return GreyPicture(height: height, width: width, values: values)
        }
        return (list, total)
    }

    /// Means over blocks of `side` times `side` pixels; those at the end may be smaller.
    func reduced(by side: Int) -> GreyPicture {
        guard side > 1 else { return self }
        let (rows, columns) = ((height - 1) / side + 1, (width - 1) / side + 1)
        var means = [Double](repeating: 0, count: rows * columns)
        for row in 0..<rows {
            for column in 0..<columns {
                var sum = 0.0
                var count = 0
                for y in row * side..<min(height, (row + 1) * side) {
                    for x in column * side..<min(width, (column + 1) * side) {
                        sum += values[y * width + x]
                        count += 1
                    }
                }
                means[row * columns + column] = sum / Double(count)
            }
        }
        return GreyPicture(height: rows, width: columns, values: means)
    }
}

/// Pictures drawn with characters, side by side: two characters a pixel, dark to light, the same on every machine.
enum PictureText {
    private static let ramp = Array(" .:-=+*#%@")
    /// Between the bars at both sides.
    private static let columns = 78
    /// Pixels below each other.
    private static let rows = 78

    struct Drawing {
        let lines: [String]
        /// What the characters stand for.
        let minimum, maximum: Double
        /// Pixels of a block that became one.
        let block: Int
    }

    /// - Parameter captions: one for each picture, or none at all.
    static func drawing(_ pictures: [GreyPicture], captions: [String] = []) -> Drawing {
        let width = pictures.map(\.width).max() ?? 1
        let height = pictures.map(\.height).max() ?? 1
        // Several pictures are made small enough for two in a row.
        let room = pictures.count > 1 ? columns / 2 - 2 : columns
        var block = 1
        while (width - 1) / block + 1 > room / 2 || (height - 1) / block + 1 > rows { block += 1 }
        let reduced = pictures.map { $0.reduced(by: block) }
        let finite = reduced.flatMap(\.values).filter(\.isFinite)
        let (minimum, maximum) = (finite.min() ?? 0, finite.max() ?? 0)
        let tiles = reduced.map { tile($0, minimum, maximum) }
        let tileWidth = 2 * ((width - 1) / block + 1) + 2
        let perRow = max(1, (columns + 3) / (tileWidth + 1))
        var lines: [String] = []
        for start in stride(from: 0, to: tiles.count, by: perRow) {
            let group = start..<min(start + perRow, tiles.count)
            if !captions.isEmpty { lines.append(row(group.map { captions[$0] }, tileWidth)) }
            for line in 0..<(group.map { tiles[$0].count }.max() ?? 0) {
                lines.append(row(group.map { line < tiles[$0].count ? tiles[$0][line] : "" }, tileWidth))
            }
        }
        return Drawing(lines: lines, minimum: minimum, maximum: maximum, block: block)
    }

    private static func row(_ cells: [String], _ width: Int) -> String {
        var line = ""
        for (index, cell) in cells.enumerated() {
            let text = cell.count > width ? String(cell.prefix(width)) : cell
            line += (index == 0 ? "" : " ") + text + String(repeating: " ", count: width - text.count)
        }
        while line.last == " " { line.removeLast() }
        return line
    }

    private static func tile(_ picture: GreyPicture, _ minimum: Double, _ maximum: Double) -> [String] {
        (0..<picture.height).map { row in
            var line = "|"
            for column in 0..<picture.width {
                let character = self.character(picture.values[row * picture.width + column], minimum, maximum)
                line.append(character)
                line.append(character)
            }
            return line + "|"
        }
    }

    /// `?` for nan and inf. Where all values are the same, 0 is blank and anything else full.
    private static func character(_ value: Double, _ minimum: Double, _ maximum: Double) -> Character {
        guard value.isFinite else { return "?" }
        guard maximum > minimum else { return value == 0 ? ramp[0] : ramp[ramp.count - 1] }
        let share = value / (maximum - minimum) - minimum / (maximum - minimum)
        let level = (share * Double(ramp.count)).rounded(.down)
        return ramp[Int(min(max(level, 0), Double(ramp.count - 1)))]
    }
}

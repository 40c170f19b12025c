import CNNCore

/// Pictures drawn with characters, side by side: two characters a pixel, from dark to light.
public struct PictureText {
    /// The characters that stand for lightness.
    public enum Ramp: String, Sendable {
        case ascii = " .:-=+*#%@"
        /// Shades of a terminal without colours.
        case blocks = " ░▒▓█"
    }

    private let ramp: [Character]
    private let columns: Int
    /// Pixels below each other.
    private let rows: Int

    public init(_ ramp: Ramp, columns: Int = 80, rows: Int = 78) {
        self.ramp = Array(ramp.rawValue)
        self.columns = max(8, columns)
        self.rows = rows
    }

    public func lines(_ sheet: PictureSheet) -> [String] {
        // Between the bars at both sides. Several pictures are made small enough for two in a row.
        let room = columns - 2
        let drawn = sheet.reduced(
            toWidth: (sheet.pictures.count > 1 ? room / 2 - 2 : room) / 2, height: rows)
        let scale = sheet.scale
        let tiles = drawn.pictures.map { tile($0, drawn, scale) }
        let grid = PictureGrid(
            captions: sheet.captions, tileWidth: 2 * drawn.maximumWidth + 2, count: tiles.count, columns: columns)
        let notes = (sheet.hasColor ? ["luminance"] : []) + drawn.reductionNote(from: sheet)
        return PictureGrid.head(sheet, notes, columns) + grid.lines(tiles) + PictureGrid.rest(sheet)
    }

    private func tile(_ picture: Picture, _ sheet: PictureSheet, _ scale: ClosedRange<Double>) -> [String] {
        (0..<picture.height).map { row in
            var line = "|"
            for column in 0..<picture.width {
                let character = self.character(sheet.lightness(of: picture.luminance(row, column), on: scale))
                line.append(character)
                line.append(character)
            }
            return line + "|"
        }
    }

    /// `?` for nan and inf.
    private func character(_ lightness: Double?) -> Character {
        guard let lightness else { return "?" }
        return ramp[min(ramp.count - 1, Int(lightness * Double(ramp.count)))]
    }
}

/// Where pictures that are drawn as lines of text stand: so many in a row, each below its caption.
public struct PictureGrid {
    public let captions: [String]
    /// Columns of a picture.
    public let tileWidth: Int
    /// Blanks between two pictures.
    public let gap: Int
    public let perRow: Int
    public let count: Int

    public init(captions: [String], tileWidth: Int, gap: Int = 1, count: Int, columns: Int) {
        self.captions = captions
        self.tileWidth = tileWidth
        self.gap = gap
        self.count = count
        perRow = PictureGrid.perRow(tileWidth, gap, columns)
    }

    public static func perRow(_ tileWidth: Int, _ gap: Int, _ columns: Int) -> Int {
        max(1, (columns + gap) / (tileWidth + gap))
    }

    /// The pictures of each row.
    public var rows: [Range<Int>] {
        stride(from: 0, to: count, by: perRow).map { $0..<min($0 + perRow, count) }
    }

    /// - Parameters:
    ///   - tiles: the lines of each picture.
    ///   - widthOf: the columns of such a line.
    public func lines(_ tiles: [[String]], widthOf: (String) -> Int = DisplayWidth.of) -> [String] {
        rows.flatMap { group -> [String] in
            let height = group.map { tiles[$0].count }.max() ?? 0
            let pictures = (0..<height).map { line in
                joined(group.map { line < tiles[$0].count ? tiles[$0][line] : "" }, widthOf)
            }
            return captionLine(group) + pictures
        }
    }

    /// The captions above a row of pictures, cut to their width; none where there are none.
    public func captionLine(_ group: Range<Int>) -> [String] {
        guard !captions.isEmpty else { return [] }
        return [joined(group.map { DisplayWidth.cut(captions[$0], to: tileWidth) }, DisplayWidth.of)]
    }

    private func joined(_ cells: [String], _ widthOf: (String) -> Int) -> String {
        var line = ""
        for (index, cell) in cells.enumerated() {
            line +=
                (index == 0 ? "" : String(repeating: " ", count: gap)) + cell
                + String(repeating: " ", count: max(0, tileWidth - widthOf(cell)))
        }
        while line.last == " " { line.removeLast() }
        return line
    }

    /// The lines above the grid: the title, if there is one, and what it is.
    public static func head(_ sheet: PictureSheet, _ notes: [String], _ columns: Int) -> [String] {
        (sheet.title.map { [DisplayWidth.cut($0, to: columns)] } ?? [])
            + WordWrap.packed(sheet.head(notes: notes), separator: "  ", columns: columns).flatMap {
                WordWrap.lines($0, width: columns)
            }
    }

    /// The line below it, where not all pictures are drawn.
    public static func rest(_ sheet: PictureSheet) -> [String] {
        sheet.leftOutCount > 0 ? ["... and \(sheet.leftOutCount) more"] : []
    }
}

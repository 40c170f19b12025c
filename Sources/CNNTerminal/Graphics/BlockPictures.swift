import CNNLanguage
import CNNNotebook

/// How large the pictures of a sheet are drawn on a terminal.
struct TileLayout {
    static let gap = 2
    /// Pixels that are drawn, two below each other in a character.
    let width, height: Int
    /// Characters, and so pixels below and beside each other, that a pixel is drawn with.
    let scale: Int
    private static let preferredWidth = (single: 32, several: 16)

    init(_ sheet: PictureSheet, _ size: TerminalSize) {
        let (width, height) = (sheet.maximumWidth, sheet.maximumHeight)
        let count = sheet.pictures.count
        func lines(_ width: Int, _ height: Int) -> Int {
            let perRow = PictureGrid.perRow(width, TileLayout.gap, size.columns)
            return ((count - 1) / perRow + 1) * ((height + 1) / 2 + (sheet.captions.isEmpty ? 0 : 1))
        }
        let tallest = sheet.isColumn ? 2 * max(24, size.rows - 3) : Int.max
        func shrunken(_ target: Int) -> Int {
            min(tallest, max(1, Int((Double(height) * Double(target) / Double(width)).rounded())))
        }
        let most = count == 1 ? size.columns : max(1, (size.columns - TileLayout.gap) / 2)
        let screen = max(24, size.rows - 3)
        // More than a screen only where pictures would become unrecognisable.
        let least = min(width, count == 1 ? 16 : 12)
        var target = min(width, most)
        while target > least, lines(target, shrunken(target)) > screen { target -= 1 }
        guard target == width, height <= tallest else {
            (self.width, self.height, scale) = (target, shrunken(target), 1)
            return
        }
        let wanted = min(most, count == 1 ? TileLayout.preferredWidth.single : TileLayout.preferredWidth.several)
        var scale = max(1, wanted / width)
        while scale > 1, lines(width * scale, height * scale) > min(24, screen) { scale -= 1 }
        (self.width, self.height, self.scale) = (width, height, scale)
    }

    var columns: Int { width * scale }
    var rows: Int { (height * scale + 1) / 2 }
}

extension PictureSheet {
    /// Whether it is drawn no higher than a screen, neighbours below each other as one: `zeros(2000x1)`.
    var isColumn: Bool { maximumHeight / 8 > maximumWidth }
}

/// Pictures in half blocks: two pixels a character, one as its ink and one as its ground.
struct BlockPictures {
    private let depth: ColorDepth
    private let size: TerminalSize

    init(_ depth: ColorDepth, _ size: TerminalSize) {
        self.depth = depth
        self.size = size
    }

    func lines(_ sheet: PictureSheet) -> [String] {
        let layout = TileLayout(sheet, size)
        let drawn = sheet.reduced(toWidth: layout.width, height: layout.height)
        let tiles = drawn.pictures.map { tile($0, layout.scale, sheet) }
        let grid = PictureGrid(
            captions: sheet.captions, tileWidth: layout.columns, gap: TileLayout.gap, count: tiles.count,
            columns: size.columns)
        // All lines of a tile are as wide as the picture; colour codes have no width.
        let widths = drawn.pictures.map { $0.width * layout.scale }
        var body: [String] = []
        for group in grid.rows {
            body += grid.captionLine(group)
            for line in 0..<layout.rows {
                var text = ""
                var column = 0
                for (place, index) in group.enumerated() where line < tiles[index].count {
                    let start = place * (layout.columns + TileLayout.gap)
                    text += String(repeating: " ", count: start - column) + tiles[index][line]
                    column = start + widths[index]
                }
                body.append(text)
            }
        }
        let notes =
            drawn.maximumWidth < sheet.maximumWidth ? ["drawn as \(drawn.maximumHeight)x\(drawn.maximumWidth)"] : []
        return PictureGrid.head(sheet, notes, size.columns) + body + PictureGrid.rest(sheet)
    }

    private func tile(_ picture: Picture, _ factor: Int, _ sheet: PictureSheet) -> [String] {
        let pixels = PixelColors(picture, sheet)
        let colors = (0..<picture.height).map { row in
            (0..<picture.width).map { TerminalColor(pixels[row, $0]) }
        }
        return stride(from: 0, to: picture.height * factor, by: 2).map { row in
            var line = ""
            var last: (upper: TerminalColor, lower: TerminalColor?)?
            for column in 0..<picture.width * factor {
                let upper = colors[row / factor][column / factor]
                let lower = row + 1 < picture.height * factor ? colors[(row + 1) / factor][column / factor] : nil
                if last == nil || last?.upper != upper { line += depth.foreground(upper) }
                if let lower, last == nil || last?.lower != lower { line += depth.background(lower) }
                line += "▀"
                last = (upper, lower)
            }
            return line + ColorDepth.reset
        }
    }
}

import CNNCore
import CNNLanguage
import CNNNotebook

/// Pictures in pixels, by kitty's graphics protocol: a row of the grid is one PNG that fills the characters below its
/// captions.
struct KittyPictures {
    private let size: TerminalSize
    /// Of base64, in one piece of the protocol.
    private static let chunk = 4_096
    /// Of a row's PNG. A picture that needs more is shown with fewer pixels.
    private static let mostBytes = 180_000

    init(_ size: TerminalSize) { self.size = size }

    func lines(_ sheet: PictureSheet) -> [String] {
        let layout = TileLayout(sheet, size)
        let grid = PictureGrid(
            captions: sheet.captions, tileWidth: layout.columns, gap: TileLayout.gap, count: sheet.pictures.count,
            columns: size.columns)
        var body: [String] = []
        for group in grid.rows {
            guard let image = image(sheet, group, layout) else {
                return BlockPictures(.full, size).lines(sheet)
            }
            body += grid.captionLine(group) + [image]
        }
        return PictureGrid.head(sheet, [], size.columns) + body + PictureGrid.rest(sheet)
    }

    /// nil where there is no memory for it.
    private func image(_ sheet: PictureSheet, _ group: Range<Int>, _ layout: TileLayout) -> String? {
        let columns = group.count * (layout.columns + TileLayout.gap) - TileLayout.gap
        var cell = size.cell
        while true {
            guard let png = try? png(sheet, group, layout, columns, cell) else { return nil }
            if png.count <= KittyPictures.mostBytes || cell.width <= 2 {
                return KittyPictures.command(png, columns: columns, rows: layout.rows)
            }
            cell = (max(1, cell.width * 3 / 4), max(1, cell.height * 3 / 4))
        }
    }

    private func png(
        _ sheet: PictureSheet, _ group: Range<Int>, _ layout: TileLayout, _ columns: Int,
        _ cell: (width: Int, height: Int)
    ) throws(CNNError) -> [UInt8] {
        var image = PixelImage(height: layout.rows * cell.height, width: columns * cell.width)
        // A half block is a square; so is a pixel of the picture.
        let (unit, half) = (Double(layout.scale * cell.width), Double(layout.scale * cell.height) / 2)
        let shrink = Double(layout.width) / Double(sheet.maximumWidth)
        for (place, index) in group.enumerated() {
            let picture = sheet.pictures[index]
            let width = max(1, Int((Double(picture.width) * shrink * unit).rounded()))
            let height = max(1, Int((Double(picture.height) * shrink * half).rounded()))
            image.draw(
                picture.reduced(height: height, width: width), of: sheet, row: 0,
                column: place * (layout.columns + TileLayout.gap) * cell.width, height: height, width: width)
        }
        return try image.png()
    }

    /// Transmits and shows a PNG over so many characters; the terminal is to say nothing.
    static func command(_ png: [UInt8], columns: Int, rows: Int) -> String {
        let text = Array(Base64.encoded(png).utf8)
        var command = ""
        for start in stride(from: 0, to: text.count, by: chunk) {
            let end = min(start + chunk, text.count)
            let head = start == 0 ? "a=T,f=100,q=2,c=\(columns),r=\(rows)," : ""
            let piece = String(decoding: text[start..<end], as: UTF8.self)
            command += "\u{1B}_G\(head)m=\(end < text.count ? 1 : 0);\(piece)\u{1B}\\"
        }
        return command
    }
}

enum Base64 {
    private static let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    static func encoded(_ bytes: [UInt8]) -> String {
        var text: [UInt8] = []
        text.reserveCapacity((bytes.count + 2) / 3 * 4)
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = (0..<3).map { start + $0 < bytes.count ? Int(bytes[start + $0]) : 0 }
            let number = group[0] << 16 | group[1] << 8 | group[2]
            for place in 0..<4 {
                let isPadding = place > bytes.count - start
                text.append(isPadding ? UInt8(ascii: "=") : digits[number >> (18 - 6 * place) & 63])
            }
        }
        return String(decoding: text, as: UTF8.self)
    }
}

import CNNLanguage

/// The pictures of a sheet one by one, each as a PNG file.
struct PictureTiles: Sendable {
    struct Tile: Sendable {
        let png: [UInt8]
        /// Pixels that it takes on the page.
        let width, height: Int
        /// Its caption; nil where the sheet has none.
        let label: String?
    }

    let tiles: [Tile]
    /// What is said of all of them.
    let summary: String

    /// nil for one picture alone.
    init?(_ sheet: PictureSheet) {
        guard sheet.pictures.count > 1 else { return nil }
        let side = sheet.pictures.map { max($0.width, $0.height) }.max() ?? 1
        // The fewer there are, the larger they are drawn.
        let wanted = sheet.pictures.count <= 6 ? 144 : sheet.pictures.count <= 12 ? 112 : 88
        let scale = max(1, wanted / max(1, side))
        var tiles: [Tile] = []
        for (index, picture) in sheet.pictures.enumerated() {
            guard let png = try? PictureFile.png(picture, of: sheet) else { return nil }
            tiles.append(
                Tile(
                    png: png, width: picture.width * scale, height: picture.height * scale,
                    label: index < sheet.captions.count ? sheet.captions[index] : nil))
        }
        self.tiles = tiles
        summary = sheet.summary + (sheet.leftOutCount > 0 ? " ... and \(sheet.leftOutCount) more" : "")
    }
}

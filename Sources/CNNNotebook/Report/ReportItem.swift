import CNNLanguage

/// What a cell showed, piece by piece: reports are made of these.
enum ReportItem {
    case text(String)
    /// - Parameter text: the same in characters; empty where there is none.
    case figure(OutputFigure, text: String)
    /// - Parameter isExpected: whether the cell's `#>` lines say so.
    case error(Diagnostic, isExpected: Bool)
}

/// A picture or a chart in the form of a file.
struct OutputFigure: Sendable {
    enum Kind: Sendable {
        case png
        /// An `<svg>` element of our own making, which may stand in a page as it is.
        case svg
        /// A picture from elsewhere, shown so that nothing in it runs.
        case foreign(mediaType: String)
    }

    let kind: Kind
    let bytes: [UInt8]
    /// What it shows, in a sentence, for those who cannot see it.
    let description: String
    /// Several pictures, for a page that shows each with its own label.
    private(set) var tiles: PictureTiles?

    init(_ kind: Kind, _ bytes: [UInt8], description: String) {
        self.kind = kind
        self.bytes = bytes
        self.description = description
    }

    /// nil for what is better read as text.
    /// - Parameter id: no two drawings of a page may share one.
    init?(_ figure: Figure, id: String) {
        description = figure.alternativeText
        if case .pictures(let sheet) = figure {
            // Small pictures are drawn larger, pixel by pixel.
            let side = sheet.pictures.map { max($0.width, $0.height) }.max() ?? 1
            guard let png = try? PictureFile.png(sheet, scale: max(1, min(24, 160 / max(1, side)))) else { return nil }
            kind = .png
            bytes = png
            tiles = PictureTiles(sheet)
        } else if let text = FigureSVG.svg(figure, id: id) {
            kind = .svg
            bytes = Array(text.utf8)
        } else {
            return nil
        }
    }

    var mediaType: String {
        switch kind {
        case .png: "image/png"
        case .svg: "image/svg+xml"
        case .foreign(let mediaType): mediaType
        }
    }
}

extension CellResult {
    /// - Parameter id: what the ids of drawings begin with.
    func reportItems(id: String) -> [ReportItem] {
        var items: [ReportItem] = []
        var count = 0
        for segment in segments {
            for item in segment.items {
                switch item {
                case .text(let text): items.append(.text(text))
                case .figure(let figure, let text):
                    count += 1
                    let drawn = OutputFigure(figure, id: "\(id)-\(count)")
                    items.append(drawn.map { .figure($0, text: text) } ?? .text(text))
                }
            }
            items += segment.diagnostics.map { .error($0, isExpected: segment.isExpectedFailure) }
        }
        return items + keptFigures.map { .figure($0, text: "") }
    }
}

import CNNCore
import CNNLanguage

/// Pictures as PNG files.
public enum PictureFile {
    /// Pixels along a side; larger pictures become means over areas.
    public static let largestSide = 1_024

    /// One picture of a sheet, a pixel for each of its pixels: whoever shows it larger should do so without smoothing
    /// (`image-rendering: pixelated`). Grey (or RGB) by the sheet's scale; nan and inf are magenta.
    /// - Throws: E0601.
    public static func png(_ picture: Picture, of sheet: PictureSheet) throws(CNNError) -> [UInt8] {
        var image = PixelImage(height: 1, width: 1)
        let factor = min(
            1, Double(largestSide) / Double(picture.width), Double(largestSide) / Double(picture.height))
        let reduced = picture.reduced(
            height: max(1, Int(Double(picture.height) * factor)), width: max(1, Int(Double(picture.width) * factor)))
        image = PixelImage(height: reduced.height, width: reduced.width)
        image.draw(reduced, of: sheet, row: 0, column: 0, scale: 1)
        return try image.png()
    }

    /// All pictures of a sheet in a grid, row by row, with a transparent gap between them. Captions are not drawn.
    /// - Parameters:
    ///   - perRow: pictures in a row; by default as many as make the grid about square.
    ///   - scale: pixels that one of the pictures' pixels becomes, along a side; less where it would grow too large.
    /// - Throws: E0601.
    public static func png(_ sheet: PictureSheet, perRow: Int? = nil, scale: Int = 1) throws(CNNError) -> [UInt8] {
        let count = max(1, sheet.pictures.count)
        var columns = max(1, perRow ?? 1)
        if perRow == nil {
            while columns * columns < count { columns += 1 }
        }
        columns = min(columns, count)
        let rows = (count - 1) / columns + 1
        let side = max(1, min(largestSide, 2 * largestSide / max(rows, columns)))
        let drawn = sheet.reduced(toWidth: side, height: side)
        let largest = max(drawn.maximumWidth, drawn.maximumHeight)
        let scale = max(1, min(scale, side / largest))
        let gap = count > 1 ? max(1, largest * scale / 8) : 0
        let (width, height) = (drawn.maximumWidth * scale, drawn.maximumHeight * scale)
        var image = PixelImage(
            height: rows * (height + gap) - gap, width: columns * (width + gap) - gap)
        for (index, picture) in drawn.pictures.enumerated() {
            image.draw(
                picture, of: sheet, row: index / columns * (height + gap), column: index % columns * (width + gap),
                scale: scale)
        }
        return try image.png()
    }
}

/// Pixels, red, green, blue and opacity, 8 bits each; transparent at first.
public struct PixelImage {
    public let height, width: Int
    private var bytes: [UInt8]

    public init(height: Int, width: Int) {
        self.height = height
        self.width = width
        bytes = Array(repeating: 0, count: height * width * 4)
    }

    /// Draws a picture so that each of its pixels is `scale` times `scale` large. What lies outside is left out.
    public mutating func draw(_ picture: Picture, of sheet: PictureSheet, row: Int, column: Int, scale: Int) {
        draw(
            picture, of: sheet, row: row, column: column, height: picture.height * scale, width: picture.width * scale)
    }

    /// Draws a picture so that it fills so many pixels, without smoothing.
    public mutating func draw(
        _ picture: Picture, of sheet: PictureSheet, row: Int, column: Int, height: Int, width: Int
    ) {
        let colors = PixelColors(picture, sheet)
        for y in 0..<height where row + y < self.height {
            for x in 0..<width where column + x < self.width {
                let color = colors[y * picture.height / height, x * picture.width / width]
                let place = ((row + y) * self.width + column + x) * 4
                bytes[place] = color.red
                bytes[place + 1] = color.green
                bytes[place + 2] = color.blue
                bytes[place + 3] = 255
            }
        }
    }

    /// - Throws: E0601.
    public func png() throws(CNNError) -> [UInt8] {
        var tensor = try Tensor(uninitialized: try Shape([height, width, 4]), .uint8)
        let target = try tensor.mutablePointer(UInt8.self)
        for (index, byte) in bytes.enumerated() { target[index] = byte }
        return try PNGFile.encode(tensor)
    }
}

/// The colours of a picture's pixels, by the scale of its sheet.
public struct PixelColors {
    public typealias Color = (red: UInt8, green: UInt8, blue: UInt8)
    /// Of nan and inf: nothing else looks like it, and the sheet's head tells how many there are.
    public static let notFinite: Color = (255, 0, 200)

    private let picture: Picture
    private let sheet: PictureSheet
    private let scale: ClosedRange<Double>

    public init(_ picture: Picture, _ sheet: PictureSheet) {
        self.picture = picture
        self.sheet = sheet
        scale = sheet.scale
    }

    public subscript(row: Int, column: Int) -> Color {
        let place = (row * picture.width + column) * picture.channels
        func level(_ channel: Int) -> UInt8? {
            sheet.lightness(of: picture.values[place + channel], on: scale).map { UInt8(($0 * 255).rounded()) }
        }
        guard let first = level(0) else { return PixelColors.notFinite }
        guard picture.channels == 3 else { return (first, first, first) }
        guard let second = level(1), let third = level(2) else { return PixelColors.notFinite }
        return (first, second, third)
    }
}

import CNNKernels

/// The element types of a picture that is changed.
protocol PictureElement: BinaryFloatingPoint {
    static func fillNormal(_ values: UnsafeMutableBufferPointer<Self>, _ stream: inout RandomStream)
}

extension Float: PictureElement {
    static func fillNormal(_ values: UnsafeMutableBufferPointer<Float>, _ stream: inout RandomStream) {
        stream.fillNormal(values)
    }
}

extension Double: PictureElement {
    static func fillNormal(_ values: UnsafeMutableBufferPointer<Double>, _ stream: inout RandomStream) {
        stream.fillNormal(values)
    }
}

/// Where each pixel of a changed picture comes from: a linear map about a point.
struct PictureWarp {
    /// Source row and column of the result's pixel (0, 0), and what one row and one column further add.
    let row, column: Double
    let rowStep: (row: Double, column: Double)
    let columnStep: (row: Double, column: Double)

    /// Turned by `angle` (radians, counter-clockwise as seen) and enlarged by `factor` about the centre.
    init(angle: Double, factor: Double, _ height: Int, _ width: Int) {
        let (y, x) = (Double(height - 1) / 2, Double(width - 1) / 2)
        let (cosine, sine) = (cnn_cos(angle) / factor, cnn_sin(angle) / factor)
        rowStep = (cosine, -sine)
        columnStep = (sine, cosine)
        row = y - cosine * y - sine * x
        column = x + sine * y - cosine * x
    }

    /// A window that is `less` rows and columns smaller, with its corner at (top, left), stretched over the picture.
    init(windowAt top: Int, _ left: Int, smallerBy less: Int, _ height: Int, _ width: Int) {
        func step(_ size: Int) -> Double { size > 1 ? Double(size - 1 - less) / Double(size - 1) : 1 }
        row = Double(top)
        column = Double(left)
        rowStep = (step(height), 0)
        columnStep = (0, step(width))
    }
}

/// One picture `[H, W, C]` that is changed in place.
struct PictureCanvas<Element: PictureElement> {
    let height, width, channels: Int
    /// The picture at hand; set before anything else is called.
    var pixels: UnsafeMutablePointer<Element>?
    /// The picture as it was, or the noise that it gets.
    private var copy: [Element]

    init(height: Int, width: Int, channels: Int) {
        self.height = height
        self.width = width
        self.channels = channels
        copy = [Element](repeating: 0, count: height * width * channels)
    }

    var count: Int { height * width * channels }

    private mutating func takeCopy() {
        guard let pixels else { return }
        let count = count
        copy.withUnsafeMutableBufferPointer { $0.baseAddress?.update(from: pixels, count: count) }
    }

    mutating func shift(down: Int, right: Int) {
        guard let pixels, down != 0 || right != 0 else { return }
        takeCopy()
        for row in 0..<height {
            for column in 0..<width {
                let (y, x) = (row - down, column - right)
                let isInside = y >= 0 && y < height && x >= 0 && x < width
                for channel in 0..<channels {
                    pixels[(row * width + column) * channels + channel] =
                        isInside ? copy[(y * width + x) * channels + channel] : 0
                }
            }
        }
    }

    mutating func flipHorizontal() {
        guard let pixels else { return }
        for row in 0..<height {
            for column in 0..<width / 2 {
                let (left, right) = (row * width + column, row * width + width - 1 - column)
                for channel in 0..<channels {
                    swapValues(pixels, left * channels + channel, right * channels + channel)
                }
            }
        }
    }

    mutating func flipVertical() {
        guard let pixels else { return }
        let row = width * channels
        for top in 0..<height / 2 {
            for index in 0..<row { swapValues(pixels, top * row + index, (height - 1 - top) * row + index) }
        }
    }

    private func swapValues(_ pixels: UnsafeMutablePointer<Element>, _ first: Int, _ second: Int) {
        let value = pixels[first]
        pixels[first] = pixels[second]
        pixels[second] = value
    }

    mutating func multiply(by factor: Element) {
        guard let pixels else { return }
        for index in 0..<count { pixels[index] *= factor }
    }

    mutating func addNoise(_ stream: inout RandomStream, deviation: Element) {
        guard let pixels else { return }
        copy.withUnsafeMutableBufferPointer { noise in
            Element.fillNormal(noise, &stream)
            for index in 0..<noise.count { pixels[index] += noise[index] * deviation }
        }
    }

    mutating func clear(top: Int, left: Int, side: Int) {
        guard let pixels else { return }
        let rows = max(0, top)..<max(0, min(height, top + side))
        let columns = max(0, left)..<max(0, min(width, left + side))
        for row in rows {
            for index in columns.lowerBound * channels..<columns.upperBound * channels {
                pixels[row * width * channels + index] = 0
            }
        }
    }

    /// Each pixel from the four around where it comes from, weighted by nearness; 0 outside.
    mutating func warp(_ warp: PictureWarp) {
        guard let pixels, count > 0 else { return }
        takeCopy()
        copy.withUnsafeBufferPointer { source in
            for row in 0..<height {
                for column in 0..<width {
                    let y = warp.row + Double(row) * warp.rowStep.row + Double(column) * warp.columnStep.row
                    let x = warp.column + Double(row) * warp.rowStep.column + Double(column) * warp.columnStep.column
                    sample(source, y, x, pixels + (row * width + column) * channels)
                }
            }
        }
    }

    private func sample(
        _ source: UnsafeBufferPointer<Element>, _ y: Double, _ x: Double, _ target: UnsafeMutablePointer<Element>
    ) {
        for channel in 0..<channels { target[channel] = 0 }
        guard y > -1, y < Double(height), x > -1, x < Double(width) else { return }
        let (top, left) = (y < 0 ? -1 : Int(y), x < 0 ? -1 : Int(x))
        let (down, right) = (Element(y - Double(top)), Element(x - Double(left)))
        add(source, top, left, (1 - down) * (1 - right), target)
        add(source, top, left + 1, (1 - down) * right, target)
        add(source, top + 1, left, down * (1 - right), target)
        add(source, top + 1, left + 1, down * right, target)
    }

    @inline(__always)
    private func add(
        _ source: UnsafeBufferPointer<Element>, _ row: Int, _ column: Int, _ weight: Element,
        _ target: UnsafeMutablePointer<Element>
    ) {
        guard row >= 0, row < height, column >= 0, column < width else { return }
        let pixel = (row * width + column) * channels
        for channel in 0..<channels { target[channel] += source[pixel + channel] * weight }
    }
}

/// Windows that share a picture out evenly, which may overlap by a pixel: along an axis of n pixels, window i of m covers
/// `floor(i n / m)` up to `ceil((i + 1) n / m)`.
struct AdaptiveWindows {
    let size: Size2D

    init(_ size: Size2D) { self.size = size }

    /// - Throws: E0306, E0207, E0404 for a size below 1x1, E0304 for a picture without pixels.
    func outputSpec(_ input: TensorSpec, for subject: ErrorSubject) throws(CNNError) -> TensorSpec {
        let x = input.shape
        try PictureChecks.batch(input, for: subject)
        try PictureChecks.dtypes([input], names: ["x"], for: subject)
        guard size.height >= 1, size.width >= 1 else {
            throw CNNError(.invalidValue, "\(subject.name) must give at least 1x1 values, not \(size)")
        }
        guard x[1] > 0, x[2] > 0 else {
            throw CNNError(
                .windowTooLarge, "\(subject.name) cannot share \(x[1])x\(x[2]) pixels out to \(size) values")
        }
        return TensorSpec(try Shape([x[0], size.height, size.width, x[3]]), input.dtype)
    }

    /// The place of an output pixel, the places of the input pixels of its window, and the number of channels.
    func forEach(_ x: Shape, _ body: (_ place: Int, _ pixels: [Int], _ channels: Int) -> Void) {
        var place = 0
        for picture in 0..<x[0] {
            for row in 0..<size.height {
                for column in 0..<size.width {
                    var pixels: [Int] = []
                    for y in AdaptiveWindows.range(row, x[1], size.height) {
                        for x1 in AdaptiveWindows.range(column, x[2], size.width) {
                            pixels.append(((picture * x[1] + y) * x[2] + x1) * x[3])
                        }
                    }
                    body(place, pixels, x[3])
                    place += x[3]
                }
            }
        }
    }

    private static func range(_ index: Int, _ n: Int, _ m: Int) -> Range<Int> {
        // Quotient and rest apart, so that no product of two sizes can overflow.
        let (quotient, rest) = n.quotientAndRemainder(dividingBy: m)
        let start = index * quotient + index * rest / m
        let next = (index + 1) * quotient + ((index + 1) * rest + m - 1) / m
        return start..<next
    }
}

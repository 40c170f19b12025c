/// How many input pixels one pixel of a layer sees, and how far apart neighbours look ("Receptive Field" in the
/// lecture: `1 + L(K - 1)` for L layers without stride; a stride multiplies what every later layer adds).
struct ReceptiveField: Equatable, Sendable {
    var rows = FieldAxis()
    var columns = FieldAxis()

    /// After windows of this extent, moved by `stride`.
    func windows(_ extent: Size2D, stride: Size2D) -> ReceptiveField {
        ReceptiveField(
            rows: rows.windows(extent.height, stride: stride.height),
            columns: columns.windows(extent.width, stride: stride.width))
    }

    /// After every pixel was spread by a window of this extent, `stride` apart.
    func spread(_ extent: Size2D, stride: Size2D) -> ReceptiveField {
        ReceptiveField(
            rows: rows.spread(extent.height, stride: stride.height),
            columns: columns.spread(extent.width, stride: stride.width))
    }

    /// The largest of several paths.
    func widest(_ other: ReceptiveField) -> ReceptiveField {
        ReceptiveField(rows: rows.widest(other.rows), columns: columns.widest(other.columns))
    }

    /// Height and width in pixels of the input; nil where they cannot be counted.
    var size: (Int, Int)? {
        guard let height = rows.pixels, let width = columns.pixels else { return nil }
        return (height, width)
    }

    /// The distance of neighbours in pixels of the input; nil where it is no whole number.
    var jump: (Int, Int)? {
        guard let height = rows.jumpPixels, let width = columns.jumpPixels else { return nil }
        return (height, width)
    }
}

/// One axis, in fractions of a pixel: upsampling makes neighbours look less than a pixel apart.
struct FieldAxis: Equatable, Sendable {
    private var extent = 1
    private var step = 1
    /// `extent` and `step` are in this part of a pixel; 0 where something overflowed.
    private var parts = 1

    init() {}

    private init(_ extent: Int, _ step: Int, _ parts: Int) {
        guard extent < .max, step < .max, parts < .max, parts > 0 else {
            (self.extent, self.step, self.parts) = (0, 0, 0)
            return
        }
        let divisor = FieldAxis.divisor(FieldAxis.divisor(extent, step), parts)
        (self.extent, self.step, self.parts) = (extent / divisor, step / divisor, parts / divisor)
    }

    private static func divisor(_ a: Int, _ b: Int) -> Int {
        var (a, b) = (a, b)
        while b != 0 { (a, b) = (b, a % b) }
        return max(a, 1)
    }

    func windows(_ window: Int, stride: Int) -> FieldAxis {
        FieldAxis(Work.sum(extent, Work.product(window - 1, step)), Work.product(step, stride), parts)
    }

    func spread(_ window: Int, stride: Int) -> FieldAxis {
        // A pixel of the result is met by at most ceil(window / stride) pixels.
        let reach = (window - 1) / stride
        return FieldAxis(
            Work.product(Work.sum(extent, Work.product(reach, step)), stride), step, Work.product(parts, stride))
    }

    func widest(_ other: FieldAxis) -> FieldAxis {
        guard parts > 0, other.parts > 0 else { return FieldAxis(0, 0, 0) }
        // Over the common denominator.
        let (a, b) = (Work.product(extent, other.parts), Work.product(other.extent, parts))
        let (s, t) = (Work.product(step, other.parts), Work.product(other.step, parts))
        return FieldAxis(max(a, b), max(s, t), Work.product(parts, other.parts))
    }

    var pixels: Int? { parts > 0 ? (extent - 1) / parts + 1 : nil }
    var jumpPixels: Int? { parts > 0 && step % parts == 0 ? step / parts : nil }
}

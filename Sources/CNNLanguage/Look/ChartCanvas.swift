/// The field of a chart: characters or braille dots, each of some curve.
struct ChartCanvas {
    private let rows, columns: Int
    private var characters: [Character?]
    /// Dots as braille numbers them, a bit each.
    private var dots: [UInt8]
    private var curves: [Int]

    init(_ rows: Int, _ columns: Int) {
        self.rows = rows
        self.columns = columns
        characters = Array(repeating: nil, count: rows * columns)
        dots = Array(repeating: 0, count: rows * columns)
        curves = Array(repeating: 0, count: rows * columns)
    }

    mutating func put(_ character: Character, _ row: Int, _ column: Int, _ curve: Int) {
        characters[row * columns + column] = character
        curves[row * columns + column] = curve
    }

    /// Dots between neighbouring points, one a column, where nothing is drawn yet.
    mutating func connect(_ start: (row: Int, column: Int), _ end: (row: Int, column: Int), _ curve: Int) {
        guard end.column > start.column + 1 else { return connectUpright(start, end, curve) }
        for column in start.column + 1..<end.column {
            let share = Double(column - start.column) / Double(end.column - start.column)
            let row = Int((Double(start.row) + share * Double(end.row - start.row)).rounded())
            if characters[row * columns + column] == nil { put(".", row, column, curve) }
        }
    }

    /// Points above each other, or side by side: dots between them where they are far apart.
    private mutating func connectUpright(
        _ start: (row: Int, column: Int), _ end: (row: Int, column: Int), _ curve: Int
    ) {
        guard abs(end.row - start.row) > 1, abs(end.column - start.column) <= 1 else { return }
        let middle = (start.row + end.row) / 2
        for row in min(start.row, end.row) + 1..<max(start.row, end.row) {
            let isNearStart = (row < middle) == (start.row < end.row)
            let place = row * columns + (isNearStart ? start.column : end.column)
            if characters[place] == nil { put(".", place / columns, place % columns, curve) }
        }
    }

    /// A line of dots, both ends included (Bresenham). The dashes begin anew at each column of characters that the
    /// line enters, by its place in the field: two pieces of a curve fit together.
    mutating func dotLine(_ start: (x: Int, y: Int), _ end: (x: Int, y: Int), _ dashes: DashPattern, _ curve: Int) {
        let (width, height) = (abs(end.x - start.x), -abs(end.y - start.y))
        let (right, down) = (start.x < end.x ? 1 : -1, start.y < end.y ? 1 : -1)
        var (x, y, error) = (start.x, start.y, width + height)
        let isFlat = width >= -height
        while true {
            if dashes.isDrawn(isFlat ? x : y) { dot(x, y, curve) }
            if x == end.x, y == end.y { return }
            let doubled = 2 * error
            if doubled >= height {
                error += height
                x += right
            }
            if doubled <= width {
                error += width
                y += down
            }
        }
    }

    private mutating func dot(_ x: Int, _ y: Int, _ curve: Int) {
        guard (0..<2 * columns).contains(x), (0..<4 * rows).contains(y) else { return }
        // Dots 1 to 3 and 7 are the left column, 4 to 6 and 8 the right one.
        let bits: [[UInt8]] = [[0x01, 0x02, 0x04, 0x40], [0x08, 0x10, 0x20, 0x80]]
        let place = y / 4 * columns + x / 2
        dots[place] |= bits[x % 2][y % 4]
        curves[place] = curve
    }

    /// A row as text, without blanks at its end.
    /// - Parameter paint: puts text into a curve's colour.
    func line(_ row: Int, _ paint: (Int, String) -> String) -> String {
        var (line, run, runCurve, blanks) = ("", "", -1, "")
        for place in row * columns..<(row + 1) * columns {
            guard let character = character(place) else {
                blanks += " "
                continue
            }
            if curves[place] != runCurve || !blanks.isEmpty {
                if !run.isEmpty { line += paint(runCurve, run) }
                line += blanks
                (run, runCurve, blanks) = ("", curves[place], "")
            }
            run.append(character)
        }
        return run.isEmpty ? line : line + paint(runCurve, run)
    }

    private func character(_ place: Int) -> Character? {
        if let character = characters[place] { return character }
        guard dots[place] != 0, let scalar = Unicode.Scalar(0x2800 + UInt32(dots[place])) else { return nil }
        return Character(scalar)
    }
}

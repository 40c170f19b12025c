import CNNNotebook

/// Red, green and blue, 0 to 255.
struct TerminalColor: Equatable {
    let red, green, blue: Int

    init(_ red: Int, _ green: Int, _ blue: Int) {
        self.red = red
        self.green = green
        self.blue = blue
    }

    init(_ color: PixelColors.Color) { self.init(Int(color.red), Int(color.green), Int(color.blue)) }

    /// The index of the nearest colour in the palette of 256: a cube of 6 by 6 by 6, and 24 greys.
    var paletteIndex: Int {
        if red == green, green == blue {
            let step = Int((Double(red) / 255 * 25).rounded())
            return step == 0 ? 16 : step == 25 ? 231 : 231 + step
        }
        let levels = [0, 95, 135, 175, 215, 255]
        func nearest(_ value: Int) -> Int {
            levels.indices.min { abs(levels[$0] - value) < abs(levels[$1] - value) } ?? 0
        }
        return 16 + 36 * nearest(red) + 6 * nearest(green) + nearest(blue)
    }
}

/// How many colours a terminal has.
enum ColorDepth {
    case palette, full

    static let reset = "\u{1B}[0m"

    func foreground(_ color: TerminalColor) -> String { code(color, 38) }
    func background(_ color: TerminalColor) -> String { code(color, 48) }

    private func code(_ color: TerminalColor, _ kind: Int) -> String {
        self == .full
            ? "\u{1B}[\(kind);2;\(color.red);\(color.green);\(color.blue)m"
            : "\u{1B}[\(kind);5;\(color.paletteIndex)m"
    }

    /// Text on a shade, in what can be read on it.
    func shaded(_ text: String, _ shade: (pale: TerminalColor, deep: TerminalColor), _ share: Double) -> String {
        func mixed(_ part: KeyPath<TerminalColor, Int>) -> Int {
            let (pale, deep) = (Double(shade.pale[keyPath: part]), Double(shade.deep[keyPath: part]))
            return Int((pale + (deep - pale) * share.squareRoot()).rounded())
        }
        let color = TerminalColor(mixed(\.red), mixed(\.green), mixed(\.blue))
        let isDark = 299 * color.red + 587 * color.green + 114 * color.blue < 128_000
        let ink = isDark ? TerminalColor(255, 255, 255) : TerminalColor(0, 0, 0)
        return background(color) + foreground(ink) + text + ColorDepth.reset
    }
}

/// Of a confusion matrix, from few to all of a class's pictures.
enum Shade {
    static let right = (pale: TerminalColor(214, 232, 250), deep: TerminalColor(17, 84, 160))
    static let wrong = (pale: TerminalColor(252, 226, 205), deep: TerminalColor(190, 60, 10))
}

/// Colours that can be told apart on a dark and on a light ground, also by most who see colours otherwise.
enum CurveColor {
    private static let all = [
        TerminalColor(59, 130, 246), TerminalColor(234, 120, 30), TerminalColor(30, 160, 110),
        TerminalColor(220, 70, 90), TerminalColor(150, 100, 220), TerminalColor(150, 130, 40),
    ]

    static func of(_ curve: Int) -> TerminalColor { all[curve % all.count] }
}

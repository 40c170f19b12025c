/// Two sizes of a picture or a window, height first.
public struct Size2D: Equatable, Sendable, CustomStringConvertible {
    public var height, width: Int

    public init(_ height: Int, _ width: Int) {
        self.height = height
        self.width = width
    }

    public init(_ side: Int) { self.init(side, side) }

    public static let one = Size2D(1, 1)

    public var isSquare: Bool { height == width }

    /// `3x5`, always both.
    public var description: String { "\(height)x\(width)" }

    /// How an argument is written: `2` where both are equal, else `2x3`.
    var argument: String { isSquare ? "\(height)" : description }
}

/// Zeros around a picture.
public enum Padding: Equatable, Sendable {
    case explicit(top: Int, bottom: Int, left: Int, right: Int)
    /// The output is `ceil(N/S)`; an odd pixel goes to the bottom and the right.
    case same
    /// `F - 1` on every side: each window that touches the picture counts.
    case full

    public static let valid = Padding.explicit(top: 0, bottom: 0, left: 0, right: 0)

    /// The same number on every side.
    public static func uniform(_ pixels: Int) -> Padding {
        .explicit(top: pixels, bottom: pixels, left: pixels, right: pixels)
    }
}

/// What becomes of an output size that is not a whole number.
public enum Rounding: String, Sendable, CaseIterable {
    /// An error.
    case exact
    /// What is left over at the end is not looked at.
    case floor
    /// One window more, partly outside.
    case ceil
}

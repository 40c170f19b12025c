/// The sizes of a tensor's axes, outermost first. `[]` is a scalar's.
public struct Shape: Equatable, Hashable, Sendable, CustomStringConvertible {
    public static let maximumRank = 8

    public let dimensions: [Int]
    /// The product of the dimensions (1 for rank 0).
    public let count: Int

    /// Checks rank (0...8), signs, and that the number of elements (and of 8-byte elements' bytes) fits.
    /// - Throws: E0306 for the rank, E0404 for a negative size, E0604 for an overflow.
    public init(_ dimensions: [Int]) throws(CNNError) {
        guard dimensions.count <= Shape.maximumRank else {
            throw CNNError(
                .rankMismatch, "a tensor has at most \(Shape.maximumRank) axes, not \(dimensions.count)")
        }
        var count = 1
        var isEmpty = false
        for size in dimensions {
            guard size >= 0 else {
                throw CNNError(
                    .invalidValue, "a size cannot be negative: \(size)",
                    notes: size == -1 ? ["-1, for what is left, stands in reshape alone"] : [])
            }
            if size == 0 { isEmpty = true; continue }
            let (product, overflow) = count.multipliedReportingOverflow(by: size)
            guard !overflow, product <= Int.max / 16 else {
                throw CNNError(.tooLarge, "a tensor of \(Shape.text(dimensions)) has more elements than can be counted")
            }
            count = product
        }
        self.dimensions = dimensions
        self.count = isEmpty ? 0 : count
    }

    init(trusted dimensions: [Int], count: Int) {
        self.dimensions = dimensions
        self.count = count
    }

    public static let scalar = Shape(trusted: [], count: 1)

    public var rank: Int { dimensions.count }
    public subscript(axis: Int) -> Int { dimensions[axis] }

    /// `28x28x1`; `scalar` for rank 0.
    public var description: String { Shape.text(dimensions) }

    public static func text(_ dimensions: [Int]) -> String {
        dimensions.isEmpty ? "scalar" : dimensions.map(String.init).joined(separator: "x")
    }

    /// What has this shape, as a sentence names it: `a tensor of 28x28x1`, `a scalar`.
    public var asTensor: String { rank == 0 ? "a scalar" : "a tensor of \(self)" }

    /// The sizes, as a sentence says what came in place of others: `28x28x1`, `a scalar`.
    public var asGiven: String { rank == 0 ? "a scalar" : description }
}

/// Shape and element type, without elements: what a shape rule works on.
public struct TensorSpec: Equatable, Sendable {
    public var shape: Shape
    public var dtype: DType

    public init(_ shape: Shape, _ dtype: DType) {
        self.shape = shape
        self.dtype = dtype
    }

    /// As a sentence names it: `a tensor of int64 2x3`, `a scalar of int64`.
    public var asTensor: String {
        shape.rank == 0 ? "a scalar of \(dtype.rawValue)" : "a tensor of \(dtype.rawValue) \(shape)"
    }
}

/// The form in which a picture came: `[H, W]`, `[H, W, C]` or `[N, H, W, C]`. The result goes back in the same form.
public struct ImageForm {
    private let rank: Int
    private let shape: Shape

    /// - Parameter name: of the operation, for its error.
    /// - Throws: E0306 for any other rank.
    public init(_ x: Tensor, for name: String) throws(CNNError) {
        guard (2...4).contains(x.rank) else { throw ImageForm.noPicture(x.shape, name) }
        rank = x.rank
        shape = x.shape
    }

    /// E0306, with the square that a row of pixels may be.
    public static func noPicture(_ x: Shape, _ name: String) -> CNNError {
        var notes: [String] = []
        if x.rank == 1, let side = (2...4_096).first(where: { $0 * $0 >= x[0] }), side * side == x[0] {
            notes = ["a square of these \(x[0]) pixels: write reshape(x, \(side)x\(side))"]
        } else if x.rank == 5, x[0] == 1 {
            notes = ["write reshape(x, \(Shape.text(Array(x.dimensions.dropFirst()))))"]
        }
        return CNNError(
            .rankMismatch, "\(name): a picture is [H, W], [H, W, C] or [N, H, W, C], not \(x.asTensor)", notes: notes)
    }

    /// `x` as `[N, H, W, C]`.
    public func batched(_ x: Tensor) throws(CNNError) -> Tensor {
        switch rank {
        case 2: try Reshape([1] + x.shape.dimensions + [1])(x)
        case 3: try Reshape([1] + x.shape.dimensions)(x)
        default: x
        }
    }

    /// An error about the batch, in the sizes of the picture as it came.
    public func restored(_ error: CNNError) -> CNNError {
        guard rank < 4 else { return error }
        let batch = Shape.text([1] + shape.dimensions + (rank == 2 ? [1] : []))
        func restored(_ text: String) -> String {
            text.replacing("is \(batch)", with: "is \(shape)")
                .replacing("not \(batch)", with: "not \(shape)")
                .replacing(
                    "[N, C, H, W]: write permute(x, [0, 2, 3, 1])", with: "[C, H, W]: write permute(x, [1, 2, 0])")
        }
        var error = error
        error.message = restored(error.message)
        error.label = restored(error.label)
        error.notes = error.notes.map(restored)
        return error
    }

    /// A result without the batch axis where `x` had none, and without the channel axis where `x` had none and one
    /// channel came out.
    public func restored(_ y: Tensor) throws(CNNError) -> Tensor {
        guard rank < 4, y.rank > 1, y.shape[0] == 1 else { return y }
        var dimensions = Array(y.shape.dimensions.dropFirst())
        if rank == 2, dimensions.count > 1, dimensions.last == 1 { dimensions.removeLast() }
        return try Reshape(dimensions)(y)
    }
}

/// Sizes of `a @ b` and the shape of its result: the shape rule of the matrix product.
struct MatrixProductGeometry {
    let rows, columns, inner: Int
    /// Leading axes of the operands and of the result, and how many matrices that are.
    let aBatch, bBatch, batch: Shape
    let output: Shape

    /// - Throws: E0306 for a number or an operand that is no matrix; E0307 with checked ways out; E0303 where leading
    ///   axes do not go together.
    init(_ a: Shape, _ b: Shape) throws(CNNError) {
        guard a.rank >= 1, b.rank >= 1 else {
            throw CNNError(
                .rankMismatch, "x @ y multiplies vectors and matrices: x is \(a) and y is \(b)",
                notes: ["for a product with a number write x * y"])
        }
        inner = a[a.rank - 1]
        rows = a.rank == 1 ? 1 : a[a.rank - 2]
        columns = b.rank == 1 ? 1 : b[b.rank - 1]
        guard inner == (b.rank == 1 ? b[0] : b[b.rank - 2]) else { throw MatrixProductGeometry.innerError(a, b) }
        aBatch = try Shape(Array(a.dimensions.dropLast(min(a.rank, 2))))
        bBatch = try Shape(Array(b.dimensions.dropLast(min(b.rank, 2))))
        do {
            batch = try Broadcasting.shape(
                aBatch, bBatch, "x @ y", operands: ("the leading part of x", "the leading part of y"))
        } catch {
            var error = error
            // What is offered for the leading parts cannot be written: they are no tensors of their own.
            error.notes = []
            if let union = Broadcasting.union(aBatch, bBatch) {
                let whole = union + a.dimensions.suffix(2)
                error.notes = ["for all pairs, as in NumPy, write expand(x, \(Shape.list(whole)))"]
            }
            throw error
        }
        output = try Shape(
            batch.dimensions + (a.rank == 1 ? [] : [rows]) + (b.rank == 1 ? [] : [columns]))
    }

    private static func innerError(_ a: Shape, _ b: Shape) -> CNNError {
        let left = a[a.rank - 1]
        let right = b.rank == 1 ? b[0] : b[b.rank - 2]
        var notes: [String] = []
        func offer(_ text: String, _ x: Shape, _ y: Shape) {
            guard notes.count < 3, let result = try? MatrixProductGeometry(matching: x, y) else { return }
            notes.append("write \(text): the result is then \(result.output)")
        }
        let (turnedA, turnedB) = (turned(a), turned(b))
        if let turnedB { offer("x @ transpose(y)", a, turnedB) }
        if let turnedA { offer("transpose(x) @ y", turnedA, b) }
        offer("y @ x", b, a)
        if let turnedA, let turnedB { offer("transpose(x) @ transpose(y)", turnedA, turnedB) }
        if notes.isEmpty, b.rank == 2, a.rank == 4, a[0] > 0 {
            // Pictures that were not made rows.
            let row = a.count / a[0]
            let rows = "reshape(x, \(a[0])x\(row))"
            notes.append(
                row == right
                    ? "write \(rows) @ y: the result is then \(a[0])x\(b[1])"
                    : "a row for each picture is \(rows), and y then has \(row.counting("row"))")
        } else if notes.isEmpty, b.rank == 2, a.rank == 3, a.count == right {
            notes.append("write flatten(x) @ y: the result is then \(b[1])")
        } else if notes.isEmpty, b.rank == 2 {
            notes.append("for this x, y has \(left.counting("row")): \(left)x\(b[1])")
        }
        if a.rank == 1, b.rank == 1 { notes.append("for all products of two elements write outer(x, y)") }
        return CNNError(
            .innerSizeMismatch, "x @ y: x is \(a) and y is \(b): the inner sizes \(left) and \(right) differ",
            label: "[..., \(left)] @ [\(right)\(b.rank == 1 ? "" : ", ...")]", notes: notes)
    }

    private static func turned(_ shape: Shape) -> Shape? { shape.rank == 2 ? try? Shape([shape[1], shape[0]]) : nil }

    /// As `init(_:_:)`, without looking for ways out where the sizes do not match.
    private init(matching a: Shape, _ b: Shape) throws(CNNError) {
        guard a.rank >= 1, b.rank >= 1, a[a.rank - 1] == (b.rank == 1 ? b[0] : b[b.rank - 2]) else {
            throw CNNError(.innerSizeMismatch, "")
        }
        self = try MatrixProductGeometry(a, b)
    }
}

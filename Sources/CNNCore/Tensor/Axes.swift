/// Axes as arguments: negative ones count from the end.
enum Axes {
    /// - Throws: E0306 for an axis that the tensor does not have.
    static func normalized(_ axis: Int, _ shape: Shape, _ name: String) throws(CNNError) -> Int {
        let (wrapped, overflow) = axis < 0 ? axis.addingReportingOverflow(shape.rank) : (axis, false)
        guard !overflow, wrapped >= 0, wrapped < shape.rank else {
            throw CNNError(
                .rankMismatch, "\(name): there is no axis \(axis) in \(shape.asTensor)",
                notes: [
                    shape.rank == 0
                        ? "it has no axes: leave the axis out"
                        : shape.rank == 1 ? "it has only axis 0" : "it has the axes 0 to \(shape.rank - 1)"
                ])
        }
        return wrapped
    }

    /// - Throws: E0306; E0404 where an axis is named twice.
    static func normalized(_ axes: [Int], _ shape: Shape, _ name: String) throws(CNNError) -> [Int] {
        var result: [Int] = []
        for axis in axes {
            let place = try normalized(axis, shape, name)
            guard !result.contains(place) else {
                throw CNNError(.invalidValue, "\(name): axis \(axis) is named twice")
            }
            result.append(place)
        }
        return result
    }
}

extension Shape {
    /// The sizes before, at and behind an axis, multiplied.
    func split(at axis: Int) -> (outer: Int, length: Int, inner: Int) {
        var (outer, inner) = (1, 1)
        for index in 0..<axis { outer *= dimensions[index] }
        for index in (axis + 1)..<max(rank, axis + 1) { inner *= dimensions[index] }
        return (outer, dimensions[axis], inner)
    }

    /// `[28, 28]`, as the language writes a list of sizes.
    static func list(_ dimensions: [Int]) -> String {
        "[" + dimensions.map(String.init).joined(separator: ", ") + "]"
    }
}

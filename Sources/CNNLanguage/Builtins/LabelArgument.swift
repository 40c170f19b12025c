import CNNCore

/// Class numbers as an argument: an int64 tensor, a list of ints, an int, or floats that are whole, since
/// `tensor([3, 1])` makes float32.
enum LabelArgument {
    static func integers(_ call: Call, _ index: Int) throws(CNNError) -> Tensor {
        let value = try call.required(index)
        if value.wholeNumber == nil, let numbers = try value.wholeNumbers() {
            return try Tensor(integers: numbers, Shape([numbers.count]))
        }
        return try integers(call, index, try call.tensor(index))
    }

    static func integers(_ call: Call, _ index: Int, _ labels: Tensor) throws(CNNError) -> Tensor {
        if labels.dtype == .int64 { return labels }
        if labels.dtype.isFloating, let other = labels.doubles().first(where: { $0.rounded() != $0 || !$0.isFinite }) {
            throw call.wrongValue(index, "holds classes, which are ints, not \(NumberFormatter.shortest(other))")
        }
        return try labels.detached.converted(to: .int64)
    }
}

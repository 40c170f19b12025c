/// Which dtype two operands meet in.
enum Promotion {
    /// - An int and a float give the float; uint8 and int64 give int64; a bool counts as the number beside it.
    /// - A tensor of rank 0 is a number: it takes the dtype of the tensor beside it. A float beside ints makes them
    ///   float32.
    /// - Parameter what: what is computed, for the message: `x + y`.
    /// - Throws: E0207 for float32 with float64.
    static func common(
        _ a: TensorSpec, _ b: TensorSpec, _ what: @autoclosure () -> String, operands: (String, String) = ("x", "y")
    ) throws(CNNError) -> DType {
        if a.dtype == b.dtype { return a.dtype }
        let (aIsNumber, bIsNumber) = (a.shape.rank == 0, b.shape.rank == 0)
        if aIsNumber != bIsNumber {
            return aIsNumber ? beside(b.dtype, number: a.dtype) : beside(a.dtype, number: b.dtype)
        }
        switch (a.dtype.isFloating, b.dtype.isFloating) {
        case (true, true):
            if aIsNumber { return .float32 }
            let narrow = a.dtype == .float32 ? operands.0 : operands.1
            throw CNNError(
                .dtypeMismatch,
                "\(what()): \(operands.0) is \(a.dtype.rawValue), but \(operands.1) is \(b.dtype.rawValue)",
                notes: ["write \(narrow).to(float64)"])
        case (true, false): return a.dtype
        case (false, true): return b.dtype
        case (false, false): return a.dtype == .int64 || b.dtype == .int64 ? .int64 : .uint8
        }
    }

    private static func beside(_ tensor: DType, number: DType) -> DType {
        if tensor.isFloating { return tensor }
        if number.isFloating { return .float32 }
        return tensor == .bool && number != .bool ? .int64 : tensor
    }

    /// One dtype for several tensors that are put together.
    static func common(_ specs: [TensorSpec], _ name: String) throws(CNNError) -> DType {
        var dtype = specs[0].dtype
        for (index, spec) in specs.enumerated().dropFirst() where spec.dtype != dtype {
            let shape = specs[0].shape
            do {
                dtype = try common(
                    TensorSpec(shape, dtype), TensorSpec(shape.rank == 0 ? shape : spec.shape, spec.dtype), name,
                    operands: ("tensor 0", "tensor \(index)"))
            } catch {
                var error = error
                let narrow = spec.dtype == .float32 ? index : specs.firstIndex { $0.dtype == .float32 } ?? 0
                error.notes = ["write list[\(narrow)].to(float64)"]
                throw error
            }
        }
        return dtype
    }
}

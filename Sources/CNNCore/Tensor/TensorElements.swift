extension Tensor {
    /// The element at a position in row-major order, which must exist. A bool is 0 or 1.
    public func element(_ index: Int) -> Double {
        precondition(index >= 0 && index < count, "a tensor has no element at \(index)")
        switch dtype {
        case .float32: return Double(pointer(Float.self)[index])
        case .float64: return pointer(Double.self)[index]
        case .int64: return Double(pointer(Int64.self)[index])
        case .uint8, .bool: return Double(pointer(UInt8.self)[index])
        }
    }

    /// The element at a position, which must exist, as a whole number. A floating one is cut off; what no Int holds
    /// is 0.
    public func integerElement(_ index: Int) -> Int {
        precondition(index >= 0 && index < count, "a tensor has no element at \(index)")
        switch dtype {
        case .float32: return Int(exactly: pointer(Float.self)[index].rounded(.towardZero)) ?? 0
        case .float64: return Int(exactly: pointer(Double.self)[index].rounded(.towardZero)) ?? 0
        case .int64: return pointer(Int.self)[index]
        case .uint8, .bool: return Int(pointer(UInt8.self)[index])
        }
    }

    /// All elements in row-major order.
    public func doubles() -> [Double] { (0..<count).map { element($0) } }

    /// All elements in row-major order, as `integerElement` gives them.
    public func integers() -> [Int] { (0..<count).map { integerElement($0) } }

    /// Whether shape and elements are the same. Numbers of different dtypes are compared by value; nan equals nothing.
    public func sameElements(_ other: Tensor) -> Bool {
        guard shape == other.shape else { return false }
        switch (dtype, other.dtype) {
        case (.float32, .float32): return allPairs(other, Float.self) { $0 == $1 }
        case (.float64, .float64): return allPairs(other, Double.self) { $0 == $1 }
        case (.int64, .int64): return allPairs(other, Int64.self) { $0 == $1 }
        case (.uint8, .uint8), (.bool, .bool), (.uint8, .bool), (.bool, .uint8):
            return allPairs(other, UInt8.self) { $0 == $1 }
        case (.int64, .float32), (.int64, .float64):
            return (0..<count).allSatisfy { Int(exactly: other.element($0)) == integerElement($0) }
        case (.float32, .int64), (.float64, .int64): return other.sameElements(self)
        default: return (0..<count).allSatisfy { element($0) == other.element($0) }
        }
    }

    /// Whether the shapes are the same and all `|a - b| <= absolute + relative*|b|`. Equal infinities are close; nan is
    /// close to nothing.
    public func isClose(_ other: Tensor, absolute: Double, relative: Double) -> Bool {
        guard shape == other.shape else { return false }
        func isClose(_ a: Double, _ b: Double) -> Bool {
            // An infinite b would let any a pass.
            a == b || (b - b == 0 && Swift.abs(a - b) <= absolute + relative * Swift.abs(b))
        }
        switch (dtype, other.dtype) {
        case (.float32, .float32): return allPairs(other, Float.self) { isClose(Double($0), Double($1)) }
        case (.float64, .float64): return allPairs(other, Double.self) { isClose($0, $1) }
        default: return (0..<count).allSatisfy { isClose(element($0), other.element($0)) }
        }
    }

    private func allPairs<T>(_ other: Tensor, _ type: T.Type, _ holds: (T, T) -> Bool) -> Bool {
        let (a, b) = (pointer(T.self), other.pointer(T.self))
        for index in 0..<count where !holds(a[index], b[index]) { return false }
        return true
    }
}

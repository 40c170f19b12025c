import CNNKernels
import Testing

/// Expects the same bytes of `compute` at every SIMD level of this machine with several numbers of threads.
func expectSameBytes<T>(_ what: String, sourceLocation: SourceLocation = #_sourceLocation, _ compute: () -> [T]) {
    var first: [UInt8]?
    KernelTests.withEverySetting { setting in
        let bytes = compute().withUnsafeBytes { Array($0) }
        #expect(first == nil || bytes == first, "\(what), \(setting)", sourceLocation: sourceLocation)
        first = first ?? bytes
    }
}

extension TestNumbers {
    mutating func floats(_ count: Int, in range: ClosedRange<Float> = -2...2) -> [Float] {
        (0..<count).map { _ in Float.random(in: range, using: &self) }
    }

    mutating func doubles(_ count: Int, in range: ClosedRange<Double> = -2...2) -> [Double] {
        (0..<count).map { _ in Double.random(in: range, using: &self) }
    }
}

/// Distance of `value` from high + low, in units of the last place of `high`.
func unitsInLastPlace(_ value: Double, from high: Double, _ low: Double = 0) -> Double {
    if value == high || (value.isNaN && high.isNaN) { return abs(low) / high.ulp.nextUp }
    return abs((value - high) - low) / high.ulp
}

/// The same for a float and a value known in double.
func unitsInLastPlace(_ value: Float, from exact: Double) -> Double {
    let nearest = Float(exact)
    if value == nearest && !nearest.isFinite || value.isNaN && exact.isNaN { return 0 }
    return abs(Double(value) - exact) / Double(nearest.ulp)
}

/// An array whose elements the body writes.
func filled<T>(_ count: Int, with value: T, _ body: (UnsafeMutablePointer<T>) -> Void) -> [T] {
    var result = [T](repeating: value, count: Swift.max(count, 1))
    result.withUnsafeMutableBufferPointer { buffer in
        if let base = buffer.baseAddress { body(base) }
    }
    return Array(result.prefix(count))
}

func unary(_ operation: cnn_unary, _ x: [Double], alpha: Double = 1) -> [Double] {
    filled(x.count, with: 0) { cnn_unary_f64(operation, Int64(x.count), x, alpha, $0) }
}

func unary(_ operation: cnn_unary, _ x: [Float], alpha: Float = 1) -> [Float] {
    filled(x.count, with: 0) { cnn_unary_f32(operation, Int64(x.count), x, alpha, $0) }
}

@testable import CNNCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// What a computation gave: its results, and the gradients of its inputs.
struct BitOutcome {
    let results: [Tensor]
    let gradients: [Tensor]

    /// Where the bytes differ, nil where none does; a nan is as good as any other.
    func difference(from other: BitOutcome) -> String? {
        BitOutcome.difference("result", results, other.results)
            ?? BitOutcome.difference("gradient", gradients, other.gradients)
    }

    private static func difference(_ what: String, _ tensors: [Tensor], _ others: [Tensor]) -> String? {
        guard tensors.count == others.count else { return "\(tensors.count) \(what)s, not \(others.count)" }
        for (place, (a, b)) in zip(tensors, others).enumerated() {
            guard a.spec == b.spec else { return "\(what) \(place) is \(a.spec), not \(b.spec)" }
            guard memcmp(a.bytes, b.bytes, a.byteCount) != 0 else { continue }
            let size = a.dtype.size
            for index in 0..<a.count where memcmp(a.bytes + index * size, b.bytes + index * size, size) != 0 {
                let (x, y) = (a.element(index), b.element(index))
                if x.isNaN && y.isNaN { continue }
                return "\(what) \(place) \(a.dtype.rawValue) \(a.shape), element \(index): \(x), not \(y)"
            }
        }
        return nil
    }
}

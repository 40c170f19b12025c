import CNNKernels
import Testing

/// The parent of all suites of the kernels: SIMD level and threads belong to the whole process, so they run one by one.
@Suite(.serialized) enum KernelTests {
    static let levels = [CNN_SIMD_SCALAR, CNN_SIMD_NEON, CNN_SIMD_AVX2, CNN_SIMD_AVX512]

    /// Runs `body` at every SIMD level that this machine has, with 1, 2, 3 and 5 threads.
    static func withEverySetting(_ body: (_ setting: String) throws -> Void) rethrows {
        let level = cnn_simd_current()
        let threads = cnn_threads()
        defer {
            _ = cnn_simd_select(level)
            cnn_set_threads(threads)
        }
        for candidate in levels where cnn_simd_select(candidate) {
            for count in [1, 2, 3, 5] {
                cnn_set_threads(Int32(count))
                try body("\(String(cString: cnn_simd_name(candidate))), \(count) threads")
            }
        }
    }
}

/// Numbers that are the same in every run (SplitMix64).
struct TestNumbers: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }

    mutating func int(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &self) }

    /// Elements in -1...1.
    mutating func array<Element: ProductElement>(_ count: Int) -> [Element] {
        (0..<count).map { _ in Element(Double.random(in: -1...1, using: &self)) }
    }
}

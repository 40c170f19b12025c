import CNNKernels

/// How the kernels run: SIMD level and threads. Results do not depend on either, only the time does.
public enum ComputeRuntime {
    /// Threads that kernels use, the caller's included: 1...256, at first one a core.
    public static var threads: Int { Int(cnn_threads()) }

    /// Sets ``threads``; a number outside 1...256 is moved to the nearest inside. Call it while no kernel runs.
    public static func setThreads(_ count: Int) { cnn_set_threads(Int32(min(max(count, 1), 256))) }

    /// The level in use: "scalar", "neon", "avx2" or "avx512".
    public static var simdName: String { String(cString: cnn_simd_name(cnn_simd_current())) }

    /// The levels that this machine has, the slowest first.
    public static var availableLevels: [String] {
        levels.filter { cnn_simd_available($0) }.map { String(cString: cnn_simd_name($0)) }
    }

    /// Chooses a level.
    ///
    /// - Throws: E0404 where there is no such level or this machine lacks it.
    public static func selectSIMD(_ name: String) throws(CNNError) {
        for level in levels where String(cString: cnn_simd_name(level)) == name && cnn_simd_select(level) { return }
        let isKnown = levels.contains { String(cString: cnn_simd_name($0)) == name }
        throw CNNError(
            .invalidValue, isKnown ? "this machine does not have SIMD level '\(name)'" : "unknown SIMD level '\(name)'",
            notes: ["it has \(availableLevels.joined(separator: ", "))"])
    }

    /// Cores that this process may use.
    public static var coresAtHand: Int { Int(cnn_cores()) }

    private static let levels = [CNN_SIMD_SCALAR, CNN_SIMD_NEON, CNN_SIMD_AVX2, CNN_SIMD_AVX512]
}

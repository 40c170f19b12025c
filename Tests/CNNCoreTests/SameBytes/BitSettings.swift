@testable import CNNCore

/// SIMD levels and numbers of threads.
struct BitSettings: CustomStringConvertible {
    let level: String
    let threads: Int

    var description: String { "\(level) with \(threads) threads" }

    /// Every level of this machine with 1, 2, 3, 5 threads.
    static var all: [BitSettings] {
        ComputeRuntime.availableLevels.flatMap { level in
            [1, 2, 3, 5].map { BitSettings(level: level, threads: $0) }
        }
    }

    /// Runs the body at every setting; what was set before is set again.
    static func each(_ body: (BitSettings) throws -> Void) throws {
        let before = BitSettings(level: ComputeRuntime.simdName, threads: ComputeRuntime.threads)
        defer { try? before.select() }
        for settings in all {
            try settings.select()
            try body(settings)
        }
    }

    private func select() throws {
        ComputeRuntime.setThreads(threads)
        try ComputeRuntime.selectSIMD(level)
    }
}

import CNNKernels
import Testing

extension KernelTests {
    @Suite(.serialized) struct RuntimeTests {
        /// How often each index was visited; a body writes only its own.
        private struct Visits {
            var counts: UnsafeMutablePointer<Int32>
            var isNested = false
        }

        private static func visits(count: Int, grain: Int64, isNested: Bool = false) -> [Int32] {
            let counts = UnsafeMutablePointer<Int32>.allocate(capacity: count)
            counts.initialize(repeating: 0, count: count)
            defer { counts.deallocate() }
            var visits = Visits(counts: counts, isNested: isNested)
            cnn_parallel_for(
                Int64(count), grain,
                { context, begin, end in
                    guard let visits = context?.assumingMemoryBound(to: Visits.self) else { return }
                    if visits.pointee.isNested {
                        var inner = Visits(counts: visits.pointee.counts + Int(begin))
                        cnn_parallel_for(
                            end - begin, 1,
                            { context, begin, end in
                                guard let visits = context?.assumingMemoryBound(to: Visits.self) else { return }
                                for i in begin..<end { visits.pointee.counts[Int(i)] += 1 }
                            }, &inner)
                    } else {
                        for i in begin..<end { visits.pointee.counts[Int(i)] += 1 }
                    }
                }, &visits)
            return Array(UnsafeBufferPointer(start: counts, count: count))
        }

        @Test func everyIndexOnce() {
            let threads = cnn_threads()
            defer { cnn_set_threads(threads) }
            for threads in [1, 2, 3, 5, 17, 256] as [Int32] {
                cnn_set_threads(threads)
                for count in [1, 2, 3, 7, 64, 1000, 4099] {
                    for grain in [1, 3, 100, 5000] as [Int64] {
                        let visits = Self.visits(count: count, grain: grain)
                        #expect(visits.allSatisfy { $0 == 1 }, "\(threads) threads, \(count) by \(grain)")
                    }
                }
            }
        }

        @Test func nestedLoopsRunInPlace() {
            let threads = cnn_threads()
            defer { cnn_set_threads(threads) }
            cnn_set_threads(4)
            for _ in 0..<100 { #expect(Self.visits(count: 300, grain: 1, isNested: true).allSatisfy { $0 == 1 }) }
        }

        @Test func emptyLoops() {
            cnn_parallel_for(0, 1, { _, _, _ in Issue.record("called") }, nil)
            cnn_parallel_for(-3, 1, { _, _, _ in Issue.record("called") }, nil)
        }

        /// Loops of several threads at once, as parallel tests do: each is complete when it returns.
        @Test func concurrentCallers() async {
            await withTaskGroup(of: Bool.self) { group in
                for _ in 0..<8 {
                    group.addTask {
                        (0..<200).allSatisfy { _ in Self.visits(count: 500, grain: 1).allSatisfy { $0 == 1 } }
                    }
                }
                for await isComplete in group { #expect(isComplete) }
            }
        }

        @Test func threadsAreLimited() {
            let threads = cnn_threads()
            defer { cnn_set_threads(threads) }
            #expect(threads >= 1)
            cnn_set_threads(0)
            #expect(cnn_threads() == 1)
            cnn_set_threads(100_000)
            #expect(cnn_threads() == 256)
        }

        @Test func levels() {
            let level = cnn_simd_current()
            defer { _ = cnn_simd_select(level) }
            #expect(cnn_simd_available(CNN_SIMD_SCALAR))
            #expect(cnn_simd_available(cnn_simd_best()))
            let names = KernelTests.levels.map { String(cString: cnn_simd_name($0)) }
            #expect(names == ["scalar", "neon", "avx2", "avx512"])
            for level in KernelTests.levels {
                let before = cnn_simd_current()
                let isChosen = cnn_simd_select(level)
                #expect(isChosen == cnn_simd_available(level))
                #expect(cnn_simd_current() == (isChosen ? level : before))
            }
        }

        /// In a process of its own: the flag would stop the kernels of other tests.
        @Test func interruptFlag() async {
            await #expect(processExitsWith: .success) {
                #expect(!cnn_interrupt_pending())
                cnn_interrupt_request()
                #expect(cnn_interrupt_pending())
                cnn_interrupt_clear()
                #expect(!cnn_interrupt_pending())
            }
        }
    }
}

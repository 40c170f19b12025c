import CNNKernels
import Testing

extension KernelTests {
    @Suite struct RandomKernelTests {
        /// The vectors of Random123's kat_vectors for philox4x32 with 10 rounds.
        @Test(
            arguments: [
                (0, 0, 0, [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]),
                (.max, .max, .max, [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd]),
                (
                    0x299f_31d0_a409_3822, 0x0370_7344_1319_8a2e, 0x85a3_08d3_243f_6a88,
                    [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1]
                ),
            ] as [(UInt64, UInt64, UInt64, [UInt32])])
        func blocksEqualTheTestVectors(key: UInt64, stream: UInt64, index: UInt64, expected: [UInt32]) {
            #expect(filled(4, with: UInt32(0)) { cnn_philox_block(key, stream, index, $0) } == expected)
        }

        @Test func uniformNumbersAreTheTopBitsOfTheWords() {
            let words = filled(4, with: UInt32(0)) { cnn_philox_block(9, 8, 7, $0) }
            let floats = filled(4, with: Float(0)) { cnn_random_uniform_f32(9, 8, 28, 4, $0) }
            #expect(floats == words.map { Float($0 >> 8) * 0x1p-24 })
            let doubles = filled(2, with: 0.0) { cnn_random_uniform_f64(9, 8, 14, 2, $0) }
            let pairs = [UInt64(words[1]) << 32 | UInt64(words[0]), UInt64(words[3]) << 32 | UInt64(words[2])]
            #expect(doubles == pairs.map { Double($0 >> 11) * 0x1p-53 })
        }

        @Test(arguments: [UInt64(0), 1, 2, 3, 5, 255, 256, 1000, UInt64.max - 5000])
        func anyPieceOfAStreamIsTheSame(first: UInt64) {
            let n = 700
            for skip in [0, 1, 2, 3, 6, 500] {
                let (from, count) = (first &+ UInt64(skip), Int64(n - skip))
                #expect(
                    uniform(first, n).dropFirst(skip).elementsEqual(
                        filled(n - skip, with: Float(0)) { cnn_random_uniform_f32(3, 4, from, count, $0) }))
                #expect(
                    normal(first, n).dropFirst(skip).elementsEqual(
                        filled(n - skip, with: 0.0) { cnn_random_normal_f64(3, 4, from, count, $0) }))
            }
        }

        @Test func uniformMoments() {
            let x = uniform(0, 1_000_000).map(Double.init)
            #expect(x.allSatisfy { (0..<1).contains($0) })
            let mean = x.reduce(0, +) / 1e6
            let variance = x.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 1e6
            // Four standard errors: sqrt(1/12/n), and sqrt((1/80 - 1/144)/n).
            #expect(abs(mean - 0.5) < 1.2e-3)
            #expect(abs(variance - 1.0 / 12) < 3e-4)
            let tenths = (0..<10).map { k in x.count { Int($0 * 10) == k } }
            #expect(tenths.allSatisfy { abs($0 - 100_000) < 1200 })
        }

        @Test func normalMoments() {
            let x = normal(0, 1_000_000)
            func moment(_ power: Double) -> Double { x.reduce(0) { $0 + cnn_pow($1, power) } / 1e6 }
            // Four standard errors: sqrt(1/n), sqrt(2/n), sqrt(15/n), sqrt(96/n).
            #expect(abs(moment(1)) < 4e-3)
            #expect(abs(moment(2) - 1) < 5.7e-3)
            #expect(abs(moment(3)) < 1.6e-2)
            #expect(abs(moment(4) - 3) < 4e-2)
            #expect(abs(Double(x.count { abs($0) < 1 }) / 1e6 - 0.682689492) < 2e-3)
            #expect(abs(Double(x.count { $0 > 2 }) / 1e6 - 0.022750132) < 6e-4)
            #expect(x.allSatisfy { abs($0) < 8.6 })
        }

        @Test func streamsAndKeysDiffer() {
            let base = uniform(0, 1000)
            for (key, stream) in [(3, 5), (4, 4), (3, 4 << 32)] as [(UInt64, UInt64)] {
                let other = filled(1000, with: Float(0)) { cnn_random_uniform_f32(key, stream, 0, 1000, $0) }
                #expect(zip(base, other).count { $0 == $1 } < 3)
            }
        }

        @Test func floatNormalsAreRoundedDoubles() {
            let floats = filled(999, with: Float(0)) { cnn_random_normal_f32(3, 4, 0, 999, $0) }
            #expect(floats == normal(0, 999).map { Float($0) })
        }

        @Test func sameBytes() {
            expectSameBytes("uniform") { uniform(1, 100_000) }
            expectSameBytes("normal") { normal(1, 100_000) }
        }
    }
}

private func uniform(_ first: UInt64, _ count: Int) -> [Float] {
    filled(count, with: 0) { cnn_random_uniform_f32(3, 4, first, Int64(count), $0) }
}

private func normal(_ first: UInt64, _ count: Int) -> [Double] {
    filled(count, with: 0) { cnn_random_normal_f64(3, 4, first, Int64(count), $0) }
}

import CNNKernels
import Testing

@testable import CNNCore

@Suite struct RandomStreamTests {
    /// The known answers of the authors' Random123 library for philox4x32-10.
    @Test func philoxGivesTheAuthorsVectors() {
        func block(_ key: UInt64, _ stream: UInt64, _ index: UInt64) -> [UInt32] {
            var words = [UInt32](repeating: 0, count: 4)
            cnn_philox_block(key, stream, index, &words)
            return words
        }
        #expect(block(0, 0, 0) == [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8])
        #expect(block(.max, .max, .max) == [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd])
        #expect(
            block(0x299f_31d0_a409_3822, 0x0370_7344_1319_8a2e, 0x85a3_08d3_243f_6a88) == [
                0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1,
            ])
    }

    /// FNV-1a of "" is its offset; the finaliser of MurmurHash3 is checked by hand on it.
    @Test func purposesHashAsDocumented() {
        #expect(RandomStream.hash("") == finaliser(0xcbf2_9ce4_8422_2325))
        #expect(RandomStream.hash("a") == finaliser(0xaf63_dc4c_8601_ec8c))
        #expect(RandomStream.hash("foobar") == finaliser(0x8594_4171_f739_67e8))
    }

    private func finaliser(_ hash: UInt64) -> UInt64 {
        var hash = hash
        hash ^= hash >> 33
        hash &*= 0xff51_afd7_ed55_8ccd
        hash ^= hash >> 33
        hash &*= 0xc4ce_b9fe_1a85_ec53
        return hash ^ hash >> 33
    }

    @Test func uniformNumbersAreTheBlocksBits() throws {
        var stream = RandomStream(seed: 7, purpose: "rand/0")
        let tensor = try stream.uniform(Shape([2, 3]), .float32)
        var words = [UInt32](repeating: 0, count: 8)
        cnn_philox_block(7, RandomStream.hash("rand/0"), 0, &words)
        let second = words.withUnsafeMutableBufferPointer { buffer -> [UInt32] in
            guard let base = buffer.baseAddress else { return [] }
            cnn_philox_block(7, RandomStream.hash("rand/0"), 1, base + 4)
            return Array(buffer)
        }
        #expect(tensor.doubles() == second.prefix(6).map { Double($0 >> 8) * 0x1p-24 })
        // The next call begins at a fresh block.
        var next = [UInt32](repeating: 0, count: 4)
        cnn_philox_block(7, RandomStream.hash("rand/0"), 2, &next)
        #expect(stream.nextUniform() == Double((UInt64(next[1]) << 32 | UInt64(next[0])) >> 11) * 0x1p-53)
    }

    @Test func theSameSeedAndPurposeGiveTheSameNumbersAndOthersDoNot() throws {
        func draw(_ seed: UInt64, _ purpose: String) throws -> [Double] {
            var stream = RandomStream(seed: seed, purpose: purpose)
            return try stream.normal(Shape([5]), .float32).doubles()
        }
        #expect(try draw(1, "init/conv1.weight") == draw(1, "init/conv1.weight"))
        #expect(try draw(1, "init/conv1.weight") != draw(2, "init/conv1.weight"))
        #expect(try draw(1, "init/conv1.weight") != draw(1, "init/conv2.weight"))
    }

    @Test func momentsAreThoseOfTheDistribution() throws {
        var stream = RandomStream(seed: 3, purpose: "test")
        let normal = try stream.normal(Shape([100_000]), .float64).doubles()
        let mean = normal.reduce(0, +) / 1e5
        let variance = normal.reduce(0) { $0 + $1 * $1 } / 1e5 - mean * mean
        #expect(abs(mean) < 0.01 && abs(variance - 1) < 0.02)
        let uniform = try stream.uniform(Shape([100_000]), .float32).doubles()
        #expect(uniform.allSatisfy { $0 >= 0 && $0 < 1 })
        #expect(abs(uniform.reduce(0, +) / 1e5 - 0.5) < 0.005)
    }

    @Test func integersCoverTheirRangeEvenly() throws {
        var stream = RandomStream(seed: 0, purpose: "test")
        let values = try stream.integers(-2, 4, Shape([60_000])).integers()
        var counts = [Int](repeating: 0, count: 6)
        for value in values { counts[value + 2] += 1 }
        #expect(counts.allSatisfy { abs($0 - 10_000) < 500 })
        let wide = try stream.integers(Int.min, Int.max, Shape([100])).integers()
        #expect(wide.contains { $0 < 0 } && wide.contains { $0 > 0 })
        #expect(throws: CNNError.self) { try stream.integers(3, 3, Shape([1])) }
    }

    @Test func aPermutationHasEachNumberOnce() {
        var stream = RandomStream(seed: 0, purpose: "shuffle/1")
        let order = stream.permutation(1000)
        #expect(order.sorted() == Array(0..<1000))
        #expect(order != Array(0..<1000))
        #expect(stream.permutation(0).isEmpty && stream.permutation(1) == [0])
        // Each place is as likely for each number.
        var firsts = [Int](repeating: 0, count: 4)
        for _ in 0..<4000 { firsts[stream.permutation(4)[0]] += 1 }
        #expect(firsts.allSatisfy { abs($0 - 1000) < 150 })
    }

    @Test func callsOfRandHaveStreamsOfTheirOwn() throws {
        var source = RandomSource(seed: 5)
        _ = source.next()
        var second = source.next()
        var same = RandomStream(seed: 5, purpose: "rand/1")
        #expect(second.nextUniform() == same.nextUniform())
    }

    @Test func whatIsNoFloatIsRefused() {
        var stream = RandomStream(seed: 0, purpose: "test")
        #expect(throws: CNNError.self) { try stream.uniform(Shape([2]), .int64) }
    }
}

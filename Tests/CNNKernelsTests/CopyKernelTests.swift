import CNNKernels
import Testing

extension KernelTests {
    @Suite struct CopyKernelTests {
        @Test(arguments: [1, 3, 4, 8, 16])
        func stridedCopies(elementSize: Int) {
            var numbers = TestNumbers(state: UInt64(elementSize))
            for _ in 0..<100 {
                let copy = StridedCopy(rank: numbers.int(0...5), &numbers)
                let x = (0..<copy.sourceCount * elementSize).map { _ in UInt8.random(in: 1...255, using: &numbers) }
                var y = [UInt8](repeating: 0, count: copy.targetCount * elementSize)
                var expected = y
                for (from, to) in copy.places {
                    for byte in 0..<elementSize { expected[to * elementSize + byte] = x[from * elementSize + byte] }
                }
                x.withUnsafeBytes { source in
                    guard let base = source.baseAddress else { return }
                    cnn_copy_strided(
                        elementSize, Int32(copy.shape.count), copy.shape.map(Int64.init),
                        base + copy.sourceStart * elementSize, copy.sourceStrides.map(Int64.init), &y,
                        copy.targetStrides.map(Int64.init))
                }
                #expect(y == expected, "\(copy)")
            }
        }

        @Test func transpositionOfALargePicture() {
            let (rows, columns) = (301, 517)
            let x = (0..<rows * columns).map { Float($0) }
            let y = filled(x.count, with: Float(0)) {
                cnn_copy_strided(4, 2, [Int64(columns), Int64(rows)], x, [1, Int64(columns)], $0, [Int64(rows), 1])
            }
            #expect(y.indices.allSatisfy { y[$0] == x[$0 % rows * columns + $0 / rows] })
        }

        @Test func selectionAndFill() {
            let condition: [UInt8] = [1, 0, 0, 1]
            let words: ([Int64], [Int64]) = ([1, 2, 3, 4], [5, 6, 7, 8])
            let bytes: ([UInt8], [UInt8]) = ([1, 2, 3, 4], [5, 6, 7, 8])
            #expect(
                filled(4, with: 0) { cnn_select(8, 4, condition, words.0, words.1, $0) } == [1, 6, 7, 4] as [Int64])
            #expect(
                filled(4, with: 0) { cnn_select(1, 4, condition, bytes.0, bytes.1, $0) } == [1, 6, 7, 4] as [UInt8])
            #expect(filled(3, with: Float(0)) { cnn_fill_f32(3, 2.5, $0) } == [2.5, 2.5, 2.5])
        }

        @Test func gatheredRowsOfBytesThroughTables() {
            let bytes: [UInt8] = [0, 1, 2, 3, 255, 5]
            let table = (0..<256).map { Float($0) / 2 } + (0..<256).map { Float($0) * 10 }
            let one = filled(6, with: Float(0)) { cnn_look_up_rows(2, 3, [1, 0], bytes, 1, table, $0) }
            #expect(one == [1.5, 127.5, 2.5, 0, 0.5, 1])
            let two = filled(4, with: Float(0)) { cnn_look_up_rows(2, 2, [2, 0], bytes, 2, table, $0) }
            #expect(two == [127.5, 50, 0, 10])
        }

        @Test func gatheredRowsAndTheirDerivative() {
            let x: [Float] = [1, 2, 3, 4, 5, 6]
            let index: [Int64] = [2, 0, 2]
            #expect(filled(6, with: Float(0)) { cnn_gather_rows(3, 8, index, x, $0) } == [5, 6, 1, 2, 5, 6])
            #expect(filled(3, with: Float(0)) { cnn_gather_rows(3, 4, index, x, $0) } == [3, 1, 3])
            var dx: [Float] = [10, 20, 30, 40, 50, 60]
            cnn_scatter_add_rows_f32(3, 2, index, [1, 2, 3, 4, 5, 6], &dx)
            #expect(dx == [13, 24, 30, 40, 56, 68])
        }

        /// Sums of one place in the order of the indices, which rounding shows.
        @Test func scatteredSumsKeepTheirOrder() {
            var numbers = TestNumbers(state: 47)
            let (rows, width) = (500, 3000)
            let dy = numbers.floats(rows * width)
            let index = (0..<rows).map { _ in Int64(numbers.int(0...3)) }
            var expected = [Float](repeating: 0, count: 4 * width)
            for i in 0..<rows {
                for c in 0..<width { expected[Int(index[i]) * width + c] += dy[i * width + c] }
            }
            expectSameBytes("scattered sums") {
                var dx = [Float](repeating: 0, count: 4 * width)
                cnn_scatter_add_rows_f32(Int64(rows), Int64(width), index, dy, &dx)
                #expect(dx == expected)
                return dx
            }
        }

        @Test(
            arguments: [
                (2.9, Int64(2)), (-2.9, -2), (-0.0, 0), (9.2e18, 9_200_000_000_000_000_000), (-0x1p63, .min),
                (0x1p63, nil),
                (-0x1.0000000000001p63, nil), (.nan, nil), (.infinity, nil),
            ] as [(Double, Int64?)])
        func castsToIntegersAreChecked(x: Double, expected: Int64?) {
            var fits = true
            let y = filled(3, with: Int64(7)) { fits = cnn_cast(CNN_F64, CNN_I64, 3, [1, x, 2], $0) }
            #expect(fits == (expected != nil))
            #expect(y == [1, expected ?? 0, 2])
        }

        @Test(arguments: [(-0.9, UInt8(0)), (255.9, 255), (256, nil), (-1, nil), (.nan, nil)] as [(Float, UInt8?)])
        func castsToBytesAreChecked(x: Float, expected: UInt8?) {
            var fits = true
            let y = filled(1, with: UInt8(7)) { fits = cnn_cast(CNN_F32, CNN_U8, 1, [x], $0) }
            #expect(fits == (expected != nil))
            #expect(y == [expected ?? 0])
        }

        @Test func otherCasts() {
            let truths = filled(3, with: UInt8(7)) { _ = cnn_cast(CNN_F32, CNN_BOOL, 3, [Float.nan, 0.2, -0.0], $0) }
            #expect(truths == [1, 1, 0])
            let narrowed = filled(2, with: Float(0)) { _ = cnn_cast(CNN_F64, CNN_F32, 2, [0.1, 1e300], $0) }
            #expect(narrowed == [0.1, .infinity])
            let rounded = filled(1, with: Float(0)) { _ = cnn_cast(CNN_I64, CNN_F32, 1, [Int64(16_777_217)], $0) }
            #expect(rounded == [16_777_216])
            var fits = true
            _ = filled(1, with: UInt8(7)) { fits = cnn_cast(CNN_I64, CNN_U8, 1, [Int64(-1)], $0) }
            #expect(!fits)
        }
    }
}

/// A random layout: some dimensions backwards or repeated in the source, a permuted target with gaps.
private struct StridedCopy {
    var shape: [Int] = []
    var sourceStrides: [Int] = []
    var targetStrides: [Int] = []
    var sourceStart = 0
    var sourceCount = 1
    var targetCount = 1

    init(rank: Int, _ numbers: inout TestNumbers) {
        shape = (0..<rank).map { _ in numbers.int(1...(rank < 3 ? 60 : 7)) }
        sourceStrides = [Int](repeating: 0, count: rank)
        targetStrides = sourceStrides
        for d in (0..<rank).shuffled(using: &numbers) {
            let gap = numbers.int(1...2)
            targetStrides[d] = targetCount * gap
            targetCount *= shape[d] * gap
        }
        for d in (0..<rank).shuffled(using: &numbers) where numbers.int(0...5) > 0 {
            let isBackwards = numbers.int(0...3) == 0
            sourceStrides[d] = isBackwards ? -sourceCount : sourceCount
            if isBackwards { sourceStart += sourceCount * (shape[d] - 1) }
            sourceCount *= shape[d]
        }
    }

    /// Positions of every element in the source and in the target.
    var places: [(from: Int, to: Int)] {
        var result = [(from: sourceStart, to: 0)]
        for d in shape.indices {
            result = result.flatMap { place in
                (0..<shape[d]).map { (place.from + $0 * sourceStrides[d], place.to + $0 * targetStrides[d]) }
            }
        }
        return result
    }
}

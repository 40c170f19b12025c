import CNNKernels
import Testing

extension KernelTests {
    @Suite struct ReductionKernelTests {
        @Test(arguments: [(1, 7, 1), (3, 100, 5), (2, 33, 130), (1, 70_001, 1), (1, 20_000, 3), (4, 1, 6), (3, 0, 2)])
        func sumsProductsAndExtremes(outer: Int, length: Int, inner: Int) {
            var numbers = TestNumbers(state: UInt64(length))
            let x = numbers.floats(outer * length * inner, in: 0.9...1.1)
            let columns = (0..<outer * inner).map { output in
                (0..<length).map { Double(x[(output / inner * length + $0) * inner + output % inner]) }
            }
            let sums = reduce(CNN_SUM, outer, length, inner, x)
            let squares = reduce(CNN_SUM_SQUARES, outer, length, inner, x)
            let products = reduce(CNN_PROD, outer, length, inner, x)
            let minima = reduce(CNN_MIN, outer, length, inner, x)
            let maxima = reduce(CNN_MAX, outer, length, inner, x)
            for (i, column) in columns.enumerated() {
                #expect(unitsInLastPlace(sums[i], from: column.reduce(0, +)) <= 0.501)
                #expect(unitsInLastPlace(squares[i], from: column.reduce(0) { $0 + $1 * $1 }) <= 0.501)
                #expect(unitsInLastPlace(products[i], from: column.reduce(1, *)) <= 0.501)
                if length == 0 {
                    #expect(minima[i].isNaN && maxima[i].isNaN)
                } else {
                    #expect(Double(minima[i]) == column.min() && Double(maxima[i]) == column.max())
                }
            }
        }

        @Test func nanIsTheExtremumAndItsPlaceIsTheFirst() {
            let x: [Double] = [3, 9, .nan, 9, .nan, 1]
            #expect(reduceDouble(CNN_MAX, 1, 6, 1, x)[0].isNaN)
            #expect(reduceDouble(CNN_MIN, 1, 6, 1, x)[0].isNaN)
            #expect(place(maximum: true, 1, 6, 1, x) == [2])
            #expect(place(maximum: false, 1, 6, 1, x) == [2])
            #expect(place(maximum: true, 1, 3, 2, x) == [1, 0])
            #expect(place(maximum: true, 2, 0, 1, []) == [-1, -1])
        }

        @Test(arguments: [(1, 100_000, 1), (2, 40_000, 3), (5, 60, 1), (3, 50, 140)])
        func placesAreTheFirstOfEqualOnes(outer: Int, length: Int, inner: Int) {
            var numbers = TestNumbers(state: 7)
            let x = (0..<outer * length * inner).map { _ in Double(Int.random(in: 0...50, using: &numbers)) }
            let places = place(maximum: true, outer, length, inner, x)
            for (output, found) in places.enumerated() {
                let column = (0..<length).map { x[(output / inner * length + $0) * inner + output % inner] }
                #expect(Int(found) == column.firstIndex(of: column.max() ?? 0))
            }
        }

        @Test func integerSumsAreExactAndKnowTheirLimits() {
            #expect(reduce(CNN_SUM, [.max, 1, -1, .min, 5]) == .init(4, false))
            #expect(reduce(CNN_SUM, [.max, 1]).overflow)
            #expect(reduce(CNN_SUM, [.min, -1]).overflow)
            #expect(reduce(CNN_SUM_SQUARES, [3_037_000_499]) == .init(9_223_372_030_926_249_001, false))
            #expect(reduce(CNN_SUM_SQUARES, [3_037_000_500]).overflow)
            #expect(reduce(CNN_SUM_SQUARES, [Int64](repeating: .min, count: 100_000)).overflow)
            #expect(reduce(CNN_PROD, [-(1 << 62), 2]) == .init(.min, false))
            #expect(reduce(CNN_PROD, [1 << 62, 2]).overflow)
            #expect(reduce(CNN_PROD, [1 << 62, 1 << 62, 0, 7]) == .init(0, false))
            #expect(reduce(CNN_MAX, []).overflow)
            #expect(reduce(CNN_PROD, []) == .init(1, false))
        }

        @Test func byteSumsKnowTheirLimit() {
            var overflow = false
            var y: UInt8 = 0
            cnn_reduce_u8(CNN_SUM, 1, 3, 1, [100, 100, 55], &y, &overflow)
            #expect(y == 255 && !overflow)
            cnn_reduce_u8(CNN_SUM, 1, 3, 1, [100, 100, 56], &y, &overflow)
            #expect(overflow)
        }

        @Test func cumulativeSums() {
            let x: [Float] = [1, 2, 3, 4, 5, 6]
            #expect(filled(6, with: Float(0)) { cnn_cumsum_f32(1, 3, 2, x, $0, nil) } == [1, 2, 4, 6, 9, 12])
            #expect(filled(6, with: Float(0)) { cnn_cumsum_f32(2, 3, 1, x, $0, nil) } == [1, 3, 6, 4, 9, 15])
            var overflow = false
            #expect(
                filled(3, with: Int64(0)) { cnn_cumsum_i64(1, 3, 1, [.max, -1, 1], $0, &overflow) } == [
                    .max, .max - 1, .max,
                ])
            #expect(!overflow)
            _ = filled(3, with: Int64(0)) { cnn_cumsum_i64(1, 3, 1, [.max, 1, -1], $0, &overflow) }
            #expect(overflow)
        }

        @Test func statisticsLeaveOutWhatIsNotFinite() {
            var s = cnn_statistics()
            cnn_statistics_of_f32(7, [1, .nan, 3, .infinity, -0.0, -.infinity, 0], &s)
            #expect(s.min == 0 && s.max == 3 && s.mean == 1)
            #expect(abs(s.std - 1.224744871391589) < 1e-15)
            #expect((s.nan_count, s.inf_count, s.zero_count) == (1, 2, 2))
            cnn_statistics_of_f64(1, [.nan], &s)
            #expect(s.min.isNaN && s.max.isNaN && s.mean.isNaN && s.std.isNaN)
            cnn_statistics_of_u8(0, [], &s)
            #expect(s.mean.isNaN && s.nan_count == 0)
        }

        @Test func statisticsOfHugeAndTinyNumbers() {
            var s = cnn_statistics()
            cnn_statistics_of_f64(3, [1e308, 1e308, 1e308], &s)
            #expect(s.mean == 1e308 && s.std == 0)
            cnn_statistics_of_f64(4, [1.5e308, -1.5e308, 1.5e308, -1.5e308], &s)
            #expect(s.mean == 0 && unitsInLastPlace(s.std, from: 1.5e308) <= 2)
            cnn_statistics_of_f64(2, [1e-300, 3e-300], &s)
            #expect(unitsInLastPlace(s.mean, from: 2e-300) <= 1 && unitsInLastPlace(s.std, from: 1e-300) <= 2)
        }

        @Test func sameBytes() {
            var numbers = TestNumbers(state: 11)
            let x = numbers.floats(600_000)
            let integers = (0..<200_000).map { _ in Int64.random(in: -1000...1000, using: &numbers) }
            for (outer, length, inner) in [
                (1, 600_000, 1), (1, 150_000, 4), (3, 200_000, 1), (600, 1000, 1), (2, 300, 1000),
            ] {
                for operation in [CNN_SUM, CNN_PROD, CNN_MIN, CNN_MAX, CNN_SUM_SQUARES] {
                    expectSameBytes("reduction \(operation.rawValue)") { reduce(operation, outer, length, inner, x) }
                }
            }
            expectSameBytes("cumulative sum") {
                filled(x.count, with: Float(0)) { cnn_cumsum_f32(3, 1000, 200, x, $0, nil) }
            }
            expectSameBytes("places") { filled(4, with: Int64(0)) { cnn_arg_reduce_f32(true, 1, 150_000, 4, x, $0) } }
            expectSameBytes("integers") {
                filled(2, with: Int64(0)) { cnn_reduce_i64(CNN_SUM, 1, 100_000, 2, integers, $0, nil) }
            }
            expectSameBytes("statistics") {
                var s = cnn_statistics()
                cnn_statistics_of_f32(Int64(x.count), x, &s)
                return [s]
            }
        }
    }
}

private func reduce(_ operation: cnn_reduction, _ outer: Int, _ length: Int, _ inner: Int, _ x: [Float]) -> [Float] {
    filled(outer * inner, with: 0) {
        cnn_reduce_f32(operation, Int64(outer), Int64(length), Int64(inner), x, $0, nil)
    }
}

private func reduceDouble(_ operation: cnn_reduction, _ outer: Int, _ length: Int, _ inner: Int, _ x: [Double])
    -> [Double]
{
    filled(outer * inner, with: 0) {
        cnn_reduce_f64(operation, Int64(outer), Int64(length), Int64(inner), x, $0, nil)
    }
}

private func place(maximum: Bool, _ outer: Int, _ length: Int, _ inner: Int, _ x: [Double]) -> [Int64] {
    filled(outer * inner, with: 0) {
        cnn_arg_reduce_f64(maximum, Int64(outer), Int64(length), Int64(inner), x, $0)
    }
}

private struct IntegerResult: Equatable {
    var value: Int64
    var overflow: Bool

    init(_ value: Int64, _ overflow: Bool) { (self.value, self.overflow) = (value, overflow) }
}

private func reduce(_ operation: cnn_reduction, _ x: [Int64]) -> IntegerResult {
    var result = IntegerResult(0, false)
    cnn_reduce_i64(operation, 1, Int64(x.count), 1, x, &result.value, &result.overflow)
    return result
}

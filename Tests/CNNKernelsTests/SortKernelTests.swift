import CNNKernels
import Testing

extension KernelTests {
    @Suite struct SortKernelTests {
        @Test func nanIsLastInBothDirections() {
            let x: [Float] = [2, .nan, -0.0, 0, .infinity, .nan, 2]
            #expect(filled(7, with: Int64(0)) { cnn_sort_f32(1, 7, 1, false, x, $0) } == [2, 3, 0, 6, 4, 1, 5])
            #expect(filled(7, with: Int64(0)) { cnn_sort_f32(1, 7, 1, true, x, $0) } == [4, 0, 6, 2, 3, 1, 5])
        }

        @Test func columns() {
            let x: [Int64] = [3, 1, 2, 9, 1, 5]
            #expect(filled(6, with: Int64(0)) { cnn_sort_i64(1, 3, 2, false, x, $0) } == [2, 0, 1, 2, 0, 1])
            #expect(filled(6, with: Int64(0)) { cnn_sort_i64(2, 3, 1, true, x, $0) } == [0, 2, 1, 0, 2, 1])
        }

        @Test(arguments: [0, 1, 2, 16, 17, 100, 5000], [false, true])
        func equalElementsKeepTheirOrder(count: Int, descending: Bool) {
            var numbers = TestNumbers(state: UInt64(count))
            for distinct in [1, 3, count + 1] {
                let x = (0..<count).map { _ in Double(numbers.int(0...distinct)) }
                let order = filled(count, with: Int64(0)) { cnn_sort_f64(1, Int64(count), 1, descending, x, $0) }
                let expected = x.indices.sorted { (a: Int, b: Int) -> Bool in
                    if x[a] == x[b] { return a < b }
                    return descending ? x[a] > x[b] : x[a] < x[b]
                }
                #expect(order.map(Int.init) == expected)
            }
        }

        /// Rows that quicksort with the median of three finds hard.
        @Test func sortedAndOrganPipeRows() {
            let n = 20_000
            let rows: [[UInt8]] = [
                (0..<n).map { UInt8($0 * 255 / n) }, (0..<n).map { UInt8(255 - $0 * 255 / n) },
                (0..<n).map { UInt8(min($0, n - $0) * 255 / n) }, (0..<n).map { UInt8($0 % 2) },
            ]
            for x in rows {
                let order = filled(n, with: Int64(0)) { cnn_sort_u8(1, Int64(n), 1, false, x, $0) }.map(Int.init)
                #expect(zip(order, order.dropFirst()).allSatisfy { x[$0] < x[$1] || (x[$0] == x[$1] && $0 < $1) })
            }
        }

        @Test func sameBytes() {
            var numbers = TestNumbers(state: 53)
            let x = numbers.floats(40_000)
            expectSameBytes("order") { filled(x.count, with: Int64(0)) { cnn_sort_f32(40, 100, 10, false, x, $0) } }
        }
    }
}

import CNNCore
import Testing

/// `a @ b` against sums worked out one by one.
struct MatrixProductTests {
    private func naive(_ a: Tensor, _ b: Tensor, _ m: Int, _ n: Int, _ k: Int) -> [Double] {
        var result: [Double] = []
        for row in 0..<m {
            for column in 0..<n {
                result.append((0..<k).reduce(0) { $0 + a.element(row * k + $1) * b.element($1 * n + column) })
            }
        }
        return result
    }

    @Test func formsAndValues() throws {
        for seed in 0..<40 {
            var random = TestRandom(seed)
            let (m, n, k) = (random.int(0...7), random.int(0...7), random.int(0...7))
            let a = try random.distinct(try Shape([m, k]), in: -2...2)
            let b = try random.distinct(try Shape([k, n]), in: -2...2)
            let expected = naive(a, b, m, n, k)
            for dtype in [DType.float64, .float32] {
                let product = try MatrixProduct()(try a.converted(to: dtype), try b.converted(to: dtype))
                #expect(product.shape.dimensions == [m, n])
                #expect(relativeError(product.doubles(), expected) < (dtype == .float64 ? 1e-12 : 1e-5))
            }
            let (x, y) = (
                try random.integers(try Shape([m, k]), in: -9...9), try random.integers(try Shape([k, n]), in: -9...9)
            )
            let whole = try MatrixProduct()(x, y)
            #expect(whole.dtype == .int64)
            #expect(whole.doubles() == naive(x, y, m, n, k))
            guard m > 0, n > 0 else { continue }
            let row = try a.subscripted([.at(0)])
            let column = try b.subscripted([.slice(nil, nil, nil), .at(0)])
            #expect(try MatrixProduct()(row, b).shape.dimensions == [n])
            #expect(try MatrixProduct()(a, column).shape.dimensions == [m])
            let number = try MatrixProduct()(row, column)
            #expect(number.rank == 0)
            #expect(abs(number.element(0) - expected[0]) < 1e-12)
        }
    }

    @Test func batches() throws {
        var random = TestRandom(1)
        let a = try random.distinct(try Shape([2, 3, 4, 5]), in: -2...2)
        for leading in [[2, 3], [3], [1, 3], [2, 1], []] {
            let b = try random.distinct(try Shape(leading + [5, 2]), in: -2...2)
            let product = try MatrixProduct()(a, b)
            #expect(product.shape.dimensions == [2, 3, 4, 2])
            let turned = try MatrixProduct()(
                try Permute(Array(0..<leading.count) + [leading.count + 1, leading.count])(b),
                try Permute([0, 1, 3, 2])(a))
            #expect(turned.shape.dimensions == [2, 3, 2, 4])
            for i in 0..<2 {
                for j in 0..<3 {
                    let matrix = try a.subscripted([.at(i), .at(j)])
                    let index = zip(leading, [i, j].suffix(leading.count)).map { TensorIndex.at(min($1, $0 - 1)) }
                    let expected = naive(matrix, try b.subscripted(index), 4, 2, 5)
                    #expect(relativeError(try product.subscripted([.at(i), .at(j)]).doubles(), expected) < 1e-12)
                    let part = try Permute([1, 0])(try turned.subscripted([.at(i), .at(j)]))
                    #expect(relativeError(part.doubles(), expected) < 1e-12)
                }
            }
        }
        let other = try random.distinct(try Shape([4, 5, 2]), in: -2...2)
        #expect(thrownCode { try MatrixProduct()(a, other) } == .broadcastMismatch)
    }

    @Test func innerSizesShowWaysOut() throws {
        let a = try Tensor.full(try Shape([2, 3]), 1, .float32)
        let b = try Tensor.full(try Shape([4, 3]), 1, .float32)
        let error = thrownError { try MatrixProduct()(a, b) }
        #expect(error?.code == .innerSizeMismatch)
        #expect(error?.message == "x @ y: x is 2x3 and y is 4x3: the inner sizes 3 and 4 differ")
        #expect(error?.notes == ["write x @ transpose(y): the result is then 2x4"])
        let c = try Tensor.full(try Shape([5, 2]), 1, .float32)
        #expect(
            thrownError { try MatrixProduct()(a, c) }?.notes == [
                "write y @ x: the result is then 5x3", "write transpose(x) @ transpose(y): the result is then 3x5",
            ])
        let d = try Tensor.full(try Shape([5, 7]), 1, .float32)
        #expect(thrownError { try MatrixProduct()(a, d) }?.notes == ["for this x, y has 3 rows: 3x7"])
        #expect(thrownCode { try MatrixProduct()(a, try Tensor.scalar(1, .float32)) } == .rankMismatch)
    }

    @Test func workIsCounted() throws {
        let a = try Tensor.full(try Shape([2, 3]), 1, .float32)
        let b = try Tensor.full(try Shape([3, 5]), 1, .float32)
        let before = WorkMeter.shared.spent
        _ = try MatrixProduct()(a, b)
        #expect(WorkMeter.shared.spent - before == 2 * 3 * 5)
    }
}

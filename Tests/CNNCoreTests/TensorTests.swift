import CNNCore
import Testing

struct TensorTests {
    @Test func elements() throws {
        let x = try Tensor(doubles: [0, 1, 2.5], try Shape([3]), .float32)
        #expect(x.element(2) == 2.5)
        #expect(x.integerElement(2) == 2)
        #expect(try Tensor(integers: [.max], try Shape([1])).integerElement(0) == .max)
        #expect(try Tensor.scalar(.nan, .float64).integerElement(0) == 0)
        #expect(try Tensor.full(try Shape([2, 0]), 1, .bool).doubles() == [])
    }

    @Test func equality() throws {
        let x = try Tensor(doubles: [0, 1], try Shape([2]), .float32)
        #expect(x.sameElements(try x.converted(to: .int64)))
        #expect(try x.converted(to: .bool).sameElements(x))
        #expect(!x.sameElements(try x.reshaped([1, 2])))
        let nan = try Tensor.scalar(.nan, .float32)
        #expect(!nan.sameElements(nan))
        // 2^53 + 1 is no double.
        let large = try Tensor(integers: [(1 << 53) + 1], try Shape([1]))
        #expect(!large.sameElements(try Tensor(doubles: [0x1p53], try Shape([1]), .float64)))
        #expect(!large.sameElements(try Tensor(integers: [1 << 53], try Shape([1]))))
    }

    @Test func closeness() throws {
        func isClose(_ a: Double, _ b: Double) throws -> Bool {
            try Tensor.scalar(a, .float64).isClose(try Tensor.scalar(b, .float64), absolute: 1e-6, relative: 1e-5)
        }
        #expect(try isClose(1, 1.00001))
        #expect(try !isClose(1, 1.0001))
        #expect(try isClose(0, 1e-6))
        #expect(try isClose(.infinity, .infinity))
        #expect(try !isClose(1, .infinity))
        #expect(try !isClose(-.infinity, .infinity))
        #expect(try !isClose(.nan, .nan))
    }

    @Test func copiesAreIndependent() throws {
        let x = try Tensor.full(try Shape([2]), 1, .float32)
        var y = x
        try y.mutablePointer(Float.self)[0] = 5
        #expect(x.doubles() == [1, 1])
        #expect(y.doubles() == [5, 1])
        // A reshaped tensor shares until it is written.
        var z = try x.reshaped([2, 1])
        try z.mutablePointer(Float.self)[1] = 7
        #expect(x.doubles() == [1, 1])
    }

    @Test func statistics() throws {
        let x = try Tensor(doubles: [1, 3, .nan, .infinity, 0, 0], try Shape([6]), .float32)
        let statistics = x.statistics()
        #expect(statistics.min == 0)
        #expect(statistics.max == 3)
        #expect(statistics.mean == 1)
        #expect(abs(statistics.std - 1.5.squareRoot()) < 1e-12)
        #expect((statistics.nanCount, statistics.infCount, statistics.zeroCount) == (1, 1, 2))
        let flags = try Tensor(doubles: [1, 0], try Shape([2]), .bool).statistics()
        #expect((flags.min, flags.max, flags.mean, flags.zeroCount) == (0, 1, 0.5, 1))
    }

    @Test func ranksUpToEight() throws {
        let x = try Tensor.full(try Shape([1, 2, 1, 2, 1, 2, 1, 2]), 1, .float32)
        let y = try Tensor.full(try Shape([2, 1, 2]), 2, .float32)
        #expect(try Binary(.add)(x, y).doubles() == Array(repeating: 3, count: 16))
        #expect(try Reduction(.sum, axes: [1, 3, 5, 7])(x).doubles() == [16])
        #expect(try Permute([7, 6, 5, 4, 3, 2, 1, 0])(x).rank == 8)
        #expect(thrownCode { try Stack(axis: 0)(x, x) } == .rankMismatch)
        #expect(thrownCode { try Shape(Array(repeating: 1, count: 9)) } == .rankMismatch)
        #expect(thrownCode { try Shape([.max, 2]) } == .tooLarge)
        #expect(thrownCode { try Shape([-1]) } == .invalidValue)
    }

    @Test func memoryStaysInTheBudget() throws {
        let allocator = TensorAllocator.shared
        let before = allocator.liveBytes
        do {
            let x = try Tensor.full(try Shape([1_000]), 1, .float64)
            #expect(allocator.liveBytes == before + 8_000)
            #expect(try Unary(.exp)(x).count == 1_000)
        }
        #expect(allocator.liveBytes == before)
    }
}

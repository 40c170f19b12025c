import CNNCore
import Testing

/// NumPy's broadcasting, and: the result has the shape of one of the operands.
struct BroadcastingTests {
    private func tensor(_ dimensions: [Int]) throws -> Tensor {
        let shape = try Shape(dimensions)
        return try Tensor(doubles: (0..<shape.count).map { Double($0 % 7) - 2.5 }, shape, .float64)
    }

    /// NumPy's rule, from its manual: sizes are compared from the last to the first.
    private func numpy(_ a: [Int], _ b: [Int]) -> [Int]? {
        var result: [Int] = []
        for place in 1...max(a.count, b.count, 1) where place <= max(a.count, b.count) {
            let left = place <= a.count ? a[a.count - place] : 1
            let right = place <= b.count ? b[b.count - place] : 1
            guard left == right || left == 1 || right == 1 else { return nil }
            result.insert(left == 1 ? right : left, at: 0)
        }
        return result
    }

    @Test func ruleAndValuesOnRandomShapes() throws {
        var random = TestRandom(7)
        var (fitting, refused) = (0, 0)
        for _ in 0..<2_000 {
            let (a, b) = (try random.shape(sizes: 0...3), try random.shape(sizes: 0...3))
            let expected = numpy(a.dimensions, b.dimensions).flatMap {
                $0 == a.dimensions || $0 == b.dimensions ? $0 : nil
            }
            let (x, y) = (try tensor(a.dimensions), try tensor(b.dimensions))
            guard let expected else {
                refused += 1
                #expect(thrownCode { try Binary(.add)(x, y) } == .broadcastMismatch)
                #expect(thrownCode { try Comparison(.less)(x, y) } == .broadcastMismatch)
                continue
            }
            fitting += 1
            let result = try Binary(.subtract)(x, y)
            #expect(result.shape.dimensions == expected)
            for index in 0..<result.count {
                let difference =
                    x.element(place(index, a.dimensions, expected)) - y.element(place(index, b.dimensions, expected))
                #expect(result.element(index) == difference)
            }
        }
        #expect(fitting > 300 && refused > 300)
    }

    /// The element of an operand that belongs to element `index` of the result.
    private func place(_ index: Int, _ dimensions: [Int], _ result: [Int]) -> Int {
        var rest = index
        var (offset, step) = (0, 1)
        for axis in result.indices.reversed() {
            let position = rest % result[axis]
            rest /= result[axis]
            let own = axis - result.count + dimensions.count
            if own >= 0 {
                if dimensions[own] != 1 { offset += position * step }
                step *= dimensions[own]
            }
        }
        return offset
    }

    @Test func columnWithRowShowsBothWaysOut() throws {
        let error = thrownError { try Binary(.subtract)(try tensor([3, 1]), try tensor([3])) }
        #expect(error?.message == "x - y: x is 3x1 and y is 3: the result would be 3x3, the shape of neither")
        #expect(
            error?.notes == [
                "write reshape(x, [3]): the result is then 3", "write reshape(y, [3, 1]): the result is then 3x1",
                "for all pairs, as in NumPy, write expand(x, [3, 3])",
            ])
    }

    @Test func missingAxisIsOffered() throws {
        let error = thrownError { try Binary(.multiply)(try tensor([2, 3]), try tensor([2])) }
        #expect(error?.message == "x * y: x is 2x3 and y is 2: these shapes do not go together")
        #expect(error?.notes == ["write reshape(y, [2, 1]): the result is then 2x3"])
    }

    @Test func turnedMatrixIsOffered() throws {
        let error = thrownError { try Binary(.add)(try tensor([2, 3]), try tensor([3, 2])) }
        #expect(
            error?.notes == [
                "write transpose(x): the result is then 3x2", "write transpose(y): the result is then 2x3",
            ])
    }

    @Test func nothingIsOfferedThatWouldNotWork() throws {
        #expect(thrownError { try Binary(.add)(try tensor([2, 3]), try tensor([2, 4])) }?.notes == [])
    }

    @Test func operationsOfThree() throws {
        let condition = try tensor([2, 1]).converted(to: .bool)
        #expect(try Where()(condition, try tensor([2, 3]), try tensor([3])).shape.dimensions == [2, 3])
        #expect(try Where()(condition, try tensor([]), try tensor([])).shape.dimensions == [2, 1])
        #expect(thrownCode { try Where()(condition, try tensor([3]), try tensor([3])) } == .broadcastMismatch)
        #expect(thrownCode { try Where()(try tensor([2]), try tensor([2]), try tensor([2])) } == .dtypeMismatch)
    }

    @Test func expanding() throws {
        let row = try tensor([1, 3])
        #expect(
            try Broadcast(to: try Shape([2, 2, 3]))(row).doubles()
                == Array(repeating: row.doubles(), count: 4).flatMap { $0 })
        #expect(thrownCode { try Broadcast(to: try Shape([3, 1]))(row) } == .broadcastMismatch)
    }
}

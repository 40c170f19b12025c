import CNNCore
import Testing

/// Reading and assigning through indices against what is worked out element by element.
struct IndexingTests {
    private func counting(_ shape: Shape, _ dtype: DType = .float64) throws -> Tensor {
        try Tensor(doubles: (0..<shape.count).map(Double.init), shape, dtype)
    }

    @Test(arguments: [DType.float32, .float64, .int64, .uint8])
    func readingRandomIndices(_ dtype: DType) throws {
        for seed in 0..<300 {
            var random = TestRandom(seed)
            let x = try counting(try random.shape(sizes: seed % 5 == 0 ? 0...3 : 1...4), dtype)
            let index = try IndexCase.random(x.shape, &random)
            let result = try x.subscripted(index.items)
            #expect(result.shape.dimensions == index.shape, "seed \(seed)")
            #expect(result.dtype == dtype)
            #expect(result.integers() == index.places, "seed \(seed)")
        }
    }

    @Test func assigningRandomIndices() throws {
        for seed in 0..<300 {
            var random = TestRandom(seed)
            let x = try counting(try random.shape(sizes: 1...4))
            let index = try IndexCase.random(x.shape, &random)
            let part = try Shape(index.shape)
            let value = try Tensor(
                doubles: (0..<part.count).map { -1 - Double($0) }, part, random.bool() ? .float64 : .int64)
            var expected = x.doubles()
            for (element, place) in index.places.enumerated() { expected[place] = value.element(element) }
            var changed = x
            try changed.assign(index.items, value)
            #expect(changed.doubles() == expected, "seed \(seed)")
            #expect(x.doubles() == (0..<x.count).map(Double.init), "the copy is untouched, seed \(seed)")
        }
    }

    @Test func assigningRepeatsTheValue() throws {
        for seed in 0..<200 {
            var random = TestRandom(seed)
            let x = try counting(try random.shape(sizes: 1...4))
            let index = try IndexCase.random(x.shape, &random)
            let value = try random.distinct(try random.repeatable(try Shape(index.shape)), in: -9...(-1))
            let whole = try Broadcast(to: try Shape(index.shape))(value)
            var expected = x.doubles()
            for (element, place) in index.places.enumerated() { expected[place] = whole.element(element) }
            var changed = x
            try changed.assign(index.items, value)
            #expect(changed.doubles() == expected, "seed \(seed)")
        }
    }

    @Test func axesThatAreNotNamedAreWhole() throws {
        let x = try counting(try Shape([2, 3, 4]))
        #expect(try x.subscripted([.at(1)]).integers() == Array(12..<24))
        #expect(try x.subscripted([.at(-1), .at(0)]).integers() == [12, 13, 14, 15])
        #expect(try x.subscripted([.ellipsis, .at(0)]).integers() == [0, 4, 8, 12, 16, 20])
        #expect(try x.subscripted([]).integers() == Array(0..<24))
    }

    @Test func indexTensorsGoTogether() throws {
        let x = try counting(try Shape([3, 4]))
        let rows = try Tensor(integers: [0, 2], try Shape([2, 1]))
        let columns = try Tensor(integers: [1, 3, -1], try Shape([3]))
        #expect(try x.subscripted([.tensor(rows), .tensor(columns)]).integers() == [1, 3, 3, 9, 11, 11])
        let labels = try Tensor(integers: [3, 0, 1], try Shape([3]))
        let all = try Tensor(integers: [0, 1, 2], try Shape([3]))
        #expect(try x.subscripted([.tensor(all), .tensor(labels)]).integers() == [3, 4, 9])
        var changed = x
        try changed.assign([.tensor(all), .tensor(labels)], try Tensor.scalar(-1, .float64))
        #expect(changed.integers() == [0, 1, 2, -1, -1, 5, 6, 7, 8, -1, 10, 11])
        let y = try counting(try Shape([3, 3, 3]))
        let error = thrownError { try y.subscripted([.tensor(rows), .at(0), .tensor(rows)]) }
        #expect(error?.code == .invalidValue)
        #expect(error?.notes == ["index in two steps: y = x[i], then y[:, j]"])
    }

    @Test func theLastOfSeveralValuesStays() throws {
        var x = try counting(try Shape([3]))
        let twice = try Tensor(integers: [1, 1], try Shape([2]))
        try x.assign([.tensor(twice)], try Tensor(doubles: [7, 8], try Shape([2]), .float64))
        #expect(x.doubles() == [0, 8, 2])
    }

    @Test func overlappingPartsOfOneTensor() throws {
        var x = try counting(try Shape([5]))
        try x.assign([.slice(nil, nil, -1)], x)
        #expect(x.doubles() == [4, 3, 2, 1, 0])
        try x.assign([.slice(1, nil, nil)], try x.subscripted([.slice(nil, -1, nil)]))
        #expect(x.doubles() == [4, 4, 3, 2, 1])
    }

    @Test func extremeSlices() throws {
        let x = try counting(try Shape([3]))
        #expect(try x.subscripted([.slice(.min, .max, .max)]).doubles() == [0])
        #expect(try x.subscripted([.slice(.max, .min, .min)]).doubles() == [2])
        #expect(try x.subscripted([.slice(.max, .min, -1)]).doubles() == [2, 1, 0])
        #expect(try x.subscripted([.slice(2, 1, nil)]).count == 0)
        #expect(thrownCode { try x.subscripted([.slice(nil, nil, 0)]) } == .invalidValue)
        let empty = try counting(try Shape([0, 2]))
        #expect(try empty.subscripted([.slice(nil, nil, -1), .at(1)]).shape.dimensions == [0])
    }

    @Test func outOfRange() throws {
        let x = try counting(try Shape([3, 4]))
        let error = thrownError { try x.subscripted([.at(0), .at(4)]) }
        #expect(error?.code == .indexOutOfRange)
        #expect(error?.message == "index 4 is out of range: axis 1 of a tensor of 3x4 has 4 elements")
        #expect(error?.notes == ["indices run from 0 to 3, or from -4 to -1 counted from the end"])
        for index in [3, -4, .min, .max] {
            #expect(thrownCode { try x.subscripted([.at(index)]) } == .indexOutOfRange)
            let list = try Tensor(integers: [0, index], try Shape([2]))
            #expect(thrownCode { try x.subscripted([.tensor(list)]) } == .indexOutOfRange)
        }
        #expect(thrownCode { try x.subscripted([.at(0), .at(0), .at(0)]) } == .rankMismatch)
        #expect(thrownCode { try x.subscripted([.ellipsis, .ellipsis]) } == .invalidValue)
        #expect(thrownCode { try Tensor.scalar(1, .float32).subscripted([.at(0)]) } == .rankMismatch)
        let mask = try Tensor.full(try Shape([4]), 1, .bool)
        #expect(thrownCode { try x.subscripted([.tensor(mask)]) } == .shapeMismatch)
        #expect(thrownCode { try x.subscripted([.tensor(x)]) } == .dtypeMismatch)
        #expect(thrownCode { try x.subscripted(Array(repeating: .newAxis, count: 7)) } == .rankMismatch)
    }

    @Test func valuesThatDoNotFit() throws {
        var x = try counting(try Shape([2, 3]), .uint8)
        #expect(thrownCode { try x.assign([.at(0)], try Tensor.scalar(300, .float64)) } == .invalidConversion)
        #expect(thrownCode { try x.assign([.at(0)], try counting(try Shape([2]))) } == .broadcastMismatch)
        #expect(thrownCode { try x.assign([.at(2)], try Tensor.scalar(1, .uint8)) } == .indexOutOfRange)
        #expect(x.integers() == [0, 1, 2, 3, 4, 5])
        // A fraction is not lost without a word.
        let fraction = try Tensor(doubles: [7, 8.5, 9], try Shape([3]), .float32)
        #expect(thrownCode { try x.assign([.at(0)], fraction) } == .invalidConversion)
        var flags = try Tensor.full(try Shape([2]), 0, .bool)
        // Anything but 0 is True.
        try flags.assign([.at(0)], try Tensor.scalar(0.5, .float32))
        try flags.assign([.at(1)], try Tensor.scalar(2, .int64))
        #expect(flags.integers() == [1, 1])
        // Leading axes of size 1 do no harm.
        try x.assign([.at(0)], try Tensor(doubles: [7, 8, 9], try Shape([1, 3]), .float32))
        #expect(x.integers() == [7, 8, 9, 3, 4, 5])
    }
}

import Testing

@testable import CNNCore

@Suite struct DatasetTests {
    private func small() throws -> Dataset {
        let images = try Tensor(doubles: (0..<24).map(Double.init), Shape([6, 2, 1, 2]), .uint8)
        let labels = try Tensor(integers: [0, 1, 2, 0, 1, 0], Shape([6]))
        return try Dataset(name: "small", images: images, labels: labels, classNames: nil)
    }

    @Test func bytesBecomeNumbersFromZeroToOne() throws {
        let data = try small()
        #expect(data.count == 6 && data.classCount == 3 && data.pictureShape.dimensions == [2, 1, 2])
        #expect(data.classNames == ["0", "1", "2"] && data.classCounts == [3, 2, 1])
        let images = try data.images
        #expect(images.spec == TensorSpec(try Shape([6, 2, 1, 2]), .float32))
        #expect(images.doubles() == (0..<24).map { Double(Float(Double($0) / 255)) })
        #expect(try data.image(2).shape.dimensions == [2, 1, 2])
        let batch = try data.batch([5, 0])
        #expect(batch.labels.integers() == [0, 0])
        #expect(batch.images.doubles() == [20.0, 21, 22, 23, 0, 1, 2, 3].map { Double(Float($0 / 255)) })
        #expect(errorCode { _ = try data.batch([6]) } == .indexOutOfRange)
        #expect(errorCode { _ = try data.image(-1) } == .indexOutOfRange)
    }

    @Test func partsOfPartsPointAtTheSamePictures() throws {
        let data = try small()
        let part = try data.selecting([4, 2, 3], name: "part").take(2)
        #expect(part.labels.integers() == [1, 2] && part.name == "part")
        #expect(try part.image(1).doubles() == data.image(2).doubles())
        #expect(try part.images.doubles() == data.batch([4, 2]).images.doubles())
        // The classes stay those of the whole.
        #expect(part.classCount == 3)
        let (first, second) = try data.split(0.5)
        #expect(first.count == 3 && second.count == 3)
        let all = try (first.images.doubles() + second.images.doubles()).sorted()
        #expect(all == (try data.images.doubles()))
        #expect(errorCode { _ = try data.take(7) } == .invalidValue)
        #expect(errorCode { _ = try data.split(1) } == .invalidValue)
        #expect(errorCode { _ = try data.split(.nan) } == .invalidValue)
    }

    @Test func normalisedPicturesHaveMeanZeroAndDeviationOne() throws {
        let data = try small()
        for source in [data, try Dataset(name: "n", images: data.images, labels: data.labels, classNames: nil)] {
            let moments = try source.moments()
            #expect(abs(moments.mean[0] - 11.0 / 255) < 1e-7 && abs(moments.mean[1] - 12.0 / 255) < 1e-7)
            let normal = try source.normalized(mean: moments.mean, deviation: moments.deviation).moments()
            for value in normal.mean { #expect(abs(value) < 1e-6) }
            for value in normal.deviation { #expect(abs(value - 1) < 1e-6) }
            #expect(errorCode { _ = try source.normalized(mean: [0, 0, 0], deviation: [1]) } == .shapeMismatch)
            #expect(errorCode { _ = try source.normalized(mean: [0], deviation: [0]) } == .invalidValue)
        }
    }

    @Test func labelsWithoutAClassAreRefused() throws {
        let images = try Tensor.full(Shape([2, 1, 1, 1]), 0, .float32)
        func make(_ labels: [Int], _ names: [String]?) throws {
            _ = try Dataset(
                name: "t", images: images, labels: Tensor(integers: labels, Shape([labels.count])), classNames: names)
        }
        #expect(errorCode { try make([0, -1], nil) } == .labelOutOfRange)
        #expect(errorCode { try make([0, 2], ["a", "b"]) } == .labelOutOfRange)
        #expect(errorCode { try make([0, Int.max], nil) } == .labelOutOfRange)
        #expect(errorCode { try make([0], nil) } == .shapeMismatch)
        #expect(errorCode { try make([0, 1], ["a", "b"]) } == nil)
    }
}

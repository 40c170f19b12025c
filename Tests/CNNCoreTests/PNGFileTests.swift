import Testing

@testable import CNNCore

@Suite struct PNGFileTests {
    private func decode(_ name: String) throws -> Tensor {
        try PNGFile.decode(SampleFile.bytes(name), name: name)
    }

    @Test func everyKindBecomesEightBitsOfGreyOrColour() throws {
        let expected: [(String, [Int], [Int])] = [
            ("grey.png", [2, 3, 1], [0, 128, 255, 1, 2, 3]), ("grey16.png", [1, 2, 1], [0, 255]),
            ("bits.png", [1, 5, 1], [255, 0, 255, 255, 0]),
            ("rgb.png", [2, 2, 3], [255, 0, 0, 0, 255, 0, 0, 0, 255, 9, 8, 7]),
            ("rgba.png", [1, 2, 4], [255, 0, 0, 255, 0, 0, 255, 0]),
            ("grey-alpha.png", [1, 2, 4], [100, 100, 100, 255, 200, 200, 200, 0]),
            ("palette.png", [1, 3, 3], [0, 0, 255, 255, 0, 0, 0, 255, 0]),
            ("palette-alpha.png", [1, 2, 4], [0, 255, 0, 255, 255, 0, 0, 0]),
        ]
        for (name, shape, pixels) in expected {
            let picture = try decode(name)
            #expect(picture.shape.dimensions == shape && picture.integers() == pixels, "\(name)")
        }
    }

    @Test func aPictureLoadsFromZeroToOne() throws {
        let picture = try TensorFile.load(SampleFile.path("grey.png"))
        #expect(picture.spec == TensorSpec(try Shape([2, 3, 1]), .float32))
        #expect(picture.element(1) == Double(Float(128.0 / 255)))
    }

    @Test func whatIsWrittenIsRead() throws {
        for shape in [[3, 5], [3, 5, 1], [3, 5, 3], [3, 5, 4]] {
            let shape = try Shape(shape)
            let values = (0..<shape.count).map { Double($0 * 4 % 256) / 255 }
            let bytes = try PNGFile.write(Tensor(doubles: values, shape, .float32))
            let back = try PNGFile.read(bytes, name: "t")
            #expect(back.count == shape.count && back.rank == 3)
            for (one, other) in zip(back.doubles(), values) { #expect(abs(one - other) < 1e-6) }
        }
    }

    @Test func whatIsNoPictureIsNotWritten() throws {
        let refused: [(Tensor, ErrorCode)] = [
            (try Tensor.full(Shape([2, 2]), 1.5, .float32), .invalidValue),
            (try Tensor.full(Shape([2, 2]), -1, .float32), .invalidValue),
            (try Tensor.full(Shape([2, 2]), .nan, .float32), .invalidValue),
            (try Tensor.full(Shape([2, 2, 2]), 1, .float32), .channelMismatch),
            (try Tensor.full(Shape([4]), 1, .float32), .rankMismatch),
            (try Tensor.full(Shape([0, 4]), 1, .float32), .rankMismatch),
            (try Tensor.full(Shape([2, 2]), 1, .int64), .dtypeMismatch),
        ]
        for (tensor, code) in refused {
            #expect(errorCode { _ = try PNGFile.write(tensor) } == code, "\(tensor.shape)")
        }
    }

    @Test func damagedFilesAreRefused() throws {
        let huge = #expect(throws: CNNError.self) { try decode("huge.png") }
        #expect(huge?.message.hasSuffix("it has too many pixels") == true)
        for name in ["rgb.png", "palette-alpha.png"] {
            let bytes = try SampleFile.bytes(name)
            for length in 0..<bytes.count - 4 {
                #expect(
                    errorCode { _ = try PNGFile.decode(Array(bytes[..<length]), name: "t") } == .malformedFile,
                    "\(name) \(length)")
            }
            for index in bytes.indices {
                var changed = bytes
                changed[index] ^= 0xFF
                _ = errorCode { _ = try PNGFile.decode(changed, name: "t") }
            }
        }
    }
}

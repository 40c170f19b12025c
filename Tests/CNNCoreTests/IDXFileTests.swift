import Testing

@testable import CNNCore

@Suite struct IDXFileTests {
    private func read(_ bytes: [UInt8]) throws -> Tensor { try IDXFile.read(bytes, name: "t.idx") }

    @Test func readsTheKnownTypes() throws {
        #expect(try read(SampleFile.bytes("int16.idx")).integers() == [-1, 300, 2])
        #expect(try read(SampleFile.bytes("int16.idx")).dtype == .int64)
        #expect(try read(SampleFile.bytes("float32.idx")).doubles() == [1.5, -2])
        let packed = try read(SampleFile.bytes("bytes.idx.gz"))
        #expect(packed.dtype == .uint8 && packed.shape.dimensions == [2, 2, 3])
        #expect(packed.integers() == Array(0..<12))
    }

    @Test func whatIsWrittenIsRead() throws {
        for dtype in DType.allCases {
            let tensor = try Tensor(doubles: [0, 1, 1, 0, 1, 1], Shape([2, 3]), dtype)
            let back = try read(IDXFile.write(tensor))
            #expect(back.shape == tensor.shape && back.doubles() == tensor.doubles())
        }
        let large = try Tensor(integers: [1 << 40], Shape([1]))
        #expect(errorCode { _ = try IDXFile.write(large) } == .invalidConversion)
    }

    @Test func headersThatLieAreRefused() throws {
        let hostile: [[UInt8]] = [
            [], [0], [0, 0, 8], [0, 0, 8, 1], [1, 0, 8, 0, 5], [0, 0, 7, 0, 5], [0, 0, 8, 9],
            [0, 0, 8, 255], [0, 0, 8, 1, 0xFF, 0xFF, 0xFF, 0xFF], [0, 0, 8, 1, 0, 0, 0, 2, 1],
            [0, 0, 8, 1, 0, 0, 0, 1, 1, 2], [0, 0, 0x0E, 2, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF],
            [0, 0, 8, 4] + [UInt8](repeating: 0xFF, count: 16),
        ]
        for bytes in hostile { #expect(errorCode { _ = try read(bytes) } == .malformedFile, "\(bytes)") }
        let packed = try SampleFile.bytes("bytes.idx.gz")
        for length in 2..<packed.count {
            #expect(errorCode { _ = try read(Array(packed[..<length])) } == .malformedFile, "\(length)")
        }
    }

    @Test func theMessageSaysWhatLied() {
        let error = #expect(throws: CNNError.self) { try read([0, 0, 8, 1, 0xFF, 0xFF, 0xFF, 0xFF]) }
        #expect(
            error?.message == "'t.idx' is damaged or of another kind: its header claims 4294967295 elements, "
                + "4294967295 bytes; at most 0 follow")
    }
}

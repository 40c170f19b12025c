import Testing

@testable import CNNCore

@Suite struct TensorArchiveTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test func readsWhatNumPyWrote() throws {
        let stored = try TensorArchive.load(SampleFile.path("stored.npz"))
        #expect(stored.map(\.name) == ["x", "y"])
        #expect(stored[0].tensor.shape.dimensions == [2, 3] && stored[0].tensor.doubles() == [0, 1, 2, 3, 4, 5])
        #expect(stored[1].tensor.integers() == [7, 8])
        let deflated = try TensorArchive.load(SampleFile.path("deflated.npz"))
        #expect(deflated[0].tensor.doubles() == (0..<600).map(Double.init))
    }

    @Test func whatIsWrittenIsRead() throws {
        let tensors = [
            (name: "a", tensor: try Tensor(doubles: [1, 2.5], Shape([2]), .float32)),
            (name: "sub/b", tensor: try Tensor(integers: [-3], Shape.scalar)),
            (name: "ä\"\\\n", tensor: try Tensor(doubles: [], Shape([0, 4]), .float64)),
        ]
        for ending in TensorArchive.endings {
            let path = "\(folder.path)/t\(ending)"
            try TensorArchive.save(tensors, to: path)
            let back = try TensorArchive.load(path)
            #expect(back.map(\.name) == tensors.map(\.name))
            for (one, other) in zip(back, tensors) {
                #expect(one.tensor.spec == other.tensor.spec && one.tensor.doubles() == other.tensor.doubles())
            }
            #expect(errorCode { try TensorArchive.save([tensors[0], tensors[0]], to: path) } == .invalidValue)
        }
        #expect(errorCode { try TensorArchive.save(tensors, to: "\(folder.path)/t.zip") } == .invalidValue)
    }

    @Test func damagedArchivesAreRefused() throws {
        for name in ["stored.npz", "deflated.npz"] {
            let bytes = try SampleFile.bytes(name)
            for length in stride(from: 0, to: bytes.count, by: 7) {
                let cut = Array(bytes[..<length])
                #expect(errorCode { _ = try ZipArchive.read(cut, limit: 1 << 20, name: "t") } == .malformedFile)
            }
            // A changed byte may go unnoticed where it carries nothing (times, attributes); it must never trap.
            for index in bytes.indices {
                var changed = bytes
                changed[index] ^= 0xFF
                _ = errorCode { _ = try ZipArchive.read(changed, limit: 1 << 20, name: "t") }
            }
        }
        let bytes = try SampleFile.bytes("deflated.npz")
        #expect(errorCode { _ = try ZipArchive.read(bytes, limit: 1000, name: "t") } == .tooLarge)
    }

    private func file(_ header: String, _ data: [UInt8] = []) -> [UInt8] {
        let length = header.utf8.count
        return (0..<8).map { UInt8(length >> (8 * $0) & 255) } + Array(header.utf8) + data
    }

    @Test func readsSafeTensors() throws {
        let tensors = try TensorArchive.load(SampleFile.path("mixed.safetensors"))
        #expect(tensors.map(\.name) == ["w", "n", "l"])
        #expect(tensors[0].tensor.doubles() == [1, 2, 3, 4])
        #expect(tensors[1].tensor.dtype == .float32 && tensors[1].tensor.doubles() == [1, -2])
        #expect(tensors[2].tensor.dtype == .int64 && tensors[2].tensor.integers() == [-7])
    }

    @Test func safeTensorsThatLieAreRefused() {
        let eight = [UInt8](repeating: 0, count: 8)
        let hostile = [
            [], [1, 2, 3], [UInt8](repeating: 255, count: 8), [UInt8](repeating: 255, count: 7) + [127, 0x7B],
            file(""), file("[]"), file("{"), file("{}", [0]), file(" {}"), file("{} x"), file("{\"a\":{}}"),
            file(#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#, Array(eight.dropLast())),
            file(#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#, eight + [0]),
            file(#"{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}"#, eight),
            file(#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}"#, eight),
            file(#"{"a":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}}"#, eight),
            file(#"{"a":{"dtype":"F32","shape":[2.0],"data_offsets":[0,8]}}"#, eight),
            file(#"{"a":{"dtype":"F31","shape":[2],"data_offsets":[0,8]}}"#, eight),
            file(#"{"a":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,8]}}"#, eight),
            file(#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8],"x":1}}"#, eight),
            file(
                #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#,
                Array(eight.prefix(4))),
            file(
                #"{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"b":{"dtype":"U8","shape":[2],"data_offsets":[4,6]}}"#,
                Array(eight.prefix(6))),
            file(
                #"{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"a":{"dtype":"U8","shape":[4],"data_offsets":[4,8]}}"#,
                eight),
            file(#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},}"#, eight),
            file(String(repeating: "{\"a\":", count: 1000)),
        ]
        for bytes in hostile {
            #expect(
                errorCode { _ = try SafeTensors.read(bytes, name: "t") } == .malformedFile,
                "\(String(decoding: bytes, as: UTF8.self))")
        }
    }

    @Test func anOrderOtherThanTheHeadersIsFine() throws {
        let header =
            #"{"b":{"dtype":"U8","shape":[1],"data_offsets":[1,2]},"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}"#
        let tensors = try SafeTensors.read(file(header, [5, 6]), name: "t").tensors
        #expect(tensors.map(\.name) == ["b", "a"] && tensors.map { $0.tensor.element(0) } == [6, 5])
    }
}

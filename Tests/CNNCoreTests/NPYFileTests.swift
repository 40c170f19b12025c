import Testing

@testable import CNNCore

@Suite struct NPYFileTests {
    private func load(_ name: String) throws -> Tensor { try TensorFile.load(SampleFile.path(name)) }

    @Test func readsWhatNumPyWrote() throws {
        let single = try load("float32.npy")
        #expect(single.spec == TensorSpec(try Shape([2, 3, 4]), .float32))
        #expect(single.doubles() == (0..<24).map { Double($0) / 4 - 1 })
        let fortran = try load("fortran-big-endian.npy")
        #expect(fortran.spec == TensorSpec(try Shape([2, 3, 4]), .float64))
        #expect(fortran.doubles() == (0..<24).map { Double($0) / 8 })
        #expect(try load("int16.npy").integers() == (0..<24).map { $0 - 12 })
        #expect(try load("bool.npy").dtype == .bool)
        #expect(try load("bool.npy").doubles() == (0..<24).map { $0 % 3 == 0 ? 1 : 0 })
        let half = try load("half.npy").doubles()
        #expect(half.prefix(4) == [0, 1, -2.5, 65504] && half[4] == 0x1p-24)
        #expect(half[5] == .infinity && half[6] == -.infinity && half[7].isNaN)
        #expect(try load("scalar.npy").rank == 0 && load("scalar.npy").element(0) == 2.5)
        #expect(try load("empty.npy").shape.dimensions == [3, 0])
        for version in 2...3 { #expect(try load("version\(version).npy").integers() == [1, 2, 3]) }
    }

    @Test func picklesAreRefused() throws {
        let error = #expect(throws: CNNError.self) { try load("object.npy") }
        #expect(error?.code == .malformedFile)
        #expect(error?.message.contains("Python objects are not read") == true)
    }

    @Test func writesWhatNumPyWrites() throws {
        for name in ["float32.npy", "bool.npy", "scalar.npy", "empty.npy"] {
            let bytes = try SampleFile.bytes(name)
            #expect(try NPYFile.write(NPYFile.read(bytes, name: name)) == bytes, "\(name)")
        }
    }

    private func file(_ header: String, _ data: [UInt8] = [], version: UInt8 = 1) -> [UInt8] {
        let length = header.utf8.count
        var bytes: [UInt8] = [0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59, version, 0, UInt8(length & 255), UInt8(length >> 8)]
        if version > 1 { bytes += [0, 0] }
        return bytes + header.utf8 + data
    }

    @Test func headersThatLieAreRefused() {
        let hostile = [
            [], [0x93], Array("not a npy file at all".utf8),
            // 12 bytes that claim 4 GiB of header.
            [0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59, 2, 0, 0xFF, 0xFF, 0xFF, 0xFF],
            file("{'descr': '<f4', 'fortran_order': False, 'shape': (1073741824,), }"),
            file("{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }", [0, 0, 0, 0]),
            file("{'descr': '<f4', 'fortran_order': False, 'shape': (1,), }", [0, 0, 0, 0, 0]),
            file("{'descr': '<f8', 'fortran_order': False, 'shape': (4611686018427387904, 4), }"),
            file("{'descr': '<f8', 'fortran_order': False, 'shape': (99999999999999999999,), }"),
            file("{'descr': '<f8', 'fortran_order': False, 'shape': (-1,), }"),
            file("{'descr': '<f8', 'fortran_order': False, 'shape': (1,1,1,1,1,1,1,1,1), }", [0, 0, 0, 0, 0, 0, 0, 0]),
            file("{'descr': '<f8', 'fortran_order': False}"), file("{'descr': '<f8', 'descr': '<f8'}"),
            file("{'descr': [('a', '<f8')], 'fortran_order': False, 'shape': (), }"),
            file("{'descr': '<c8', 'fortran_order': False, 'shape': (1,), }", [0, 0, 0, 0, 0, 0, 0, 0]),
            file("{"), file(""), file("{'a': 1}"), file("{'descr': '<f4'", version: 3), file("{}", version: 4),
        ]
        for bytes in hostile {
            #expect(errorCode { _ = try NPYFile.read(bytes, name: "t") } == .malformedFile, "\(bytes)")
        }
    }

    @Test func aNumberAboveInt64IsRefused() {
        let header = "{'descr': '<u8', 'fortran_order': False, 'shape': (1,), }"
        let bytes = file(header, [UInt8](repeating: 255, count: 8))
        #expect(errorCode { _ = try NPYFile.read(bytes, name: "t") } == .malformedFile)
    }

    @Test func cutsAreNoticed() throws {
        let bytes = try SampleFile.bytes("fortran-big-endian.npy")
        for length in 0..<bytes.count {
            #expect(errorCode { _ = try NPYFile.read(Array(bytes[..<length]), name: "t") } == .malformedFile)
        }
    }
}

import Testing

@testable import CNNCore

@Suite struct GzipTests {
    /// `printf hello | gzip -n`
    static let hello: [UInt8] = [
        0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 0xcb, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0, 0x86, 0xa6, 0x10, 0x36, 5, 0, 0, 0,
    ]

    @Test func unpacks() throws {
        #expect(try Gzip.decompress(Self.hello, limit: 5, name: "t") == Array("hello".utf8))
        #expect(try Gzip.decompress(Self.hello, limit: 1 << 20, name: "t") == Array("hello".utf8))
        // Members follow one another; zeros may stand at the end.
        #expect(try Gzip.decompress(Self.hello + Self.hello, limit: 99, name: "t") == Array("hellohello".utf8))
        #expect(try Gzip.decompress(Self.hello + [0, 0, 0], limit: 99, name: "t") == Array("hello".utf8))
    }

    @Test func aBombStopsAtTheLimit() {
        #expect(errorCode { _ = try Gzip.decompress(Self.hello, limit: 4, name: "t") } == .tooLarge)
        #expect(errorCode { _ = try Gzip.decompress(Self.hello, limit: 0, name: "t") } == .tooLarge)
    }

    @Test func everyCutAndEveryChangedByteIsNoticed() {
        for length in 0..<Self.hello.count {
            #expect(
                errorCode { _ = try Gzip.decompress(Array(Self.hello[..<length]), limit: 99, name: "t") }
                    == .malformedFile, "\(length)")
        }
        // Flags, time and system of the header carry no content.
        for index in Self.hello.indices where index < 3 || index > 9 {
            var bytes = Self.hello
            bytes[index] ^= 0x55
            let code = errorCode { _ = try Gzip.decompress(bytes, limit: 99, name: "t") }
            #expect(code == .malformedFile || code == .tooLarge, "\(index)")
        }
        #expect(errorCode { _ = try Gzip.decompress(Self.hello + [7], limit: 99, name: "t") } == .malformedFile)
    }
}

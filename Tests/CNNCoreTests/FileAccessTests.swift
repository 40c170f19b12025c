import Foundation
import Testing

@testable import CNNCore

@Suite struct FileAccessTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test func whatIsWrittenIsRead() throws {
        let bytes = (0..<200_000).map { UInt8(truncatingIfNeeded: $0) }
        let path = "\(folder.path)/a.bin"
        try FileWriter.write(bytes, to: path)
        #expect(try FileReader.bytes(path, limit: 200_000) == bytes)
        try FileWriter.write([], to: path)
        #expect(try FileReader.bytes(path, limit: 0).isEmpty)
        #expect(folder.names == ["a.bin"])
    }

    @Test func sizesOverTheLimitAreRefused() throws {
        let path = try folder.file("a", [1, 2, 3])
        #expect(errorCode { _ = try FileReader.bytes(path, limit: 2) } == .tooLarge)
        // The system gives no size for this one.
        if FileReader.exists("/proc/self/maps") {
            #expect(try !FileReader.bytes("/proc/self/maps", limit: 1 << 24).isEmpty)
            #expect(errorCode { _ = try FileReader.bytes("/proc/self/maps", limit: 5) } == .tooLarge)
        }
    }

    @Test func whatCannotBeReadSaysWhy() throws {
        let pipe = "\(folder.path)/pipe"
        #expect(mkfifo(pipe, 0o600) == 0)
        let loop = "\(folder.path)/loop"
        try FileManager.default.createSymbolicLink(atPath: loop, withDestinationPath: loop)
        #expect(errorCode { _ = try FileReader.bytes("\(folder.path)/none", limit: 9) } == .fileNotFound)
        #expect(errorCode { _ = try FileReader.bytes("", limit: 9) } == .fileNotFound)
        #expect(errorCode { _ = try FileReader.bytes("a\0b", limit: 9) } == .fileNotFound)
        for path in [folder.path, pipe, loop] {
            #expect(errorCode { _ = try FileReader.bytes(path, limit: 9) } == .fileUnreadable, "\(path)")
        }
    }

    @Test func whatCannotBeWrittenLeavesNothingBehind() throws {
        for path in [folder.path, "\(folder.path)/none/a", ""] {
            #expect(errorCode { try FileWriter.write([1], to: path) } == .fileUnwritable, "\(path)")
        }
        #expect(folder.names.isEmpty)
    }

    @Test func aFullDiskIsAnError() throws {
        guard FileReader.exists("/dev/full") else { return }
        #expect(errorCode { try FileWriter.write([1, 2], to: "/dev/full") } == .fileUnwritable)
        try FileWriter.write([1, 2], to: "/dev/null")
        #expect(FileReader.exists("/dev/null"))
    }

    @Test func permissionsAndLinksStay() throws {
        let path = try folder.file("a", [1])
        let link = "\(folder.path)/link"
        #expect(chmod(path, 0o640) == 0)
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "a")
        try FileWriter.write([2], to: link)
        #expect(try FileReader.bytes(path, limit: 9) == [2])
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link) == "a")
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(mode == 0o640)
    }

    @Test func namesComeSorted() throws {
        for name in ["b", "a", "ä", ".h"] { _ = try folder.file(name, []) }
        #expect(try FileReader.names(inFolder: folder.path) == [".h", "a", "b", "ä"])
        #expect(errorCode { _ = try FileReader.names(inFolder: "\(folder.path)/a") } == .fileNotFound)
        #expect(FileReader.isFolder(folder.path) && !FileReader.isFolder("\(folder.path)/a"))
    }
}

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// By what a change of a file is seen.
public struct FileStamp: Equatable, Sendable {
    private let inode: UInt64
    private let size: Int64
    private let seconds: Int
    private let nanoseconds: Int

    /// nil while there is no such file, as between the two steps of an editor's saving.
    public init?(_ path: String) {
        var info = stat()
        guard stat(path, &info) == 0 else { return nil }
        self.init(info)
    }

    /// nil for what is not open.
    init?(descriptor: Int32) {
        var info = stat()
        guard fstat(descriptor, &info) == 0 else { return nil }
        self.init(info)
    }

    init(_ info: stat) {
        inode = UInt64(info.st_ino)
        size = Int64(info.st_size)
        #if canImport(Darwin)
        (seconds, nanoseconds) = (info.st_mtimespec.tv_sec, info.st_mtimespec.tv_nsec)
        #else
        (seconds, nanoseconds) = (info.st_mtim.tv_sec, info.st_mtim.tv_nsec)
        #endif
    }

    /// Waits until one of the files has another stamp, and stays so for a moment: a file that is being written is not read.
    /// - Returns: false when `shouldStop` says so.
    public static func waitForChange(of paths: [String], since stamps: [FileStamp?], shouldStop: () -> Bool) -> Bool {
        var last = stamps
        while !shouldStop() {
            usleep(100_000)
            let now = paths.map { FileStamp($0) }
            if now != stamps, now == last, !now.contains(nil) { return true }
            last = now
        }
        return false
    }
}

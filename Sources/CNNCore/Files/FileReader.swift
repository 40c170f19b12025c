import CNNKernels

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Whole files into memory.
public enum FileReader {
    /// What is read where nobody says otherwise: 4 GiB.
    public static let usualLimit = 4 << 30

    /// What is read between two looks at an interrupt.
    private static let stretch = 4 << 20

    /// - Throws: E0501 not there, E0502 cannot be read (a folder, a pipe, no permission), E0604 over the limit, E0601.
    public static func bytes(_ path: String, limit: Int) throws(CNNError) -> [UInt8] {
        try bytes(path, limit: limit, check: nil)
    }

    /// - Parameter check: looks at the first bytes before the rest is read.
    static func bytes(_ path: String, limit: Int, check: HeadCheck?) throws(CNNError) -> [UInt8] {
        let descriptor = try openRegularFile(path)
        defer { close(descriptor) }
        var info = stat()
        guard fstat(descriptor, &info) == 0 else { throw unreadable(path, errno) }
        let size = Int(info.st_size)
        guard size <= limit else { throw tooLarge(path, size, limit) }
        guard size > 0 else { return try untilEnd(descriptor, path, limit) }
        if let check, size > HeadCheck.headSize {
            let head = try filled(HeadCheck.headSize, from: descriptor, path)
            _ = try head.withUnsafeBufferPointer { (head) throws(CNNError) in try check.body(head, size) }
            guard lseek(descriptor, 0, SEEK_SET) == 0 else { throw unreadable(path, errno) }
        }
        return try filled(size, from: descriptor, path)
    }

    /// The next `size` bytes, or fewer at the end.
    private static func filled(_ size: Int, from descriptor: Int32, _ path: String) throws(CNNError) -> [UInt8] {
        try Memory.require(size, for: path)
        var problem: Int32 = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            while count < size, !cnn_interrupt_pending() {
                let got = read(descriptor, buffer.baseAddress.map { $0 + count }, min(size - count, stretch))
                if got < 0 && errno == EINTR { continue }
                if got < 0 { problem = errno }
                if got <= 0 { break }
                count += got
            }
        }
        guard problem == 0 else { throw unreadable(path, problem) }
        if bytes.count < size { try WorkMeter.checkInterrupt() }
        return bytes
    }

    /// What an open descriptor has, to its end.
    /// - Throws: E0502, E0604 over the limit.
    public static func bytes(_ descriptor: Int32, limit: Int) throws(CNNError) -> [UInt8] {
        try untilEnd(descriptor, "the file", limit)
    }

    public static func exists(_ path: String) -> Bool {
        guard isValid(path) else { return false }
        var info = stat()
        return stat(path, &info) == 0
    }

    public static func isFolder(_ path: String) -> Bool {
        guard isValid(path) else { return false }
        var info = stat()
        return stat(path, &info) == 0 && info.st_mode & S_IFMT == S_IFDIR
    }

    /// The names in a folder, without `.` and `..`, in the order of their bytes.
    /// - Throws: E0501, E0502.
    public static func names(inFolder path: String) throws(CNNError) -> [String] {
        let (names, odd) = try listing(ofFolder: path)
        guard odd.isEmpty else { throw CNNError(.fileUnreadable, "'\(path)' has a name in it that is not UTF-8") }
        return names
    }

    /// The names in a folder that are UTF-8, and the others with a sign for what is not.
    /// - Throws: E0501, E0502.
    public static func listing(ofFolder path: String) throws(CNNError) -> (names: [String], odd: [String]) {
        guard isValid(path), let folder = opendir(path) else { throw unreadable(path, isValid(path) ? errno : ENOENT) }
        defer { closedir(folder) }
        var names: [String] = []
        var odd: [String] = []
        while let entry = readdir(folder) {
            withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: MemoryLayout.size(ofValue: pointer.pointee)) {
                    if let name = String(validatingCString: $0) {
                        names.append(name)
                    } else {
                        odd.append(String(cString: $0))
                    }
                }
            }
        }
        names.removeAll { $0 == "." || $0 == ".." }
        let areInOrder: (String, String) -> Bool = { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        return (names.sorted(by: areInOrder), odd.sorted(by: areInOrder))
    }

    /// A name with a zero byte would be cut there by the system.
    static func isValid(_ path: String) -> Bool { !path.isEmpty && !path.utf8.contains(0) }

    /// Opened without waiting, so that a pipe nobody writes to is refused and not waited for.
    private static func openRegularFile(_ path: String) throws(CNNError) -> Int32 {
        guard isValid(path) else { throw unreadable(path, ENOENT) }
        var descriptor: Int32
        repeat { descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK) } while descriptor < 0 && errno == EINTR
        guard descriptor >= 0 else { throw unreadable(path, errno) }
        var info = stat()
        let isKnown = fstat(descriptor, &info) == 0
        guard isKnown, info.st_mode & S_IFMT == S_IFREG else {
            close(descriptor)
            let kind = isKnown && info.st_mode & S_IFMT == S_IFDIR ? "it is a folder" : "it is not a regular file"
            throw CNNError(.fileUnreadable, "'\(path)' cannot be read: \(kind)")
        }
        return descriptor
    }

    /// For files whose size the system does not tell (those of /proc).
    private static func untilEnd(_ descriptor: Int32, _ path: String, _ limit: Int) throws(CNNError) -> [UInt8] {
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let got = read(descriptor, &piece, piece.count)
            if got < 0 && errno == EINTR { continue }
            guard got >= 0 else { throw unreadable(path, errno) }
            if got == 0 { return bytes }
            guard bytes.count + got <= limit else { throw tooLarge(path, bytes.count + got, limit) }
            try Memory.require(2 * bytes.count + got, for: path)
            bytes.append(contentsOf: piece[..<got])
        }
    }

    private static func unreadable(_ path: String, _ number: Int32) -> CNNError {
        if number == ENOENT || number == ENOTDIR { return CNNError(.fileNotFound, "there is no file '\(path)'") }
        return CNNError(.fileUnreadable, "'\(path)' cannot be read: \(SystemError.text(number))")
    }

    private static func tooLarge(_ path: String, _ size: Int, _ limit: Int) -> CNNError {
        CNNError(
            .tooLarge,
            "'\(path)' has \(ByteCount.text(size)); at most \(ByteCount.text(limit)) are read from such a file")
    }
}

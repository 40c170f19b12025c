import CNNKernels

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Whole files from memory: a reader sees the old content or the new one, never a part.
public enum FileWriter {
    /// Writes to a temporary name in the same folder, syncs it, renames it. A device or a pipe is written straight.
    /// - Parameter isDurable: whether to wait until it would survive a loss of power. Without it a program that ends halfway
    ///   still leaves no part behind.
    /// - Parameter isStoppable: whether an interrupt ends it: E0605. A checkpoint is written because of one.
    /// - Throws: E0505; nothing is left behind then.
    public static func write(
        _ bytes: [UInt8], to path: String, isDurable: Bool = true, isStoppable: Bool = false
    ) throws(CNNError) {
        guard FileReader.isValid(path) else { throw unwritable(path, ENOENT) }
        var info = stat()
        let exists = stat(path, &info) == 0
        if exists && info.st_mode & S_IFMT == S_IFDIR { throw unwritable(path, EISDIR) }
        if exists && info.st_mode & S_IFMT != S_IFREG { return try writeStraight(bytes, to: path, isStoppable) }
        // A symbolic link stays one: what it points to is replaced.
        let target = exists ? resolved(path) : path
        let mode = exists ? info.st_mode & 0o777 : nil
        try replace(target, with: bytes, mode: mode, isDurable: isDurable, isStoppable: isStoppable, shownAs: path)
    }

    /// Throws what `write` would throw, as far as that can be told without writing.
    /// - Throws: E0505.
    static func check(_ path: String) throws(CNNError) {
        guard FileReader.isValid(path) else { throw unwritable(path, ENOENT) }
        var info = stat()
        let exists = stat(path, &info) == 0
        if exists && info.st_mode & S_IFMT == S_IFDIR { throw unwritable(path, EISDIR) }
        let folder = folderPrefix(of: exists ? resolved(path) : path)
        let isSpecial = exists && info.st_mode & S_IFMT != S_IFREG
        let checked = isSpecial ? path : folder.isEmpty ? "." : folder
        if access(checked, W_OK) != 0 { throw unwritten(path, errno) }
    }

    /// Makes a folder, and those that it stands in; one that is there is left as it is.
    /// - Throws: E0505.
    public static func makeFolder(_ path: String) throws(CNNError) {
        guard FileReader.isValid(path) else { throw unwritable(path, ENOENT) }
        var made = path.hasPrefix("/") ? "/" : ""
        for part in path.split(separator: "/") {
            made += part + "/"
            if mkdir(made, 0o777) != 0 && errno != EEXIST && errno != EISDIR { throw unwritable(path, errno) }
        }
    }

    private static func replace(
        _ target: String, with bytes: [UInt8], mode: mode_t?, isDurable: Bool, isStoppable: Bool, shownAs path: String
    ) throws(CNNError) {
        var file = try TemporaryFile(beside: target, shownAs: path)
        var problem = writeAll(bytes, to: file.descriptor, isStoppable: isStoppable, isDurable: isDurable)
        if problem == 0, let mode, fchmod(file.descriptor, mode) != 0 { problem = errno }
        if problem == 0 && isDurable && fsync(file.descriptor) != 0 && errno != EINVAL { problem = errno }
        if problem == 0 && !file.takeName() { problem = errno }
        if problem == ECANCELED {
            file.remove()
            closeAside(file.descriptor)
            throw unwritable(path, problem)
        }
        if close(file.descriptor) != 0 && problem == 0 { problem = errno }
        if problem == 0 && rename(file.path, target) != 0 { problem = errno }
        guard problem == 0 else {
            file.remove()
            throw unwritable(path, problem)
        }
        if isDurable { syncFolder(of: target) }
    }

    /// What is written before it takes the place of a file. Where the system can, it has no name until it is whole: a
    /// process that is killed leaves nothing.
    private struct TemporaryFile {
        let descriptor: Int32
        /// The name that it has or will have.
        private(set) var path: String
        private var hasName: Bool

        init(beside target: String, shownAs shown: String) throws(CNNError) {
            let folder = folderPrefix(of: target)
            path = TemporaryFile.name(folder, 0)
            hasName = false
            let nameless = cnn_open_nameless(folder.isEmpty ? "." : folder)
            // Its name is given through /proc, which not every container has.
            if nameless >= 0, access("/proc/self/fd/\(nameless)", F_OK) == 0 {
                descriptor = nameless
                return
            }
            if nameless >= 0 { close(nameless) }
            hasName = true
            for attempt in 0..<100 {
                path = TemporaryFile.name(folder, attempt)
                let named = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
                if named >= 0 {
                    descriptor = named
                    return
                }
                guard errno == EEXIST || errno == EINTR else { break }
            }
            throw unwritten(shown, errno)
        }

        private static func name(_ folder: String, _ attempt: Int) -> String {
            "\(folder).cnnbook-\(getpid())-\(attempt).tmp"
        }

        /// False, with `errno`, where it gets none.
        mutating func takeName() -> Bool {
            let folder = folderPrefix(of: path)
            for attempt in 0..<100 where !hasName {
                path = TemporaryFile.name(folder, attempt)
                hasName = cnn_name_file(descriptor, path)
                guard hasName || errno == EEXIST else { break }
            }
            return hasName
        }

        func remove() {
            if hasName { unlink(path) }
        }
    }

    /// What keeps a new file from being made.
    private static func unwritten(_ path: String, _ number: Int32) -> CNNError {
        guard number == ENOENT || number == ENOTDIR else { return unwritable(path, number) }
        return CNNError(.fileUnwritable, "'\(path)' cannot be written: there is no such folder")
    }

    private static func writeStraight(_ bytes: [UInt8], to path: String, _ isStoppable: Bool) throws(CNNError) {
        // Not waiting at open: a pipe without a reader is an error, not a standstill.
        let descriptor = open(path, O_WRONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw unwritable(path, errno) }
        let flags = fcntl(descriptor, F_GETFL)
        if flags >= 0 { _ = fcntl(descriptor, F_SETFL, flags & ~O_NONBLOCK) }
        let problem = writeAll(bytes, to: descriptor, isStoppable: isStoppable, isDurable: false)
        close(descriptor)
        guard problem == 0 else { throw unwritable(path, problem) }
    }

    /// The last that holds a file without a name gives all of it back.
    private static func closeAside(_ descriptor: Int32) {
        cnn_run_aside({ close(Int32(Int(bitPattern: $0))) }, UnsafeMutableRawPointer(bitPattern: Int(descriptor)))
    }

    /// Bytes between two looks at an interrupt.
    private static let stretch = 4 << 20

    /// 0, or the number of the error; ECANCELED after an interrupt. What is to be durable and stoppable goes to the disk
    /// piece by piece: nothing interrupts an `fsync` of the whole.
    private static func writeAll(
        _ bytes: [UInt8], to descriptor: Int32, isStoppable: Bool, isDurable: Bool
    ) -> Int32 {
        bytes.withUnsafeBytes { buffer in
            var done = 0
            while done < buffer.count {
                if isStoppable, cnn_interrupt_pending() { return ECANCELED }
                let written = systemWrite(
                    descriptor, buffer.baseAddress.map { $0 + done }, min(buffer.count - done, stretch))
                if written < 0 && errno == EINTR { continue }
                guard written > 0 else { return written < 0 ? errno : EIO }
                done += written
                if isStoppable, isDurable, done < buffer.count { fsync(descriptor) }
            }
            return 0
        }
    }

    private static func folderPrefix(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "" }
        return String(path[...slash])
    }

    /// The rename itself must survive a crash too; a file system that cannot say so is no error.
    private static func syncFolder(of path: String) {
        let folder = folderPrefix(of: path)
        let descriptor = open(folder.isEmpty ? "." : folder, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        fsync(descriptor)
        close(descriptor)
    }

    private static func resolved(_ path: String) -> String {
        guard let pointer = realpath(path, nil) else { return path }
        defer { free(pointer) }
        return String(cString: pointer)
    }

    private static func unwritable(_ path: String, _ number: Int32) -> CNNError {
        if number == ECANCELED { return CNNError(.interrupted, "interrupted") }
        return CNNError(.fileUnwritable, "'\(path)' cannot be written: \(SystemError.text(number))")
    }
}

/// `write` of the system, whose name `FileWriter.write` hides.
private func systemWrite(_ descriptor: Int32, _ pointer: UnsafeRawPointer?, _ count: Int) -> Int {
    write(descriptor, pointer, count)
}

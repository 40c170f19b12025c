import CNNCore
import CNNNotebook

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// What was typed in earlier sessions: one entry a line, line ends within an entry written as `\n`.
///
/// Each entry is appended as it is entered, under a lock, so that sessions side by side lose nothing and a killed one
/// loses nothing either. A file that cannot be read or written is no error: the session has no memory then.
struct HistoryFile {
    static let limit = 10_000
    /// Beyond the limit, so many more are let stand: the file is rewritten now and then, not each time.
    private static let slack = 1_000
    /// What is read of a file, its end: no more than a moment's work, however many pastes are in it.
    private static let byteLimit = 8 << 20

    let path: String

    init(path: String) { self.path = path }

    /// In the user's state folder; nil where there is none.
    static func standard() -> HistoryFile? {
        DataFolders.userFolder("XDG_STATE_HOME", ".local/state").map { HistoryFile(path: "\($0)/cnnbook/history") }
    }

    /// The newest entries, oldest first.
    func load() -> [String] {
        guard let (bytes, isWhole) = newest() else { return [] }
        let entries = HistoryFile.entries(bytes)
        if !isWhole || entries.count > HistoryFile.limit + HistoryFile.slack { shorten() }
        return Array(entries.suffix(HistoryFile.limit))
    }

    /// - Returns: whether it is kept. A pipe or a device in the file's place keeps nothing, and is meant to.
    func append(_ entry: String) -> Bool {
        makeFolder()
        guard let descriptor = openLocked() else { return isSpecial }
        defer { close(descriptor) }
        // An entry that was cut off, by a full disk or a killed session, does not run into this one.
        let isCut = HistoryFile.lastByte(of: descriptor).map { $0 != UInt8(ascii: "\n") } ?? false
        return HistoryFile.write((isCut ? "\n" : "") + HistoryFile.encoded(entry) + "\n", to: descriptor)
    }

    /// nil: there is none.
    private static func lastByte(of descriptor: Int32) -> UInt8? {
        let length = lseek(descriptor, 0, SEEK_END)
        var byte: UInt8 = 0
        return length > 0 && pread(descriptor, &byte, 1, length - 1) == 1 ? byte : nil
    }

    // MARK: - The file

    private var isSpecial: Bool {
        var info = stat()
        return stat(path, &info) == 0 && ![S_IFREG, S_IFDIR].contains(info.st_mode & S_IFMT)
    }

    /// The end of the file, whole lines; nil where there is none that can be read.
    private func newest() -> (bytes: [UInt8], isWhole: Bool)? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var info = stat()
        guard fstat(descriptor, &info) == 0, info.st_mode & S_IFMT == S_IFREG else { return nil }
        let count = min(Int(info.st_size), HistoryFile.byteLimit)
        let start = Int(info.st_size) - count
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, done in
            while done < count {
                let got = pread(
                    descriptor, buffer.baseAddress.map { $0 + done }, count - done, off_t(start + done))
                if got < 0 && errno == EINTR { continue }
                if got <= 0 { break }
                done += got
            }
        }
        guard start > 0 else { return (bytes, true) }
        return (Array(bytes.drop { $0 != UInt8(ascii: "\n") }), false)
    }

    private func makeFolder() {
        guard let slash = path.lastIndex(of: "/") else { return }
        var position = path.startIndex
        while let next = path[path.index(after: position)...slash].firstIndex(of: "/") {
            mkdir(String(path[..<next]), 0o700)
            if next == slash { return }
            position = next
        }
    }

    /// Opened for appending, for the user alone, and locked. Who waited for the lock may hold a file that another
    /// session has replaced meanwhile.
    private func openLocked() -> Int32? {
        for _ in 0..<16 {
            let descriptor = open(path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, 0o600)
            guard descriptor >= 0 else { return nil }
            var (mine, present) = (stat(), stat())
            // A pipe or a device in its place stays as it is.
            guard fstat(descriptor, &mine) == 0, mine.st_mode & S_IFMT == S_IFREG else {
                close(descriptor)
                return nil
            }
            fchmod(descriptor, 0o600)
            if flock(descriptor, LOCK_EX) == 0, stat(path, &present) == 0, mine.st_ino == present.st_ino {
                return descriptor
            }
            close(descriptor)
        }
        return nil
    }

    /// Leaves the newest entries.
    private func shorten() {
        guard let descriptor = openLocked() else { return }
        defer { close(descriptor) }
        guard let (bytes, _) = newest() else { return }
        let kept = HistoryFile.entries(bytes).suffix(HistoryFile.limit)
        let text = kept.map { HistoryFile.encoded($0) + "\n" }.joined()
        // The new file takes the old one's mode.
        try? FileWriter.write(Array(text.utf8), to: path)
    }

    private static func write(_ text: String, to descriptor: Int32) -> Bool {
        let bytes = Array(text.utf8)
        var start = 0
        while start < bytes.count {
            let written = bytes.withUnsafeBytes { buffer in
                systemWrite(descriptor, buffer.baseAddress.map { $0 + start }, bytes.count - start)
            }
            if written < 0, errno == EINTR { continue }
            guard written > 0 else { return false }
            start += written
        }
        return true
    }

    // MARK: - Entries

    static func entries(_ bytes: [UInt8]) -> [String] {
        bytes.split(separator: UInt8(ascii: "\n")).map(decoded)
    }

    static func encoded(_ entry: String) -> String {
        var result = ""
        for scalar in entry.unicodeScalars {
            switch scalar {
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    static func decoded(_ line: ArraySlice<UInt8>) -> String {
        var result: [UInt8] = []
        var isEscaped = false
        for byte in line {
            if isEscaped {
                result.append(byte == UInt8(ascii: "n") ? 0x0A : byte == UInt8(ascii: "r") ? 0x0D : byte)
                isEscaped = false
            } else if byte == UInt8(ascii: "\\") {
                isEscaped = true
            } else {
                result.append(byte)
            }
        }
        return String(decoding: result, as: UTF8.self)
    }
}

/// `write` of the system, whose name `HistoryFile.write` hides.
private func systemWrite(_ descriptor: Int32, _ pointer: UnsafeRawPointer?, _ count: Int) -> Int {
    write(descriptor, pointer, count)
}

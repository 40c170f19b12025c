import CNNCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Both ends of a pipe. No other process inherits them but by name.
struct Pipe {
    let readEnd: Int32
    let writeEnd: Int32

    /// - Throws: E0502 where the system gives none.
    init() throws(CNNError) {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { throw Pipe.failure("pipe", errno) }
        // Out of the way of the numbers that a child's own get.
        (readEnd, writeEnd) = (Pipe.moved(ends[0]), Pipe.moved(ends[1]))
        guard readEnd >= 0, writeEnd >= 0 else {
            let number = errno
            close()
            throw Pipe.failure("pipe", number)
        }
    }

    private static func moved(_ descriptor: Int32) -> Int32 {
        let copy = fcntl(descriptor, F_DUPFD_CLOEXEC, 16)
        systemClose(descriptor)
        return copy
    }

    func close() { for end in [readEnd, writeEnd] where end >= 0 { systemClose(end) } }

    static func failure(_ what: String, _ number: Int32) -> CNNError {
        CNNError(.fileUnreadable, "no \(what) for a process of its own: system error \(number)")
    }

    /// What can be read of a pipe that does not wait.
    /// - Returns: empty at the end, nil where nothing is there yet.
    static func read(_ descriptor: Int32) -> [UInt8]? {
        var piece = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = systemRead(descriptor, &piece, piece.count)
            if count < 0, errno == EINTR { continue }
            if count < 0, errno == EAGAIN { return nil }
            return Array(piece.prefix(max(0, count)))
        }
    }

    /// - Returns: whether all was written; false where nobody reads.
    static func write(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
        var start = 0
        while start < bytes.count {
            let count = bytes.withUnsafeBytes { buffer in
                systemWrite(descriptor, buffer.baseAddress.map { $0 + start }, buffer.count - start)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return false }
            start += count
        }
        return true
    }
}

// The system's own, whose names the methods hide.
private func systemClose(_ descriptor: Int32) { close(descriptor) }

private func systemRead(_ descriptor: Int32, _ pointer: UnsafeMutableRawPointer, _ count: Int) -> Int {
    read(descriptor, pointer, count)
}

private func systemWrite(_ descriptor: Int32, _ pointer: UnsafeRawPointer?, _ count: Int) -> Int {
    write(descriptor, pointer, count)
}

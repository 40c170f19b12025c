import CNNCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Standard output or standard error, with a buffer. The first fault is kept; whatever is written after it is dropped.
public final class FileOutput {
    private let descriptor: Int32
    private let name: String
    private let flushesLines: Bool
    private var buffer: [UInt8] = []
    private static let bufferBytes = 1 << 16

    /// E0505, once writing has failed: the reader has gone, the disk is full.
    public private(set) var failure: CNNError?
    /// Called once, when writing fails.
    public var whenItFails: () -> Void = {}

    /// On a terminal lines are shown as they come, otherwise when `flush` says so.
    public init(_ descriptor: Int32, name: String) {
        self.descriptor = descriptor
        self.name = name
        flushesLines = isatty(descriptor) == 1
    }

    /// Whether what was written ends with a line end, if anything was written.
    public private(set) var isAtLineStart = true

    /// For a line that something else has ended: Enter does, behind a prompt.
    public func lineHasEnded() { isAtLineStart = true }

    public var isTerminal: Bool { flushesLines }

    /// Of the terminal, asked anew each time: it may have been resized. nil where there is none.
    public var columns: Int? {
        var size = winsize()
        guard isTerminal, ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
        return Int(size.ws_col)
    }

    public func write(_ text: String) {
        guard failure == nil else { return }
        buffer += text.utf8
        if let last = text.utf8.last { isAtLineStart = last == UInt8(ascii: "\n") }
        if buffer.count >= FileOutput.bufferBytes || (flushesLines && buffer.last == UInt8(ascii: "\n")) { flush() }
    }

    public func flush() {
        var start = 0
        while start < buffer.count, failure == nil {
            let written = buffer.withUnsafeBytes { bytes in
                systemWrite(descriptor, bytes.baseAddress.map { $0 + start }, bytes.count - start)
            }
            if written > 0 {
                start += written
            } else if written == 0 || !waits(errno) {
                fail(written == 0 ? EIO : errno)
            }
        }
        buffer.removeAll(keepingCapacity: true)
    }

    /// Whether trying again helps: after a signal, or once a reader has made room.
    private func waits(_ number: Int32) -> Bool {
        if number == EINTR { return true }
        guard number == EAGAIN || number == EWOULDBLOCK else { return false }
        var request = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        return poll(&request, 1, -1) >= 0 || errno == EINTR
    }

    private func fail(_ number: Int32) {
        failure = CNNError(.fileUnwritable, "\(name) cannot be written: \(FileOutput.reason(number))")
        whenItFails()
    }

    private static func reason(_ number: Int32) -> String {
        switch number {
        case EPIPE: "its reader has gone"
        case ENOSPC, EDQUOT: "no space is left"
        case EBADF: "it is closed"
        case EFBIG: "it is larger than the system allows"
        case EIO: "the device reports an error"
        default: "system error \(number)"
        }
    }
}

/// `write` of the system, whose name `FileOutput.write` hides.
private func systemWrite(_ descriptor: Int32, _ pointer: UnsafeRawPointer?, _ count: Int) -> Int {
    write(descriptor, pointer, count)
}

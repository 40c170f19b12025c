import CZlib

/// Unpacks deflate piece by piece into memory of the caller, so that nothing is larger than who asked for it.
final class InflateStream: ByteStream {
    enum Wrapping: Int32 {
        /// gzip, one member after the other.
        case gzip = 31
        /// Bare deflate, as in a zip archive.
        case none = -15
    }

    private var stream = z_stream()
    private let source: UnsafeBufferPointer<UInt8>
    private let wrapping: Wrapping
    private let name: String
    private var fed = 0
    private var isAtEnd = false

    /// `source` must live as long as this.
    init(_ source: UnsafeBufferPointer<UInt8>, _ wrapping: Wrapping, name: String) throws(CNNError) {
        self.source = source
        self.wrapping = wrapping
        self.name = name
        let status = inflateInit2_(
            &stream, wrapping.rawValue, zlibVersion(), Int32(MemoryLayout<z_stream>.size))
        guard status == Z_OK else { throw CNNError(.outOfMemory, "there is no memory to unpack '\(name)'") }
    }

    deinit { inflateEnd(&stream) }

    /// Fills `target`, or less where the data ends before. Gives the bytes written.
    /// - Throws: E0503 where the data is damaged or cut off; E0605.
    func read(into target: UnsafeMutableBufferPointer<UInt8>) throws(CNNError) -> Int {
        var done = 0
        while done < target.count && !isAtEnd {
            feed()
            let room = min(target.count - done, 1 << 20)
            stream.next_out = target.baseAddress.map { $0 + done }
            stream.avail_out = UInt32(room)
            let before = stream.avail_in
            let status = inflate(&stream, Z_NO_FLUSH)
            let made = room - Int(stream.avail_out)
            done += made
            try advance(status, isStuck: made == 0 && stream.avail_in == before)
            if done < target.count { try WorkMeter.checkInterrupt() }
        }
        return done
    }

    /// Whether all of the data has been read, checksum included. Reads on where only the end is missing.
    func isFinished() throws(CNNError) -> Bool {
        if isAtEnd { return true }
        var extra: UInt8 = 0
        let count = try withUnsafeMutablePointer(to: &extra) { (pointer) throws(CNNError) -> Int in
            try read(into: UnsafeMutableBufferPointer(start: pointer, count: 1))
        }
        return count == 0
    }

    private func feed() {
        guard stream.avail_in == 0 else { return }
        let count = min(source.count - fed, 1 << 30)
        stream.next_in = UnsafeMutablePointer(mutating: source.baseAddress.map { $0 + fed })
        stream.avail_in = UInt32(count)
        fed += count
    }

    private func advance(_ status: Int32, isStuck: Bool) throws(CNNError) {
        switch status {
        case Z_OK: break
        case Z_STREAM_END: try endMember()
        case Z_BUF_ERROR where !isStuck: break
        case Z_BUF_ERROR: throw CNNError.malformed(name, "the packed data ends too early")
        case Z_MEM_ERROR: throw CNNError(.outOfMemory, "there is no memory to unpack '\(name)'")
        default: throw CNNError.malformed(name, "the packed data is damaged")
        }
        if status == Z_OK && isStuck && fed == source.count {
            throw CNNError.malformed(name, "the packed data ends too early")
        }
    }

    /// gzip allows several members, and zeros after the last.
    private func endMember() throws(CNNError) {
        var position = fed - Int(stream.avail_in)
        while wrapping == .gzip && position < source.count && source[position] == 0 { position += 1 }
        guard wrapping == .gzip && position < source.count else {
            isAtEnd = true
            return
        }
        fed = position
        stream.avail_in = 0
        guard inflateReset(&stream) == Z_OK else { throw CNNError.malformed(name, "the packed data is damaged") }
    }
}

/// Messages on a pipe between two processes: the length of what follows in four bytes, the lowest first, then the content.
enum Frame {
    static func bytes(_ content: [UInt8]) -> [UInt8] {
        let size = UInt32(content.count)
        return (0..<4).map { UInt8(truncatingIfNeeded: size >> (8 * UInt32($0))) } + content
    }
}

/// Takes a pipe's bytes as they come, and gives the contents of the frames in them.
struct FrameReader {
    struct TooLarge: Error {}

    private let limit: Int
    private var pending: [UInt8] = []

    /// - Parameter limit: the most bytes that a frame may have.
    init(limit: Int) { self.limit = limit }

    /// Whether a frame has begun and not ended.
    var isWithinFrame: Bool { !pending.isEmpty }

    mutating func contents(_ bytes: some Sequence<UInt8>) throws(TooLarge) -> [[UInt8]] {
        pending += bytes
        var contents: [[UInt8]] = []
        var start = 0
        while pending.count - start >= 4 {
            let size = (0..<4).reduce(0) { $0 | Int(pending[start + $1]) << (8 * $1) }
            guard size <= limit else { throw TooLarge() }
            guard pending.count - start - 4 >= size else { break }
            contents.append(Array(pending[start + 4..<start + 4 + size]))
            start += 4 + size
        }
        pending.removeFirst(start)
        return contents
    }
}

/// Files packed by gzip.
public enum Gzip {
    static let magic: [UInt8] = [0x1f, 0x8b]

    /// Whether the bytes begin as a gzip file does.
    static func isPacked(_ bytes: [UInt8]) -> Bool { bytes.starts(with: magic) }

    /// - Parameter limit: the most bytes that may come out, whatever the file claims.
    /// - Throws: E0503 where it is damaged or cut off, E0604 where more than `limit` bytes would come out.
    public static func decompress(_ bytes: [UInt8], limit: Int, name: String) throws(CNNError) -> [UInt8] {
        try decompress(bytes, limit: limit, name: name, check: nil)
    }

    static func decompress(
        _ bytes: [UInt8], limit: Int, name: String, check: HeadCheck?
    ) throws(CNNError) -> [UInt8] {
        guard isPacked(bytes) else { throw CNNError.malformed(name, "it does not begin as a gzip file does") }
        return try inflated(bytes[...], .gzip, limit: limit, name: name, check: check)
    }

    /// All that comes out, taken in pieces that grow with what has come already.
    /// - Parameter total: how many bytes it claims to be. - Parameter check: looks at the first ones.
    static func inflated(
        _ bytes: ArraySlice<UInt8>, _ wrapping: InflateStream.Wrapping, limit: Int, name: String, total: Int? = nil,
        check: HeadCheck? = nil
    ) throws(CNNError) -> [UInt8] {
        try bytes.withUnsafeBufferPointer { (source) throws(CNNError) -> [UInt8] in
            let stream = try InflateStream(source, wrapping, name: name)
            var result: [UInt8] = []
            var (limit, claimed) = (total ?? limit, total)
            var size = check == nil ? max(4096, min(limit, source.count * 4)) : HeadCheck.headSize
            while true {
                let piece = min(size, limit - result.count)
                if piece <= 0 {
                    guard piece == 0, try stream.isFinished() else { throw overLimit(name, limit, claimed: claimed) }
                    return result
                }
                let start = result.count
                try Memory.require(2 * start + piece, for: name)
                result.append(contentsOf: repeatElement(0, count: piece))
                let got = try result.withUnsafeMutableBufferPointer { (target) throws(CNNError) -> Int in
                    try stream.read(into: UnsafeMutableBufferPointer(rebasing: target[start...]))
                }
                if got < piece { result.removeLast(piece - got) }
                if start == 0, let check {
                    claimed = try result.withUnsafeBufferPointer { (head) throws(CNNError) in
                        try check.body(head, got < piece ? result.count : claimed)
                    }
                    limit = min(limit, claimed ?? limit)
                }
                if got < piece { return result }
                size = result.count
            }
        }
    }

    private static func overLimit(_ name: String, _ limit: Int, claimed: Int?) -> CNNError {
        guard claimed != limit else {
            return CNNError.malformed(name, "it unpacks to more than the \(ByteCount.text(limit)) that it claims")
        }
        return CNNError(.tooLarge, "'\(name)' unpacks to more than \(ByteCount.text(limit))")
    }
}

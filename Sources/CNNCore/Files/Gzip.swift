/// Files packed by gzip.
public enum Gzip {
    /// Whether the bytes begin as a gzip file does.
    static func isPacked(_ bytes: [UInt8]) -> Bool { bytes.count >= 2 && bytes[0] == 0x1f && bytes[1] == 0x8b }

    /// - Parameter limit: the most bytes that may come out, whatever the file claims.
    /// - Throws: E0503 where it is damaged or cut off, E0604 where more than `limit` bytes would come out.
    public static func decompress(_ bytes: [UInt8], limit: Int, name: String) throws(CNNError) -> [UInt8] {
        guard isPacked(bytes) else { throw CNNError.malformed(name, "it does not begin as a gzip file does") }
        return try inflated(bytes[...], .gzip, limit: limit, name: name)
    }

    /// All that comes out, taken in pieces that grow with what has come already.
    static func inflated(
        _ bytes: ArraySlice<UInt8>, _ wrapping: InflateStream.Wrapping, limit: Int, name: String
    ) throws(CNNError) -> [UInt8] {
        try bytes.withUnsafeBufferPointer { (source) throws(CNNError) -> [UInt8] in
            let stream = try InflateStream(source, wrapping, name: name)
            var result: [UInt8] = []
            var size = max(4096, min(limit, source.count * 4))
            while true {
                let piece = min(size, limit - result.count)
                if piece == 0 {
                    guard try stream.isFinished() else { throw overLimit(name, limit) }
                    return result
                }
                let start = result.count
                result.append(contentsOf: repeatElement(0, count: piece))
                let got = try result.withUnsafeMutableBufferPointer { (target) throws(CNNError) -> Int in
                    try stream.read(into: UnsafeMutableBufferPointer(rebasing: target[start...]))
                }
                if got < piece {
                    result.removeLast(piece - got)
                    return result
                }
                size = result.count
            }
        }
    }

    private static func overLimit(_ name: String, _ limit: Int) -> CNNError {
        CNNError(.tooLarge, "'\(name)' unpacks to more than \(ByteCount.text(limit))")
    }
}

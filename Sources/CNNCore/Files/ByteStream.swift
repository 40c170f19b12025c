/// Bytes that are taken in order, packed or not.
protocol ByteStream: AnyObject {
    /// Fills `target`, or less where the data ends before. Gives the bytes written.
    func read(into target: UnsafeMutableBufferPointer<UInt8>) throws(CNNError) -> Int
    /// Whether nothing is left.
    func isFinished() throws(CNNError) -> Bool
}

/// Bytes that are in memory as they are.
final class MemoryStream: ByteStream {
    private let source: UnsafeBufferPointer<UInt8>
    private var position = 0

    init(_ source: UnsafeBufferPointer<UInt8>) { self.source = source }

    func read(into target: UnsafeMutableBufferPointer<UInt8>) -> Int {
        let count = min(target.count, source.count - position)
        guard count > 0, let start = source.baseAddress, let place = target.baseAddress else { return 0 }
        place.update(from: start + position, count: count)
        position += count
        return count
    }

    func isFinished() -> Bool { position == source.count }
}

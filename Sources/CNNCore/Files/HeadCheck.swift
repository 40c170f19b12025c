#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Looks at the first bytes of a content before the rest is read or unpacked, so that a file that lies costs nothing.
struct HeadCheck {
    /// Enough for the header of an .npy file.
    static let headSize = 1 << 14

    /// Of the first bytes and, where it is known, how many there are in all. Gives how many the header claims, nil where
    /// it does not say. - Throws: E0503.
    let body: (_ head: UnsafeBufferPointer<UInt8>, _ total: Int?) throws(CNNError) -> Int?

    init(_ body: @escaping (UnsafeBufferPointer<UInt8>, Int?) throws(CNNError) -> Int?) { self.body = body }

    /// The same, but a packed content is not looked at: what comes out of it is.
    var unlessPacked: HeadCheck {
        HeadCheck { (head, total) throws(CNNError) -> Int? in
            head.starts(with: Gzip.magic) ? nil : try body(head, total)
        }
    }
}

/// Memory that Swift's arrays are about to take: they cannot be told that there is none.
enum Memory {
    /// - Throws: E0601 where so many bytes cannot be had.
    static func require(_ bytes: Int, for name: String) throws(CNNError) {
        guard bytes > 1 << 16 else { return }
        guard let probe = malloc(bytes) else {
            throw CNNError(.outOfMemory, "there is no memory for the \(ByteCount.text(bytes)) of '\(name)'")
        }
        free(probe)
    }
}

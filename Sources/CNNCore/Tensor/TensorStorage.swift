#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The bytes of one or more tensors. Aligned to 64 bytes; given back to the allocator at the end.
public final class TensorStorage {
    public let pointer: UnsafeMutableRawPointer
    public let byteCount: Int
    private let allocator: TensorAllocator

    init(byteCount: Int, allocator: TensorAllocator) throws(CNNError) {
        self.pointer = try allocator.take(byteCount)
        self.byteCount = byteCount
        self.allocator = allocator
    }

    deinit { allocator.give(pointer, byteCount) }
}

/// Memory for tensors: one budget, asked before anything is allocated, and free lists by size class, so that
/// a training step neither calls malloc nor touches fresh pages. Used from the interpreter's thread alone.
public final class TensorAllocator {
    /// The allocator of this process; the kernels' threads never allocate.
    public nonisolated(unsafe) static let shared = TensorAllocator()

    /// Bytes that tensors may hold together.
    public var budgetBytes = Int.max
    /// Bytes that living tensors hold.
    public private(set) var liveBytes = 0
    /// The most that `liveBytes` has been.
    public private(set) var peakBytes = 0

    private var freeLists: [Int: [UnsafeMutableRawPointer]] = [:]
    private var freeBytes = 0

    /// Sizes are rounded up to an eighth of their power of two, so that few classes serve all shapes.
    static func sizeClass(_ byteCount: Int) -> Int {
        if byteCount <= 256 { return (max(byteCount, 1) + 63) & ~63 }
        let step = max(64, (1 << (Int.bitWidth - 1 - byteCount.leadingZeroBitCount)) / 8)
        return (byteCount + step - 1) / step * step
    }

    func take(_ byteCount: Int) throws(CNNError) -> UnsafeMutableRawPointer {
        guard byteCount <= budgetBytes, liveBytes <= budgetBytes - byteCount else { throw refusal(byteCount) }
        let size = TensorAllocator.sizeClass(byteCount)
        liveBytes += byteCount
        peakBytes = max(peakBytes, liveBytes)
        if let pointer = freeLists[size]?.popLast() {
            freeBytes -= size
            return pointer
        }
        if let pointer = allocate(size) { return pointer }
        releaseFreeLists()
        if let pointer = allocate(size) { return pointer }
        liveBytes -= byteCount
        throw refusal(byteCount)
    }

    func give(_ pointer: UnsafeMutableRawPointer, _ byteCount: Int) {
        liveBytes -= byteCount
        let size = TensorAllocator.sizeClass(byteCount)
        // What lies free is bounded by what lives, so that a peak does not stay for ever.
        if freeBytes + size > max(64 << 20, liveBytes) {
            free(pointer)
            return
        }
        freeLists[size, default: []].append(pointer)
        freeBytes += size
    }

    private func allocate(_ size: Int) -> UnsafeMutableRawPointer? {
        var pointer: UnsafeMutableRawPointer?
        return posix_memalign(&pointer, 64, size) == 0 ? pointer : nil
    }

    private func releaseFreeLists() {
        for list in freeLists.values { list.forEach { free($0) } }
        freeLists.removeAll()
        freeBytes = 0
    }

    private func refusal(_ byteCount: Int) -> CNNError {
        let budget = budgetBytes == Int.max ? "this machine's memory" : "the budget of \(ByteCount.text(budgetBytes))"
        return CNNError(
            .outOfMemory, "a tensor of \(ByteCount.text(byteCount)) does not fit into \(budget)",
            notes: ["\(ByteCount.text(liveBytes)) are in use"])
    }
}

/// A number of bytes as people read it: `512 B`, `18.4 KiB`, `1.2 GiB`.
public enum ByteCount {
    public static func text(_ bytes: Int) -> String {
        if bytes < 1024 { return "\(bytes) B" }
        var tenths = bytes
        for unit in ["KiB", "MiB", "GiB", "TiB", "PiB"] {
            if tenths < 1024 * 1024 || unit == "PiB" {
                let rounded = tenths / 1024 * 10 + (tenths % 1024 * 10 + 512) / 1024
                return "\(rounded / 10).\(rounded % 10) \(unit)"
            }
            tenths /= 1024
        }
        return "\(bytes) B"
    }
}

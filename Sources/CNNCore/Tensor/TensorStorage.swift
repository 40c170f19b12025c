import CNNKernels

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
    /// Whether it is a mapping of its own, of pages that come into being when they are touched.
    private let isMapped: Bool

    init(byteCount: Int, allocator: TensorAllocator) throws(CNNError) {
        self.pointer = try allocator.take(byteCount)
        self.byteCount = byteCount
        self.allocator = allocator
        isMapped = false
    }

    /// Zeros that nobody has touched, beside the budget.
    init(unread byteCount: Int) throws(CNNError) {
        let size = max(byteCount, 64)
        guard
            let pages = mmap(
                nil, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0),
            pages != MAP_FAILED
        else { throw CNNError(.outOfMemory, "a tensor of \(ByteCount.text(byteCount)) is more than can be addressed") }
        pointer = pages
        self.byteCount = size
        allocator = .shared
        isMapped = true
    }

    /// For tensors whose elements are not there.
    nonisolated(unsafe) static let none = TensorStorage()

    private init() {
        pointer = .allocate(byteCount: 64, alignment: 64)
        byteCount = 0
        allocator = .shared
        isMapped = false
    }

    deinit {
        if isMapped { munmap(pointer, byteCount) } else { allocator.give(pointer, byteCount) }
    }
}

/// Memory for tensors: one budget, asked before anything is allocated, and free lists by size class, so that
/// a training step neither calls malloc nor touches fresh pages. Used from the interpreter's thread alone.
public final class TensorAllocator {
    /// The allocator of this process; the kernels' threads never allocate.
    public nonisolated(unsafe) static let shared = TensorAllocator()

    /// Bytes that tensors may hold together, with the lists and texts of `ValueMemory`.
    public var budgetBytes = Int.max
    /// Bytes that living tensors hold.
    public private(set) var liveBytes = 0
    /// The most that `liveBytes` has been.
    public private(set) var peakBytes = 0

    /// The first free block of each size class; every free block begins with the address of the next.
    private let freeBlocks: UnsafeMutablePointer<UnsafeMutableRawPointer?>
    private var freeBytes = 0

    init() {
        freeBlocks = .allocate(capacity: SizeClass.count)
        freeBlocks.initialize(repeating: nil, count: SizeClass.count)
    }

    deinit {
        releaseFreeBlocks()
        freeBlocks.deallocate()
    }

    func take(_ byteCount: Int) throws(CNNError) -> UnsafeMutableRawPointer {
        let used = liveBytes + ValueMemory.liveBytes
        guard byteCount <= budgetBytes, used <= budgetBytes - byteCount else {
            throw refusal(byteCount, for: "tensor")
        }
        let sizeClass = SizeClass(byteCount)
        liveBytes += byteCount
        peakBytes = max(peakBytes, liveBytes)
        if let block = freeBlocks[sizeClass.index] {
            freeBlocks[sizeClass.index] = block.load(as: UnsafeMutableRawPointer?.self)
            freeBytes -= sizeClass.byteCount
            return block
        }
        if let block = allocate(sizeClass.byteCount) { return block }
        releaseFreeBlocks()
        if let block = allocate(sizeClass.byteCount) { return block }
        liveBytes -= byteCount
        throw refusal(byteCount, for: "tensor")
    }

    func give(_ block: UnsafeMutableRawPointer, _ byteCount: Int) {
        liveBytes -= byteCount
        let sizeClass = SizeClass(byteCount)
        // What lies free is bounded by what lives, so that a peak does not stay for ever.
        if freeBytes + sizeClass.byteCount > max(64 << 20, liveBytes) {
            if byteCount > 64 << 20 { cnn_free_large(block, Int64(byteCount)) } else { free(block) }
            return
        }
        block.storeBytes(of: freeBlocks[sizeClass.index], as: UnsafeMutableRawPointer?.self)
        freeBlocks[sizeClass.index] = block
        freeBytes += sizeClass.byteCount
    }

    private func allocate(_ size: Int) -> UnsafeMutableRawPointer? {
        var pointer: UnsafeMutableRawPointer?
        return posix_memalign(&pointer, 64, size) == 0 ? pointer : nil
    }

    private func releaseFreeBlocks() {
        for index in 0..<SizeClass.count {
            while let block = freeBlocks[index] {
                freeBlocks[index] = block.load(as: UnsafeMutableRawPointer?.self)
                free(block)
            }
        }
        freeBytes = 0
    }

    var budgetText: String {
        budgetBytes == Int.max ? "this machine's memory" : "the budget of \(ByteCount.text(budgetBytes))"
    }

    func refusal(_ byteCount: Int, for kind: String) -> CNNError {
        CNNError(
            .outOfMemory, "a \(kind) of \(ByteCount.text(byteCount)) does not fit into \(budgetText)",
            notes: ["\(ByteCount.text(liveBytes + ValueMemory.liveBytes)) are in use"])
    }
}

/// Sizes are rounded up to an eighth of their power of two, so that few classes serve all shapes.
private struct SizeClass {
    static let count = 448

    let index: Int
    let byteCount: Int

    init(_ byteCount: Int) {
        if byteCount <= 512 {
            index = max(1, (byteCount + 63) >> 6)
            self.byteCount = index << 6
        } else {
            let exponent = Int.bitWidth - 1 - byteCount.leadingZeroBitCount
            let step = exponent - 3
            // 8 to 16 eighths; 16 are the 8 of the next power.
            let eighths = (byteCount + (1 << step) - 1) >> step
            index = (exponent - 9) * 8 + eighths
            self.byteCount = eighths << step
        }
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

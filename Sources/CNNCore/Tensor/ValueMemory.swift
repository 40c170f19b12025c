#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The bytes of a session's values that are no tensors, lists and texts: they share the tensors' budget.
///
/// Whoever makes one counts it; whoever is about to make a large one asks first, since Swift ends the program where there is
/// no memory. Small ones are not asked for one by one: `check`, now and then, sees what they came to.
public enum ValueMemory {
    /// What the living ones hold. Changed from the interpreter's thread alone.
    nonisolated(unsafe) public static var liveBytes = 0

    /// From here on it is worth to ask the system, which takes a microsecond.
    private static let largeBytes = 1 << 20
    /// What must be left for the small ones until the next `check`.
    private static let reserveBytes = 32 << 20

    /// Whether this process may have only so many addresses (`ulimit -v`).
    public static let hasAddressLimit: Bool = {
        var limit = rlimit()
        #if canImport(Glibc)
        guard getrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit) == 0 else { return false }
        #else
        guard getrlimit(RLIMIT_AS, &limit) == 0 else { return false }
        #endif
        return limit.rlim_cur != rlim_t.max
    }()

    /// - Parameter kind: what is to be made: "list", "str".
    /// - Throws: E0601 where so many bytes more do not fit into the budget, or into the system's memory.
    public static func require(_ bytes: Int, for kind: String) throws(CNNError) {
        let allocator = TensorAllocator.shared
        let used = liveBytes + allocator.liveBytes
        guard bytes <= allocator.budgetBytes, used <= allocator.budgetBytes - bytes,
            bytes < largeBytes || isAvailable(bytes + reserveBytes)
        else { throw allocator.refusal(bytes, for: kind) }
    }

    /// The same for so many of so many bytes each.
    /// - Throws: E0601.
    public static func require(_ count: Int, each bytes: Int, for kind: String) throws(CNNError) {
        let (all, overflow) = count.multipliedReportingOverflow(by: bytes)
        try require(overflow ? Int.max : all, for: kind)
    }

    /// - Throws: E0601 where the values that live are over the budget, or next to nothing is left.
    public static func check() throws(CNNError) {
        let allocator = TensorAllocator.shared
        guard liveBytes <= allocator.budgetBytes, allocator.liveBytes <= allocator.budgetBytes - liveBytes,
            !hasAddressLimit || isAvailable(reserveBytes)
        else {
            let budget = allocator.budgetText
            throw CNNError(
                .outOfMemory, "the values of this session do not fit into \(budget)",
                notes: ["\(ByteCount.text(liveBytes + allocator.liveBytes)) are in use"])
        }
    }

    private static func isAvailable(_ bytes: Int) -> Bool {
        guard let pages = mmap(nil, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0),
            pages != MAP_FAILED
        else { return false }
        munmap(pages, bytes)
        return true
    }
}

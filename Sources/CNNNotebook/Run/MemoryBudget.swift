#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// How many bytes tensors may take together.
public enum MemoryBudget {
    /// Three quarters of what the machine, or the container that this runs in, has.
    public static func standard() -> Int {
        var bytes = physicalBytes() ?? Int.max
        if let limit = containerBytes() { bytes = min(bytes, limit) }
        return bytes / 4 * 3
    }

    /// `1073741824`, `512M`, `1.5GiB`; nil for what is no such size, or none above 0.
    public static func bytes(_ text: String) -> Int? {
        let digits = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
        let units = ["": 1, "K": 1 << 10, "M": 1 << 20, "G": 1 << 30, "T": 1 << 40]
        var unit = text.dropFirst(digits.count).uppercased()
        for ending in ["IB", "B"] where unit.hasSuffix(ending) {
            unit.removeLast(ending.count)
            break
        }
        guard let number = Double(digits), let factor = units[unit] else { return nil }
        let bytes = number * Double(factor)
        return bytes >= 1 && bytes < 0x1p62 ? Int(bytes) : nil
    }

    private static func physicalBytes() -> Int? {
        let pages = sysconf(Int32(_SC_PHYS_PAGES))
        let pageBytes = sysconf(Int32(_SC_PAGESIZE))
        guard pages > 0, pageBytes > 0 else { return nil }
        let (bytes, overflow) = pages.multipliedReportingOverflow(by: pageBytes)
        return overflow ? nil : bytes
    }

    /// The limit of a Linux control group; nil where there is none.
    private static func containerBytes() -> Int? {
        let descriptor = open("/sys/fs/cgroup/memory.max", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var buffer = [UInt8](repeating: 0, count: 32)
        let count = read(descriptor, &buffer, buffer.count)
        guard count > 0 else { return nil }
        return Int(String(decoding: buffer[..<count].prefix(while: \.isDecimalDigit), as: UTF8.self))
    }
}

/// A version of cnnbook: `0.1`, `1.4.2`.
public struct Version: Comparable, Sendable, CustomStringConvertible {
    /// The version of this program.
    public static let current = Version(0, 1, 0)

    public let major: Int
    public let minor: Int
    public let patch: Int

    init(_ major: Int, _ minor: Int, _ patch: Int) {
        (self.major, self.minor, self.patch) = (major, minor, patch)
    }

    /// nil for what is no version.
    init?(_ text: some StringProtocol) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        let numbers = parts.compactMap { part in part.utf8.allSatisfy(\.isDecimalDigit) ? Int(part) : nil }
        guard (1...3).contains(parts.count), numbers.count == parts.count else { return nil }
        self.init(numbers[0], numbers.count > 1 ? numbers[1] : 0, numbers.count > 2 ? numbers[2] : 0)
    }

    public static func < (first: Version, second: Version) -> Bool {
        (first.major, first.minor, first.patch) < (second.major, second.minor, second.patch)
    }

    public var description: String { "\(major).\(minor).\(patch)" }
}

extension UInt8 {
    var isDecimalDigit: Bool { self >= UInt8(ascii: "0") && self <= UInt8(ascii: "9") }
}

extension StringProtocol {
    /// Digits alone, one at least.
    var isDecimalNumber: Bool { !isEmpty && utf8.allSatisfy(\.isDecimalDigit) }
}

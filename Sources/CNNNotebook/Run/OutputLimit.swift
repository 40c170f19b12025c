/// How much a cell may print: beyond it, head and tail stay.
public struct OutputLimit: Equatable, Sendable {
    public var lines: Int
    public var bytes: Int

    /// NOTEBOOK §3: 1,000 lines or 256 KiB a cell.
    public static let cell = OutputLimit(lines: 1_000, bytes: 256 << 10)

    public init(lines: Int, bytes: Int) {
        self.lines = lines
        self.bytes = bytes
    }

    var head: OutputLimit { OutputLimit(lines: lines / 2, bytes: bytes / 2) }

    func reduced(by used: OutputLimit) -> OutputLimit {
        OutputLimit(lines: max(0, lines - used.lines), bytes: max(0, bytes - used.bytes))
    }
}

/// The streams of `rand`, `randn` and `randint` calls, by order: "rand/0", "rand/1", …
public struct RandomSource {
    private let seed: UInt64
    private var calls = 0

    public init(seed: UInt64) { self.seed = seed }

    /// Whether it will give what one with this seed gives.
    public func isAtStart(of seed: UInt64) -> Bool { self.seed == seed && calls == 0 }

    public mutating func next() -> RandomStream {
        defer { calls += 1 }
        return RandomStream(seed: seed, purpose: "rand/\(calls)")
    }
}

/// The streams of `rand`, `randn` and `randint` calls, by order: "rand/0", "rand/1", …
public struct RandomSource {
    private let seed: UInt64
    private var calls = 0

    public init(seed: UInt64) { self.seed = seed }

    public mutating func next() -> RandomStream {
        defer { calls += 1 }
        return RandomStream(seed: seed, purpose: "rand/\(calls)")
    }
}

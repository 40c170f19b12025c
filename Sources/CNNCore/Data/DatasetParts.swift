extension Dataset {
    /// The first `n` pictures.
    /// - Throws: E0404 where there are fewer.
    public func take(_ n: Int) throws(CNNError) -> Dataset {
        guard n >= 0, n <= count else {
            throw CNNError(
                .invalidValue, "\(name) has \(count.counting("picture")); \(n) cannot be taken",
                notes: n > count ? ["write take(\(count))"] : [])
        }
        return try selecting(Array(0..<n), name: name)
    }

    /// Two parts, the first with `share` of the pictures, rounded. Which go where is drawn at random, always in the
    /// same way (stream "split" of seed 0); in each part they keep their order.
    /// - Parameter isStratified: the share is taken of each class for itself.
    /// - Throws: E0404 unless 0 < share < 1; E0207 where there are no classes to go by.
    public func split(_ share: Double, isStratified: Bool = false) throws(CNNError) -> (Dataset, Dataset) {
        guard share > 0, share < 1 else {
            throw CNNError(
                .invalidValue, "split takes a share between 0 and 1, not \(NumberFormatter.shortest(share))",
                notes: ["split(0.8) puts 80 of 100 pictures into the first part"])
        }
        if isStratified { try checkClasses() }
        var stream = RandomStream(seed: 0, purpose: "split")
        let order = stream.permutation(count)
        var (first, second): ([Int], [Int]) = ([], [])
        for group in isStratified ? grouped(order) : [order] {
            let places = Int((share * Double(group.count)).rounded())
            first += group[..<places]
            second += group[places...]
        }
        return (try selecting(first.sorted(), name: name), try selecting(second.sorted(), name: name))
    }

    /// As many pictures of every class as there are of the rarest one: of each the first ones, in their order. Classes
    /// without pictures do not count.
    /// - Throws: E0207 where there are no classes.
    public func balanced() throws(CNNError) -> Dataset {
        try checkClasses()
        let groups = grouped(Array(0..<count)).filter { !$0.isEmpty }
        let least = groups.map(\.count).min() ?? 0
        return try selecting(groups.flatMap { $0.prefix(least) }.sorted(), name: name)
    }

    /// The numbers of the pictures of each class, in the order given.
    private func grouped(_ order: [Int]) -> [[Int]] {
        var groups = [[Int]](repeating: [], count: classCount)
        for picture in order { groups[labels.integerElement(picture)].append(picture) }
        return groups
    }
}

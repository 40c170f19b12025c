/// The nearest of some names to one that was misspelt.
public enum EditDistance {
    /// The candidate with the fewest insertions, deletions, replacements and swaps of neighbours away, if that are few for
    /// the length. Whoever misspells a name rarely does so in its first letter: one that begins otherwise is taken only if
    /// nothing else is wrong with it. Of several, one with the same first letter, then the first by the alphabet: the same
    /// on every machine.
    public static func nearest(_ name: String, among candidates: [String]) -> String? {
        let wanted = Array(name.unicodeScalars)
        guard !wanted.isEmpty, wanted.count <= 64 else { return nil }
        let folded = Array(name.lowercased().unicodeScalars)
        var best: (distance: Int, isOtherLetter: Bool, name: String)?
        for candidate in candidates where candidate != name {
            let limit = min(allowance(wanted.count), best?.distance ?? Int.max)
            let other = Array(candidate.lowercased().unicodeScalars)
            guard let distance = distance(folded, other, limit: limit) else { continue }
            let isOtherLetter = other.first != folded.first
            if isOtherLetter, distance > 1 || !differsAtTheStart(folded, other) { continue }
            let found = (distance: distance, isOtherLetter: isOtherLetter, name: candidate)
            guard let present = best else {
                best = found
                continue
            }
            if order(found) < order(present) || (order(found) == order(present) && precedes(found.name, present.name)) {
                best = found
            }
        }
        return best?.name
    }

    private static func order(_ match: (distance: Int, isOtherLetter: Bool, name: String)) -> Int {
        2 * match.distance + (match.isOtherLetter ? 1 : 0)
    }

    /// By code points, whatever the locale.
    private static func precedes(_ first: String, _ second: String) -> Bool {
        first.unicodeScalars.lexicographicallyPrecedes(second.unicodeScalars)
    }

    /// Whether the first letter was left out, doubled by another or swapped with the second: not replaced, which makes
    /// another word (`single`, `hinge`).
    private static func differsAtTheStart(_ first: [Unicode.Scalar], _ second: [Unicode.Scalar]) -> Bool {
        first.count != second.count || (first.count > 1 && first[0] == second[1] && first[1] == second[0])
    }

    /// How many mistakes a name of a length may hold: less than a third of it, at most three; one in a word of three.
    private static func allowance(_ length: Int) -> Int { length < 3 ? 0 : min(3, max(1, (length - 1) / 3)) }

    /// The optimal string alignment distance (Damerau-Levenshtein without repeated edits), or nil beyond the limit.
    static func distance(_ first: [Unicode.Scalar], _ second: [Unicode.Scalar], limit: Int) -> Int? {
        guard abs(first.count - second.count) <= limit else { return nil }
        var beforeLast = [Int](repeating: 0, count: second.count + 1)
        var last = Array(0...second.count)
        for (row, letter) in first.enumerated() {
            var current = [row + 1]
            current.reserveCapacity(second.count + 1)
            for (column, other) in second.enumerated() {
                var cost = min(last[column + 1] + 1, current[column] + 1, last[column] + (letter == other ? 0 : 1))
                if row > 0, column > 0, letter == second[column - 1], first[row - 1] == other {
                    cost = min(cost, beforeLast[column - 1] + 1)
                }
                current.append(cost)
            }
            guard current.contains(where: { $0 <= limit }) else { return nil }
            (beforeLast, last) = (last, current)
        }
        guard let distance = last.last, distance <= limit else { return nil }
        return distance
    }
}

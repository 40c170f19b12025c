/// A line of a program in the pieces between the places where it may be divided, each with the blank behind it.
struct CodePieces {
    /// How readily a line is divided at a place.
    private enum Place: Int, CaseIterable {
        /// Behind a comma, a semicolon or an opening brace.
        case part
        /// At a blank within brackets.
        case blank
        /// Behind an opening bracket.
        case bracket
    }

    private let characters: [Character]
    /// Where a piece may begin, by the index of its first character.
    private var places: [Int: Place] = [:]

    init(_ line: String) {
        characters = Array(line)
        var quote: Character?
        // Of the brackets that are open, a brace outside of others ends what may be divided at a blank.
        var open: [Character] = []
        for (index, character) in characters.enumerated() {
            if let begun = quote {
                if character == begun { quote = nil }
                continue
            }
            switch character {
            case "\"", "'": quote = character
            case "(", "[", "{":
                open.append(character)
                if character != "{" { places[index + 1] = .bracket }
            case ")", "]", "}": open = open.dropLast()
            case " " where index > 0 && ",;{".contains(characters[index - 1]): places[index + 1] = .part
            case " " where open.last.map { $0 != "{" } ?? false: places[index + 1] = .blank
            default: break
            }
        }
    }

    /// - Parameter width: a piece that is wider is divided further, where it can be.
    func parts(upTo width: Int) -> [String] { parts(0..<characters.count, [.part], width) }

    private func parts(_ range: Range<Int>, _ allowed: Set<Place>, _ width: Int) -> [String] {
        let starts = range.dropFirst().filter { places[$0].map(allowed.contains) ?? false }
        let ends = starts + [range.upperBound]
        return zip([range.lowerBound] + starts, ends).flatMap { start, end -> [String] in
            let text = String(characters[start..<end])
            let next = Place.allCases.first { !allowed.contains($0) }
            guard let next, DisplayWidth.of(text) > width + 1 else { return [text] }
            return parts(start..<end, allowed.union([next]), width)
        }
    }
}

import CNNLanguage

/// What stands before a point, a bracket or a parenthesis.
extension TokenReader {
    /// Longer chains nobody completes.
    private static let depthLimit = 64

    /// - Returns: nil for what would have to be computed.
    func receiver(endingAt last: Int, depth: Int = 0) -> Receiver? {
        guard tokens.indices.contains(last), depth < TokenReader.depthLimit else { return nil }
        switch tokens[last].kind {
        case .name:
            guard last > 0, tokens[last - 1].kind == .dot else { return .name(text(last)) }
            return receiver(endingAt: last - 2, depth: depth + 1).map { .member($0, text(last)) }
        case .string, .interpolated: return .text
        case .rightBracket:
            guard let opener = opener(of: last) else { return nil }
            guard isIndex(opener) else { return .list }
            return receiver(endingAt: opener - 1, depth: depth + 1).map { .element($0, key(opener, last)) }
        case .rightParenthesis:
            guard let opener = opener(of: last), isIndex(opener) else { return nil }
            return receiver(endingAt: opener - 1, depth: depth + 1).map { .result(of: $0) }
        case .rightBrace:
            // That of a block stands behind a name, a parenthesis or a word.
            guard let opener = opener(of: last) else { return nil }
            let isValue = opener == 0 || [.assign, .leftParenthesis, .comma, .colon].contains(tokens[opener - 1].kind)
            return isValue ? .dictionary : nil
        default: return nil
        }
    }

    /// Whether a bracket or a parenthesis belongs to what stands before it.
    func isIndex(_ opener: Int) -> Bool {
        guard opener > 0, !tokens[opener].beginsLine else { return false }
        switch tokens[opener - 1].kind {
        case .name, .string, .interpolated, .rightBracket, .rightParenthesis: return true
        default: return false
        }
    }

    private func opener(of closer: Int) -> Int? {
        var depth = 0
        for index in stride(from: closer, through: 0, by: -1) {
            switch tokens[index].kind {
            case .rightParenthesis, .rightBracket, .rightBrace: depth += 1
            case .leftParenthesis, .leftBracket, .leftBrace: depth -= 1
            default: break
            }
            if depth == 0 { return index }
        }
        return nil
    }

    private func key(_ opener: Int, _ closer: Int) -> Receiver.Key {
        guard closer == opener + 2 else { return .other }
        let word = text(opener + 1)
        switch tokens[opener + 1].kind {
        case .int: return Int(word).map { .number($0) } ?? .other
        case .string:
            let isPlain = !word.contains("\\") && !word.hasPrefix("\"\"\"") && !word.hasPrefix("'''")
            return isPlain ? .text(String(word.dropFirst().dropLast())) : .other
        default: return .other
        }
    }
}

/// How many blanks stand between two tokens on one line.
struct TokenSpacing {
    let source: SourceText
    let tokens: [LayoutToken]
    let marks: LayoutMarks
    let breaks: LineBreaks

    /// - Parameters:
    ///   - index: of the second of the two.
    ///   - bracket: the kind of the innermost bracket around both; nil at the top.
    func blanks(before index: Int, within bracket: TokenKind?) -> Int {
        let (last, next) = (tokens[index - 1], tokens[index])
        if breaks.isBlock(index - 1) { return next.kind == .rightBrace ? 0 : 1 }
        if marks.spacedNames.contains(index - 1) { return 1 }
        switch next.kind {
        case .comma, .rightParenthesis, .rightBracket: return 0
        case .colon: return last.kind == .comma ? 1 : 0
        case .rightBrace: return breaks.partner(index).map { breaks.isBlock($0) } ?? false ? 1 : 0
        case .dot: return endsWithPoint(last) ? 1 : 0
        case .assign where marks.nameSigns.contains(index): return 0
        case .leftParenthesis, .leftBracket: if endsOperand(index - 1) { return 0 }
        default: break
        }
        switch last.kind {
        case .leftParenthesis, .leftBracket, .leftBrace, .dot: return 0
        case .colon: return bracket == .leftBracket ? 0 : 1
        case .assign where marks.nameSigns.contains(index - 1): return 0
        // `--x` would be read as C's.
        case _ where isSign(index - 1): return isSign(index) ? 1 : 0
        default: return 1
        }
    }

    private func isSign(_ index: Int) -> Bool {
        (tokens[index].kind == .plus || tokens[index].kind == .minus) && !marks.binarySigns.contains(index)
    }

    /// Whether a `.` right behind a number would belong to it.
    private func endsWithPoint(_ token: LayoutToken) -> Bool {
        let text = source.bytes[token.token.start..<token.token.end]
        switch token.kind {
        case .int: return !text.dropFirst().starts(with: "x".utf8) && !text.dropFirst().starts(with: "X".utf8)
        case .float: return text.last == UInt8(ascii: ".")
        default: return false
        }
    }

    /// Whether a bracket behind it is a call or an index.
    private func endsOperand(_ index: Int) -> Bool {
        switch tokens[index].kind {
        case .name, .int, .float, .size, .string, .interpolated, .true, .false, .none, .gradient, .rightParenthesis,
            .rightBracket, .rightBrace:
            return true
        default:
            // After a point the words of the language are names.
            return tokens[index].kind.isKeyword && index > 0 && tokens[index - 1].kind == .dot
        }
    }
}

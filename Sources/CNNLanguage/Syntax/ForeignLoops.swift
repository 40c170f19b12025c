import CNNCore

/// Loops of C, Go, MATLAB, R and JavaScript, as `for i in range(0, 3)`.
extension Parser {
    /// `for (i = 0; …)`, `for i = 0; …` and `for (a, b) in`
    mutating func foreignFor() -> SyntaxFailure? {
        guard at(.leftParenthesis), let closer = brackets.partner(index) else { return openCountedLoop() }
        let inside = tokens[(index + 1)..<closer]
        let span = token.span.through(tokens[closer].span)
        if inside.contains(where: { $0.kind == .semicolon }) {
            return .foreign("a loop runs over values", span, write: "write \(countedLoop(inside))")
        }
        // `for (auto x : xs)`, `for (const x of xs)`
        if let sign = inside.firstIndex(where: { $0.kind == .colon || isWord($0, "of") }), sign > inside.startIndex,
            !inside.contains(where: { $0.kind == .in })
        {
            return .foreign(
                "the head of a loop stands without parentheses, and has 'in'", span,
                write: "write for \(text(tokens[sign - 1])) in \(loopValues(inside[(sign + 1)...]) ?? "...") { ... }")
        }
        if let word = inside.firstIndex(where: { $0.kind == .in }), word > inside.startIndex {
            let names = excerpt(SourceSpan(token.end, tokens[word - 1].end))
            return .foreign(
                "the head of a loop stands without parentheses", span,
                write: "write for \(names) in \(loopValues(inside[(word + 1)...]) ?? "...") { ... }")
        }
        guard peek(closer + 1 - index).kind == .in else { return nil }
        let names = excerpt(SourceSpan(token.end, tokens[closer].start))
        return .foreign(
            "the variables of a loop stand without parentheses", token.span, write: "write for \(names) in ...")
    }

    /// C's head without its parentheses: the whole of it is one mistake, with the block behind it.
    private mutating func openCountedLoop() -> SyntaxFailure? {
        var end = index
        while tokens[end].kind != .end, end == index || !tokens[end].beginsLine, tokens[end].kind != .leftBrace {
            end += 1
        }
        let inside = tokens[index..<end]
        let isCounted = inside.contains { $0.kind == .assign || text($0) == ":=" }
        guard isCounted, inside.count(where: { $0.kind == .semicolon }) == 2 else { return nil }
        let span = token.span.through(tokens[end - 1].span)
        move(to: end)
        return .foreign("a loop runs over values", span, write: "write \(countedLoop(inside))")
    }

    /// `for i in range(0, 3) { ... }` for `i = 0; i < 3; i++`; with `while` where it counts otherwise.
    private func countedLoop(_ inside: ArraySlice<Token>) -> String {
        let parts = inside.split(omittingEmptySubsequences: false) { $0.kind == .semicolon }.map(Array.init)
        guard parts.count == 3 else { return "for i in range(10) { ... }" }
        if let values = countedValues(parts) { return "for \(values) { ... }" }
        let start = start(parts[0]).map { "\($0), then " } ?? ""
        let step = change(parts[2]).map { "...; \($0)" } ?? "..."
        guard let first = parts[1].first, let last = parts[1].last else { return "\(start)while True { \(step) }" }
        return "\(start)while \(excerpt(first.span.through(last.span))) { \(step) }"
    }

    /// `i = 1` of `int i = 1`
    private func start(_ part: [Token]) -> String? {
        guard let equals = part.firstIndex(where: { $0.kind == .assign || text($0) == ":=" }), equals > 0,
            equals + 1 < part.count, let last = part.last
        else { return nil }
        return "\(text(part[equals - 1])) = \(excerpt(part[equals + 1].span.through(last.span)))"
    }

    /// The last part of C's head, as a statement of the loop's body.
    private func change(_ part: [Token]) -> String? {
        guard let first = part.first, let last = part.last else { return nil }
        guard let step = step(part), let name = part.first(where: { $0.kind == .name }) else {
            return excerpt(first.span.through(last.span))
        }
        return "\(text(name)) \(step > 0 ? "+" : "-")= \(step.magnitude)"
    }

    private func countedValues(_ parts: [[Token]]) -> String? {
        guard let equals = parts[0].firstIndex(where: { $0.kind == .assign || text($0) == ":=" }), equals > 0,
            equals + 1 < parts[0].count, let first = parts[0].last, let last = parts[1].last,
            let sign = parts[1].firstIndex(where: \.kind.isOrder), sign > 0, sign + 1 < parts[1].count,
            let step = step(parts[2]), (step > 0) == [.less, .lessOrEqual].contains(parts[1][sign].kind)
        else { return nil }
        let start = excerpt(parts[0][equals + 1].span.through(first.span))
        var end = excerpt(parts[1][sign + 1].span.through(last.span))
        if [.lessOrEqual, .greaterOrEqual].contains(parts[1][sign].kind) { end = beyond(end, step > 0 ? 1 : -1) }
        return "\(text(parts[0][equals - 1])) in range(\(start), \(end)\(step == 1 ? "" : ", \(step)"))"
    }

    /// 1 for `i++`, -2 for `i -= 2`; nil for what is no such step.
    private func step(_ part: [Token]) -> Int? {
        let kinds = part.map(\.kind)
        if kinds == [.name, .plus, .plus] || kinds == [.plus, .plus, .name] { return 1 }
        if kinds == [.name, .minus, .minus] || kinds == [.minus, .minus, .name] { return -1 }
        guard let last = part.last, let size = Int(text(last)), size > 0 else { return nil }
        if kinds == [.name, .plusAssign, .int] || kinds == [.name, .assign, .name, .plus, .int] { return size }
        if kinds == [.name, .minusAssign, .int] || kinds == [.name, .assign, .name, .minus, .int] { return -size }
        return nil
    }

    /// The number after, or before, the one that a loop ends with: ranges leave their end out.
    private func beyond(_ end: String, _ direction: Int) -> String {
        Int(end).map { "\($0 &+ direction)" } ?? "\(end) \(direction > 0 ? "+" : "-") 1"
    }

    /// `range(1, 11)` for MATLAB's `1:10`, `range(1, 11, 2)` for `1:2:10`; other values as they are.
    private func loopValues(_ inside: ArraySlice<Token>) -> String? {
        guard let first = inside.first, let last = inside.last else { return nil }
        var depth = 0
        let parts = inside.split { token in
            if token.kind.isOpener { depth += 1 }
            if token.kind.opener != nil { depth -= 1 }
            return (token.kind == .colon || token.kind == .comma) && depth == 0
        }
        // Lua's `1, 10, 2` has its step last.
        let isLua = inside.contains { $0.kind == .comma } && !inside.contains { $0.kind == .colon }
        guard (2...3).contains(parts.count) else { return excerpt(first.span.through(last.span)) }
        let texts = parts.compactMap { part in
            part.first.flatMap { first in part.last.map { excerpt(first.span.through($0.span)) } }
        }
        let step = parts.count == 3 ? texts[isLua ? 2 : 1] : "1"
        let end = beyond(texts[isLua ? 1 : texts.count - 1], step.hasPrefix("-") ? -1 : 1)
        return "range(\(texts[0]), \(end)\(step == "1" ? "" : ", \(step)"))"
    }

    /// From the current token to the `{` or the end of the line.
    private func restOfHead(from start: Int) -> ArraySlice<Token> {
        var end = start
        while end < tokens.count, tokens[end].kind != .end, !tokens[end].beginsLine, tokens[end].kind != .leftBrace,
            tokens[end].kind != .semicolon, !isWord(tokens[end], "do")
        {
            end += 1
        }
        return tokens[start..<end]
    }

    /// `for i, (x, y) in enumerate(pairs)`
    mutating func nestedVariables(_ before: [Identifier]) -> SyntaxFailure? {
        guard at(.leftParenthesis), let closer = brackets.partner(index) else { return nil }
        let inner = excerpt(SourceSpan(token.end, tokens[closer].start))
        let outer = before.map(\.name).joined(separator: ", ")
        return .foreign(
            "the variables of a loop are names, without parentheses", token.span.through(tokens[closer].span),
            write: "write for \(outer), pair in ... { \(inner) = pair; ... }")
    }

    /// `for i = 1:10`, `for x of xs`, `for x : xs`, `for each x in xs`
    mutating func foreignForIn(_ names: [Identifier]) -> SyntaxFailure? {
        if at(.name), names.map(\.name) == ["each"], peek().kind == .in, let last = restOfHead(from: index).last {
            return .foreign(
                "there is no 'each'", previous.span,
                write: "write for \(excerpt(token.span.through(last.span))) { ... }")
        }
        let isShort = token.kind == .foreign && text(token) == ":=" && !isAtLineEnd
        guard at(.assign) || at(.colon) || at(word: "of") || isShort else { return nil }
        let list = names.map(\.name).joined(separator: ", ")
        var head = restOfHead(from: index + 1)
        // Go's `for i, x := range xs`
        let isRange = isShort && head.first.map { isWord($0, "range") } == true
        if isRange { head = head.dropFirst() }
        let values = valuesByWords(head) ?? loopValues(head) ?? "xs"
        return .foreign(
            "'\(text(token))' does not stand in the head of a loop", token.span,
            write: "write for \(list) in \(isRange && names.count == 2 ? "enumerate(\(values))" : values) { ... }")
    }

    /// `range(1, 4)` for BASIC's and Pascal's `1 to 3`, `range(3, 0, -1)` for `3 downto 1`.
    private func valuesByWords(_ head: ArraySlice<Token>) -> String? {
        guard let word = head.firstIndex(where: { isWord($0, "to") || isWord($0, "downto") }), word > head.startIndex,
            word + 1 < head.endIndex
        else { return nil }
        let stepWord = head.firstIndex { isWord($0, "step") }
        let last = stepWord ?? head.endIndex
        guard last > word + 1 else { return nil }
        let start = excerpt(head[head.startIndex].span.through(tokens[word - 1].span))
        let end = excerpt(tokens[word + 1].span.through(tokens[last - 1].span))
        var step = isWord(tokens[word], "downto") ? "-1" : "1"
        if let stepWord, stepWord + 1 < head.endIndex {
            step = excerpt(tokens[stepWord + 1].span.through(tokens[head.endIndex - 1].span))
        }
        return "range(\(start), \(beyond(end, step.hasPrefix("-") ? -1 : 1))\(step == "1" ? "" : ", \(step)"))"
    }

    /// MATLAB's `x = 1:10` and `x = [1:10]`, which hold the last number too.
    func colonValues() -> SyntaxFailure? {
        guard at(.colon), !isHint, index > 0 else { return nil }
        var first = index - 1
        while first > 0, ![.assign, .leftBracket].contains(tokens[first].kind), !tokens[first].beginsLine { first -= 1 }
        guard [.assign, .leftBracket].contains(tokens[first].kind), first + 1 < index else { return nil }
        let isList = tokens[first].kind == .leftBracket
        guard !isList || first > 0 && [.assign, .leftParenthesis].contains(tokens[first - 1].kind) else { return nil }
        let end = isList ? brackets.partner(first) ?? 0 : restOfHead(from: index).endIndex
        guard end > index + 1, let values = loopValues(tokens[(first + 1)..<end]), values.hasPrefix("range(") else {
            return nil
        }
        let span = tokens[isList ? first : first + 1].span.through(tokens[isList ? end : end - 1].span)
        return .foreign("a range is a function", span, write: "write arange\(values.dropFirst("range".count))")
    }

    /// `for i in 1:10`: MATLAB's range has its last number too.
    func colonRange() -> SyntaxFailure? {
        let (before, next) = (previous, peek())
        guard at(.colon), !next.beginsLine, next.kind == .int || next.kind == .name, before.kind == .int else {
            return nil
        }
        return .foreign(
            "a range is a function", before.span.through(next.span),
            write: "write range(\(text(before)), \(beyond(text(next), 1)))")
    }
}

extension TokenKind {
    fileprivate var isOrder: Bool {
        switch self {
        case .less, .lessOrEqual, .greater, .greaterOrEqual: true
        default: false
        }
    }
}

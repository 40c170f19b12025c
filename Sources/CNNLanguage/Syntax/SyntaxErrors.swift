import CNNCore

/// The errors of a grammar that meets another token than it can use.
extension Parser {
    /// - Parameter expectation: what stands here, as the sentence goes on: "is expected here".
    mutating func unexpected(_ expectation: String, notes: [String] = []) -> SyntaxFailure {
        if token.kind == .invalid { return .reported(token.span) }
        if token.kind == .end { return atEnd(expectation, notes) }
        if hasOpenString { return .reported(token.span) }
        if context.ignoresLineEnds, let opener = context.open.last, brackets.partner(opener) == nil,
            token.beginsLine || token.kind.opener != nil
        {
            return unclosed(opener)
        }
        if isAtLineEnd {
            return SyntaxFailure(
                .unexpectedToken, "the line ends too early", SourceSpan(previous.end, previous.end),
                label: "\(expectation) is expected here", notes: notes)
        }
        if let failure = strayCloser() { return failure }
        if token.kind == .foreign { return foreignOperator(after: nil) }
        if let failure = colonValues() ?? uncalledBuiltin() { return failure }
        if at(.assign), notes.isEmpty, !isHint, context.ignoresLineEnds { return assignmentInValue(expectation) }
        let notes = notes.isEmpty ? missingCommas() : notes
        return SyntaxFailure(
            .unexpectedToken, "unexpected \(description(token))", token.span, label: "\(expectation) is expected here",
            notes: notes)
    }

    /// `[1 2 3]`
    private func missingCommas() -> [String] {
        guard let opener = context.open.last, tokens[opener].kind == .leftBracket,
            let closer = brackets.partner(opener),
            closer > opener + 2
        else { return [] }
        let inside = tokens[(opener + 1)..<closer]
        guard inside.allSatisfy({ $0.kind == .int || $0.kind == .float }) else { return [] }
        return ["write [\(inside.map(text).joined(separator: ", "))]"]
    }

    /// Where a value must begin and does not.
    mutating func missingValue() -> SyntaxFailure {
        switch token.kind {
        case .on, .as, .model, .expect, .train, .gradient: return reservedWord()
        case .for, .while, .def, .import, .return, .break, .continue:
            return SyntaxFailure(
                .unexpectedToken, "'\(text(token))' begins a statement and has no value", token.span,
                label: "a value is expected here")
        case .at where peek().kind == .leftParenthesis && peek().start == token.end:
            if let failure = functionHandle() { return failure }
        default: break
        }
        if token.kind == .dot || token.kind.asksForMore, tokens[index].beginsLine, index > 0 {
            return unexpected("a value", notes: ["to go on with the line above, put the whole in parentheses"])
        }
        let isAfterSign = index > 0 && previous.kind.asksForMore && !isFragment
        return unexpected(isAfterSign ? "a value after '\(text(previous))'" : "a value")
    }

    private func atEnd(_ expectation: String, _ notes: [String]) -> SyntaxFailure {
        let place = SourceSpan(previous.end, previous.end)
        if isFragment {
            return SyntaxFailure(
                .invalidFormatString, "the value in the braces is not complete", place,
                label: "\(expectation) is expected here", notes: notes)
        }
        if let opener = context.open.last { return unclosed(opener) }
        return SyntaxFailure(
            .unexpectedToken, "the text ends too early", place, label: "\(expectation) is expected here", notes: notes,
            isEnd: isContinued)
    }

    // MARK: - Brackets

    func unclosed(_ opener: Int) -> SyntaxFailure {
        let bracket = tokens[opener]
        let isEnd = token.kind == .end
        if hasOpenString { return .reported(bracket.span) }
        if bracket.kind == .leftBrace, let suspect = brackets.suspect(tokens, source) {
            let closingLine = source.line(at: tokens[suspect.closer].start)
            let openingLine = source.line(at: tokens[suspect.block ?? opener].start)
            let note = "by the indentation, the '}' in line \(closingLine) belongs to the '{' in line \(openingLine)"
            return SyntaxFailure(
                .unclosedBracket, "this '{' is never closed", tokens[suspect.opener].span, notes: [note], isEnd: isEnd)
        }
        var notes: [String] = []
        if !isEnd {
            let line = source.line(at: token.start)
            let place = line == source.line(at: bracket.start) ? "" : " in line \(line)"
            notes.append("\(description(token))\(place) cannot stand within it")
        }
        let closers: [TokenKind: String] = [.leftParenthesis: ")", .leftBracket: "]", .leftBrace: "}"]
        if let closer = closers[bracket.kind] { notes.append("write \(closer) where it ends") }
        return SyntaxFailure(
            .unclosedBracket, "this '\(text(bracket))' is never closed", bracket.span, notes: notes, isEnd: isEnd)
    }

    /// Whether a string was left open in what remains of the line, or within the innermost bracket, whose closing bracket
    /// it has taken with it.
    private var hasOpenString: Bool {
        let line = source.line(at: token.start)
        if failures.contains(where: {
            $0.error?.code == .unterminatedString && $0.span.start >= token.start
                && source.line(at: $0.span.start) == line
        }) {
            return true
        }
        guard let opener = context.open.last, tokens[opener].kind != .leftBrace || context.ignoresLineEnds else {
            return false
        }
        let inside = tokens[opener].start..<max(tokens[opener].start, token.start)
        return failures.contains {
            $0.error?.code == .unterminatedString && !$0.isEnd && inside.contains($0.span.start)
        }
    }

    func strayCloser() -> SyntaxFailure? {
        guard let opener = token.kind.opener, brackets.partner(index) == nil else { return nil }
        let sign = opener == .leftParenthesis ? "(" : opener == .leftBracket ? "[" : "{"
        return SyntaxFailure(
            .unexpectedToken, "this '\(text(token))' closes nothing", token.span,
            notes: ["there is no '\(sign)' for it"])
    }

    // MARK: - Blocks and statements

    mutating func missingBlock(_ head: String) -> SyntaxFailure {
        let written = excerpt(SourceSpan(headStart, previous.end))
        let way = "write \(written) { ... }"
        // `else x > 2 { … }`
        if head == "else", token.kind.beginsExpression, !isAtLineEnd,
            let brace = tokens[index...].firstIndex(where: { $0.kind == .leftBrace }), brace > index,
            tokens[brace].start < restOfLine.end
        {
            let condition = excerpt(SourceSpan(token.start, tokens[brace - 1].end))
            return SyntaxFailure(
                .unexpectedToken, "an 'else' has no condition", token.span.through(tokens[brace - 1].span),
                notes: ["write elif \(condition) { ... }"])
        }
        if head == "for", let failure = colonRange() { return failure }
        if head == "repeat", at(word: "times"), peek().kind == .leftBrace {
            let body = peek(2).beginsLine ? "{ ... }" : excerpt(restOfLine(from: index + 1))
            return .foreign("there is no 'times'", token.span, write: "write \(written) \(body)")
        }
        if at(.colon) || isAtLineEnd { missingBlockColumn = source.indent(at: headStart) }
        if at(.colon) {
            // The `else:` of an `if x:` is the same mistake.
            if hasColonBlock, head == "else" || head == "elif" { return .reported(token.span) }
            hasColonBlock = true
            let colon = token.span
            // `if x > 0: print(x)`
            let isWhole = !peek().beginsLine && peek().kind != .end && !endsWithColon
            let body = isWhole ? excerpt(restOfLine(from: index + 1, isWhole: true)) : "..."
            return .foreign(
                "a block stands in braces, not after a colon", colon,
                write: "write \(written) \(body.hasPrefix("{") ? body : "{ \(body) }")")
        }
        if at(word: "then") || at(word: "do") {
            return .foreign("a block stands in braces, not after '\(text(token))'", token.span, write: way)
        }
        if at(.assign), head == "def" { return assignedBody(written) }
        if token.kind == .leftBrace {
            return SyntaxFailure(
                .unexpectedToken, "the '{' stands on a line of its own", token.span,
                notes: ["put it at the end of the line before: \(written) {"])
        }
        let isOnLine =
            token.kind.beginsExpression || token.kind == .return || token.kind == .break || token.kind == .continue
        if head == "gradient", token.kind == .end || isAtLineEnd {
            return unexpected(
                "'{'",
                notes: [
                    "what is computed stands in its braces: loss, g = gradient(net) { cross_entropy(net(x), y) }"
                ])
        }
        let ways =
            token.kind == .end || isAtLineEnd ? [way] : isOnLine ? ["write \(written) \(bracedRest)"] : []
        return unexpected("'{'", notes: ways)
    }

    /// `{ 1 } else { 0 }` for the rest of a line `1 else 0`
    private var bracedRest: String {
        var rest = restOfLine
        // A closing bracket whose opening one is missing belongs to no value.
        if let last = tokens[index...].lastIndex(where: { $0.end <= rest.end }), last > index,
            tokens[last].kind.opener != nil, brackets.partner(last) == nil
        {
            rest = SourceSpan(rest.start, tokens[last - 1].end)
        }
        // MATLAB's and Lua's `end`
        if let last = tokens[index...].lastIndex(where: { $0.end <= rest.end }), isWord(tokens[last], "end") {
            guard last > index else { return "{ ... }" }
            let before = tokens[last - 1].kind == .comma && last > index + 1 ? last - 2 : last - 1
            rest = SourceSpan(rest.start, tokens[before].end)
        }
        guard let word = tokens[index...].firstIndex(where: { $0.kind == .else || $0.start >= rest.end }), word > index,
            tokens[word].kind == .else, tokens[word].end < rest.end
        else { return "{ \(excerpt(rest)) }" }
        let other = excerpt(SourceSpan(tokens[word].end, rest.end))
        let first = excerpt(SourceSpan(token.start, tokens[word - 1].end))
        return "{ \(first) } else \(other.hasPrefix("{") ? other : "{ \(other) }")"
    }

    /// Where the head of the block that is missing here begins.
    private var headStart: Int {
        var first = index
        while first > 0, first == index || !tokens[first].beginsLine || brackets.isWithinParentheses(first, tokens) {
            switch tokens[first - 1].kind {
            case .assign where brackets.isWithinParentheses(first, tokens): first -= 1
            case .semicolon, .leftBrace, .rightBrace, .assign: return tokens[first].start
            default: first -= 1
            }
        }
        return tokens[first].start
    }

    mutating func strayElse() -> SyntaxFailure {
        if hasColonBlock { return .reported(token.span) }
        // The `}` before it is missing, which is told at the end.
        if context.open.contains(where: { tokens[$0].kind == .leftBrace && brackets.partner($0) == nil }) {
            return .reported(token.span)
        }
        let word = text(token)
        return SyntaxFailure(
            .unexpectedToken, "there is no 'if' for this '\(word)'", token.span,
            notes: ["it stands behind the '}' of the if, on the same line or the next"])
    }

    /// Something follows a whole statement on its line.
    mutating func afterStatement(_ statement: Statement) -> SyntaxFailure {
        if token.kind == .invalid || hasOpenString { return .reported(token.span) }
        if let failure = strayCloser() { return failure }
        if token.kind == .foreign { return foreignOperator(after: nil) }
        // `x = new Net()`
        if isWord(previous, "new"), at(.name) {
            let made = ["Array": "[]", "ArrayList": "[]", "Map": "{}", "Object": "{}", "HashMap": "{}"][text(token)]
            return .foreign("there is no 'new'", previous.span, write: "write \(made ?? excerpt(restOfLine))")
        }
        if let failure = foreignTail(of: statement) ?? colonValues() ?? trailingComment() ?? uncalledBuiltin() {
            return failure
        }
        // `x = 3 4`
        let areNumbers = [previous, token].allSatisfy { $0.kind == .int || $0.kind == .float }
        return SyntaxFailure(
            .unexpectedToken, "unexpected \(description(token))", token.span,
            label: "a new statement begins on a new line or after ';'",
            notes: areNumbers
                ? [
                    "write [\(text(previous)), \(text(token))] for a list, \(text(previous)) * \(text(token)) for a product"
                ]
                : [])
    }

    mutating func afterFragment() -> SyntaxFailure {
        if token.kind == .invalid { return .reported(token.span) }
        if token.kind == .foreign, text(token) == "\\" { return backslash(token.span) }
        if token.kind == .foreign { return foreignOperator(after: nil) }
        return SyntaxFailure(
            .invalidFormatString, "unexpected \(description(token)) in the braces of an f-string", token.span,
            label: "'}' or ':' is expected here")
    }

    // MARK: - Assignments

    /// A statement that stands no further right than the head of a model whose `}` is missing.
    var endsUnclosedBlock: Bool {
        guard context.block >= 0, brackets.partner(context.block) == nil, token.beginsLine,
            source.indent(at: token.start) <= source.indent(at: tokens[context.block].start)
        else { return false }
        switch token.kind {
        case .def, .for, .while, .return, .import, .model, .expect, .train: return true
        case .name: return peek().kind == .assign && !peek().beginsLine
        default: return false
        }
    }

    // MARK: - Expressions

    mutating func chainedComparison(
        _ left: Expression, _ operation: BinaryOperator, _ middle: Expression
    ) -> SyntaxFailure {
        let start = token
        advance()
        if start.kind == .not { advance() }
        let sign = source.text(start.start..<previous.end)
        var note = "compare twice, with and between"
        var span = left.span.through(previous.span)
        if let right = hint({ parser throws(SyntaxFailure) in try parser.comparisonOperand() }) {
            let shared = excerpt(middle.span)
            note =
                "write \(excerpt(left.span)) \(operation.rawValue) \(shared) and \(shared) \(sign) \(excerpt(right.span))"
            span = left.span.through(right.span)
        }
        return SyntaxFailure(.foreignSyntax, "comparisons do not chain", span, notes: [note])
    }

    mutating func notInComparison() -> SyntaxFailure {
        SyntaxFailure(
            .unexpectedToken, "'not' stands within parentheses here", token.span, notes: ["write (not b)"])
    }

    mutating func notADictionary(_ start: Token, _ key: Expression, _ count: Int) -> SyntaxFailure {
        if count == 0, at(.comma) || at(.rightBrace) || at(.for) {
            let closer = context.open.last.flatMap { brackets.partner($0) }
            let items = closer.map { excerpt(SourceSpan(start.end, tokens[$0].start)) } ?? "..."
            return .foreign(
                "there are no sets", start.span, write: "write a list: [\(items)]; a dict has keys: {\"a\": 1}")
        }
        if at(.assign), case .string = key.kind {
            return SyntaxFailure(
                .unexpectedToken, "unexpected '=' in a dict", token.span, label: "':' is expected here",
                notes: ["write \(excerpt(key.span)): ..."])
        }
        let isBlock = count == 0 && (at(.assign) || (token.beginsLine && !at(.colon)))
        guard isBlock, brackets.partner(context.open.last ?? -1) != nil else { return unexpected("':' and a value") }
        return SyntaxFailure(
            .unexpectedToken, "unexpected \(description(token)) in a dict", token.span,
            label: "':' and a value is expected here",
            notes: ["a block has a head: if, for, while, def or gradient before its '{'"])
    }

    // MARK: - Text

    func description(_ token: Token) -> String {
        switch token.kind {
        case .string, .interpolated: "a string"
        case .end: "the end of the text"
        default: "'\(excerpt(token.span))'"
        }
    }

    /// The user's own text in one line, for a note.
    func excerpt(_ span: SourceSpan) -> String {
        let words = source.text(span.start..<max(span.start, min(span.end, span.start + 400)))
            .split { $0 == " " || $0.isNewline || $0 == "\t" }
        let line = words.joined(separator: " ")
        return line.count > 40 ? line.prefix(37) + "..." : line
    }
}

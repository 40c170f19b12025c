import CNNCore

/// Tuples and generators of Python's, which are lists here.
extension Parser {
    mutating func tuple(_ values: [Expression]) -> SyntaxFailure {
        let items = values.map { excerpt($0.span) }.joined(separator: ", ")
        let span = values.first.map { $0.span.through(previous.span) } ?? token.span
        if let failure = openParameters(values, span, after: "") { return failure }
        return .foreign("there are no tuples", span, write: "write a list: [\(items)]")
    }

    /// A first value, a comma, and more values, after a head such as `return `.
    mutating func tuple(from first: Expression, after head: String) -> SyntaxFailure {
        var values = [first]
        while takeComma() {
            guard !isAtLineEnd, let value = hint() else { break }
            values.append(value)
        }
        let items = values.map { excerpt($0.span) }.joined(separator: ", ")
        let span = first.span.through(previous.span)
        if let failure = openParameters(values, span, after: head) { return failure }
        if let number = groupedDigits(excerpt(span)) {
            return .foreign("a number has no commas", span, write: "write \(head)\(number)")
        }
        return .foreign("there are no tuples", span, write: "write a list: \(head)[\(items)]")
    }

    /// `x, y -> x + y`
    private func openParameters(_ values: [Expression], _ span: SourceSpan, after head: String) -> SyntaxFailure? {
        guard case .lambda(let names, let body)? = values.last?.kind, names.count == 1,
            values.dropLast().allSatisfy({ if case .name = $0.kind { true } else { false } })
        else { return nil }
        let parameters = (values.dropLast().map { excerpt($0.span) } + [names[0].name]).joined(separator: ", ")
        return .foreign(
            "the parameters of a lambda stand in parentheses", span,
            write: "write \(head)(\(parameters)) -> \(excerpt(body.span))")
    }

    /// `1_000` for `1,000`.
    private func groupedDigits(_ text: String) -> String? {
        let parts = text.split(separator: ",", omittingEmptySubsequences: false)
        guard parts.count > 1, parts.allSatisfy({ $0.allSatisfy(\.isNumber) }), (1...3).contains(parts[0].count),
            parts[0] != "0", parts.dropFirst().allSatisfy({ $0.count == 3 })
        else { return nil }
        return parts.joined(separator: "_")
    }

    mutating func parenthesisedTuple(_ first: Expression, _ opening: SourceSpan) -> SyntaxFailure {
        let closer = context.open.last.flatMap { brackets.partner($0) }
        guard let closer else { return tuple(from: first, after: "") }
        let items = excerpt(SourceSpan(opening.end, tokens[closer].start))
        if peek(closer + 1 - index).kind == .arrow {
            return lambdaWithDefaults(items, opening.through(tokens[closer].span), arrow: closer + 1)
        }
        if text(peek(closer + 1 - index)) == "=>" {
            move(to: closer + 1)
            if let failure = fatArrow("(\(items))") { return failure }
        }
        if let opener = tokens[..<index].lastIndex(where: { $0.start == opening.start }), opener > 0,
            tokens[opener - 1].kind == .expect
        {
            return SyntaxFailure(
                .unexpectedToken, "'expect' is not called with parentheses", opening.through(tokens[closer].span),
                notes: ["write expect \(items)"])
        }
        if let failure = typeTest(opening, items) ?? nestedTargets(opening, closer) { return failure }
        if peek(closer + 1 - index).kind == .assign {
            return .foreign(
                "several targets stand without parentheses", opening.through(tokens[closer].span),
                write: "write \(items) = ...")
        }
        if let text = percentFormat(before: opening, values: SourceSpan(opening.end, tokens[closer].start)) {
            return text
        }
        return .foreign("there are no tuples", opening.through(tokens[closer].span), write: "write a list: [\(items)]")
    }

    /// `[i, x for i, x in pairs]`
    func openElement(_ elements: [Expression]) -> SyntaxFailure? {
        guard elements.count > 1, let first = elements.first, let opener = context.open.last,
            let closer = brackets.partner(opener)
        else { return nil }
        let items = excerpt(SourceSpan(first.span.start, previous.end))
        return SyntaxFailure(
            .unexpectedToken, "several values for each round stand in brackets", first.span.through(previous.span),
            notes: ["write [[\(items)] \(excerpt(SourceSpan(token.start, tokens[closer].end)))"])
    }

    /// `isinstance(x, (int, float))`
    private func typeTest(_ opening: SourceSpan, _ types: String) -> SyntaxFailure? {
        guard let opener = context.open.dropLast().last, opener > 0, text(tokens[opener - 1]) == "isinstance",
            let comma = tokens[opener...].lastIndex(where: { $0.end <= opening.start && $0.kind == .comma }),
            let parts = ForeignCall.parts(types),
            let written = TypeTest.written(excerpt(SourceSpan(tokens[opener].end, tokens[comma].start)), parts)
        else { return nil }
        return .foreign("there is no 'isinstance'", tokens[opener - 1].span, write: "write \(written)")
    }

    /// `(a, b), (c, d) = …`
    private func nestedTargets(_ opening: SourceSpan, _ closer: Int) -> SyntaxFailure? {
        let line = restOfLine(from: closer)
        guard tokens[closer + 1].kind == .comma, tokens[closer + 2].kind == .leftParenthesis,
            let end = brackets.partner(closer + 2), tokens[end + 1].kind == .assign, tokens[end].end < line.end
        else { return nil }
        let isData = source.text(tokens[end].end..<line.end).contains("load_data")
        return .foreign(
            "the targets of an assignment are names, without parentheses", opening.through(tokens[end].span),
            write: isData
                ? "write d = dataset(\"mnist\"), then d.train.images, d.train.labels, d.test.images, d.test.labels"
                : "write p, q = ..., then \(excerpt(SourceSpan(opening.end, tokens[closer].start))) = p and \(excerpt(SourceSpan(tokens[closer + 2].end, tokens[end].start))) = q"
        )
    }

    /// `"%d of %d" % (a, b)`
    private func percentFormat(before opening: SourceSpan, values: SourceSpan) -> SyntaxFailure? {
        guard let opener = tokens[..<index].lastIndex(where: { $0.start == opening.start }), opener > 1,
            tokens[opener - 1].kind == .percent, tokens[opener - 2].kind == .string,
            let parts = ForeignCall.parts(source.text(values.start..<values.end)),
            let written = FormatTemplate.percent(text(tokens[opener - 2]), parts)
        else { return nil }
        return .foreign(
            "values are put into a text by its braces", tokens[opener - 2].span.through(tokens[opener - 1].span),
            write: "write \(written)")
    }

    /// `(x, y=2) -> x + y`
    private mutating func lambdaWithDefaults(_ parameters: String, _ span: SourceSpan, arrow: Int) -> SyntaxFailure {
        let opener = tokens[..<index].lastIndex { $0.start == span.start } ?? index
        let isAssigned = opener > 1 && tokens[opener - 1].kind == .assign && tokens[opener - 2].kind == .name
        let name = isAssigned ? text(tokens[opener - 2]) : "f"
        move(to: arrow + 1)
        let body = hint().map { excerpt($0.span) } ?? "..."
        return .foreign(
            "the parameters of a lambda are names, without defaults", span,
            write: "write def \(name)(\(parameters)) { return \(body) }")
    }

    /// `if (x = 3) and y {`, and the lambda `(x=2) -> x`
    mutating func parenthesisedAssignment(_ value: Expression, _ opening: SourceSpan) -> SyntaxFailure {
        if let closer = context.open.last.flatMap({ brackets.partner($0) }), tokens[closer + 1].kind == .arrow {
            let parameters = excerpt(SourceSpan(opening.end, tokens[closer].start))
            return lambdaWithDefaults(parameters, opening.through(tokens[closer].span), arrow: closer + 1)
        }
        return assignmentInCondition(value, "(", tail: ")")
    }

    func augmentedTuple(_ values: [Expression]) -> SyntaxFailure? {
        guard at(.plusAssign) || at(.minusAssign) || at(.timesAssign) || at(.divideAssign) else { return nil }
        return SyntaxFailure(
            .unexpectedToken, "several targets go with '=' only", token.span, notes: ["write one statement for each"])
    }

    /// `a, *rest = xs`
    func starredTarget(_ before: [Expression]) -> SyntaxFailure {
        let line = restOfLine
        let sign = tokens[index...].firstIndex { $0.kind == .assign && $0.start < line.end }
        let value = sign.map { excerpt(SourceSpan(tokens[$0].end, line.end)) } ?? ""
        let isName = !value.isEmpty && value.isWord
        let whole = isName ? value : "values"
        let parts = before.enumerated().map { "\(excerpt($0.element.span)) = \(whole)[\($0.offset)]" }
        let rest = peek().kind == .name ? text(peek()) : "rest"
        let head = isName || value.isEmpty ? "" : "values = \(value), then "
        return .foreign(
            "a target takes one value, not several", token.span.through(peek().span),
            write: "write \(head)\((parts + ["\(rest) = \(whole)[\(before.count):]"]).joined(separator: "; "))")
    }

    mutating func generatorArgument(_ argument: Argument) -> SyntaxFailure {
        let closer = context.open.last.flatMap { brackets.partner($0) }
        let written = closer.map { excerpt(SourceSpan(argument.value.span.start, tokens[$0].start)) } ?? "x for x in xs"
        return .foreign("there are no generators", token.span, write: "write a list: [\(written)]")
    }
}

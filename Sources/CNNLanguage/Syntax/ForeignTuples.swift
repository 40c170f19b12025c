import CNNCore

/// Tuples and generators of Python's, which are lists here.
extension Parser {
    mutating func tuple(_ values: [Expression]) -> SyntaxFailure {
        let items = values.map { excerpt($0.span) }.joined(separator: ", ")
        let span = values.first.map { $0.span.through(previous.span) } ?? token.span
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
        // `x, y -> x + y`
        if case .lambda(let names, let body)? = values.last?.kind, names.count == 1,
            values.dropLast().allSatisfy({ if case .name = $0.kind { true } else { false } })
        {
            let parameters = (values.dropLast().map { excerpt($0.span) } + [names[0].name]).joined(separator: ", ")
            return .foreign(
                "the parameters of a lambda stand in parentheses", span,
                write: "write \(head)(\(parameters)) -> \(excerpt(body.span))")
        }
        if let number = groupedDigits(excerpt(span)) {
            return .foreign("a number has no commas", span, write: "write \(head)\(number)")
        }
        return .foreign("there are no tuples", span, write: "write a list: \(head)[\(items)]")
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

    func augmentedTuple(_ values: [Expression]) -> SyntaxFailure? {
        guard at(.plusAssign) || at(.minusAssign) || at(.timesAssign) || at(.divideAssign) else { return nil }
        return SyntaxFailure(
            .unexpectedToken, "several targets go with '=' only", token.span, notes: ["write one statement for each"])
    }

    mutating func generatorArgument(_ argument: Argument) -> SyntaxFailure {
        let closer = context.open.last.flatMap { brackets.partner($0) }
        let written = closer.map { excerpt(SourceSpan(argument.value.span.start, tokens[$0].start)) } ?? "x for x in xs"
        return .foreign("there are no generators", token.span, write: "write a list: [\(written)]")
    }
}

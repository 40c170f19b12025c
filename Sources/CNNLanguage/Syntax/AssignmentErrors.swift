import CNNCore

/// `=` where it cannot stand, and what cannot stand before it.
extension Parser {
    mutating func notATarget(_ value: Expression) -> SyntaxFailure {
        let written = excerpt(value.span)
        switch value.kind {
        case .list(let elements) where !elements.isEmpty && elements.allSatisfy(\.isPlace):
            let names = elements.map { excerpt($0.span) }.joined(separator: ", ")
            return .foreign("several targets stand without brackets", value.span, write: "write \(names) = ...")
        case .call(let function, let arguments) where function.isPlace && isElement(function, arguments):
            let subscripts = arguments.map { excerpt($0.value.span) }.joined(separator: ", ")
            advance()
            let right = at(.assign) ? nil : hint()
            return SyntaxFailure(
                .unexpectedToken, "the result of a call cannot be assigned to", value.span,
                notes: [
                    "an element stands in brackets, and the first is 0: write \(excerpt(function.span))[\(subscripts)] = \(right.map { excerpt($0.span) } ?? "...")"
                ])
        case .call:
            let place = index
            advance()
            let body = (at(.assign) ? nil : hint()).map { "return \(excerpt($0.span))" } ?? "..."
            move(to: place)
            return SyntaxFailure(
                .unexpectedToken, "the result of a call cannot be assigned to", value.span,
                notes: ["to compare write \(written) == ...; to define a function write def \(written) { \(body) }"])
        case .binary(.subtract, let left, let right, _) where left.isName && right.isName && !written.contains(" "):
            return SyntaxFailure(
                .unexpectedToken, "'\(written)' is a difference and cannot be assigned to", value.span,
                notes: ["a name has no '-': write \(written.replacing("-", with: "_")) = ..."])
        default:
            return SyntaxFailure(
                .unexpectedToken, "'\(written)' cannot be assigned to", value.span,
                notes: ["a name, an element x[i] or a field x.name can; to compare write =="])
        }
    }

    /// MATLAB's `x(3) = 5`: of numbers no function is made, and a variable that stands above is none.
    private func isElement(_ function: Expression, _ arguments: [Argument]) -> Bool {
        guard !arguments.isEmpty, arguments.allSatisfy({ $0.name == nil }) else { return false }
        let areNumbers = arguments.contains { if case .int = $0.value.kind { true } else { false } }
        return areNumbers || isAssigned(source.text(function.span.start..<function.span.end), before: index)
    }

    mutating func chainedAssignment(_ targets: [Expression], _ value: Expression) -> SyntaxFailure {
        let sign = token.span
        advance()
        if token.kind == .less, token.start == sign.end { return turnedComparison(value) }
        var notes = ["write each assignment on a line of its own"]
        if targets.count == 1, value.isPlace, let last = hint(), token.kind != .assign {
            notes = [
                "write \(excerpt(value.span)) = \(excerpt(last.span)), then \(excerpt(targets[0].span)) = \(excerpt(value.span))"
            ]
        }
        return SyntaxFailure(
            .foreignSyntax, "an assignment gives one value to one place", sign, notes: notes)
    }

    /// - Parameter word: that the condition stands behind.
    /// - Parameter tail: what goes on behind the condition.
    mutating func assignmentInCondition(
        _ condition: Expression, _ word: String, tail: String = " { ... }"
    ) -> SyntaxFailure {
        let sign = token.span
        advance()
        if token.kind == .less || token.kind == .greater, token.start == sign.end { return turnedComparison(condition) }
        var right = hint().map { excerpt($0.span) } ?? "..."
        // `if x = 3 and y = 4 {`
        while at(.assign), right != "..." {
            advance()
            right += " == " + (hint().map { excerpt($0.span) } ?? "...")
        }
        return .foreign(
            "'=' assigns, '==' compares", sign, write: "write \(word)\(excerpt(condition.span)) == \(right)\(tail)")
    }

    /// `x =< 3`, from its second sign on.
    mutating func turnedComparison(_ left: Expression) -> SyntaxFailure {
        let span = previous.span.through(token.span)
        let sign = text(token)
        advance()
        let right = hint { parser throws(SyntaxFailure) in try parser.comparisonOperand() }.map { excerpt($0.span) }
        return .foreign(
            "there is no '=\(sign)'", span, write: "write \(excerpt(left.span)) \(sign)= \(right ?? "...")")
    }

    /// `[x = 3]`, `x[y = 3]`
    func assignmentInValue(_ expectation: String) -> SyntaxFailure {
        SyntaxFailure(
            .unexpectedToken, "unexpected '='", token.span, label: "\(expectation) is expected here",
            notes: ["'=' is an assignment, a statement of its own; to compare write =="])
    }

    mutating func notAnArgumentName(_ value: Expression) -> SyntaxFailure {
        SyntaxFailure(
            .unexpectedToken, "'\(excerpt(value.span))' is not an argument's name", value.span,
            notes: ["to compare write =="])
    }
}

extension Expression {
    /// Whether it can be assigned to.
    var isPlace: Bool {
        switch kind {
        case .name, .index, .member: true
        default: false
        }
    }
}

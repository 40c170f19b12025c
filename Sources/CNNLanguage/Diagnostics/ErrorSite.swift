import CNNCore

/// The expression that an error arose in, read again from the source: it tells which part the carets belong under, and
/// what the user calls the `x` and `w` of a built-in's message.
struct ErrorSite {
    let source: SourceText
    let expression: Expression

    /// - Parameter span: of the whole expression.
    init?(_ source: SourceText, _ span: SourceSpan) {
        // A page of code is not parsed twice for a note.
        guard span.end > span.start, span.end - span.start <= 4_000 else { return nil }
        var parsed = Parser.parse(source, range: span.start..<span.end)
        // What goes on over lines stands in brackets that are no part of it.
        if parsed.statements.count != 1 || !parsed.diagnostics.isEmpty {
            parsed = Parser.parse(source, range: span.start..<span.end, isEnclosed: true)
        }
        guard parsed.diagnostics.isEmpty, parsed.statements.count == 1 else { return nil }
        self.source = source
        switch parsed.statements[0].kind {
        case .expression(let value, _): expression = value
        case .augment(let target, let operation, let value):
            let left =
                switch target {
                case .name(let name): Expression(.name(name.name), name.span)
                case .index(let base, let subscripts, let span): Expression(.index(base, subscripts), span)
                case .member(let base, let name, let span): Expression(.member(base, name), span)
                }
            expression = Expression(.binary(operation, left, value, operatorSpan: target.span), span)
        default: return nil
        }
    }

    /// The name that the expression calls, if it is a call of one.
    var calledName: String? {
        if case .call(let function, _) = expression.kind, case .name(let name) = function.kind { return name }
        return nil
    }

    /// Puts the carets under the part at fault, and the user's own words into the notes.
    func refine(_ diagnostic: inout Diagnostic) {
        refineExpression(&diagnostic)
        explainNone(&diagnostic)
    }

    private func refineExpression(_ diagnostic: inout Diagnostic) {
        if diagnostic.error.code == .conditionNotBool, diagnostic.error.message.hasPrefix("a condition is") {
            return refineCondition(&diagnostic)
        }
        if diagnostic.error.notes == ["write mean(...), or sum(...)"],
            let text = OperandNames.line(source, expression.span)
        {
            diagnostic.error.notes = ["write mean(\(text)), or sum(\(text))"]
            return
        }
        if diagnostic.error.message.contains(" cannot be iterated over")
            || diagnostic.error.message.contains(" unpacked into ")
        {
            return refineElements(&diagnostic)
        }
        switch expression.kind {
        case .name(let name) where diagnostic.error.code == .unknownName:
            refineForeignName(name, expression.span, &diagnostic)
        case .call(let function, let arguments): refine(call: function, arguments, &diagnostic)
        case .member(let base, let name) where diagnostic.error.code == .unknownMember:
            diagnostic.span = name.span
            noteMissingKey(base, &diagnostic)
            OperandNames(receivers(base, diagnostic.error), source).write(into: &diagnostic.error)
        case .index(let base, let subscripts): refine(subscripts, of: base, &diagnostic)
        case .gradient(let arguments, _):
            let culprit = arguments.first { diagnostic.error.argument == .named(source.text($0.value.span)) }
            if let culprit { diagnostic.span = culprit.value.span }
        case .train(let train):
            refine(train, &diagnostic)
        case .binary(let operation, let left, let right, _):
            if operation == .modulo, notePercent(left, right, &diagnostic) { return }
            noteMissingReturn([left, right], &diagnostic)
            OperandNames([("x", left), ("y", right)], source).write(into: &diagnostic.error)
        case .unary(_, let value):
            OperandNames([("x", value)], source).write(into: &diagnostic.error)
        case .chain(let first, let links): refine(first, links, &diagnostic)
        default: break
        }
    }

    /// The last operator of a chain is the one that ran.
    private func refine(_ first: Expression, _ links: ArraySlice<ChainLink>, _ diagnostic: inout Diagnostic) {
        guard let last = links.last, let before = links.dropLast().last else { return }
        let left = Expression(.chain(first, links.dropLast()), first.span.through(before.operand.span))
        OperandNames([("x", left), ("y", last.operand)], source).write(into: &diagnostic.error)
    }

    /// `"%.4f" % loss`
    /// - Returns: whether the text is written anew.
    private func notePercent(_ left: Expression, _ right: Expression, _ diagnostic: inout Diagnostic) -> Bool {
        guard case .string = left.kind, let place = diagnostic.error.message.firstRange(of: " and ") else {
            return false
        }
        let type = String(diagnostic.error.message[place.upperBound...])
        let values = if case .list(let elements) = right.kind { elements } else { [right] }
        let texts = values.map { value in
            let text = source.text(value.span)
            guard type == "a tensor of 1" else { return text }
            return "\(OperandNames.isSimple(value, text) ? text : "(\(text))").item()"
        }
        let literal = source.text(left.span)
        let isWhole = type == "an int" || type == "a bool"
        let written =
            type == "a str" || type.hasPrefix("a tensor of") && type != "a tensor of 1"
            ? FormatTemplate.percent(literal, texts, areTexts: true)
            : FormatTemplate.percent(literal, texts) { isWhole || $0.isWholeNumber }
        guard let written else { return false }
        diagnostic.error.notes = ["write \(written)"]
        return true
    }

    /// What a loop or several targets cannot take apart.
    private func refineElements(_ diagnostic: inout Diagnostic) {
        diagnostic.span = expression.span
        if diagnostic.error.message.contains(" into 2 variables"), let pair = valuesAndPlaces {
            diagnostic.error.notes = [pair]
            return
        }
        guard let text = OperandNames.line(source, expression.span) else { return }
        let isFloat = diagnostic.error.message.hasPrefix("a float")
        diagnostic.error.notes = diagnostic.error.notes.map { note in
            switch note {
            case "write range(n) to count": "write range(\(isFloat ? "int(\(text))" : text)) to count"
            default:
                OperandNames.replace("x", in: note) { _ in OperandNames.isSimple(expression, text) ? text : "(\(text))"
                }
            }
        }
    }

    // MARK: - Indices

    private func refine(_ subscripts: [Subscript], of base: Expression, _ diagnostic: inout Diagnostic) {
        switch diagnostic.error.code {
        case .misplacedStatement: return nameOuterValue(base, &diagnostic)
        case .typeMismatch, .indexOutOfRange, .keyMissing, .rankMismatch, .dtypeMismatch: break
        case .invalidValue: return OperandNames([("x", base)], source).write(into: &diagnostic.error)
        default: return
        }
        if diagnostic.error.message == "a function has no elements" { noteUncalled(base, subscripts, &diagnostic) }
        noteSurplus(subscripts, of: base, &diagnostic)
        if let note = diagnostic.error.notes.first, note == "write x[i][j]" || note.hasPrefix("write [x[i], x[j]]") {
            return noteNestedList(subscripts, of: base, &diagnostic)
        }
        if diagnostic.error.notes.first?.hasSuffix("[x[i] for i in ...]") == true, subscripts.count == 1,
            let index = subscripts[0].parts.first, let text = OperandNames.line(source, index.span)
        {
            diagnostic.error.notes = diagnostic.error.notes.map { $0.replacing("...", with: text) }
        }
        let parts = subscripts.flatMap(\.parts)
        guard let first = parts.first, let last = parts.last else { return }
        let culprit = parts.count == 1 ? first : culprit(subscripts, diagnostic.error)
        diagnostic.span = culprit?.span ?? first.span.through(last.span)
        if let culprit {
            fill(culprit, &diagnostic)
            if let text = OperandNames.line(source, culprit.span) {
                let whole = OperandNames.isSimple(culprit, text) ? text : "(\(text))"
                diagnostic.error.notes = diagnostic.error.notes.map {
                    $0 == "write .to(int64) behind it" ? "write \(whole).to(int64)" : $0
                }
            }
        }
        OperandNames([("x", base)], source).write(into: &diagnostic.error)
    }

    /// `x[0, 1]` and `x[:, 0]` of a list of lists, and `[[1, 2] [3, 4]]`, where a comma is missing.
    private func noteNestedList(
        _ subscripts: [Subscript], of base: Expression, _ diagnostic: inout Diagnostic
    ) {
        let end = expression.span.end
        guard let name = OperandNames.line(source, base.span), end > base.span.end,
            let whole = OperandNames.line(source, SourceSpan(base.span.end, end))
        else { return }
        if case .list = base.kind, whole.hasPrefix(" ") {
            diagnostic.span = SourceSpan(base.span.start, end)
            diagnostic.error.message =
                "a list takes one index, not \(subscripts.count): a comma is missing before it"
            diagnostic.error.notes = ["write \(name), \(whole.trimmedOfBlanks)"]
            return
        }
        let isFlat = diagnostic.error.notes.first?.hasPrefix("write [x[i], x[j]]") == true
        let inner = ForeignCall.parts(String(whole.trimmedOfBlanks.dropFirst().dropLast())) ?? []
        guard inner.count == subscripts.count else { return }
        diagnostic.span = SourceSpan(min(base.span.end + 1, end - 1), end - 1)
        if isFlat {
            let elements = inner.map { "\(name)[\($0)]" }.joined(separator: ", ")
            diagnostic.error.notes =
                subscripts.allSatisfy { if case .index = $0 { true } else { false } }
                ? ["write [\(elements)] for several of its elements"] : []
        } else if subscripts.allSatisfy({ if case .index = $0 { true } else { false } }) {
            diagnostic.error.notes = ["write \(name)\(inner.map { "[\($0)]" }.joined())"]
        } else if inner.count == 2, inner[0] == ":" {
            diagnostic.error.notes = ["write [row[\(inner[1])] for row in \(name)], or tensor(\(name))[:, \(inner[1])]"]
        } else {
            diagnostic.error.notes = ["write tensor(\(name))[\(inner.joined(separator: ", "))]"]
        }
    }

    /// `len [1, 2]` and `f[3]`: a function is called.
    private func noteUncalled(_ function: Expression, _ subscripts: [Subscript], _ diagnostic: inout Diagnostic) {
        guard let name = OperandNames.line(source, function.span),
            let index = OperandNames.line(source, SourceSpan(function.span.end, expression.span.end))
        else { return }
        let argument = index.hasPrefix(" ") ? index.trimmedOfBlanks : String(index.dropFirst().dropLast())
        diagnostic.error.notes = ["write \(name)(\(argument))"]
    }

    /// `x[0, 1, 2]` of a matrix: the first two.
    private func noteSurplus(_ subscripts: [Subscript], of base: Expression, _ diagnostic: inout Diagnostic) {
        guard case .position(let count)? = diagnostic.error.argument, count > 0, subscripts.count > count,
            subscripts.allSatisfy(\.takesOneAxis), let name = OperandNames.line(source, base.span)
        else { return }
        let spans = subscripts.map { $0.parts.map(\.span) }
        guard let first = spans.first?.first, let end = spans[count].first?.start, first.start < end else { return }
        let kept = source.text(first.start..<end).split(separator: ",").prefix(count).map { String($0).trimmedOfBlanks }
        guard kept.count == count else { return }
        diagnostic.error.notes = ["write \(name)[\(kept.joined(separator: ", "))]"]
    }

    /// Which of several parts of an index an error is about; nil where that cannot be told.
    private func culprit(_ subscripts: [Subscript], _ error: CNNError) -> Expression? {
        let parts = subscripts.flatMap(\.parts)
        switch error.code {
        case .indexOutOfRange:
            guard let place = error.message.firstRange(of: ": axis "),
                let axis = Int(error.message[place.upperBound...].prefix { $0.isNumber }),
                subscripts.indices.contains(axis), subscripts[...axis].allSatisfy(\.takesOneAxis)
            else { return nil }
            return subscripts[axis].parts.first
        case .typeMismatch, .dtypeMismatch:
            let floats = parts.filter(\.isFloat)
            if floats.count == 1 { return floats[0] }
            let others = parts.filter { if case .int = $0.kind { false } else { true } }
            return others.count == 1 ? others[0] : nil
        default: return nil
        }
    }

    /// `axis=0` for `dim=0`.
    func offer(_ value: Expression, _ diagnostic: inout Diagnostic) {
        guard let text = OperandNames.line(source, value.span) else { return }
        diagnostic.error.notes = diagnostic.error.notes.map { note in
            guard note.hasPrefix("write "), note.hasSuffix("=...") else { return note }
            if note == "write beta1=...", case .list(let rates) = value.kind {
                let texts = rates.compactMap { OperandNames.line(source, $0.span) }
                return texts.count == 2 ? "write beta1=\(texts[0]), beta2=\(texts[1])" : note
            }
            // PyTorch's unbiased=True is a number here.
            let given = note == "write ddof=..." ? ["True": "1", "False": "0"][text] ?? text : text
            return "\(note.dropLast(3))\(given)"
        }
    }

    /// `int(...)` around a value at fault, `axis=int(...)` where it has a name; a whole number for `1.0`.
    func fill(_ value: Expression, as label: String = "", _ diagnostic: inout Diagnostic) {
        guard let text = OperandNames.line(source, value.span) else { return }
        let whole: Int? = if case .float(let number) = value.kind { Int(exactly: number) } else { nil }
        diagnostic.error.notes = diagnostic.error.notes.map { note in
            if note.hasPrefix("write int(...)") {
                if let whole { return "write \(label)\(whole)" }
                if case .float(let number) = value.kind, let low = Int(exactly: number.rounded(.down)), low >= 0 {
                    return "write \(label)\(low) or \(label)\(low + 1)"
                }
                return note.replacing("int(...)", with: "\(label)int(\(text))", maxReplacements: 1)
            }
            guard note.hasPrefix("write tensor(...)") else { return note }
            return note.replacing("tensor(...)", with: "\(label)tensor(\(text))", maxReplacements: 1)
        }
    }

    // MARK: - Conditions

    /// The condition itself in place of the `x` of the notes.
    private func refineCondition(_ diagnostic: inout Diagnostic) {
        var condition = expression
        if case .unary(.not, let operand) = condition.kind {
            condition = operand
            diagnostic.span = operand.span
        }
        switch condition.kind {
        case .and, .or, .lambda, .conditional, .unary(.not, _): return
        case .int, .float, .string:
            if let way = comparedBefore(condition.span) {
                diagnostic.error.notes = ["write \(way)"]
                return
            }
            if case .string = condition.kind { diagnostic.error.notes = [] }
            if isBehindWord(condition.span) { diagnostic.error.notes = [] }
        // What is the same every time decides nothing, however it is compared.
        case .none, .interpolated, .list, .dictionary, .size: diagnostic.error.notes = []
        case .call where diagnostic.error.message.hasSuffix("not None"):
            diagnostic.error.notes = [ErrorSite.missingReturn]
        default: break
        }
        guard let text = OperandNames.line(source, condition.span) else { return }
        diagnostic.error.notes = diagnostic.error.notes.map { OperandNames.replace("x", in: $0) { _ in text } }
    }

    /// Whether a value is the second side of `or` or `and`.
    private func isBehindWord(_ span: SourceSpan) -> Bool {
        let before = source.text(source.lineRange(source.line(at: span.start)).lowerBound..<span.start)
        return before.hasSuffix(" or ") || before.hasSuffix(" and ")
    }

    /// `x == 1 or x == 2` for the 2 of `x == 1 or 2`.
    private func comparedBefore(_ span: SourceSpan) -> String? {
        let line = source.lineRange(source.line(at: span.start))
        let before = source.text(line.lowerBound..<span.start)
        for word in ["or", "and"] where before.hasSuffix(" \(word) ") {
            // The comparison before the word, without what stands before that.
            var left = before.dropLast(word.count + 2)
            for head in ["if ", "while ", "(", " or ", " and ", " = ", "return ", "not ", "{ ", ";"] {
                while let place = left.firstRange(of: head) { left = left[place.upperBound...] }
            }
            let text = SourceText(name: "note", String(left))
            guard case .expression(let value, _)? = Parser.parse(text).statements.first?.kind,
                case .binary(let operation, let first, _, _) = value.kind,
                operation == (word == "or" ? .equal : .notEqual)
            else { return nil }
            return
                "\(text.text(value.span)) \(word) \(text.text(first.span)) \(operation.rawValue) \(source.text(span))"
        }
        return nil
    }

    /// `d.get("b").upper()`
    func noteMissingKey(_ base: Expression, _ diagnostic: inout Diagnostic) {
        guard diagnostic.error.notes == [ErrorSite.missingReturn], case .call(let function, let arguments) = base.kind,
            case .member(let dictionary, let name) = function.kind, name.name == "get", arguments.count == 1,
            let text = OperandNames.line(source, dictionary.span),
            let key = OperandNames.line(source, arguments[0].value.span)
        else { return }
        diagnostic.error.notes = [
            "get gives None where the key is missing: write \(text).get(\(key), ...) with what to take then"
        ]
    }

    static let missingReturn = "None is what a function without a return gives"

    /// `expect f(3) == 9` where one side is None.
    private func noteMissingReturn(_ sides: [Expression], _ diagnostic: inout Diagnostic) {
        guard diagnostic.error.code == .expectationFailed else { return }
        let isCalled = zip(["left:  None", "right: None"], sides).contains { text, side in
            guard diagnostic.error.notes.contains(text), case .call(let function, _) = side.kind else { return false }
            if case .name(let name) = function.kind { return BuiltinRegistry.named(name) == nil }
            return false
        }
        if isCalled { diagnostic.error.notes.append(ErrorSite.missingReturn) }
    }
}

extension Subscript {
    /// Whether it stands for one axis: `...` stands for several, and None for a new one.
    fileprivate var takesOneAxis: Bool {
        switch self {
        case .index(let value): if case .none = value.kind { false } else { true }
        case .slice: true
        case .ellipsis: false
        }
    }
}

extension Expression {
    /// Whether it gives a float, whatever its names stand for.
    fileprivate var isFloat: Bool {
        switch kind {
        case .float, .binary(.divide, _, _, _): true
        case .unary(_, let value): value.isFloat
        case .binary(_, let left, let right, _): left.isFloat || right.isFloat
        default: false
        }
    }
}

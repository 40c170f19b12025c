import CNNCore

/// Where a None came from, and what PyTorch gives in twos.
extension ErrorSite {
    /// `for x in a.sort()`, and `b.append(3)` after `b = a.append(2)`: a method that changes its list gives None.
    func explainNone(_ diagnostic: inout Diagnostic) {
        guard let place = diagnostic.error.notes.firstIndex(where: { $0.hasPrefix(ErrorSite.missingReturn) }),
            let change = parts.lazy.compactMap(changingCall).first
        else { return }
        let (list, method, arguments) = change
        let way =
            switch method {
            case "sort": "write sorted(\(list)\(arguments.isEmpty ? "" : ", \(arguments)"))"
            case "reverse": "write \(list)[::-1]"
            default: "write \(list).\(method)(\(arguments)) on a line of its own, then \(list) is the changed one"
            }
        diagnostic.error.notes[place] = "None is what \(method) gives: it changes \(list) itself; \(way)"
    }

    /// `values, places = x.max(1)`
    var valuesAndPlaces: String? {
        guard case .call(let function, let arguments) = expression.kind else { return nil }
        var texts = arguments.compactMap { OperandNames.line(source, $0.value.span) }
        var called: String
        switch function.kind {
        case .name(let name): called = name
        case .member(let base, let name):
            called = name.name
            guard let text = OperandNames.line(source, base.span) else { return nil }
            texts.insert(text, at: 0)
        default: return nil
        }
        guard called == "max" || called == "min", texts.count == 2 else { return nil }
        let call = "\(called)(\(texts[0]), axis=\(texts[1]))"
        return "\(called) gives the values alone: write \(call), arg\(call) behind the ="
    }

    /// The values that an error of this expression may be about.
    private var parts: [Expression] {
        switch expression.kind {
        case .binary(_, let left, let right, _): [left, right]
        case .unary(_, let value): [value]
        case .member(let base, _), .index(let base, _): [base]
        case .call(let function, let arguments):
            if case .member(let base, _) = function.kind {
                [base, expression] + arguments.map(\.value)
            } else {
                arguments.map(\.value)
            }
        default: [expression]
        }
    }

    /// The list, the method and its arguments of a call that changes a list, of the value itself or of what the name was
    /// given last.
    private func changingCall(_ value: Expression) -> (list: String, method: String, arguments: String)? {
        switch value.kind {
        case .call: return ErrorSite.changingCall(value, source)
        case .name(let name):
            let line = source.line(at: expression.span.start)
            for number in stride(from: line - 1, through: max(1, line - 200), by: -1) {
                let text = source.text(source.lineRange(number)).trimmedOfBlanks
                guard text.hasPrefix("\(name) = ") else { continue }
                let assigned = SourceText(name: "note", String(text.dropFirst(name.count + 3)))
                guard case .expression(let value, _)? = Parser.parse(assigned).statements.first?.kind else {
                    return nil
                }
                return ErrorSite.changingCall(value, assigned)
            }
            return nil
        default: return nil
        }
    }

    private static func changingCall(
        _ value: Expression, _ source: SourceText
    ) -> (list: String, method: String, arguments: String)? {
        guard case .call(let function, let arguments) = value.kind, case .member(let base, let name) = function.kind,
            ["append", "extend", "insert", "remove", "sort", "reverse", "clear", "update"].contains(name.name),
            let list = OperandNames.line(source, base.span)
        else { return nil }
        guard let first = arguments.first, let last = arguments.last else { return (list, name.name, "") }
        let start = first.name?.span.start ?? first.value.span.start
        return OperandNames.line(source, SourceSpan(start, last.value.span.end)).map { (list, name.name, $0) }
    }
}

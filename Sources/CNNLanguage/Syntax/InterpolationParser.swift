import CNNCore

/// `f"loss {loss:.4f}"`: the text between braces is parsed in its place, so that errors point into the string.
extension Parser {
    mutating func interpolation() throws(SyntaxFailure) -> Expression.Kind {
        let place = token.span
        if failures.contains(where: { $0.error?.code == .unterminatedString && $0.span.start == place.start }) {
            throw .reported(place)
        }
        let literal = StringLiteral(source, place)
        let bytes = source.bytes
        let outer = context
        try deepen()
        var parts: [InterpolationPart] = []
        var offset = literal.content.lowerBound
        var textStart = offset
        var pending = ""
        let end = literal.content.upperBound
        while offset < end {
            let byte = bytes[offset]
            if byte == UInt8(ascii: "\\") {
                offset = min(end, offset + 2)
                continue
            }
            guard byte == UInt8(ascii: "{") || byte == UInt8(ascii: "}") else {
                offset += 1
                continue
            }
            pending += try StringLiteral.decode(source, textStart..<offset)
            if offset + 1 < end, bytes[offset + 1] == byte {
                pending.unicodeScalars.append(Unicode.Scalar(byte))
                offset += 2
            } else if byte == UInt8(ascii: "}") {
                throw SyntaxFailure(
                    .invalidFormatString, "a '}' in an f-string closes nothing", SourceSpan(offset, offset + 1),
                    notes: ["write }} for the character"])
            } else {
                if !pending.isEmpty { parts.append(.text(pending)) }
                pending = ""
                offset = try interpolatedValue(offset, end, &parts)
            }
            textStart = offset
        }
        pending += try StringLiteral.decode(source, textStart..<end)
        if !pending.isEmpty { parts.append(.text(pending)) }
        context = outer
        advance()
        return .interpolated(parts)
    }

    /// Reads `{value:format}` and returns the offset behind it.
    private mutating func interpolatedValue(
        _ start: Int, _ end: Int, _ parts: inout [InterpolationPart], isInFormat: Bool = false
    ) throws(SyntaxFailure) -> Int {
        let opening = SourceSpan(start, start + 1)
        var stop = InterpolationScanner(bytes: source.bytes, end: end).expressionEnd(start + 1)
        guard stop < end else { throw unclosedBrace(opening, from: start + 1, to: end) }
        let mark = source.bytes[stop]
        let range = start + 1..<stop
        if mark == UInt8(ascii: "\\") { throw backslash(SourceSpan(stop, stop + 1)) }
        guard source.bytes[range].contains(where: { $0 > 0x20 }) else {
            if mark == UInt8(ascii: "!"), let brace = source.bytes[stop..<end].firstIndex(of: UInt8(ascii: "}")) {
                let operand = excerpt(SourceSpan(stop + 1, brace))
                throw .foreign("there is no '!'", SourceSpan(stop, stop + 1), write: "write not \(operand)")
            }
            throw SyntaxFailure(
                .invalidFormatString, "the braces hold no value", SourceSpan(start, stop + 1),
                notes: ["write {{ and }} for the characters"])
        }
        if mark == UInt8(ascii: "!") {
            throw SyntaxFailure(
                .invalidFormatString, "there is no conversion with '!' in an f-string",
                SourceSpan(stop, min(end, stop + 2)),
                notes: ["write {str(\(excerpt(SourceSpan(range.lowerBound, range.upperBound))))}, or only the value"])
        }
        if mark == UInt8(ascii: "=") {
            let name = excerpt(SourceSpan(range.lowerBound, range.upperBound))
            throw SyntaxFailure(
                .invalidFormatString, "'=' shows no name in an f-string", SourceSpan(stop, stop + 1),
                notes: ["write \(name) = {\(name)}"])
        }
        let value = try fragment(range)
        guard mark == UInt8(ascii: ":") else {
            parts.append(.value(value, format: nil))
            return stop + 1
        }
        parts.append(.value(value, format: try format(stop + 1, end, opening, &stop, isNested: isInFormat)))
        return stop + 1
    }

    /// Reads a format up to its closing brace, whose offset goes into `stop`. Values may stand in it, as in
    /// `{x:{width}.2f}`, but not in their own formats again.
    private mutating func format(
        _ start: Int, _ end: Int, _ opening: SourceSpan, _ stop: inout Int, isNested: Bool
    ) throws(SyntaxFailure) -> InterpolationFormat {
        var parts: [InterpolationPart] = []
        var (offset, textStart) = (start, start)
        while offset < end, source.bytes[offset] != UInt8(ascii: "}") {
            guard source.bytes[offset] == UInt8(ascii: "{") else {
                offset += 1
                continue
            }
            guard !isNested else {
                throw SyntaxFailure(
                    .invalidFormatString, "a format inside of a format has no braces", SourceSpan(offset, offset + 1),
                    notes: ["give the inner value a name first"])
            }
            if textStart < offset { parts.append(.text(try StringLiteral.decode(source, textStart..<offset))) }
            offset = try interpolatedValue(offset, end, &parts, isInFormat: true)
            textStart = offset
        }
        guard offset < end else { throw unclosedBrace(opening, from: start, to: end) }
        stop = offset
        let rest = try StringLiteral.decode(source, textStart..<offset)
        guard !parts.isEmpty else { return .text(rest) }
        return .parts(rest.isEmpty ? parts : parts + [.text(rest)])
    }

    private mutating func fragment(_ range: Range<Int>) throws(SyntaxFailure) -> Expression {
        var inner = Parser(source, range, depth: context.depth, isFragment: true, session: session)
        // Its braces are closed, so it cannot wait for more lines.
        inner.failures = inner.failures.map(\.asDefinite)
        do throws(SyntaxFailure) {
            let value = try inner.expression()
            guard inner.token.kind == .end else { throw inner.afterFragment() }
            failures += inner.failures
            addPart(inner.height)
            return value
        } catch {
            failures += inner.failures
            throw error.asDefinite
        }
    }

    func backslash(_ span: SourceSpan) -> SyntaxFailure {
        SyntaxFailure(
            .invalidFormatString, "a backslash cannot stand in the braces of an f-string", span,
            notes: ["write the other kind of quotes inside: f\"{d['key']}\""])
    }

    private mutating func unclosedBrace(_ opening: SourceSpan, from start: Int, to end: Int) -> SyntaxFailure {
        let scanner = InterpolationScanner(bytes: source.bytes, end: end)
        if let bracket = scanner.unclosedBracket(start) {
            let sign = source.text(bracket..<bracket + 1)
            return SyntaxFailure(
                .unclosedBracket, "this '\(sign)' is never closed", SourceSpan(bracket, bracket + 1),
                notes: ["write \(sign == "(" ? ")" : "]") where it ends"])
        }
        // A quote inside has ended the string, and what follows clings to it.
        let isCutShort = peek().start == token.end && !peek().beginsLine
        guard isCutShort else {
            return SyntaxFailure(
                .invalidFormatString, "the '{' in this f-string is never closed", opening,
                notes: ["write {{ for the character"])
        }
        let line = source.line(at: token.start)
        // What the rest of the line looks like now is no mistake of its own.
        let place = token.end
        failures.removeAll { $0.span.start >= place && source.line(at: $0.span.start) == line }
        let way = requoted() ?? "f\"{d['key']}\""
        return SyntaxFailure(
            .invalidFormatString, "the '{' in this f-string is never closed", opening,
            notes: ["inside, write the other kind of quotes: \(way)"])
    }

    /// The whole f-string with the other quotes inside; nil where that is no f-string either.
    private func requoted() -> String? {
        let bytes = source.bytes
        let quote = bytes[token.start + 1]
        let other = quote == UInt8(ascii: "\"") ? "'" : "\""
        let lineEnd = source.lineRange(source.line(at: token.start)).upperBound
        guard let last = bytes[token.start..<lineEnd].lastIndex(of: quote), last > token.start + 2 else { return nil }
        let mark = String(Unicode.Scalar(quote))
        let inside = source.text(token.start + 2..<last).replacing(mark, with: other)
        let text = "f\(mark)\(inside)\(mark)"
        let note = SourceText(name: "note", text)
        guard text.count <= 70, !isHint else { return nil }
        var parser = Parser(note, 0..<note.bytes.count, depth: 0, isFragment: false)
        parser.isHint = true
        return parser.program().count == 1 && parser.failures.isEmpty ? text : nil
    }
}

/// Finds the end of an expression in an f-string: its `}`, or a `:`, `!` or `=` that is not inside of it.
struct InterpolationScanner {
    let bytes: [UInt8]
    let end: Int

    func expressionEnd(_ start: Int) -> Int {
        var offset = start
        var depth = 0
        while offset < end {
            switch bytes[offset] {
            case UInt8(ascii: "("), UInt8(ascii: "["), UInt8(ascii: "{"): depth += 1
            case UInt8(ascii: "}") where depth == 0: return offset
            case UInt8(ascii: "\\"): return offset
            case UInt8(ascii: ")"), UInt8(ascii: "]"), UInt8(ascii: "}"): depth = max(0, depth - 1)
            case UInt8(ascii: "\""), UInt8(ascii: "'"): offset = stringEnd(offset) - 1
            case UInt8(ascii: ":") where depth == 0: return offset
            case UInt8(ascii: "!") where depth == 0 && next(offset) != UInt8(ascii: "="): return offset
            case UInt8(ascii: "=") where depth == 0 && isLast(offset): return offset
            case UInt8(ascii: "!"), UInt8(ascii: "="), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "~"):
                if next(offset) == UInt8(ascii: "=") { offset += 1 }
            default: break
            }
            offset += 1
        }
        return end
    }

    /// A `(` or `[` that the `}` of its expression comes before.
    func unclosedBracket(_ start: Int) -> Int? {
        var open: [Int] = []
        var offset = start
        while offset < end {
            switch bytes[offset] {
            case UInt8(ascii: "("), UInt8(ascii: "["), UInt8(ascii: "{"): open.append(offset)
            case UInt8(ascii: ")"), UInt8(ascii: "]"): _ = open.popLast()
            case UInt8(ascii: "}"):
                guard let last = open.popLast() else { return nil }
                if bytes[last] != UInt8(ascii: "{") { return last }
            case UInt8(ascii: "\""), UInt8(ascii: "'"): offset = stringEnd(offset) - 1
            default: break
            }
            offset += 1
        }
        return nil
    }

    private func next(_ offset: Int) -> UInt8 { offset + 1 < end ? bytes[offset + 1] : 0 }

    /// `{x=}`
    private func isLast(_ offset: Int) -> Bool {
        var following = offset + 1
        while following < end, bytes[following] == UInt8(ascii: " ") { following += 1 }
        return following < end && bytes[following] == UInt8(ascii: "}")
    }

    private func stringEnd(_ start: Int) -> Int {
        let quote = bytes[start]
        let isLong = start + 2 < end && bytes[start + 1] == quote && bytes[start + 2] == quote
        var offset = start + (isLong ? 3 : 1)
        while offset < end {
            if bytes[offset] == UInt8(ascii: "\\") {
                offset += 2
            } else if bytes[offset] == quote, !isLong {
                return offset + 1
            } else if bytes[offset] == quote, offset + 2 < end, bytes[offset + 1] == quote, bytes[offset + 2] == quote {
                return offset + 3
            } else {
                offset += 1
            }
        }
        return end
    }
}

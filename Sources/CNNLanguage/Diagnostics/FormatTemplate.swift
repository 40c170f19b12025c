/// Python's older ways to put values into a text, written as f-strings: `"{:.4f}".format(loss)`, `"%.4f" % loss`.
enum FormatTemplate {
    /// - Parameters:
    ///   - literal: a string with its quotes, as it stands in the source.
    ///   - arguments: texts of the values, with the names that they were given.
    /// - Returns: nil where they do not fit together, or the f-string would not be one.
    static func format(_ literal: String, _ arguments: [(name: String?, text: String)]) -> String? {
        let unnamed = arguments.filter { $0.name == nil }.map(\.text)
        var used = 0
        return written(literal, arguments.map(\.text)) { rest, value in
            guard let brace = rest.first, brace == "{" || brace == "}" else { return rest.takeFirst() }
            if rest.dropFirst().first == brace { return rest.takeFirst() + rest.takeFirst() }
            guard brace == "{", let end = rest.firstIndex(of: "}") else { return nil }
            let field = rest[rest.index(after: rest.startIndex)..<end]
            rest = rest[rest.index(after: end)...]
            let name = String(field.prefix { $0 != ":" })
            guard !field.contains("{"), name.allSatisfy({ $0.isLetter || $0.isNumber || $0 == "_" }) else { return nil }
            let text: String?
            if name.isEmpty {
                text = used < unnamed.count ? unnamed[used] : nil
                used += 1
            } else if let place = Int(name) {
                text = unnamed.indices.contains(place) ? unnamed[place] : nil
            } else {
                text = arguments.first { $0.name == name }?.text
            }
            return text.map { "{\(value($0))\(field.dropFirst(name.count))}" }
        }
    }

    /// Behind the `%`, the values one by one.
    /// - Parameters:
    ///   - areTexts: for texts and tensors, which have no format of a number.
    ///   - isWhole: whether a value is known to be an int; others are cut off for `%d`, as Python does it.
    static func percent(
        _ literal: String, _ arguments: [String], areTexts: Bool = false,
        isWhole: (String) -> Bool = { $0.isWholeNumber }
    ) -> String? {
        var used = 0
        let text = written(literal, arguments) { rest, value in
            guard rest.first == "%" else {
                let letter = rest.takeFirst()
                return letter == "{" || letter == "}" ? letter + letter : letter
            }
            _ = rest.takeFirst()
            if rest.first == "%" { return rest.takeFirst() }
            var flags = ""
            while let flag = rest.first, "-+ 0#".contains(flag) { flags += rest.takeFirst() }
            var size = ""
            while let digit = rest.first, digit.isNumber || digit == "." { size += rest.takeFirst() }
            guard let kind = rest.first, "diufFeEgGxXos".contains(kind), used < arguments.count else { return nil }
            _ = rest.takeFirst()
            used += 1
            let argument = arguments[used - 1]
            if areTexts { return "{\(value(argument))\(spec(flags, String(size.prefix { $0 != "." }), "s"))}" }
            let whole = "diuxXo".contains(kind) && !isWhole(argument) ? "int(\(argument))" : argument
            return "{\(value(whole))\(spec(flags, size, kind))}"
        }
        return used == arguments.count ? text : nil
    }

    /// `:<8.2f` for `-8.2f`; nothing for `d` and `s` alone.
    private static func spec(_ flags: String, _ size: String, _ kind: Character) -> String {
        let isText = kind == "s"
        let isPlain = isText || "diu".contains(kind)
        if isPlain, flags.isEmpty, size.isEmpty { return "" }
        let width = size.prefix { $0 != "." }
        // `%.3d` fills up with zeros.
        if !isText, "diuxX".contains(kind), let point = size.firstIndex(of: ".") {
            return spec(flags + "0", String(size[size.index(after: point)...]), kind)
        }
        var align = flags.contains("-") ? "<" : ""
        if isText, align.isEmpty, !width.isEmpty { align = ">" }
        let sign = flags.contains("+") ? "+" : flags.contains(" ") ? " " : ""
        let zero = flags.contains("0") && align.isEmpty ? "0" : ""
        let mark = flags.contains("#") && "xX".contains(kind) ? "#" : ""
        let letter = isText ? "" : "iu".contains(kind) ? "d" : String(kind)
        return ":\(align)\(sign)\(mark)\(zero)\(size)\(letter)"
    }

    /// - Parameter part: takes the beginning of the rest, and gives it as an f-string has it; nil where it cannot.
    private static func written(
        _ literal: String, _ arguments: [String],
        _ part: (_ rest: inout Substring, _ value: (String) -> String) -> String?
    ) -> String? {
        guard let quote = literal.first, quote == "\"" || quote == "'", literal.last == quote, literal.count >= 2,
            !literal.hasPrefix(String(repeating: quote, count: 3))
        else { return nil }
        var rest = literal.dropFirst().dropLast()
        let other: Character = quote == "\"" ? "'" : "\""
        let isSwapped = arguments.contains { $0.contains(quote) }
        if isSwapped, rest.contains(other) || rest.contains("\\") || arguments.contains(where: { $0.contains(other) }) {
            return nil
        }
        var text = ""
        while !rest.isEmpty {
            guard let next = part(&rest, { $0.first == "{" ? "(\($0))" : $0 }) else { return nil }
            text += next
        }
        let mark = isSwapped ? other : quote
        let written = "f\(mark)\(text)\(mark)"
        return Parser.parse(SourceText(name: "note", written)).diagnostics.isEmpty ? written : nil
    }
}

extension Substring {
    fileprivate mutating func takeFirst() -> String { isEmpty ? "" : String(removeFirst()) }
}

extension String {
    /// Whether it reads as an int, or counts something.
    var isWholeNumber: Bool { Int(self) != nil || hasPrefix("len(") || hasPrefix("int(") }
}

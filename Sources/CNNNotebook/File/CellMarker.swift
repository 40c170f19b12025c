import CNNLanguage

/// A line `# %% kind key=value …`, read. Throws E0507 at its place.
struct CellMarker {
    private(set) var kind = CellKind.code
    private(set) var options = CellOptions()
    /// Where the value of `id=` stands.
    private(set) var idPlace: Range<Int>?

    private let source: SourceText
    private let line: SourceLine
    private var hasKind = false
    private var places: [(option: CellOption, place: Range<Int>)] = []

    static func begins(_ line: SourceLine, in source: SourceText) -> Bool {
        guard source.begins(line.content, with: "# %%") else { return false }
        guard line.content.count > 4 else { return true }
        let next = source.bytes[line.content.lowerBound + 4]
        return next.isBlank || next == UInt8(ascii: "[")
    }

    init(_ line: SourceLine, in source: SourceText) throws(Diagnostic) {
        self.source = source
        self.line = line
        var position = line.content.lowerBound + 4
        while let word = try word(from: position) {
            try take(word)
            position = word.upperBound
        }
        for (option, place) in places where !option.goes(with: kind) {
            throw .notebook(
                "\(kind.text) has no option \(option.rawValue)", source, place,
                notes: ["it may have \(CellMarker.names(of: kind).joined(separator: ", "))"])
        }
    }

    private static func names(of kind: CellKind) -> [String] {
        CellOption.allCases.filter { $0.goes(with: kind) }.map(\.rawValue)
    }

    // MARK: - Words

    /// The next word: blanks end it, but not those within quotes.
    private func word(from start: Int) throws(Diagnostic) -> Range<Int>? {
        var position = start
        let end = line.content.upperBound
        while position < end, source.bytes[position].isBlank { position += 1 }
        guard position < end else { return nil }
        let first = position
        var quote: UInt8?
        while position < end {
            let byte = source.bytes[position]
            if let open = quote {
                if byte == UInt8(ascii: "\\") { position += 1 } else if byte == open { quote = nil }
            } else if byte.isBlank {
                break
            } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
                quote = byte
            }
            position += 1
        }
        guard quote == nil else {
            throw .notebook("a quoted value has no end", source, first..<end)
        }
        return first..<position
    }

    private mutating func take(_ word: Range<Int>) throws(Diagnostic) {
        let text = source.text(word)
        if let kind = CellKind(word: text) {
            guard !hasKind else { throw .notebook("a cell is of one kind", source, word) }
            hasKind = true
            self.kind = kind
            return
        }
        let equals = source.bytes[word].firstIndex(of: UInt8(ascii: "="))
        let name = word.lowerBound..<(equals ?? word.upperBound)
        guard let option = CellOption(rawValue: source.text(name)) else { throw unknown(name, isBare: equals == nil) }
        guard options[option] == nil else {
            throw .notebook("the option \(option.rawValue) stands there twice", source, word)
        }
        let place = equals.map { $0 + 1..<word.upperBound }
        options.add(option, try value(of: option, place, word))
        places.append((option: option, place: word))
        if option == .id { idPlace = place }
    }

    private func unknown(_ name: Range<Int>, isBare: Bool) -> Diagnostic {
        let kinds = CellKind.allCases.map(\.rawValue).filter { !$0.isEmpty }
        let options = CellOption.allCases.map { $0.form == .flag ? $0.rawValue : $0.rawValue + "=" }
        let notes = isBare ? ["a title is written name=\"...\""] : []
        let what = isBare ? "word" : "option"
        return .unknownWord(
            what, source.text(name), among: isBare ? kinds + options : options, source, name, notes: notes)
    }

    // MARK: - Values

    private func value(
        of option: CellOption, _ place: Range<Int>?, _ word: Range<Int>
    ) throws(Diagnostic) -> String {
        guard let place else {
            guard option.form == .flag else {
                throw .notebook("the option \(option.rawValue) needs a value: \(option.rawValue)=...", source, word)
            }
            return ""
        }
        let text = unquoted(place)
        switch option.form {
        case .flag: throw .notebook("the option \(option.rawValue) takes no value", source, word)
        case .text: break
        case .identifier:
            guard CellMarker.isIdentifier(text[...]) else {
                throw .notebook("an id is made of letters, digits, - . and _", source, place)
            }
        case .identifiers:
            guard text.split(separator: ",", omittingEmptySubsequences: false).allSatisfy(CellMarker.isIdentifier)
            else {
                throw .notebook(
                    "\(option.rawValue) is an id or a list of them without blanks: \(option.rawValue)=q1,q2", source,
                    place)
            }
        case .number:
            guard let number = Double(text), number >= 0, number.isFinite, text.utf8.allSatisfy(\.isNumberPart) else {
                throw .notebook("the option \(option.rawValue) needs a number that is not negative", source, place)
            }
            guard option != .timeout || number > 0 else {
                throw .notebook("a cell needs some time: timeout is more than 0 seconds", source, place)
            }
        }
        return text
    }

    private static func isIdentifier(_ text: Substring) -> Bool {
        !text.isEmpty && text.unicodeScalars.allSatisfy { $0.properties.isXIDContinue || $0 == "-" || $0 == "." }
    }

    private func unquoted(_ place: Range<Int>) -> String {
        var result: [UInt8] = []
        var quote: UInt8?
        var position = place.lowerBound
        while position < place.upperBound {
            var byte = source.bytes[position]
            position += 1
            if byte == quote {
                quote = nil
                continue
            } else if quote == nil, byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
                quote = byte
                continue
            } else if quote != nil, byte == UInt8(ascii: "\\"), position < place.upperBound {
                byte = source.bytes[position]
                position += 1
            }
            result.append(byte)
        }
        return String(decoding: result, as: UTF8.self)
    }
}

extension UInt8 {
    /// Of `1`, `0.5`, `1e-3`: what `Double` also reads, such as `0x1p3` or `nan`, is no number here.
    fileprivate var isNumberPart: Bool {
        isDecimalDigit || self == UInt8(ascii: ".") || self == UInt8(ascii: "-") || self == UInt8(ascii: "+")
            || self | 0x20 == UInt8(ascii: "e")
    }
}

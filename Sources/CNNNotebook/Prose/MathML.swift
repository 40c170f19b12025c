/// Formulas as TeX writes them, as MathML: what a course on networks needs. What is not known is shown as it was written.
struct MathML {
    /// - Returns: a `<math>` element.
    static func element(_ source: String, isBlock: Bool) -> String {
        let text = source.split(whereSeparator: \.isNewline).joined(separator: " ")
        var parser = MathML(text)
        let content = parser.row(until: nil)
        let display = isBlock ? " display=\"block\"" : ""
        let source = XMLText.attribute(text)
        return "<math\(display)><semantics><mrow>\(content)</mrow>"
            + "<annotation encoding=\"application/x-tex\">\(source)</annotation></semantics></math>"
    }

    private static let depthLimit = 60

    private var tokens: [Token]
    private var position = 0
    private var depth = 0

    private enum Token: Equatable {
        /// Without its backslash.
        case command(String)
        case character(Character)
        case number(String)
    }

    private init(_ text: String) { tokens = MathML.tokens(text) }

    private static func tokens(_ text: String) -> [Token] {
        var tokens: [Token] = []
        var rest = text[...]
        while let first = rest.first {
            if first == "\\" {
                let letters = rest.dropFirst().prefix { $0.isASCII && $0.isLetter }
                var name = String(letters.isEmpty ? rest.dropFirst().prefix(1) : letters)
                rest = rest.dropFirst(1 + name.count)
                if name == "operatorname", rest.first == "*" { name += String(rest.removeFirst()) }
                tokens.append(.command(name))
                if MathSymbols.wordTakers.contains(name) || MathSymbols.texts.contains(name) {
                    rest = rest.drop { $0 == " " }
                    guard rest.first == "{", let end = rest.firstIndex(of: "}") else { continue }
                    tokens.append(.command("{" + rest[..<end].dropFirst()))
                    rest = rest[rest.index(after: end)...]
                }
            } else if first.isASCII, first.isNumber {
                var number = rest.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
                if number.last == "." { number = number.dropLast() }
                tokens.append(.number(String(number)))
                rest = rest.dropFirst(number.count)
            } else {
                if !first.isWhitespace { tokens.append(.character(first)) }
                rest = rest.dropFirst()
            }
        }
        return tokens
    }

    private var next: Token? { position < tokens.count ? tokens[position] : nil }

    private mutating func take(_ token: Token) -> Bool {
        guard next == token else { return false }
        position += 1
        return true
    }

    // MARK: - Rows and scripts

    private enum Stop { case brace, right, cell, bracket, line }

    /// What follows, up to a closing sign that stays.
    private mutating func row(until stop: Stop?) -> String {
        guard depth < MathML.depthLimit else {
            position = tokens.count
            return MathML.unknown("...")
        }
        depth += 1
        defer { depth -= 1 }
        var result = ""
        while let token = next, !ends(token, stop) {
            if stop == nil, token == .character("}") || token == .command("right") {
                position += 1
                result += MathML.operators("}")
                continue
            }
            result += spaced(token, stop)
        }
        return result
    }

    /// What comes next, with TeX's thin space between a function and an operand without brackets: `n \log n`.
    private mutating func spaced(_ token: Token, _ stop: Stop?) -> String {
        guard MathML.isFunction(token) else { return scripted() }
        let space = "<mspace width=\"0.17em\"></mspace>"
        let before = position > 0 && MathML.endsOperand(tokens[position - 1]) ? space : ""
        let function = scripted()
        guard let next, !ends(next, stop), MathML.beginsOperand(next) else { return before + function }
        return before + function + space
    }

    private static func isFunction(_ token: Token) -> Bool {
        if case .command(let name) = token {
            MathSymbols.functions.contains(name) || name.hasPrefix("operatorname")
        } else {
            false
        }
    }

    private static func endsOperand(_ token: Token) -> Bool {
        switch token {
        case .number: true
        case .character(let character): character.isLetter || [")", "]", "}", "'"].contains(character)
        case .command(let name): MathSymbols.letters[name] != nil
        }
    }

    private static func beginsOperand(_ token: Token) -> Bool {
        switch token {
        case .number: true
        case .character(let character): character.isLetter || character == "{"
        case .command(let name):
            MathSymbols.letters[name] != nil || MathSymbols.functions.contains(name)
                || MathSymbols.accents[name] != nil || MathSymbols.variants[name] != nil
                || ["frac", "dfrac", "tfrac", "sqrt", "mathrm", "operatorname", "text", "sum", "prod"].contains(name)
        }
    }

    private func ends(_ token: Token, _ stop: Stop?) -> Bool {
        switch stop {
        case nil: false
        case .brace: token == .character("}")
        case .bracket: token == .character("]")
        case .right: token == .command("right")
        case .line: token == .character("}") || token == .command("\\")
        case .cell: token == .character("&") || token == .command("\\") || token == .command("end")
        }
    }

    /// An atom with what stands above and below it.
    private mutating func scripted() -> String {
        let start = next
        var base = atom()
        var isLimit = if case .command(let name)? = start { MathSymbols.limits.contains(name) } else { false }
        var (lower, upper): (String?, String?)
        while true {
            if take(.command("limits")) {
                isLimit = true
            } else if take(.command("nolimits")) {
                isLimit = false
            } else if lower == nil, take(.character("_")) {
                lower = argument()
            } else if upper == nil, take(.character("^")) {
                upper = argument()
            } else if let primes = primes() {
                base = "<mrow>\(base)\(primes)</mrow>"
            } else {
                break
            }
        }
        let (under, over, both) = isLimit ? ("munder", "mover", "munderover") : ("msub", "msup", "msubsup")
        switch (lower, upper) {
        case (let lower?, let upper?): return "<\(both)>\(base)\(lower)\(upper)</\(both)>"
        case (let lower?, nil): return "<\(under)>\(base)\(lower)</\(under)>"
        case (nil, let upper?): return "<\(over)>\(base)\(upper)</\(over)>"
        case (nil, nil): return base
        }
    }

    /// Primes beside what they mark, and not above it: the sign is a raised one already.
    private mutating func primes() -> String? {
        var primes = ""
        while take(.character("'")) { primes += "′" }
        return primes.isEmpty ? nil : "<mo class=\"prime\" lspace=\"0\" rspace=\"0\">\(primes)</mo>"
    }

    /// A group in braces or one atom, as one element.
    private mutating func argument() -> String {
        guard let token = next else { return "<mrow></mrow>" }
        // `x^23` raises the 2 alone.
        if case .number(let text) = token, text.count > 1 {
            tokens[position] = .number(String(text.dropFirst()))
            return "<mn>\(text.prefix(1))</mn>"
        }
        return atom()
    }

    private mutating func group() -> String {
        let content = row(until: .brace)
        _ = take(.character("}"))
        return "<mrow>\(content)</mrow>"
    }

    private mutating func atom() -> String {
        guard let token = next else { return "<mrow></mrow>" }
        position += 1
        switch token {
        case .number(let text): return "<mn>\(text)</mn>"
        case .command(let name): return command(name)
        case .character("{"): return group()
        case .character("_"), .character("^"), .character("&"):
            // A script without a base, a cell without a table.
            if token != .character("&") { position -= 1 }
            return "<mrow></mrow>"
        case .character(let character):
            if character == "~" { return "<mspace width=\"0.33em\"></mspace>" }
            if character.isLetter { return "<mi>\(XMLText.html(String(character)))</mi>" }
            return MathML.operators(String(character))
        }
    }

    // MARK: - Commands

    private mutating func command(_ name: String) -> String {
        if let letter = MathSymbols.letters[name] { return "<mi>\(letter)</mi>" }
        if let sign = MathSymbols.operators[name] { return "<mo>\(XMLText.html(sign))</mo>" }
        if let space = MathSymbols.spaces[name] { return "<mspace width=\"\(space)\"></mspace>" }
        if MathSymbols.functions.contains(name) { return "<mi>\(name)</mi>" }
        if let accent = MathSymbols.accents[name] {
            return "<mover accent=\"true\">\(argument())<mo>\(accent)</mo></mover>"
        }
        if let variant = MathSymbols.variants[name] { return styled(variant) }
        if let (element, sign) = MathSymbols.braces[name] {
            return "<\(element)>\(argument())<mo stretchy=\"true\">\(sign)</mo></\(element)>"
        }
        if MathSymbols.texts.contains(name) {
            return "<mtext>\(XMLText.html(MathML.withHardBlanks(takeWord())))</mtext>"
        }
        if MathSymbols.ignored.contains(name) { return "" }
        switch name {
        case "frac", "dfrac", "tfrac":
            let numerator = argument()
            return "<mfrac>\(numerator)\(argument())</mfrac>"
        case "binom":
            let top = argument()
            return "<mrow><mo>(</mo><mfrac linethickness=\"0\">\(top)\(argument())</mfrac><mo>)</mo></mrow>"
        case "sqrt":
            guard take(.character("[")) else { return "<msqrt>\(argument())</msqrt>" }
            let index = row(until: .bracket)
            _ = take(.character("]"))
            return "<mroot>\(argument())<mrow>\(index)</mrow></mroot>"
        case "left": return fenced()
        case "begin": return environment()
        case "mathrm", "operatorname", "operatorname*":
            return "<mi mathvariant=\"normal\">\(XMLText.html(takeWord()))</mi>"
        case "overset", "stackrel", "underset":
            let script = argument()
            let element = name == "underset" ? "munder" : "mover"
            return "<\(element)>\(argument())\(script)</\(element)>"
        case "substack": return stack()
        case "middle": return delimiter()
        case "pmod":
            return "<mrow><mo>(</mo><mi>mod</mi><mspace width=\"0.33em\"></mspace>\(argument())<mo>)</mo></mrow>"
        case "\\": return "<mspace linebreak=\"newline\"></mspace>"
        case "end":
            _ = takeWord()
            return ""
        default: return MathML.unknown("\\" + name)
        }
    }

    /// What stood in braces behind `\text`.
    private mutating func takeWord() -> String {
        guard case .command(let word)? = next, word.hasPrefix("{") else { return "" }
        position += 1
        return String(word.dropFirst())
    }

    /// Blanks at the ends of a text are part of the formula; browsers show those alone that do not break.
    private static func withHardBlanks(_ text: String) -> String {
        let blank = "\u{A0}"
        let words = text.drop { $0 == " " }
        guard !words.isEmpty else { return text.isEmpty ? "" : blank }
        return (text.first == " " ? blank : "") + String(words).trimmed + (text.last == " " ? blank : "")
    }

    private mutating func styled(_ variant: MathSymbols.Variant) -> String {
        var letters: [Character] = []
        if take(.character("{")) {
            while let token = next, token != .character("}") {
                position += 1
                switch token {
                case .character(let character): letters.append(character)
                case .number(let text): letters += Array(text)
                case .command(let name): letters += Array(MathSymbols.letters[name] ?? "")
                }
            }
            _ = take(.character("}"))
        } else if case .character(let character)? = next {
            position += 1
            letters = [character]
        }
        let text = String(letters.map { variant.letter($0) })
        return letters.allSatisfy(\.isNumber) ? "<mn>\(text)</mn>" : "<mi>\(XMLText.html(text))</mi>"
    }

    /// `\substack{i < n \\ j < m}`: lines one under the other.
    private mutating func stack() -> String {
        guard take(.character("{")) else { return argument() }
        var lines: [String] = []
        repeat { lines.append(row(until: .line)) } while take(.command("\\"))
        _ = take(.character("}"))
        return "<mtable>" + lines.map { "<mtr><mtd>\($0)</mtd></mtr>" }.joined() + "</mtable>"
    }

    private mutating func fenced() -> String {
        let open = delimiter()
        let content = row(until: .right)
        _ = take(.command("right"))
        return "<mrow>\(open)\(content)\(delimiter())</mrow>"
    }

    private mutating func delimiter() -> String {
        guard let token = next else { return "" }
        position += 1
        switch token {
        case .character("."): return ""
        case .character(let character): return "<mo stretchy=\"true\">\(XMLText.html(String(character)))</mo>"
        case .command(let name):
            let sign = MathSymbols.operators[name] ?? name
            return "<mo stretchy=\"true\">\(XMLText.html(sign))</mo>"
        case .number(let text): return "<mn>\(text)</mn>"
        }
    }

    private mutating func environment() -> String {
        let name = takeWord()
        guard let (open, close, alignment) = MathSymbols.environments[name] else {
            return MathML.unknown("\\begin{\(name)}")
        }
        var rows: [[String]] = [[]]
        while position < tokens.count {
            rows[rows.count - 1].append(row(until: .cell))
            if take(.character("&")) { continue }
            if take(.command("\\")) {
                rows.append([])
                continue
            }
            break
        }
        if take(.command("end")) { _ = takeWord() }
        if rows.last == [""] || rows.last == [] { rows.removeLast() }
        let body = rows.map { row in
            "<mtr>" + row.map { "<mtd>\($0)</mtd>" }.joined() + "</mtr>"
        }.joined()
        func fence(_ sign: String) -> String { sign.isEmpty ? "" : "<mo stretchy=\"true\">\(sign)</mo>" }
        let style = alignment.isEmpty ? "" : " class=\"\(alignment)\""
        return "<mrow>\(fence(open))<mtable\(style)>\(body)</mtable>\(fence(close))</mrow>"
    }

    // MARK: - Signs

    private static func operators(_ sign: String) -> String {
        let shown = sign == "-" ? "−" : sign == "*" ? "∗" : sign
        // Only what \left and \right stand before grows with what is inside.
        let isFence = ["(", ")", "[", "]", "|", "{", "}"].contains(sign)
        return "<mo\(isFence ? " stretchy=\"false\"" : "")>\(XMLText.html(shown))</mo>"
    }

    private static func unknown(_ text: String) -> String { "<mtext class=\"unknown\">\(XMLText.html(text))</mtext>" }
}

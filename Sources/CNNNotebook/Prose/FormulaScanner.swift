/// Finds the formulas of a Markdown text: `$…$` in a line, `$$…$$` by itself. Markdown would read their underscores,
/// stars and backslashes as its own, so that each is taken out before and put back, as MathML, behind.
///
/// As with pandoc: behind an opening dollar and before a closing one stands no blank, and no digit follows the closing one,
/// so that 5$ and 10$ stay what they are. Within code there are no formulas; `\$` is a dollar.
struct FormulaScanner {
    private let characters: [Character]
    private var formulas: [Formula] = []

    private struct Formula {
        let source: String
        let isBlock: Bool
        /// Behind its closing dollars.
        let end: Int
    }

    /// Characters that no text holds where they matter: the private ones of the last plane.
    private static let open: Character = "\u{10FFF0}"
    private static let close: Character = "\u{10FFF1}"
    private static let lengthLimit = 4_000

    init(_ text: String) {
        characters = text.map { $0 == FormulaScanner.open || $0 == FormulaScanner.close ? "\u{FFFD}" : $0 }
    }

    mutating func textWithMarks() -> String {
        var result = ""
        var position = 0
        var beginsLine = true
        while position < characters.count {
            if beginsLine, let end = fenceEnd(position) {
                result += String(characters[position..<end])
                position = end
                continue
            }
            let character = characters[position]
            beginsLine = character == "\n"
            if character == "\\", position + 1 < characters.count {
                result.append(character)
                result.append(characters[position + 1])
                position += 2
            } else if character == "`" {
                let end = codeEnd(position)
                result += String(characters[position..<end])
                position = end
            } else if character == "$", let formula = formula(position) {
                result += "\(FormulaScanner.open)\(formulas.count)\(FormulaScanner.close)"
                formulas.append(formula)
                position = formula.end
            } else {
                result.append(character)
                position += 1
            }
        }
        return result
    }

    func replacingMarks(in html: String) -> String {
        guard !formulas.isEmpty else { return html }
        var result = ""
        var rest = html[...]
        while let start = rest.firstIndex(of: FormulaScanner.open),
            let end = rest[start...].firstIndex(of: FormulaScanner.close)
        {
            result += rest[..<start]
            if let number = Int(rest[rest.index(after: start)..<end]), formulas.indices.contains(number) {
                result += MathML.element(formulas[number].source, isBlock: formulas[number].isBlock)
            }
            rest = rest[rest.index(after: end)...]
        }
        return result + rest
    }

    /// Behind the line that closes the fence of a code block which begins here; nil where none does.
    private func fenceEnd(_ start: Int) -> Int? {
        var position = start
        while position < characters.count, position < start + 3, characters[position] == " " { position += 1 }
        guard position < characters.count, characters[position] == "`" || characters[position] == "~" else {
            return nil
        }
        let mark = characters[position]
        let length = characters[position...].prefix { $0 == mark }.count
        guard length >= 3 else { return nil }
        var line = lineEnd(position)
        while line < characters.count {
            let end = lineEnd(line)
            let text = characters[line..<end].drop { $0 == " " }
            let run = text.prefix { $0 == mark }.count
            line = end
            if run >= length, text.dropFirst(run).allSatisfy({ $0 == " " || $0 == "\n" }) { break }
        }
        return line
    }

    private func lineEnd(_ start: Int) -> Int {
        characters[start...].firstIndex(of: "\n").map { $0 + 1 } ?? characters.count
    }

    /// Behind a span of code; behind its opening ticks where none closes it.
    private func codeEnd(_ start: Int) -> Int {
        let length = characters[start...].prefix { $0 == "`" }.count
        var position = start + length
        while let next = characters[position...].firstIndex(of: "`") {
            let run = characters[next...].prefix { $0 == "`" }.count
            if run == length { return next + run }
            position = next + run
        }
        return start + length
    }

    private func formula(_ start: Int) -> Formula? {
        let isBlock = start + 1 < characters.count && characters[start + 1] == "$"
        let first = start + (isBlock ? 2 : 1)
        var position = first
        while position < characters.count, position - first < FormulaScanner.lengthLimit {
            if characters[position] == "\\" {
                position += 2
                continue
            }
            // A blank line ends the paragraph, and with it what was no formula.
            if characters[position] == "\n", position + 1 < characters.count, characters[position + 1] == "\n" {
                return nil
            }
            if characters[position] == "$" {
                let text = String(characters[first..<position])
                if isBlock {
                    let isClosed = position + 1 < characters.count && characters[position + 1] == "$"
                    let isEmpty = text.allSatisfy(\.isWhitespace)
                    return isClosed && !isEmpty ? Formula(source: text, isBlock: true, end: position + 2) : nil
                }
                guard let head = text.first, let tail = text.last, !head.isWhitespace, !tail.isWhitespace else {
                    return nil
                }
                let next = position + 1 < characters.count ? characters[position + 1] : " "
                return next.isNumber ? nil : Formula(source: text, isBlock: false, end: position + 1)
            }
            position += 1
        }
        return nil
    }
}

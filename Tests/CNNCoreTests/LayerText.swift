@testable import CNNCore

/// Layers for tests, written as in a model: `conv 6, 5x5, pad=same; relu`, labels and braces included. A layer's origin
/// is its line.
struct LayerText {
    private let characters: [Character]
    private var position = 0
    private var line = 1

    private init(_ text: String) { characters = Array(text) }

    static func layers(_ text: String) -> [LayerSpec] {
        var reader = LayerText(text)
        return reader.layers()
    }

    static func model(_ text: String, name: String = "Net", seed: UInt64 = 0, dtype: DType = .float32) throws(CNNError)
        -> Model
    {
        try Model(name: name, layers: layers(text), seed: seed, dtype: dtype)
    }

    private mutating func layers() -> [LayerSpec] {
        var list: [LayerSpec] = []
        while let character = peek() {
            if character == "}" { break }
            if character == "\n" || character == " " || character == ";" {
                advance()
            } else {
                list.append(layer())
            }
        }
        return list
    }

    private mutating func layer() -> LayerSpec {
        let start = line
        var label: String?
        var kind = ""
        if peek() != "{" { kind = word() }
        skipSpaces()
        if peek() == ":" {
            label = kind
            advance()
            skipSpaces()
            kind = peek() == "{" ? "" : word()
        }
        var arguments: [(name: String?, value: LayerArgument)] = []
        skipSpaces()
        while let character = peek(), !"\n;{}".contains(character) {
            arguments.append(argument())
            skipSpaces()
        }
        var children: [LayerSpec] = []
        if peek() == "{" {
            advance()
            children = layers()
            advance()
        }
        return LayerSpec(
            kind: kind.isEmpty ? "sequence" : kind, name: label, arguments: arguments, children: children,
            origin: start,
            line: start)
    }

    private mutating func argument() -> (name: String?, value: LayerArgument) {
        var text = ""
        var depth = 0
        while let character = peek(), depth > 0 || !",\n;{}".contains(character) {
            if "[(".contains(character) { depth += 1 }
            if "])".contains(character) { depth -= 1 }
            text.append(character)
            advance()
        }
        if peek() == "," { advance() }
        let parts = text.split(separator: "=", maxSplits: 1).map { $0.filter { $0 != " " } }
        return parts.count == 2 ? (parts[0], LayerText.value(parts[1])) : (nil, LayerText.value(parts.first ?? ""))
    }

    private static func value(_ text: String) -> LayerArgument {
        if text == "True" || text == "False" { return .bool(text == "True") }
        if let integer = Int(text) { return .int(integer) }
        let sizes = text.split(separator: "x").map { Int($0) }
        if sizes.count > 1, sizes.allSatisfy({ $0 != nil }) { return .list(sizes.compactMap { $0 }.map { .int($0) }) }
        if let float = Double(text) { return .float(float) }
        if text.hasPrefix("[") {
            return .list(text.dropFirst().dropLast().split(separator: ",").map { value(String($0)) })
        }
        if let open = text.firstIndex(of: "(") {
            return .list([.text(String(text[..<open])), value(String(text[text.index(after: open)...].dropLast()))])
        }
        return .text(text)
    }

    private func peek() -> Character? { position < characters.count ? characters[position] : nil }

    private mutating func advance() {
        if peek() == "\n" { line += 1 }
        position += 1
    }

    private mutating func skipSpaces() { while peek() == " " { advance() } }

    private mutating func word() -> String {
        var text = ""
        while let character = peek(), character.isLetter || character.isNumber || character == "_" {
            text.append(character)
            advance()
        }
        if text.isEmpty { advance() }
        return text
    }
}

/// The error that the body throws, in lines: code and message, label, notes.
func errorText(_ body: () throws -> Void) -> String {
    do {
        try body()
        return "no error"
    } catch let error as CNNError {
        var lines = ["\(error.code.rawValue): \(error.message)"]
        if !error.label.isEmpty { lines.append("^ \(error.label)") }
        lines += error.notes.map { "= \($0)" }
        if let origin = error.origin { lines.append("@ \(origin)") }
        return lines.joined(separator: "\n")
    } catch {
        return "\(error)"
    }
}

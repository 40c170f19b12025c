import CNNNotebook
import Foundation
import Testing

@testable import CNNLanguage

/// Every notebook of the repository, and the example of every built-in: laid out, they are the same programs.
@Suite struct FormatCorpusTests {
    struct Program: CustomTestStringConvertible {
        let name: String
        let text: String
        /// How often it is mangled.
        let times: Int
        var testDescription: String { name }
    }

    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    static let notebooks: [Program] = ["notebooks", "stdlib", "Benchmarks/programs", "Tests/Conformance"].flatMap {
        folder -> [Program] in
        let files = FileManager.default.enumerator(
            at: root.appendingPathComponent(folder), includingPropertiesForKeys: nil)
        let paths = (files?.allObjects ?? []).compactMap { $0 as? URL }.filter {
            // What students hand in may be broken.
            $0.pathExtension == "cnnbook" && !$0.pathComponents.contains("samples")
        }
        return paths.sorted { $0.path < $1.path }.compactMap { path in
            guard let text = try? String(contentsOf: path, encoding: .utf8) else { return nil }
            return Program(name: "\(folder)/\(path.lastPathComponent)", text: text, times: 2)
        }
    }

    static let examples: [Program] = BuiltinExampleTests.entries.map { entry in
        Program(name: entry.testDescription, text: entry.builtin.example.code, times: 2)
    }

    @Test func thereIsACorpus() {
        #expect(Self.notebooks.count >= 50)
        #expect(Self.examples.count >= 200)
    }

    @Test(arguments: notebooks + examples) func theProgramStays(_ program: Program) throws {
        let result = try laidOut(program.text)
        #expect(try cells(of: result) == cells(of: program.text))
        #expect(try laidOut(result) == result)
    }

    /// Blanks in any number, where they mean nothing, give the same layout.
    @Test(arguments: notebooks + examples) func blanksDoNotMatter(_ program: Program) throws {
        let expected = try laidOut(program.text)
        let trees = try cells(of: program.text)
        var same = 0
        for seed in 0..<program.times {
            let text = try mangled(program.text, seed: UInt64(seed), lineEnds: false)
            // `dense (n) * 2` in a model, where a blank counts.
            guard try cells(of: text).map(\.tree) == trees.map(\.tree) else { continue }
            same += 1
            #expect(try laidOut(text) == expected, "seed \(seed)")
        }
        #expect(same > 0)
    }

    /// Other line ends and `;` give another layout of the same program.
    @Test(arguments: notebooks + examples) func lineEndsKeepTheProgram(_ program: Program) throws {
        for seed in 0..<program.times {
            let text = try mangled(program.text, seed: UInt64(seed), lineEnds: true)
            let result = try laidOut(text)
            #expect(try cells(of: result) == cells(of: text), "seed \(seed)")
            #expect(try laidOut(result) == result, "seed \(seed)")
        }
    }

    /// So that the test above tests something.
    @Test func mostTextsGetOtherLineEnds() throws {
        let count = try Self.notebooks.count { program in
            try mangled(program.text, seed: 1, lineEnds: true).split(separator: "\n").count
                != program.text.split(separator: "\n").count
        }
        #expect(count > Self.notebooks.count * 3 / 4)
    }

    // MARK: - Parts

    /// What must stay of one segment of a cell.
    private struct Segment: Equatable {
        let tree: String
        let comments: [String]
        /// The `#>` lines behind it, and the marker line before its cell.
        let surroundings: [String]
    }

    private func laidOut(_ text: String) throws -> String {
        let formatter = NotebookFormatter(try Notebook(SourceText(name: "t", text)))
        #expect(formatter.diagnostics.isEmpty && formatter.keptCells.isEmpty)
        return String(decoding: formatter.bytes, as: UTF8.self)
    }

    private func cells(of text: String) throws -> [Segment] {
        let notebook = try Notebook(SourceText(name: "t", text))
        return notebook.cells.flatMap { cell -> [Segment] in
            let head = notebook.source.text(cell.range.lowerBound..<cell.body.lowerBound)
            guard cell.kind.isCode else {
                let prose = notebook.source.text(cell.range)
                return [Segment(tree: "", comments: [], surroundings: [prose])]
            }
            return ranges(of: cell).map { segment(notebook.source, $0.code, [head] + $0.expected) }
        }
    }

    private func ranges(of cell: Cell) -> [(code: Range<Int>, expected: [String])] {
        var start = cell.body.lowerBound
        var result: [(code: Range<Int>, expected: [String])] = []
        for block in cell.expectations {
            result.append((code: start..<block.range.lowerBound, expected: block.lines))
            start = block.range.upperBound
        }
        return result + [(code: start..<cell.body.upperBound, expected: [])]
    }

    private func segment(_ source: SourceText, _ range: Range<Int>, _ surroundings: [String]) -> Segment {
        let parsed = Parser.parse(source, range: range)
        guard parsed.diagnostics.isEmpty else {
            // Expected errors: such code stays byte for byte.
            return Segment(tree: source.text(range), comments: [], surroundings: surroundings)
        }
        return Segment(
            tree: SyntaxPrinter.print(parsed.statements), comments: gaps(source, range).flatMap(\.comments),
            surroundings: surroundings)
    }

    // MARK: - Mangling

    /// What stands between two tokens.
    private struct Gap {
        let range: Range<Int>
        let text: String
        let next: Token

        var comments: [String] {
            text.split(separator: "\n").compactMap { line in
                line.firstIndex(of: "#").map { line[$0...].trimmingCharacters(in: .whitespaces) }
            }
        }
    }

    private func gaps(_ source: SourceText, _ range: Range<Int>) -> [Gap] {
        var lexer = Lexer(source, range: range)
        var position = range.lowerBound
        return lexer.scan().map { token in
            defer { position = token.end }
            let gap = position..<token.start
            return Gap(range: gap, text: source.text(gap), next: token)
        }
    }

    private func mangled(_ text: String, seed: UInt64, lineEnds: Bool) throws -> String {
        let notebook = try Notebook(SourceText(name: "t", text))
        let source = notebook.source
        var random = SeededGenerator(seed: seed)
        var result = ""
        var position = 0
        for cell in notebook.cells where cell.kind.isCode {
            for part in ranges(of: cell) where Parser.parse(source, range: part.code).diagnostics.isEmpty {
                result += source.text(position..<part.code.lowerBound)
                position = part.code.upperBound
                result += mangledProgram(source, part.code, lineEnds: lineEnds, &random)
            }
        }
        return result + source.text(position..<source.bytes.count)
    }

    /// Some mangled code that is still a program; the code itself where that is not found.
    private func mangledProgram(
        _ source: SourceText, _ range: Range<Int>, lineEnds: Bool, _ random: inout SeededGenerator
    ) -> String {
        for _ in 0..<10 {
            let text = mangled(source, range, lineEnds: lineEnds, &random)
            if Parser.parse(SourceText(name: "t", text)).diagnostics.isEmpty { return text }
        }
        return source.text(range)
    }

    private func mangled(
        _ source: SourceText, _ range: Range<Int>, lineEnds: Bool, _ random: inout SeededGenerator
    ) -> String {
        var result = ""
        var last: Token?
        for gap in gaps(source, range) {
            var text = gap.text
            if text.contains("\n") || text.contains("#") || last == nil {
                text = blanked(text, isEnd: gap.next.kind == .end, &random)
                if lineEnds, !text.contains("#"), gap.next.kind != .end, last != nil, random.chance(4) {
                    text = random.chance(2) ? ";" : " "
                }
            } else {
                text = random.blanks()
                if let last, text.isEmpty, sticks(source, last, gap.next) { text = " " }
                if lineEnds, random.chance(12) { text = "\n" }
            }
            result += text + source.text(gap.next.span)
            last = gap.next
        }
        return result
    }

    /// The same lines with other blanks at both ends; a line's comment stays where it is.
    private func blanked(_ text: String, isEnd: Bool, _ random: inout SeededGenerator) -> String {
        let lines = text.components(separatedBy: "\n")
        let mangled = lines.enumerated().map { number, line -> String in
            let content = line.trimmingCharacters(in: .whitespaces)
            // The last one goes on with a token, or, at the end, with another cell's line.
            if number == lines.count - 1, content.isEmpty { return isEnd ? "" : random.blanks() }
            // Behind a comment only blanks of ASCII are none of its own.
            return random.blanks() + content + (content.isEmpty ? random.blanks() : random.chance(2) ? " \t" : "")
        }
        return mangled.joined(separator: "\n")
    }

    /// Whether two tokens are others, or other many, without a blank between them.
    private func sticks(_ source: SourceText, _ first: Token, _ second: Token) -> Bool {
        let joined = SourceText(name: "t", source.text(first.span) + source.text(second.span))
        var lexer = Lexer(joined, range: 0..<joined.bytes.count)
        let tokens = lexer.scan()
        return tokens.count != 3 || tokens[0].kind != first.kind || tokens[1].kind != second.kind
            || tokens[0].end != first.end - first.start
    }
}

/// SplitMix64.
private struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    mutating func chance(_ of: Int) -> Bool { Int.random(in: 0..<of, using: &self) == 0 }

    mutating func blanks() -> String {
        ["", "", " ", "  ", "\t", " \t ", "     ", "\u{A0}", "\u{C}"].randomElement(using: &self) ?? ""
    }
}

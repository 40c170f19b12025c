import CNNCore
import Foundation
import Testing

@testable import CNNLanguage

/// A session that keeps what it writes.
struct TestSession {
    final class Output {
        var text = ""
    }

    let output = Output()
    let interpreter: Interpreter

    init(seed: UInt64 = 0) {
        let output = self.output
        var options = InterpreterOptions()
        options.seed = seed
        options.folder = FileManager.default.temporaryDirectory.path
        options.write = { output.text += $0 }
        interpreter = Interpreter(options)
    }

    /// What the program writes, then its errors as they are shown.
    func run(_ program: String) -> String {
        output.text = ""
        let outcome = interpreter.run(SourceText(name: "test", program))
        return output.text + outcome.diagnostics.map { DiagnosticRenderer.render($0) }.joined()
    }

    /// The first error's code.
    func code(_ program: String) -> ErrorCode? {
        interpreter.run(SourceText(name: "test", program)).diagnostics.first?.error.code
    }
}

/// The registry's own promises: every example runs and prints exactly what it says.
@Suite(.serialized) struct BuiltinExampleTests {
    struct Entry: CustomTestStringConvertible {
        let builtin: Builtin
        let type: String?
        var testDescription: String { (type.map { "\($0)." } ?? "") + builtin.name }
    }

    static let entries: [Entry] =
        BuiltinRegistry.all.map { Entry(builtin: $0, type: nil) }
        + BuiltinRegistry.methods.flatMap { type, list in list.map { Entry(builtin: $0, type: type) } }

    @Test(arguments: entries) func exampleRuns(_ entry: Entry) {
        #expect(TestSession().run(entry.builtin.example.code) == entry.builtin.example.output)
    }

    @Test(arguments: entries) func entryIsWhole(_ entry: Entry) {
        let builtin = entry.builtin
        #expect(!builtin.summary.isEmpty && !builtin.summary.contains("\n"))
        #expect(!builtin.example.code.isEmpty)
        // A required parameter after an optional one could never be left to its place.
        let firstOptional = builtin.parameters.firstIndex { !$0.isRequired } ?? builtin.parameters.count
        #expect(builtin.parameters[firstOptional...].allSatisfy { !$0.isRequired })
        #expect(builtin.parameters.filter(\.isVariadic).count <= 1)
        #expect(Set(builtin.parameters.map(\.name)).count == builtin.parameters.count)
    }

    @Test func namesAreUnique() {
        let names = BuiltinRegistry.all.map(\.name)
        #expect(names.count == Set(names).count)
        for (_, list) in BuiltinRegistry.methods { #expect(list.count == Set(list.map(\.name)).count) }
    }

    @Test(arguments: entries) func helpShowsTheEntry(_ entry: Entry) throws {
        let text = try #require(HelpText().text(named: entry.builtin.name))
        #expect(text.contains(entry.builtin.name + "("))
        #expect(text.contains("  >>> "))
    }

    @Test func helpLinesAreNarrow() {
        for line in HelpText().overview().split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
    }

    @Test func everyNameIsInTheOverview() {
        let words = Set(HelpText().overview().split { $0 == " " || $0 == "\n" }.map(String.init))
        for builtin in BuiltinRegistry.all { #expect(words.contains(builtin.name)) }
    }
}

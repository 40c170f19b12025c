import CNNCore
import Testing

@testable import CNNLanguage

/// The words of the language have an entry each, and every example runs and prints exactly what it says.
@Suite(.serialized) struct LanguageFormTests {
    @Test(arguments: LanguageForm.all.indices) func exampleRuns(_ index: Int) {
        let form = LanguageForm.all[index]
        #expect(TestSession().run(form.example.code) == form.example.output, "\(form.names[0])")
        #expect(!form.example.code.isEmpty && !form.summary.contains("\n"))
    }

    @Test(arguments: Keyword.all + ["repeat", "within"]) func everyWordIsExplained(_ word: String) throws {
        let text = try #require(HelpText().text(named: word))
        #expect(text.contains("  >>> "))
    }

    @Test func everyLayerArgumentIsExplained() {
        for layer in LayerDefinition.all {
            let text = HelpText().text(named: layer.name) ?? ""
            for parameter in layer.parameters {
                #expect(!parameter.summary.isEmpty && !parameter.summary.contains("\n"))
                #expect(text.contains("\n  \(parameter.name) "), "\(layer.name) \(parameter.name)")
            }
        }
    }

    @Test func linesAreNarrow() {
        for form in LanguageForm.all {
            for line in HelpText().text(form).split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
        }
    }
}

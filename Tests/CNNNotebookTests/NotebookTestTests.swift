import CNNCore
import CNNLanguage
import Testing

@testable import CNNNotebook

@Suite(.serialized) struct NotebookTestTests {
    private func test(_ text: String) throws -> NotebookTest {
        let notebook = try Notebook(SourceText(name: "t.cnnbook", text))
        var result = NotebookResult()
        BigStack.run { result = NotebookRunner(notebook).run() }
        return NotebookTest(notebook, result)
    }

    @Test func allAsExpected() throws {
        let found = try test("1 + 1\n#> 2\n")
        #expect(found.passedCount == 1)
        #expect(found.exitStatus(isUpdate: false) == .success)
        #expect(found.updated == nil)
        #expect(TestReport(found, isUpdate: false).text == "t.cnnbook: 1 block as expected\n")
    }

    @Test func whatIsShownIsWrittenAnew() throws {
        let found = try test("1 + 1\n#> 3\nprint('a   b')\n#> a b\n0.251\n#> <num>\n0.251\n#> 0.25\n2\n#>")
        #expect(
            found.updated.map { String(decoding: $0, as: UTF8.self) }
                == "1 + 1\n#> 2\nprint('a   b')\n#> a   b\n0.251\n#> <num>\n0.251\n#> 0.251\n2\n#> 2")
        #expect(found.exitStatus(isUpdate: false) == .failure)
        #expect(found.exitStatus(isUpdate: true) == .success)
    }

    @Test func anErrorIsNotWrittenAsExpected() throws {
        for text in ["1 // 0\n#> 1\n", "1\n#> error[E0402]: x\n", "1 // 0\n#> error[E0301]: x\n"] {
            let found = try test(text)
            #expect(found.updated == nil)
            #expect(found.exitStatus(isUpdate: true) == .failure)
        }
    }

    @Test func theMessageOfAnExpectedErrorIs() throws {
        let found = try test("1 // 0\n#> error[E0402]: other words\n")
        let text = found.updated.map { String(decoding: $0, as: UTF8.self) }
        #expect(text?.hasPrefix("1 // 0\n#> error[E0402]: ") == true)
        #expect(text?.contains("other") == false)
    }

    @Test func blocksBehindAnErrorAreNotCompared() throws {
        let found = try test("# %%\n1 // 0\n#> 1\n2\n#> 2\n# %% skip\n3\n#> 4\n# %%\n5\n#> 5\n")
        #expect(found.uncomparedCount == 3)
        #expect(found.passedCount == 1)
        #expect(found.exitStatus(isUpdate: false) == .failure)
    }
}

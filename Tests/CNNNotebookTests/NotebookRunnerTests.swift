import CNNCore
import CNNLanguage
import Testing

@testable import CNNNotebook

@Suite(.serialized) struct NotebookRunnerTests {
    private func run(
        _ text: String, _ settings: RunSettings = RunSettings(), stop: @escaping () -> Bool = { false }
    ) throws -> (result: NotebookResult, output: String) {
        let notebook = try Notebook(SourceText(name: "t.cnnbook", text))
        var output = ""
        var events = RunEvents()
        events.output = { output += $0 }
        events.shouldStop = stop
        var result = NotebookResult()
        BigStack.run { result = NotebookRunner(notebook, settings, events).run() }
        return (result, output)
    }

    @Test func cellsShareASession() throws {
        let (result, output) = try run("# %%\nx = 2\n# %%\nx * 3\n")
        #expect(output == "6\n")
        #expect(result.exitStatus == .success)
    }

    @Test func segmentsAreWhatWasPrintedSinceTheBlockBefore() throws {
        let (result, _) = try run("print(1)\n#> 1\nprint(2)\nprint(3)\n#> 2\n#> 3\nprint(4)\n")
        #expect(result.cells[0].segments.map(\.output) == ["1\n", "2\n3\n", "4\n"])
        #expect(result.cells[0].segments.map { $0.expectation?.line } == [2, 5, nil])
    }

    @Test func anErrorEndsItsCell() throws {
        let (result, output) = try run("# %%\nprint(1)\n1 // 0\nprint(2)\n# %%\nprint(3)\n")
        #expect(output == "1\n3\n")
        #expect(result.cells.map(\.status) == [.failed, .passed])
        #expect(result.exitStatus == .failure)
    }

    @Test func anExpectedErrorDoesNot() throws {
        let (result, _) = try run("print(1)\n1 // 0\n#> error[E0402]: ...\nprint(2)\n#> 2\n")
        #expect(result.cells.map(\.status) == [.passed])
        #expect(result.cells[0].segments[0].isExpectedFailure)
        #expect(result.cells[0].segments[0].lines.last == "1")
        #expect(result.cells[0].segments[1].lines == ["2"])
    }

    @Test func limitsAreLimits() throws {
        let (result, _) = try run("def f(n) { return f(n + 1) }\nf(0)\n")
        #expect(result.cells.map(\.status) == [.hitLimit])
        #expect(result.exitStatus == .limit)
    }

    @Test func timeRunsOut() throws {
        var settings = RunSettings()
        settings.timeoutSeconds = 0.2
        let (result, output) = try run("# %%\nwhile True { }\n# %% timeout=60\nprint(1)\n", settings)
        #expect(result.cells.map(\.status) == [.timedOut, .passed])
        #expect(result.cells[0].segments.last?.diagnostics.first?.error.message.contains("0.2 s") == true)
        #expect(output == "1\n")
        #expect(result.exitStatus == .limit)
    }

    @Test func aRunThatIsStopped() throws {
        var count = 0
        let (result, output) = try run("# %%\nprint(1)\n# %%\nprint(2)\n# %%\nprint(3)\n") {
            count += 1
            return count > 1
        }
        #expect(output == "1\n")
        #expect(result.wasInterrupted)
    }

    @Test func skippedCellsDoNotRun() throws {
        let (result, output) = try run("# %% skip\nprint(1)\n# %%\nprint(2)\n")
        #expect(output == "2\n")
        #expect(result.cells.map(\.status) == [.skipped, .passed])
    }

    @Test func parametersTakeThePlaceOfTheirDefaults() throws {
        var settings = RunSettings()
        settings.parameters = [try NotebookParameter("a=7")]
        let (_, output) = try run("# %% parameters\na = 1\nb = a\n# %%\nprint(a, b)\n", settings)
        #expect(output == "7 1\n")
        let (refused, nothing) = try run("# %% parameters\nb = 1\n# %%\nprint(b)\n", settings)
        #expect(refused.exitStatus == .usage)
        #expect(nothing.isEmpty)
    }

    @Test(arguments: [
        ("a=1", "a = 1"), ("a=-0.5", "a = -0.5"), ("a=True", "a = True"), ("a=[1, 2]", "a = [1, 2]"),
        ("a=3x3", "a = 3x3"), ("a='x'", "a = 'x'"), ("a=adam", "a = \"adam\""), ("a=", "a = \"\""),
        ("a=f(x)", "a = \"f(x)\""), ("a=b=c", "a = \"b=c\""), ("a=1; b = 2", "a = \"1; b = 2\""),
        ("a=say \"x\"\\", "a = \"say \\\"x\\\"\\\\\""), ("a=-inf", "a = -inf"), ("a={'k': 1}", "a = {'k': 1}"),
        ("a=1\nb=2", "a = \"1\\nb=2\""), ("a=# x", "a = \"# x\""),
    ])
    func valuesOfParameters(argument: String, program: String) throws {
        #expect(try NotebookParameter(argument).source.text(0..<1_000) == program)
    }

    @Test(arguments: ["a", "=1", "1a=2", "a b=1", "for=1", "a.b=1", "a;b=1", "a[0]=1"])
    func whatIsNoParameter(argument: String) {
        #expect(throws: CNNError.self) { try NotebookParameter(argument) }
    }

    @Test(arguments: [("512", 512), ("1K", 1_024), ("512M", 512 << 20), ("1.5GiB", 3 << 29), ("2gb", 2 << 30)])
    func sizes(text: String, bytes: Int) {
        #expect(MemoryBudget.bytes(text) == bytes)
    }

    @Test(arguments: ["", "x", "0", "-1", "1X", "1e3", "nan", "99999999999T", "1.5.5G", "M"])
    func noSizes(text: String) {
        #expect(MemoryBudget.bytes(text) == nil)
    }
}

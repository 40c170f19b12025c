import CNNCore
import CNNLanguage
import Testing

@testable import CNNNotebook

@Suite struct NotebookParserTests {
    private func parse(_ text: String) throws(Diagnostic) -> Notebook {
        try Notebook(SourceText(name: "t.cnnbook", text))
    }

    private func error(_ text: String) -> String {
        do {
            _ = try parse(text)
            return "none"
        } catch {
            let rendered = DiagnosticRenderer.render(error)
            return error.error.code.rawValue + " " + error.error.message + "\n" + rendered
        }
    }

    static let lab = """
        # ---
        # title: Lab 3 - LeNet
        # requires: cnnbook >= 0.1
        # seed: 7
        # ---

        # %% [markdown]
        # # Convolution
        # Prose.

        # %% id=q1 points=4
        params(3)
        #> 61706

        # %% check for=q1 points=2 name="output shape"
        expect True

        # %% check for=q1 points=2 hidden name='a "quoted" name'
        expect True

        """

    @Test func theLabOfTheManual() throws {
        let notebook = try parse(Self.lab)
        #expect(notebook.header.title == "Lab 3 - LeNet")
        #expect(notebook.header.seed == 7)
        #expect(notebook.cells.map(\.kind) == [.markdown, .code, .check, .check])
        #expect(notebook.cells.map(\.line) == [7, 11, 15, 18])
        #expect(notebook.cells[1].id == "q1")
        #expect(notebook.cells[1].options[.points] == "4")
        #expect(notebook.cells[1].expectations.map(\.lines) == [["61706"]])
        #expect(notebook.cells[2].options.name == "output shape")
        #expect(notebook.cells[3].options.name == "a \"quoted\" name")
        #expect(notebook.cells[3].options[.hidden] != nil)
    }

    // MARK: - Round trip

    @Test(arguments: [
        "", "\n", "\n\n", "1 + 1", "1 + 1\n", "# a comment\n", "# %%", "# %%\n", "\u{FEFF}# %%\n1\n",
        "x = 1\r\n# %% id=a\r\n2\r\n",
        "\n\n# ---\n# seed: 1\n# ---\n1\n", "# ---\n# ---", "code\n# %%\nmore\n#> 1\n#> 2\n\n#> 3\n# %% check\n",
        "# comment first\n\n# %% parameters\na = 1", "# %% [markdown]\n# prose\n#\n\n# %%[md]\n# more\n", "\t# %%\n",
        lab,
    ])
    func writingWhatWasReadGivesTheSameBytes(text: String) throws {
        let notebook = try parse(text)
        #expect(notebook.bytes == Array(text.utf8))
        // The parts lie end to end.
        var position = notebook.preamble.upperBound
        for cell in notebook.cells {
            #expect(cell.range.lowerBound == position)
            #expect(cell.range.contains(cell.body.lowerBound) || cell.body.isEmpty)
            position = cell.range.upperBound
        }
        #expect(position == text.utf8.count)
        #expect(cells(try Notebook(SourceText(name: "t", bytes: notebook.bytes))) == cells(notebook))
    }

    private func cells(_ notebook: Notebook) -> [String] {
        notebook.cells.map { "\($0.kind) \($0.line) \($0.range) \($0.expectations.map(\.lines))" }
    }

    @Test func aMixOfAllThings() throws {
        // Pieces put together in many orders: nothing is lost, whatever stands beside what.
        let pieces = [
            "# %%\n", "#> a\n", "x = 1\r\n", "\n", "# c\n", "  #> b\n", "# %% [markdown]\n# p\n",
            "\"\"\"\n#> no\n\"\"\"\n",
        ]
        var state: UInt64 = 1
        for _ in 0..<500 {
            var text = ""
            for _ in 0..<8 {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                text += pieces[Int(state >> 33) % pieces.count]
            }
            guard let notebook = try? parse(text) else { continue }
            #expect(notebook.bytes == Array(text.utf8))
        }
    }

    // MARK: - Cells

    @Test func aFileWithoutMarkersIsOneCell() throws {
        let notebook = try parse("# just a program\nx = 1\nx\n#> 1\n")
        #expect(notebook.cells.count == 1)
        #expect(notebook.cells[0].expectations.map(\.line) == [4])
    }

    @Test func onlyCommentsBeforeTheFirstMarkerAreNoCell() throws {
        #expect(try parse("# a title\n\n# %%\n1\n").cells.map(\.line) == [3])
        #expect(try parse("x = 1\n# %%\n1\n").cells.map(\.line) == [1, 2])
        #expect(try parse("#> 1\n# %%\n1\n").cells.map(\.line) == [1, 2])
    }

    @Test func whatIsNoMarker() throws {
        #expect(try parse("# %%time\n# %%%\n#%%\n #  %%\n  # %%\n").cells.count == 1)
    }

    @Test func carriageReturnsAreNoPartOfAnything() throws {
        let notebook = try parse("# ---\r\n# title: a b\r\n# ---\r\n# %% id=a\r\n1\r\n#> 1\r\n#>\r\n")
        #expect(notebook.header.title == "a b")
        #expect(notebook.cells[0].id == "a")
        #expect(notebook.cells[0].expectations.map(\.lines) == [["1", ""]])
    }

    @Test func blocksOfExpectedOutput() throws {
        let notebook = try parse("1\n#> 1\n#> two words \n\n#> 3\n#>4\n2\n#>\n")
        let blocks = notebook.cells[0].expectations
        #expect(blocks.map(\.line) == [2, 5, 8])
        #expect(blocks.map(\.lines) == [["1", "two words "], ["3", "4"], [""]])
    }

    @Test func inALongStringThereIsNoExpectedOutput() throws {
        let notebook = try parse("x = \"\"\"\n#> text\n\"\"\"\nx\n#> '...'\n")
        #expect(notebook.cells[0].expectations.map(\.line) == [5])
    }

    @Test func expectedErrors() throws {
        let block = try parse("1\n#> error[E0301]: text\n#> more\n").cells[0].expectations[0]
        #expect(block.expectsError)
        #expect(block.errorCode == "E0301")
        #expect(try parse("1\n#> an error[E0301]\n").cells[0].expectations[0].errorCode == nil)
    }

    // MARK: - Errors

    @Test(arguments: [
        ("# %% id=a\n# %% id=b\n# %% id=a\n", "the id 'a' stands there twice", "the first is in line 1"),
        ("# %% idd=a\n", "unknown option 'idd'", "did you mean id=?"),
        ("# %% a title\n", "unknown word 'a'", "a title is written name=\"...\""),
        ("# %% id=a id=b\n", "the option id stands there twice", ""),
        ("# %% hidden\n", "a code cell has no option hidden", "it may have id, name"),
        ("# %% check tol=x\n", "the option tol needs a number that is not negative", ""),
        ("# %% tol=nan\n", "the option tol needs a number that is not negative", ""),
        ("# %% timeout=0\n", "a cell needs some time", ""),
        ("# %% strict=1\n", "the option strict takes no value", ""),
        ("# %% id\n", "the option id needs a value", ""),
        ("# %% check solution\n", "a cell is of one kind", ""),
        ("# %% name=\"x\n", "a quoted value has no end", ""),
        ("# %% id=\"a b\"\n", "an id is made of letters", ""),
        ("# %% [markdown]\n# a\nb\n", "a line of a markdown cell begins with #", ""),
        ("# ---\n# titel: x\n# ---\n", "unknown header key 'titel'", "did you mean title?"),
        ("# ---\n# seed: 1\n# seed: 2\n# ---\n", "the key seed stands there twice", "line 2"),
        ("# ---\n# seed: -1\n# ---\n", "the seed is a whole number", ""),
        ("# ---\n# title\n# ---\n", "a line of the header is # key: value", ""),
        ("# ---\n# title: x\n", "the header has no end", ""),
        ("# ---\n# title: x\n# %%\n# ---\n", "the header has no end", ""),
        ("# ---\n# requires: 1.0\n# ---\n", "the version is written cnnbook >= 1.0", ""),
        ("# ---\n# requires: cnnbook >= 99\n# ---\n", "the notebook needs cnnbook 99 or later", "this is"),
        ("1\n<<<<<<< a\n2\n=======\n3\n>>>>>>> b\n", "the file holds the marks of a merge conflict (lines 2, 6)", ""),
    ])
    func mistakes(text: String, message: String, note: String) {
        let told = error(text)
        #expect(told.hasPrefix("E0507 \(message)"), "\(told)")
        #expect(told.contains(note), "\(told)")
        #expect(told.contains("--> t.cnnbook:"), "\(told)")
    }

    @Test func whatIsNoText() {
        #expect(error("a\0b").hasPrefix("E0103"))
        do {
            _ = try Notebook(SourceText(name: "t", bytes: [0x31, 0xFF]))
            Issue.record("bytes that are no text were read")
        } catch {
            #expect(error.error.code == .invalidEncoding)
        }
    }
}

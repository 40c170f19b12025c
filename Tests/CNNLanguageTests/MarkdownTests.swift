import Testing

@testable import CNNLanguage

@Suite struct MarkdownTests {
    @Test(arguments: [
        ("a * b_1 and [x]", "a \\* b_1 and \\[x\\]"), ("_x_ <b>", "\\_x\\_ \\<b>"), ("# no heading", "\\# no heading"),
        ("a # b", "a # b"), ("|x|", "\\|x\\|"), ("a\\b", "a\\\\b"), ("", ""),
    ]) func signsOfTextAreEscaped(_ plain: String, _ markdown: String) {
        #expect(Markdown.text(plain) == markdown)
    }

    @Test(arguments: [("x", "`x`"), ("a`b", "``a`b``"), ("`", "`` ` ``"), ("```", "```` ``` ````")])
    func codeIsEnclosedByALongerRun(_ plain: String, _ markdown: String) { #expect(Markdown.code(plain) == markdown) }

    @Test func aFenceIsLongerThanAnyInside() {
        #expect(Markdown.block("a\n```\nb", language: "text") == "````text\na\n```\nb\n````")
        #expect(Markdown.block("a", language: "") == "```\na\n```")
    }

    @Test func aBarEndsNoCell() {
        #expect(
            Markdown.table(["a", "b"], [["`x|y`", "\\|z"]]) == "| a | b |\n| --- | --- |\n| `x\\|y` | \\|z |")
    }

    @Test(arguments: [
        ("conv_transpose2d", "conv_transpose2d"), ("str.upper", "strupper"), ("Linear algebra", "linear-algebra"),
    ])
    func anchorsAreThoseOfGitHub(_ heading: String, _ anchor: String) { #expect(Markdown.anchor(heading) == anchor) }

    @Test func namesThatCanBeNothingElseAreLinks() {
        #expect(
            Manual.prose("conv2d, mean and E0301")
                == "[`conv2d`](cnn.md#conv2d), mean and [`E0301`](errors.md#e0301)")
        #expect(Manual.prose("conv2d", except: "conv2d") == "conv2d")
    }

    @Test func pagesHaveFilesOfTheirOwn() {
        let names = Manual.pages.map(\.fileName)
        #expect(names.first == "README.md" && Set(names).count == names.count)
    }
}

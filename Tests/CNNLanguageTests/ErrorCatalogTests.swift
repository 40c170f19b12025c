import CNNCore
import Testing

@testable import CNNLanguage

@Suite(.serialized) struct ErrorCatalogTests {
    @Test func everyCodeIsExplainedOnce() {
        #expect(ErrorCatalog.all.map(\.code) == ErrorCode.allCases)
    }

    @Test(arguments: ErrorCode.allCases) func textIsReadable(_ code: ErrorCode) throws {
        let entry = try #require(ErrorCatalog.explanation(code))
        #expect(entry.title.first?.isLowercase == true || entry.title.hasPrefix("E0"))
        #expect(entry.text.hasSuffix(".") && !entry.text.contains("\n"))
        #expect(!entry.example.isEmpty)
        for line in ErrorCatalog.text(code).split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
    }

    /// Limits, interrupts and damaged files need more than a program: `Tests/External/test_error_catalogue.py` gives it.
    static let pictures: Set<ErrorCode> = [
        .nestingTooDeep, .invalidEncoding, .fileUnreadable, .malformedFile, .malformedNotebook, .outOfMemory,
        .workLimit, .interrupted,
    ]

    @Test(arguments: ErrorCode.allCases.filter { !pictures.contains($0) }) func exampleGivesTheError(_ code: ErrorCode)
        throws
    {
        let entry = try #require(ErrorCatalog.explanation(code))
        #expect(TestSession().code(entry.example) == code)
    }

    @Test func helpExplainsACode() {
        #expect(TestSession().run("help(\"E0402\")") == ErrorCatalog.text(.divisionByZero))
        #expect(ErrorCatalog.text(.divisionByZero).hasPrefix("E0402: an int divided by zero\n"))
    }
}

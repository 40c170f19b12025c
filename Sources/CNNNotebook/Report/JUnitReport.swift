import CNNLanguage

/// The results as JUnit XML: a suite for a notebook, a case for a cell that runs. `docs/schemas/junit.xsd` is its form.
enum JUnitReport {
    static func document(_ parts: [ReportPart]) -> String {
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"cnnbook\">\n"
            + parts.map(\.text).joined() + "</testsuites>\n"
    }

    static func part(_ report: NotebookReport) -> String {
        if let refusal = report.refusal { return suite(report, [error(refusal, name: "notebook", report)]) }
        let cases = report.cells.filter { $0.cell.kind.isCode }.map { testCase($0.cell, $0.result, report) }
        return suite(report, cases)
    }

    private enum Outcome { case passed, failure, error, skipped }

    private struct TestCase {
        let outcome: Outcome
        let text: String
    }

    private static func suite(_ report: NotebookReport, _ cases: [TestCase]) -> String {
        func count(_ outcome: Outcome) -> Int { cases.filter { $0.outcome == outcome }.count }
        return "  <testsuite name=\"\(XMLText.escaped(report.name))\" tests=\"\(cases.count)\" "
            + "failures=\"\(count(.failure))\" errors=\"\(count(.error))\" skipped=\"\(count(.skipped))\">\n"
            + cases.map(\.text).joined() + "  </testsuite>\n"
    }

    private static func testCase(_ cell: Cell, _ result: CellResult?, _ report: NotebookReport) -> TestCase {
        let title = report.notebook?.title(of: cell).map { ": \($0)" } ?? ""
        let name = "\(cell.label)\(title)"
        guard let result else { return make(.skipped, name, report, inner: skipped("not run")) }
        let output = result.output.isEmpty ? "" : "      <system-out>\(XMLText.escaped(result.output))</system-out>\n"
        let failures = report.failures(of: cell)
        switch result.status {
        case .skipped: return make(.skipped, name, report, inner: skipped("skip"))
        case .passed where failures.isEmpty: return make(.passed, name, report, inner: output)
        case .passed:
            let text = failures.map { TestReport.text(of: $0, in: report.name) }.joined()
            let inner = element("failure", type: "difference", message: "the output differs", text)
            return make(.failure, name, report, inner: inner + output)
        case .failed, .hitLimit, .timedOut, .interrupted:
            let diagnostics = result.segments.last?.diagnostics ?? []
            let isFailure = result.status == .failed
            let inner = element(
                isFailure ? "failure" : "error", type: diagnostics.first?.error.code.rawValue ?? result.status.text,
                message: diagnostics.first?.error.message ?? result.status.text,
                diagnostics.map { DiagnosticRenderer.render($0) }.joined())
            return make(isFailure ? .failure : .error, name, report, inner: inner + output)
        }
    }

    private static func error(_ diagnostic: Diagnostic, name: String, _ report: NotebookReport) -> TestCase {
        let inner = element(
            "error", type: diagnostic.error.code.rawValue, message: diagnostic.error.message,
            DiagnosticRenderer.render(diagnostic))
        return make(.error, name, report, inner: inner)
    }

    private static func make(
        _ outcome: Outcome, _ name: String, _ report: NotebookReport, inner: String
    ) -> TestCase {
        let head =
            "    <testcase name=\"\(XMLText.escaped(name))\" classname=\"\(XMLText.escaped(report.name))\""
        return TestCase(outcome: outcome, text: inner.isEmpty ? "\(head)/>\n" : "\(head)>\n\(inner)    </testcase>\n")
    }

    private static func skipped(_ reason: String) -> String { "      <skipped message=\"\(reason)\"/>\n" }

    private static func element(_ name: String, type: String, message: String, _ text: String) -> String {
        "      <\(name) type=\"\(XMLText.escaped(type))\" message=\"\(XMLText.escaped(message))\">"
            + "\(XMLText.escaped(text))</\(name)>\n"
    }
}

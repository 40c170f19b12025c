import CNNCore
import CNNLanguage

/// The results as JSON; `docs/schemas/run.schema.json` says what may stand in it.
enum JSONReport {
    static func document(_ parts: [ReportPart]) -> String {
        let list = parts.map(\.text).joined(separator: ",\n")
        return """
            {
            "format": "cnnbook-run",
            "version": 1,
            "cnnbook": "\(Version.current)",
            "notebooks": [
            \(list)
            ]
            }

            """
    }

    static func part(_ report: NotebookReport) -> String {
        String(decoding: JSONWriter.text(notebook(report)), as: UTF8.self)
    }

    private static func notebook(_ report: NotebookReport) -> JSON {
        let header = report.notebook?.header
        return .members([
            ("name", .string(report.name)),
            ("title", header?.title.map(JSON.string)),
            ("author", header?.author.map(JSON.string)),
            ("seed", header.map { .number(String($0.seed)) }),
            ("status", .string(report.status)),
            ("exit", .integer(Int(report.exitStatus.rawValue))),
            ("parameters", .members(report.parameters.map { ($0.name, .string($0.literal)) })),
            ("error", report.refusal.map { error($0) }),
            (
                "cells",
                report.notebook.map { notebook in
                    .array(report.cells.map { cell($0.cell, $0.result, notebook, report) })
                }
            ),
        ])
    }

    private static func cell(
        _ cell: Cell, _ result: CellResult?, _ notebook: Notebook, _ report: NotebookReport
    ) -> JSON {
        let options = cell.options.entries.map { ($0.option.rawValue, JSON.string($0.value)) }
        let isCode = cell.kind.isCode
        return .members([
            ("number", .integer(cell.number)),
            ("kind", .string(cell.kind.word)),
            ("id", cell.id.map(JSON.string)),
            ("title", notebook.title(of: cell).map(JSON.string)),
            ("options", options.isEmpty ? nil : .members(options)),
            ("source", source(cell, notebook)),
            ("status", .string(report.status(of: cell, result))),
            (
                "outputs",
                isCode ? .array((result?.reportItems(id: "c\(report.number)-\(cell.number)") ?? []).map(output)) : nil
            ),
            ("values", isCode ? .array((result?.values ?? []).map(value)) : nil),
            ("work", isCode ? .integer(result?.work ?? 0) : nil),
            ("differences", report.test == nil || !isCode ? nil : differences(report.failures(of: cell))),
        ])
    }

    /// Lines from 1, both ends included; bytes from 0, the end excluded.
    private static func source(_ cell: Cell, _ notebook: Notebook) -> JSON {
        let last = notebook.source.line(at: max(cell.range.lowerBound, cell.range.upperBound - 1))
        return .members([
            ("line", .integer(cell.line)), ("last_line", .integer(last)),
            ("start", .integer(cell.range.lowerBound)), ("end", .integer(cell.range.upperBound)),
            ("text", .string(notebook.source.text(cell.range))),
        ])
    }

    private static func value(_ value: ValueSummary) -> JSON {
        .members([
            ("name", .string(value.name)), ("type", .string(value.type)), ("summary", .string(value.text)),
        ])
    }

    private static func output(_ item: ReportItem) -> JSON {
        switch item {
        case .text(let text): return .members([("type", .string("text")), ("text", .string(text))])
        case .figure(let figure, let text):
            let isVector = if case .svg = figure.kind { true } else { false }
            return .members([
                ("type", .string("figure")), ("media_type", .string(figure.mediaType)),
                ("description", .string(figure.description)), ("text", .string(text)),
                ("svg", isVector ? .string(String(decoding: figure.bytes, as: UTF8.self)) : nil),
                ("base64", isVector ? nil : .string(Base64.text(figure.bytes))),
            ])
        case .error(let diagnostic, let isExpected):
            return error(diagnostic).setting("expected", .bool(isExpected))
        }
    }

    private static func error(_ diagnostic: Diagnostic) -> JSON {
        var place: (line: Int, column: Int)?
        if let source = diagnostic.source, let span = diagnostic.span {
            place = (source.line(at: span.start), DiagnosticRenderer.column(source, span.start))
        }
        return .members([
            ("type", .string("error")), ("code", .string(diagnostic.error.code.rawValue)),
            ("message", .string(diagnostic.error.message)),
            ("file", diagnostic.source.map { .string($0.name) }),
            ("line", place.map { .integer($0.line) }), ("column", place.map { .integer($0.column) }),
            ("notes", .array(diagnostic.error.notes.map(JSON.string))),
            ("text", .string(DiagnosticRenderer.render(diagnostic))),
        ])
    }

    private static func differences(_ failures: [NotebookTest.Failure]) -> JSON {
        .array(
            failures.map { failure in
                .members([
                    ("line", .integer(failure.expectation.line)),
                    ("expected", .array(failure.expectation.lines.map(JSON.string))),
                    ("actual", .array(failure.lines.map(JSON.string))),
                    ("explanation", failure.explanation.map(JSON.string)),
                ])
            })
    }
}

extension CellKind {
    /// As reports name it.
    var word: String {
        switch self {
        case .code: "code"
        case .markdown: "markdown"
        default: rawValue
        }
    }
}

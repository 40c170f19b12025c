/// A form of report. A notebook's part is made alone, so that several processes can each make one; a document is made of
/// the parts.
public enum ReportFormat: String, CaseIterable, Sendable {
    case json, junit, html

    func part(_ report: NotebookReport) -> ReportPart {
        let text =
            switch self {
            case .json: JSONReport.part(report)
            case .junit: JUnitReport.part(report)
            case .html: HTMLReport.part(report)
            }
        return ReportPart(title: report.title, text: text)
    }

    func document(_ parts: [ReportPart]) -> [UInt8] {
        let text =
            switch self {
            case .json: JSONReport.document(parts)
            case .junit: JUnitReport.document(parts)
            case .html: HTMLReport.document(parts)
            }
        return Array(text.utf8)
    }
}

/// What a report says about one notebook.
struct ReportPart: Sendable {
    /// In one line.
    let title: String
    let text: String

    init(title: String, text: String) {
        self.title = title.split(whereSeparator: \.isNewline).joined(separator: " ")
        self.text = text
    }

    /// What `bytes` wrote; nil where it is cut.
    init?(_ bytes: [UInt8]) {
        guard let end = bytes.firstIndex(of: UInt8(ascii: "\n")) else { return nil }
        title = String(decoding: bytes[..<end], as: UTF8.self)
        text = String(decoding: bytes[(end + 1)...], as: UTF8.self)
    }

    var bytes: [UInt8] { Array("\(title)\n\(text)".utf8) }
}

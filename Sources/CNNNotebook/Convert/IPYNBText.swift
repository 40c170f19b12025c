import CNNCore

/// nbformat allows a text to be a list of lines: read, they are one string; written, the lines that Jupyter writes.
enum IPYNBText {
    static func joined(_ cell: JSON) -> JSON {
        var cell = cell
        if let source = cell["source"] { cell = cell.setting("source", text(source)) }
        if let outputs = cell["outputs"]?.elements {
            cell = cell.setting(
                "outputs",
                .array(
                    outputs.map { output in
                        var output = output
                        if let value = output["text"] { output = output.setting("text", text(value)) }
                        if let data = output["data"]?.members {
                            output = output.setting(
                                "data", .object(data.map { .init($0.key, bundle($0.key, $0.value, text)) }))
                        }
                        return output
                    }))
        }
        if let attachments = cell["attachments"]?.members {
            cell = cell.setting(
                "attachments",
                .object(
                    attachments.map { file in
                        let data = (file.value.members ?? []).map {
                            JSON.Member($0.key, bundle($0.key, $0.value, text))
                        }
                        return .init(file.key, .object(data))
                    }))
        }
        return cell
    }

    static func split(_ cell: JSON) -> JSON {
        var cell = cell
        if let source = cell["source"]?.text { cell = cell.setting("source", lines(source)) }
        guard let outputs = cell["outputs"]?.elements else { return cell }
        return cell.setting(
            "outputs",
            .array(
                outputs.map { output in
                    var output = output
                    if let value = output["text"]?.text { output = output.setting("text", lines(value)) }
                    if let data = output["data"]?.members {
                        output = output.setting(
                            "data",
                            .object(
                                data.map { member in
                                    let isLines = member.key.hasPrefix("text/") || member.key == "image/svg+xml"
                                    guard isLines, let value = member.value.text else { return member }
                                    return .init(member.key, lines(value))
                                }))
                    }
                    return output
                }))
    }

    /// JSON data are not text, and their lists are no lines.
    private static func bundle(_ key: String, _ value: JSON, _ join: (JSON) -> JSON) -> JSON {
        key == "application/json" || key.hasSuffix("+json") ? value : join(value)
    }

    private static func text(_ value: JSON) -> JSON {
        guard let elements = value.elements else { return value }
        let parts = elements.compactMap(\.text)
        return parts.count == elements.count ? .string(parts.joined()) : value
    }

    private static func lines(_ text: String) -> JSON {
        var lines: [JSON] = []
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let end = rest.firstIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? rest.endIndex
            lines.append(.string(String(decoding: rest[..<end], as: UTF8.self)))
            rest = rest[end...]
        }
        return .array(lines)
    }
}

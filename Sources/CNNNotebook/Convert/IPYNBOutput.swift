import CNNCore

/// The outputs of a cell in a `.ipynb`, beside the `#>` lines that say the same.
enum IPYNBOutput {
    /// The outputs that blocks of `#>` lines stand for: an error first, then text.
    static func natural(_ blocks: [ExpectedOutput]) -> [JSON] {
        var outputs: [JSON] = []
        var text = ""
        func flush() {
            guard !text.isEmpty else { return }
            outputs.append(
                .members([
                    ("name", .string("stdout")), ("output_type", .string("stream")), ("text", .string(text)),
                ]))
            text = ""
        }
        for block in blocks where block.lines != [""] {
            var lines = block.lines[...]
            if let code = block.errorCode, let first = lines.popFirst() {
                flush()
                let message = first.split(separator: "]: ", maxSplits: 1, omittingEmptySubsequences: false).dropFirst()
                outputs.append(
                    .members([
                        ("ename", .string(code)), ("evalue", .string(message.first.map(String.init) ?? "")),
                        ("output_type", .string("error")), ("traceback", .array([.string(first)])),
                    ]))
            }
            text += lines.map { $0 + "\n" }.joined()
        }
        flush()
        return outputs
    }

    /// The `#>` lines that say what outputs say; none where one of them is an error of another language.
    static func lines(_ outputs: JSON?) -> [String] {
        var text = ""
        var headline: String?
        for output in outputs?.elements ?? [] {
            switch output["output_type"]?.text {
            case "stream":
                guard output["name"]?.text == "stdout" else { continue }
                text += output["text"]?.text ?? ""
            case "execute_result", "display_data":
                guard let plain = output["data"]?["text/plain"]?.text else { continue }
                text += plain.hasSuffix("\n") ? plain : plain + "\n"
            case "error":
                let code = output["ename"]?.text ?? ""
                guard headline == nil, code.first == "E", code.count == 5, code.dropFirst().allSatisfy(\.isNumber)
                else {
                    return []
                }
                headline = "error[\(code)]: \(output["evalue"]?.text ?? "")"
            default: continue
            }
        }
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        if lines.last?.isEmpty ?? false { lines.removeLast() }
        // What no line of a file can hold stays in the stored data alone.
        guard !(lines + [headline ?? ""]).contains(where: { $0.contains { "\r\0".contains($0) || $0 == "\r\n" } })
        else {
            return []
        }
        return (headline.map { [$0] } ?? []) + lines
    }

    /// The pictures of outputs.
    static func figures(_ outputs: JSON?) -> [OutputFigure] {
        (outputs?.elements ?? []).compactMap { output in
            guard let data = output["data"] else { return nil }
            let description = data["text/plain"]?.text ?? "a picture"
            if let bytes = data["image/png"]?.text.flatMap(Base64.bytes) {
                return OutputFigure(.png, bytes, description: description)
            }
            if let text = data["image/svg+xml"]?.text {
                return OutputFigure(
                    .foreign(mediaType: "image/svg+xml"), Array(text.utf8), description: description)
            }
            if let bytes = data["image/jpeg"]?.text.flatMap(Base64.bytes) {
                return OutputFigure(.foreign(mediaType: "image/jpeg"), bytes, description: description)
            }
            return nil
        }
    }
}

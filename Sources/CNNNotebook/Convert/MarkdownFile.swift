import CNNCore
import CNNLanguage

/// A notebook as a Markdown document: prose as it is, code in fences that say `cnnbook`, output in fences that say
/// `output`. A comment `<!-- %% … -->` stands where two pieces of prose meet, or where one has options.
enum MarkdownFile {
    // MARK: - Writing

    static func text(_ notebook: Notebook) -> String {
        var blocks: [String] = []
        let header = headerLines(notebook)
        if !header.isEmpty { blocks.append((["---"] + header + ["---"]).joined(separator: "\n")) }
        var followsProse = false
        for cell in notebook.cells {
            let words = options(cell, notebook)
            if cell.kind == .markdown {
                if followsProse || !words.isEmpty {
                    blocks.append("<!-- %% [markdown]\(words.isEmpty ? "" : " " + words) -->")
                }
                let prose = notebook.prose(of: cell)
                if !prose.isEmpty { blocks.append(prose) }
                followsProse = true
                continue
            }
            followsProse = false
            blocks += code(cell, words, notebook)
        }
        return blocks.joined(separator: "\n\n") + "\n"
    }

    private static func code(_ cell: Cell, _ words: String, _ notebook: Notebook) -> [String] {
        let start = notebook.bodyWithoutStoredData(of: cell).lowerBound
        let kind = cell.kind == .code ? "" : " \(cell.kind.rawValue)"
        var blocks: [String] = []
        for (index, segment) in cell.segments.enumerated() {
            var lines = notebook.source.text(
                max(segment.range.lowerBound, start)..<max(start, segment.range.upperBound)
            )
            .split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }.map(String.init)
            while lines.last?.isEmpty ?? false { lines.removeLast() }
            // A later piece of the same cell says so.
            let info = index == 0 ? "cnnbook\(kind)\(words.isEmpty ? "" : " " + words)" : "cnnbook +"
            if index == 0 || !lines.isEmpty || segment.expectation != nil { blocks.append(fenced(lines, info)) }
            if let expectation = segment.expectation { blocks.append(fenced(expectation.lines, "output")) }
        }
        return blocks
    }

    private static func fenced(_ lines: [String], _ info: String) -> String {
        let longest = lines.map { line in line.drop { $0 == " " }.prefix { $0 == "`" }.count }.max() ?? 0
        let fence = String(repeating: "`", count: max(3, longest + 1))
        return ([fence + info] + lines + [fence]).joined(separator: "\n")
    }

    /// What stands in the marker line, without the kind.
    private static func options(_ cell: Cell, _ notebook: Notebook) -> String {
        cell.options.entries.map { entry in
            entry.value.isEmpty && entry.option.isFlag
                ? entry.option.rawValue
                : "\(entry.option.rawValue)=\(quoted(entry.value))"
        }.joined(separator: " ")
    }

    private static func quoted(_ value: String) -> String {
        let isPlain = !value.isEmpty && value.allSatisfy { $0.isLetter || $0.isNumber || "-._".contains($0) }
        if isPlain { return value }
        return "\"" + value.flatMap { $0 == "\"" || $0 == "\\" ? ["\\", $0] : [$0] } + "\""
    }

    private static func headerLines(_ notebook: Notebook) -> [String] {
        let lines = notebook.source.text(notebook.preamble).split(whereSeparator: \.isNewline)
        guard let open = lines.firstIndex(where: isFence), let close = lines[(open + 1)...].firstIndex(where: isFence)
        else { return [] }
        return lines[(open + 1)..<close].map { String($0.drop { $0 == "#" || $0 == " " }) }
    }

    private static func isFence(_ line: Substring) -> Bool { line.filter { $0 != "\u{FEFF}" } == "# ---" }

    // MARK: - Reading

    /// The text of a `.cnnbook`.
    static func notebookText(_ text: String) -> String {
        var reader = Reader()
        var lines = text.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }.map(String.init)
        if lines.first?.hasPrefix("\u{FEFF}") ?? false { lines[0].removeFirst() }
        reader.read(lines[...])
        return reader.result
    }

    private struct Reader {
        var result = ""
        private var prose: [String] = []
        private var marker = "# %% [markdown]"
        private var hasMarker = false

        mutating func read(_ lines: ArraySlice<String>) {
            var rest = lines
            readHeader(&rest)
            while let line = rest.popFirst() {
                if let fence = Fence(line) {
                    let block = Array(rest.prefix { !fence.isClosed(by: $0) })
                    rest = rest.dropFirst(block.count + 1)
                    take(fence, block, line)
                } else if line.hasPrefix("<!-- %% [markdown]"), line.hasSuffix("-->") {
                    endProse()
                    marker = "# %% " + line.dropFirst(8).dropLast(3).trimmingBlanks
                    hasMarker = true
                } else {
                    prose.append(line)
                }
            }
            endProse()
            while result.hasSuffix("\n\n") { result.removeLast() }
        }

        private mutating func readHeader(_ lines: inout ArraySlice<String>) {
            guard lines.first == "---", let end = lines.dropFirst().firstIndex(of: "---") else { return }
            let known = NotebookHeader.Key.allCases.map(\.rawValue)
            let entries = lines[(lines.startIndex + 1)..<end].filter { line in
                known.contains(String(line.prefix { $0 != ":" }))
            }
            result += (["# ---"] + entries.map { "# \($0)" } + ["# ---", ""]).map { $0 + "\n" }.joined()
            lines = lines[(end + 1)...]
        }

        private mutating func take(_ fence: Fence, _ block: [String], _ line: String) {
            switch fence.word {
            case "cnnbook":
                endProse()
                let words = fence.info.dropFirst("cnnbook".count).trimmingBlanks
                if words == "+" {
                    while result.hasSuffix("\n\n") { result.removeLast() }
                } else {
                    result += "# %%" + (words.isEmpty ? "" : " " + words) + "\n"
                }
                result += block.map { $0 + "\n" }.joined() + "\n"
            case "output" where !result.isEmpty && prose.allSatisfy(\.isEmpty) && !hasMarker:
                prose = []
                while result.hasSuffix("\n\n") { result.removeLast() }
                result += (block.isEmpty ? [""] : block).map { $0.isEmpty ? "#>\n" : "#> \($0)\n" }.joined() + "\n"
            default: prose += [line] + block + [fence.text]
            }
        }

        private mutating func endProse() {
            while prose.first?.isEmpty ?? false { prose.removeFirst() }
            while prose.last?.isEmpty ?? false { prose.removeLast() }
            if !prose.isEmpty || hasMarker {
                let lines = prose.map { $0.isEmpty ? "#" : $0.hasPrefix("%%") ? "#  \($0)" : "# \($0)" }
                result += ([marker] + lines + [""]).map { $0 + "\n" }.joined()
            }
            prose = []
            marker = "# %% [markdown]"
            hasMarker = false
        }
    }

    /// The line that opens a block of code.
    private struct Fence {
        let text: String
        let info: Substring

        init?(_ line: String) {
            let mark: Character = line.first == "~" ? "~" : "`"
            let run = line.prefix { $0 == mark }
            guard run.count >= 3 else { return nil }
            text = String(run)
            info = line.dropFirst(run.count).trimmingBlanks
            if mark == "`", info.contains("`") { return nil }
        }

        var word: Substring { info.prefix { $0 != " " } }

        func isClosed(by line: String) -> Bool {
            line.trimmingBlanks.count >= text.count && line.trimmingBlanks.allSatisfy { $0 == text.first }
        }
    }
}

extension StringProtocol {
    fileprivate var trimmingBlanks: Substring {
        var text = Substring(self)
        while text.first == " " || text.first == "\t" { text = text.dropFirst() }
        while text.last == " " || text.last == "\t" { text = text.dropLast() }
        return text
    }
}

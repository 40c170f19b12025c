import CNNLanguage

/// A notebook as one page that needs nothing else: no network, no script, pictures and style inside.
enum HTMLReport {
    /// Outputs with more lines are folded up.
    private static let unfoldedLines = 60

    static func document(_ parts: [ReportPart]) -> String {
        let title = parts.count == 1 ? parts[0].title : "\(parts.count) notebooks"
        return """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
            <meta name="generator" content="cnnbook \(Version.current)">
            <title>\(XMLText.attribute(title))</title>
            <style>
            \(HTMLStyle.text)
            </style>
            </head>
            <body>
            <main>
            \(parts.map(\.text).joined(separator: "\n"))
            </main>
            </body>
            </html>

            """
    }

    static func part(_ report: NotebookReport) -> String {
        var html = "<article class=\"notebook\">\n" + head(report)
        if let refusal = report.refusal { html += error(refusal, isExpected: false) }
        if let notebook = report.notebook {
            for (cell, result) in report.cells { html += section(cell, result, notebook, report) }
        }
        return html + "</article>"
    }

    private static func head(_ report: NotebookReport) -> String {
        let header = report.notebook?.header
        var details = ["<code>\(XMLText.html(report.name))</code>"]
        if let author = header?.author { details.append(XMLText.html(author)) }
        if let header, header.seed != 0 { details.append("seed \(header.seed)") }
        details += report.parameters.map { "<code>\(XMLText.html("\($0.name) = \($0.literal)"))</code>" }
        let status = report.showsStatus ? " <span class=\"status\">\(report.status)</span>" : ""
        // Most notebooks begin with a heading of their own.
        let first = report.notebook?.cells.first.map { $0.kind == .markdown } ?? false
        let prose = first ? report.notebook.flatMap { notebook in notebook.cells.first.map(notebook.prose) } : nil
        let hasHeading = prose?.hasPrefix("# ") ?? false
        let title = hasHeading ? "" : "<h1>\(XMLText.html(report.title))</h1>\n"
        return "<header>\n\(title)<p class=\"details\">\(details.joined(separator: " · "))\(status)</p>\n</header>\n"
    }

    // MARK: - Cells

    private static func section(
        _ cell: Cell, _ result: CellResult?, _ notebook: Notebook, _ report: NotebookReport
    ) -> String {
        let id = "c\(report.number)-\(cell.number)"
        if cell.kind == .markdown {
            let html = Markdown.html(notebook.prose(of: cell))
            return html.isEmpty ? "" : "<div class=\"prose\" id=\"\(id)\">\n\(html)</div>\n"
        }
        let code = CodeHTML.text(cell, in: notebook)
        let items = result?.reportItems(id: id) ?? []
        let differences = report.failures(of: cell)
        guard !code.isEmpty || !items.isEmpty else { return "" }
        var html = "<div class=\"cell\" id=\"\(id)\">\n" + caption(cell, result, report)
        if !code.isEmpty { html += "<pre class=\"code\" tabindex=\"0\"><code>\(code)</code></pre>\n" }
        for item in items { html += output(item, replaces: cell) }
        for failure in differences {
            let text = TestReport.text(of: failure, in: report.name)
            html += "<pre class=\"differs\" tabindex=\"0\">\(XMLText.html(text))</pre>\n"
        }
        return html + "</div>\n"
    }

    private static func caption(_ cell: Cell, _ result: CellResult?, _ report: NotebookReport) -> String {
        var parts = ["<span class=\"label\">\(XMLText.html(cell.id ?? "[\(cell.number)]"))</span>"]
        if cell.kind != .code { parts.append("<span class=\"kind\">\(cell.kind.word)</span>") }
        if let name = cell.options.name { parts.append("<span>\(XMLText.html(name))</span>") }
        if let points = cell.options[.points] {
            parts.append("<span>\(points) point\(points == "1" ? "" : "s")</span>")
        }
        let status = report.status(of: cell, result)
        if report.showsStatus, status != "passed" {
            parts.append("<span class=\"status\">\(status)</span>")
        }
        return "<p class=\"caption\">\(parts.joined(separator: " "))</p>\n"
    }

    // MARK: - Outputs

    private static func output(_ item: ReportItem, replaces cell: Cell) -> String {
        switch item {
        case .text(let text): return self.text(text)
        case .figure(let figure, _): return self.figure(figure)
        case .error(let diagnostic, let isExpected): return error(diagnostic, isExpected: isExpected)
        }
    }

    private static func text(_ text: String) -> String {
        var shown = text[...]
        while shown.last == "\n" { shown = shown.dropLast() }
        guard !shown.isEmpty else { return "" }
        // A line feed behind the tag is not shown, so that one of the output's own needs another before it.
        let block = "<pre class=\"output\" tabindex=\"0\">\n\(XMLText.html(String(shown)))</pre>\n"
        let lines = shown.utf8.count { $0 == UInt8(ascii: "\n") } + 1
        guard lines > unfoldedLines else { return block }
        return "<details><summary>\(lines) lines of output</summary>\n\(block)</details>\n"
    }

    private static func figure(_ figure: OutputFigure) -> String {
        if case .svg = figure.kind {
            return "<figure>\(String(decoding: figure.bytes, as: UTF8.self))</figure>\n"
        }
        if let tiles = figure.tiles { return self.tiles(tiles) }
        let address = "data:\(XMLText.attribute(figure.mediaType));base64,\(Base64.text(figure.bytes))"
        let text = XMLText.attribute(figure.description)
        // The caption is for those who see the picture; the others are told the same in its place.
        let caption = "<figcaption aria-hidden=\"true\">\(XMLText.html(figure.description))</figcaption>"
        let style = if case .png = figure.kind { " class=\"picture\"" } else { "" }
        return "<figure><img\(style) src=\"\(address)\" alt=\"\(text)\">\(caption)</figure>\n"
    }

    /// Several pictures, each in a frame and above its own label.
    private static func tiles(_ tiles: PictureTiles) -> String {
        let pictures = tiles.tiles.enumerated().map { index, tile in
            let name = tile.label ?? "picture \(index + 1) of \(tiles.tiles.count)"
            let label = tile.label.map { "<span aria-hidden=\"true\">\(XMLText.html($0))</span>" } ?? ""
            return "<div class=\"tile\" style=\"width: \(max(64, tile.width))px\"><img class=\"picture\" "
                + "src=\"data:image/png;base64,\(Base64.text(tile.png))\" width=\"\(tile.width)\" "
                + "height=\"\(tile.height)\" alt=\"\(XMLText.attribute(name))\">\(label)</div>"
        }
        return "<figure><div class=\"tiles\">\n\(pictures.joined(separator: "\n"))\n</div>"
            + "<figcaption>\(XMLText.html(tiles.summary))</figcaption></figure>\n"
    }

    private static func error(_ diagnostic: Diagnostic, isExpected: Bool) -> String {
        let text = isExpected ? diagnostic.headline : DiagnosticRenderer.render(diagnostic)
        let kind = isExpected ? "error expected" : "error"
        return "<pre class=\"\(kind)\" tabindex=\"0\">\(XMLText.html(text))</pre>\n"
    }
}

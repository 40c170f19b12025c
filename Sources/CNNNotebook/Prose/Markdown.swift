import CCMark

/// Prose as HTML: CommonMark with tables, and formulas between dollar signs as MathML. Raw HTML and links that could run
/// something are left out, and nothing is fetched: a picture that is not in the text itself becomes a link.
enum Markdown {
    static func html(_ text: String) -> String {
        var formulas = FormulaScanner(text)
        let html = rendered(formulas.textWithMarks())
        return formulas.replacingMarks(in: html)
    }

    private static func rendered(_ text: String) -> String {
        cmark_gfm_core_extensions_ensure_registered()
        guard let parser = cmark_parser_new(CMARK_OPT_DEFAULT) else { return "" }
        defer { cmark_parser_free(parser) }
        for name in ["table", "strikethrough"] {
            if let found = cmark_find_syntax_extension(name) { cmark_parser_attach_syntax_extension(parser, found) }
        }
        var text = text
        text.withUTF8 { buffer in
            buffer.withMemoryRebound(to: CChar.self) { cmark_parser_feed(parser, $0.baseAddress, $0.count) }
        }
        guard let document = cmark_parser_finish(parser) else { return "" }
        defer { cmark_node_free(document) }
        linkPictures(in: document)
        guard let pointer = cmark_render_html(document, CMARK_OPT_DEFAULT, cmark_parser_get_syntax_extensions(parser))
        else { return "" }
        defer { cmark_get_default_mem_allocator()?.pointee.free(pointer) }
        // XHTML's empty elements and the align attribute of cells are no HTML of today.
        return validHTML(String(cString: pointer))
    }

    private static func linkPictures(in document: OpaquePointer) {
        var pictures: [OpaquePointer] = []
        let iterator = cmark_iter_new(document)
        defer { cmark_iter_free(iterator) }
        while cmark_iter_next(iterator) != CMARK_EVENT_DONE {
            guard let node = cmark_iter_get_node(iterator), cmark_node_get_type(node) == CMARK_NODE_IMAGE else {
                continue
            }
            let address = cmark_node_get_url(node).map { String(cString: $0) } ?? ""
            if !address.hasPrefix("data:image/"), pictures.last != node { pictures.append(node) }
        }
        for picture in pictures {
            guard let link = cmark_node_new(CMARK_NODE_LINK) else { continue }
            cmark_node_set_url(link, cmark_node_get_url(picture))
            guard cmark_node_insert_before(picture, link) == 1 else {
                cmark_node_free(link)
                continue
            }
            while let child = cmark_node_first_child(picture) {
                guard cmark_node_append_child(link, child) == 1 else { break }
            }
            cmark_node_unlink(picture)
            cmark_node_free(picture)
        }
    }

    private static func validHTML(_ html: String) -> String {
        var result = html
        for (old, new) in [
            (" />", ">"), ("<td align=\"", "<td class=\""), ("<th align=\"", "<th class=\""),
            ("<!-- raw HTML omitted -->", ""),
        ] {
            result = result.split(separator: old, omittingEmptySubsequences: false).joined(separator: new)
        }
        return result
    }
}

/// The style of the page: light and dark as the reader's system is, and black on white in print.
enum HTMLStyle {
    /// The colours, for all pages.
    static let palette = """
        :root { --paper: #ffffff; --ink: #1c1e21; --faint: #5a6270; --line: #d8dce2; --code: #f5f6f8; --accent: #0b57a4;
          --word: #8a2a0b; --text: #1d6b2f; --number: #6b2fa0; --bad: #b3261e; --badpaper: #fdf0ef; }
        @media (prefers-color-scheme: dark) {
          :root { --paper: #15171a; --ink: #e4e6ea; --faint: #a2aab6; --line: #363b43; --code: #1e2126; --accent: #7fb8f5;
            --word: #f0a07c; --text: #93d3a2; --number: #cbaaf2; --bad: #ff9a92; --badpaper: #2c1b1b; }
        }
        """

    /// In print; the first of what stands in the braces of `@media print`.
    static let printPalette = """
        :root { --paper: #ffffff; --ink: #000000; --faint: #444444; --line: #bbbbbb; --code: #f4f4f4; --accent: #000000;
            --word: #000000; --text: #333333; --number: #222222; --bad: #000000; --badpaper: #ffffff; }
        """

    static let text = """
        \(palette)
        @media (prefers-color-scheme: dark) { img { background: #ffffff; } }
        * { box-sizing: border-box; }
        body { margin: 0; background: var(--paper); color: var(--ink);
          font: 1rem/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
        main { max-width: 52rem; margin: 0 auto; padding: 1rem; }
        h1, h2, h3, h4, h5, h6 { line-height: 1.25; margin: 1.6em 0 0.5em; overflow-wrap: break-word; }
        h1 { font-size: 1.8rem; margin-top: 0.6em; }
        h2 { font-size: 1.35rem; }
        h3 { font-size: 1.12rem; }
        p, li, td, th { overflow-wrap: break-word; }
        a { color: var(--accent); }
        pre, code, .label { font-family: ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; }
        code { font-size: 0.9em; }
        pre { font-size: 0.82rem; line-height: 1.45; margin: 0; padding: 0.6rem 0.8rem; overflow-x: auto; tab-size: 4; }
        pre code { font-size: 1em; }
        .prose pre, .code { background: var(--code); border-radius: 6px; }
        .cell { margin: 1.1rem 0; }
        .caption, .details { color: var(--faint); font-size: 0.8rem; margin: 0 0 0.25rem; }
        .kind, .status { border: 1px solid var(--line); border-radius: 4px; padding: 0 0.35em; }
        .output { border-left: 3px solid var(--line); margin-top: 0.3rem; }
        .error, .differs { border-left: 3px solid var(--bad); background: var(--badpaper); margin-top: 0.3rem; }
        .error.expected { border-left-style: dotted; background: none; }
        .k { color: var(--word); font-weight: 600; } .s { color: var(--text); } .n, .f { color: var(--number); }
        .c { color: var(--faint); font-style: italic; } .e { color: var(--bad); text-decoration: underline wavy; }
        figure { margin: 0.5rem 0; }
        figcaption { color: var(--faint); font-size: 0.85em; }
        img, svg { max-width: 100%; height: auto; }
        img { image-rendering: pixelated; }
        .picture { outline: 1px solid var(--line); }
        .tiles { display: flex; flex-wrap: wrap; align-items: flex-start; gap: 0.7rem; padding: 1px 1px 0.4rem; }
        .tile { max-width: 100%; } .tile img { display: block; }
        .tile span { display: block; margin-top: 0.2rem; color: var(--faint); font-size: 0.78rem; line-height: 1.3;
          overflow-wrap: anywhere; }
        details > summary { cursor: pointer; color: var(--accent); font-size: 0.85rem; margin-top: 0.3rem; }
        table { border-collapse: collapse; display: block; overflow-x: auto; }
        td, th { border: 1px solid var(--line); padding: 0.25rem 0.6rem; text-align: left; }
        .right { text-align: right; } .center { text-align: center; }
        blockquote { margin: 0.8rem 0; padding-left: 0.9rem; border-left: 3px solid var(--line); color: var(--faint); }
        math { font-family: "STIX Two Math", "Cambria Math", "Latin Modern Math", "Libertinus Math", "XITS Math", "STIX Math",
          "DejaVu Math TeX Gyre", "Noto Sans Math", math; }
        math[display="block"] { overflow-x: auto; overflow-y: hidden; margin: 0.8rem 0; padding: 0.15rem 0; }
        mtable.left mtd { text-align: left; } mtable.aligned mtd:nth-child(odd) { text-align: right; }
        mtable.aligned mtd:nth-child(even) { text-align: left; } mtext.unknown { color: var(--bad); }
        mo.prime { font-family: Georgia, "Times New Roman", serif; }
        .notebook + .notebook { border-top: 3px double var(--line); margin-top: 3rem; }
        @media print {
          \(printPalette)
          main { max-width: none; padding: 0; }
          pre { white-space: pre-wrap; overflow-wrap: anywhere; }
          pre, figure, table, .tile { break-inside: avoid; }
          h1, h2, h3, .caption { break-after: avoid; }
          .notebook + .notebook { break-before: page; }
        }
        """
}

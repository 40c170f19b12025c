import CNNCore

/// A page of the manual that `cnnbook help --all` writes.
public struct ManualPage: Sendable {
    /// `cnn.md`
    public let fileName: String
    public let title: String
    /// What it is about, in a line.
    let summary: String
    /// Everything below the title.
    let body: String

    /// The whole file.
    public var text: String {
        """
        <!-- Written by cnnbook help --all; changes belong into the registry. -->
        # \(title)

        \(body)

        """
    }

    /// As another page links to it.
    var link: String { "[\(Markdown.text(title))](\(fileName))" }
}

/// The manual, from the registries alone and in their order: the same bytes every time.
public enum Manual {
    public static let pages: [ManualPage] = {
        let parts =
            [FormPage.page] + Builtin.Group.allCases.compactMap(GroupPage.page) + [
                LayerPage.page, MethodPage.page, ModulePage.page, ErrorPage.page,
            ]
        return [ManualIndex.page(over: parts)] + parts
    }()

    /// Above every page but the index.
    static let backLink = "[All pages](README.md)"

    /// Where a name is explained, seen from any page: `cnn.md#conv2d`; nil for what is none.
    static func place(of name: String) -> String? {
        if let code = ErrorCode(rawValue: name) { return ErrorPage.place(of: code) }
        if let builtin = BuiltinRegistry.named(name), GroupPage.explains(builtin) {
            return GroupPage.place(of: builtin)
        }
        return LayerDefinition.named(name).map(LayerPage.place)
    }

    /// A link to a name, or the name alone where nothing explains it.
    static func link(_ name: String) -> String {
        place(of: name).map { "[\(Markdown.code(name))](\($0))" } ?? Markdown.code(name)
    }

    /// Plain text as Markdown, in which names are links that can be nothing else: `E0301`, `cross_entropy`, `conv2d`.
    static func prose(_ plain: String, except own: String = "") -> String {
        var (result, pending) = ("", "")
        var rest = plain[...]
        while let first = rest.first {
            var word = rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" }
            let isName = !word.allSatisfy(\.isLetter) && word != own && place(of: String(word)) != nil
            if isName {
                result += Markdown.text(pending) + link(String(word))
                pending = ""
            } else {
                if word.isEmpty { word = rest.prefix { $0 == first } }
                pending += word
            }
            rest = rest[word.endIndex...]
        }
        return result + Markdown.text(pending)
    }

    static func formula(_ formula: String) -> String {
        Markdown.block(WordWrap.formula(formula, columns: 80).joined(separator: "\n"), language: "text")
    }

    /// An example as a cell with its output in `#>` lines, which `cnnbook test` runs.
    static func example(_ code: String, output: String) -> String {
        var lines = output.split(separator: "\n", omittingEmptySubsequences: false)
        if lines.last == "" { lines.removeLast() }
        let shown = lines.isEmpty ? ["#>"] : lines.map { $0.isEmpty ? "#>" : "#> \($0)" }
        return Markdown.block(([code] + shown).joined(separator: "\n"), language: "cnnbook")
    }
}

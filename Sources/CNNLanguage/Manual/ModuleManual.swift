import CNNCore

/// What the modules that come along say of themselves: the comments in their source, above what they define.
struct ModuleManual: Sendable {
    /// A function, a model or a value of a module that has a comment.
    struct Entry: Sendable {
        let module: String
        let name: String
        /// `blur(x, n=3)`; for a value its name alone.
        let signature: String
        let summary: String

        /// `filters.blur(x, n=3)`
        var call: String { "\(module).\(signature)" }
    }

    let name: String
    /// The comment at the beginning of the file.
    let summary: String
    let entries: [Entry]

    static let all: [ModuleManual] = Assets.moduleNames.compactMap { name in
        Assets.module(name).map { ModuleManual(name, $0) }
    }

    static func named(_ name: String) -> ModuleManual? { all.first { $0.name == name } }

    /// What has a name in one of the modules: in most cases one entry or none.
    static func entries(named name: String) -> [Entry] { all.flatMap(\.entries).filter { $0.name == name } }

    private init(_ name: String, _ source: String) {
        self.name = name
        var entries: [Entry] = []
        var comment: [String] = []
        var head: String?
        /// Of the definition right above, which several values in a row share.
        var shared = ""
        for line in source.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) {
            if line.hasPrefix("# "), !line.hasPrefix("# %%") {
                comment.append(String(line.dropFirst(2)))
                continue
            }
            // A line without words parts the paragraphs of a comment.
            if line == "#" {
                if head == nil { head = comment.joined(separator: " ") }
                comment = []
                continue
            }
            if head == nil { head = comment.joined(separator: " ") }
            let text = comment.isEmpty ? shared : comment.joined(separator: " ")
            comment = []
            guard let (defined, signature) = ModuleManual.definition(line) else {
                shared = ""
                continue
            }
            shared = text
            if text.isEmpty || ModuleObject.isOwn(defined) { continue }
            entries.append(Entry(module: name, name: defined, signature: signature, summary: text))
        }
        summary = head ?? ""
        self.entries = entries
    }

    /// The name and the form of what a line at the left margin defines.
    private static func definition(_ line: String) -> (name: String, signature: String)? {
        guard line.first.map({ !$0.isWhitespace }) ?? false else { return nil }
        let words = line.split(separator: " ", maxSplits: 1).map(String.init)
        guard words.count == 2, let first = words.first else { return nil }
        if first == "def" || first == "model" {
            guard let brace = words[1].lastIndex(of: "{") ?? words[1].indices.last else { return nil }
            var signature = String(words[1][..<brace].prefix { $0 != "{" }).trimmedOfBlanks
            if first == "model", !signature.contains("(") { signature += "()" }
            return (String(signature.prefix { $0 != "(" }), signature)
        }
        let isName = first.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" }
        return isName && words[1].hasPrefix("= ") ? (first, first) : nil
    }
}

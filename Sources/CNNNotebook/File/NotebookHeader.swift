import CNNLanguage

/// The lines `# key: value` between two lines `# ---` at the top of a file.
public struct NotebookHeader: Sendable {
    public enum Key: String, CaseIterable, Sendable {
        case title, author, requires, seed
        // Of assignments: when to hand in, what a late day costs, and what a cell may take when it is graded.
        case deadline, late, work, memory, timeout
    }

    public internal(set) var title: String?
    public internal(set) var author: String?
    /// The oldest version that can run the file.
    public internal(set) var requires: Version?
    /// The seed of the session's random numbers; 0 where the file has none.
    public internal(set) var seed: UInt64 = 0
    /// The rules of an assignment, as they stand there; `Assignment` reads them.
    public internal(set) var rules: [Key: (text: String, place: Range<Int>)] = [:]

    public init() {}
}

/// Reads a header. Throws E0507 at its place.
struct NotebookHeaderParser {
    let source: SourceText
    private(set) var header = NotebookHeader()
    private var lines: [NotebookHeader.Key: Int] = [:]

    init(_ source: SourceText) { self.source = source }

    /// - Parameter line: the first line of the file that is not blank.
    /// - Returns: the line behind the header; `line` itself where there is none.
    mutating func parse(from line: Int) throws(Diagnostic) -> Int {
        guard isFence(source.sourceLine(line)) else { return line }
        var next = line + 1
        while next <= source.lineCount {
            let current = source.sourceLine(next)
            if isFence(current) { return next + 1 }
            guard source.begins(current.content, with: "#"), !source.begins(current.content, with: "# %%") else {
                break
            }
            try entry(current)
            next += 1
        }
        throw .notebook(
            "the header has no end", source, source.sourceLine(line).content,
            notes: ["it begins and ends with a line # ---, and each line between begins with #"])
    }

    private func isFence(_ line: SourceLine) -> Bool {
        source.text(source.trimmed(line.content)) == "# ---"
    }

    private mutating func entry(_ line: SourceLine) throws(Diagnostic) {
        let text = source.trimmed(line.content.lowerBound + 1..<line.content.upperBound)
        if text.isEmpty { return }
        guard let colon = source.bytes[text].firstIndex(of: UInt8(ascii: ":")) else {
            throw .notebook("a line of the header is # key: value", source, text)
        }
        let name = source.trimmed(text.lowerBound..<colon)
        let place = source.trimmed(colon + 1..<text.upperBound)
        guard let key = NotebookHeader.Key(rawValue: source.text(name)) else {
            let known = NotebookHeader.Key.allCases.map(\.rawValue)
            throw .unknownWord("header key", source.text(name), among: known, source, name)
        }
        if let first = lines[key] { throw .doubled("the key \(key.rawValue)", source, name, firstLine: first) }
        lines[key] = line.number
        try set(key, source.text(place), place)
    }

    private mutating func set(_ key: NotebookHeader.Key, _ value: String, _ place: Range<Int>) throws(Diagnostic) {
        switch key {
        case .title: header.title = value
        case .author: header.author = value
        case .seed:
            // As many seeds as `seed(n)` takes.
            guard let seed = Int(value), seed >= 0 else {
                throw .notebook("the seed is a whole number, not negative", source, place)
            }
            header.seed = UInt64(seed)
        case .requires: header.requires = try requirement(value, place)
        case .deadline, .late, .work, .memory, .timeout: header.rules[key] = (value, place)
        }
    }

    private func requirement(_ value: String, _ place: Range<Int>) throws(Diagnostic) -> Version {
        let words = value.split(separator: " ")
        guard words.count == 3, words[0] == "cnnbook", words[1] == ">=", let version = Version(words[2]) else {
            throw .notebook("the version is written cnnbook >= 1.0", source, place)
        }
        guard version <= Version.current else {
            throw .notebook(
                "the notebook needs cnnbook \(words[2]) or later", source, place,
                notes: ["this is \(Version.current)"])
        }
        return version
    }
}

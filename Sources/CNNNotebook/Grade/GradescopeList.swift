import CNNCore

/// `submission_metadata.yml` of Gradescope's export: which folder is whose, and when it was handed in. Only what it needs of
/// YAML is read: lines of keys and values with their indentation.
enum GradescopeList {
    static let fileName = "submission_metadata.yml"

    private struct Folder {
        struct Person {
            var sid = ""
            var name = ""
            var email = ""
        }

        /// More than one where a group has handed in together.
        var people: [Person] = []
        var handedIn: Timestamp?
    }

    static func submissions(_ list: SubmissionFolder.Entry, _ entries: [SubmissionFolder.Entry]) -> [Submission] {
        var bytes: [UInt8] = []
        if case .bytes(let read)? = try? Submission.read(list.content, limit: 64 << 20) { bytes = read }
        let listed = folders(String(decoding: bytes, as: UTF8.self))
        let inFolders = Dictionary(grouping: entries.filter { $0.parts.count > 1 }) { $0.parts[0] }
        return Set(inFolders.keys).union(listed.keys).sorted().flatMap { name in
            let folder = listed[name] ?? Folder()
            let own = inFolders[name] ?? []
            return (folder.people.isEmpty ? [Folder.Person()] : folder.people).map { person in
                let student = [person.sid, person.email].first { !$0.isEmpty } ?? name
                return SubmissionFolder.one(
                    of: own, student: student, name: person.name.isEmpty ? student : person.name,
                    handedIn: folder.handedIn)
            }
        }
    }

    private static func folders(_ text: String) -> [String: Folder] {
        var folders: [String: Folder] = [:]
        var name: String?
        var section = ""
        for line in text.split(whereSeparator: \.isNewline) {
            let indent = line.prefix { $0 == " " }.count
            let content = line.dropFirst(indent)
            guard !content.hasPrefix("#"), !content.hasPrefix("---") else { continue }
            if indent == 0, !content.hasPrefix("-") {
                name = content.hasSuffix(":") ? unquoted(String(content.dropLast())) : nil
                if let name { folders[name] = folders[name] ?? Folder() }
                section = ""
                continue
            }
            guard let name, var folder = folders[name] else { continue }
            let isItem = content.hasPrefix("-")
            let entry = pair(isItem ? content.dropFirst().drop { $0 == " " } : content)
            if indent <= 2, !isItem {
                section = entry?.key ?? ""
                if section == "created_at", let value = entry?.value { folder.handedIn = Timestamp(value) }
            } else if section == "submitters", let entry {
                if isItem { folder.people.append(Folder.Person()) }
                set(entry, in: &folder)
            }
            folders[name] = folder
        }
        return folders
    }

    private static func set(_ entry: (key: String, value: String), in folder: inout Folder) {
        guard let last = folder.people.indices.last else { return }
        switch entry.key {
        case "sid": folder.people[last].sid = entry.value
        case "name": folder.people[last].name = entry.value
        case "email": folder.people[last].email = entry.value
        default: break
        }
    }

    /// `:name: Ada Lovelace`
    private static func pair(_ line: Substring) -> (key: String, value: String)? {
        let text = line.first == ":" ? line.dropFirst() : line
        guard let colon = text.firstIndex(of: ":") else { return nil }
        return (String(text[..<colon]), unquoted(String(text[text.index(after: colon)...])))
    }

    private static func unquoted(_ text: String) -> String {
        let text = text.trimmed
        guard text.count >= 2, let first = text.first, first == text.last, first == "\"" || first == "'" else {
            return text == "~" || text == "null" ? "" : text
        }
        return String(text.dropFirst().dropLast())
    }
}

import CNNCore
import CNNLanguage

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

enum SubmissionDigest {
    static func text(_ text: String) -> String { SHA256.text(Array(text.utf8)) }
}

/// Finds submissions: notebooks, folders of them, and what Gradescope, Canvas and Moodle export, as a folder or zipped.
public struct SubmissionFolder {
    /// A file of an export, by its path in it.
    struct Entry {
        let path: String
        let content: Submission.Content

        var parts: [String] { path.split(separator: "/").map(String.init) }
        var fileName: String { parts.last ?? path }
        var isNotebook: Bool { fileName.lowercased().hasSuffix(".cnnbook") }
    }

    private static let archiveLimit = 1 << 30
    private static let entryLimit = 100_000
    private static let depthLimit = 4

    /// The submissions of all paths, by student. One who is there twice is refused both times: nobody knows which counts.
    /// - Throws: E0501, E0502, E0503, E0604 for a path that cannot be read at all.
    public static func submissions(_ paths: [String]) throws(CNNError) -> [Submission] {
        var found: [Submission] = []
        for path in paths { found += try submissions(at: path) }
        found.sort { ($0.student, $0.fileName) < ($1.student, $1.fileName) }
        var result: [Submission] = []
        for var submission in found {
            if let last = result.last, last.student == submission.student {
                submission = last
                submission.content = .refused("this student has handed in more than one notebook")
                result.removeLast()
            }
            result.append(submission)
        }
        return result
    }

    private static func submissions(at path: String) throws(CNNError) -> [Submission] {
        if FileReader.isFolder(path) {
            var entries: [Entry] = []
            try collect(path, "", 0, &entries)
            return read(entries)
        }
        let name = Notebook.fileName(of: path)
        guard name.lowercased().hasSuffix(".zip") else {
            guard FileReader.exists(path) else { throw CNNError(.fileNotFound, "there is no file '\(path)'") }
            return [ExportName.submission(Entry(path: name, content: .file(path)))]
        }
        let bytes = try FileReader.bytes(path, limit: archiveLimit)
        let files = try ZipFile.entries(bytes, limit: archiveLimit, name: name)
        for file in files {
            let parts = file.path.split(separator: "/", omittingEmptySubsequences: false)
            guard !parts.contains(".."), !file.path.hasPrefix("/"), !file.path.contains("\\"), !file.path.contains("\0")
            else { throw CNNError(.malformedFile, "'\(name)' holds a path that leads out of it: '\(file.path)'") }
        }
        return read(files.map { Entry(path: $0.path, content: .bytes($0.bytes)) })
    }

    /// All files below a folder; links are entries that are refused, and never followed.
    private static func collect(
        _ root: String, _ inside: String, _ depth: Int, _ entries: inout [Entry]
    ) throws(CNNError) {
        guard depth < depthLimit else { return }
        let folder = inside.isEmpty ? root : "\(root)/\(inside)"
        for name in try FileReader.names(inFolder: folder) where !name.hasPrefix(".") {
            let path = inside.isEmpty ? name : "\(inside)/\(name)"
            var info = stat()
            guard lstat("\(root)/\(path)", &info) == 0 else { continue }
            if info.st_mode & S_IFMT == S_IFDIR {
                try collect(root, path, depth + 1, &entries)
            } else {
                entries.append(Entry(path: path, content: .file("\(root)/\(path)")))
            }
            guard entries.count <= entryLimit else {
                throw CNNError(.tooLarge, "'\(root)' holds more than \(entryLimit) files")
            }
        }
    }

    // MARK: - Layouts

    /// By what the files are called: Gradescope's folders with a list, or names that tell the student.
    private static func read(_ entries: [Entry]) -> [Submission] {
        var entries = entries.filter { !$0.parts.contains("__MACOSX") && !$0.fileName.hasPrefix(".") }
        // An archive often holds one folder with everything in it; with one notebook it is a student's.
        if let top = entries.first?.parts.first, entries.allSatisfy({ $0.parts.count > 1 && $0.parts[0] == top }),
            entries.contains(where: { $0.parts.count > 2 || $0.fileName == GradescopeList.fileName })
                || (ExportName.moodleFolder(top) == nil && entries.count(where: \.isNotebook) > 1)
        {
            entries = entries.map {
                Entry(path: $0.parts.dropFirst().joined(separator: "/"), content: $0.content)
            }
        }
        if let list = entries.first(where: { $0.path == GradescopeList.fileName }) {
            return GradescopeList.submissions(list, entries)
        }
        var order: [String] = []
        var folders: [String: [Entry]] = [:]
        var result: [Submission] = []
        for entry in entries {
            if entry.parts.count == 1 {
                if entry.isNotebook { result.append(ExportName.submission(entry)) }
            } else {
                let folder = entry.parts[0]
                if folders[folder] == nil { order.append(folder) }
                folders[folder, default: []].append(entry)
            }
        }
        return result
            + order.map { folder in
                let (student, name) = ExportName.moodleFolder(folder) ?? (folder, folder)
                return one(of: folders[folder] ?? [], student: student, name: name)
            }
    }

    /// A student's folder holds one notebook.
    static func one(
        of entries: [Entry], student: String, name: String, handedIn: Timestamp? = nil
    ) -> Submission {
        let notebooks = entries.filter(\.isNotebook)
        let content: Submission.Content =
            switch notebooks.count {
            case 0: .refused("no notebook was handed in")
            case 1: notebooks[0].content
            default: .refused("\(notebooks.count) notebooks were handed in; nobody knows which counts")
            }
        return Submission(
            student: student, name: name, content: content, fileName: notebooks.first?.fileName ?? "",
            handedIn: handedIn)
    }
}

/// What the names of files and folders tell about students.
enum ExportName {
    /// `Ada Lovelace_123456_assignsubmission_file_lab.cnnbook` (Moodle), `lovelaceada_LATE_1001_2002_lab.cnnbook` (Canvas), or
    /// the student's id and an ending.
    static func submission(_ entry: SubmissionFolder.Entry) -> Submission {
        let stem =
            entry.fileName.lowercased().hasSuffix(".cnnbook") ? String(entry.fileName.dropLast(8)) : entry.fileName
        let (student, name) = moodle(stem) ?? canvas(stem) ?? (stem, stem)
        return Submission(student: student, name: name, content: entry.content, fileName: entry.fileName)
    }

    static func moodleFolder(_ name: String) -> (String, String)? { moodle(name + "_") ?? moodle(name) }

    private static func moodle(_ text: String) -> (String, String)? {
        let parts = text.split(separator: "_", omittingEmptySubsequences: false)
        guard let mark = parts.firstIndex(of: "assignsubmission"), mark >= 2, isNumber(parts[mark - 1]) else {
            return nil
        }
        return (String(parts[mark - 1]), parts[..<(mark - 1)].joined(separator: "_"))
    }

    private static func canvas(_ text: String) -> (String, String)? {
        var parts = text.split(separator: "_", omittingEmptySubsequences: false)[...]
        guard parts.count >= 4, let name = parts.popFirst(), !name.isEmpty else { return nil }
        if parts.first == "LATE" || parts.first == "late" { parts = parts.dropFirst() }
        guard parts.count >= 3, let user = parts.popFirst(), let submission = parts.popFirst(), isNumber(user),
            isNumber(submission)
        else { return nil }
        return (String(user), String(name))
    }

    private static func isNumber(_ text: Substring) -> Bool { !text.isEmpty && text.utf8.allSatisfy(\.isDecimalDigit) }
}

/// `submission_metadata.yml` of Gradescope's export: which folder is whose, and when it was handed in. Only what it needs of
/// YAML is read: lines of keys and values with their indentation.
enum GradescopeList {
    static let fileName = "submission_metadata.yml"

    static func submissions(_ list: SubmissionFolder.Entry, _ entries: [SubmissionFolder.Entry]) -> [Submission] {
        let bytes: [UInt8] =
            switch list.content {
            case .bytes(let bytes): bytes
            case .file(let path): (try? FileReader.bytes(path, limit: 64 << 20)) ?? []
            case .refused: []
            }
        var people: [String: (sid: String?, name: String?, time: Timestamp?)] = [:]
        var folder: String?
        for line in String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline) {
            if let first = line.first, first != " ", first != "-", first != "#" {
                folder = line.hasSuffix(":") ? unquoted(String(line.dropLast())) : nil
                if let folder, people[folder] == nil { people[folder] = (nil, nil, nil) }
                continue
            }
            guard let folder, let (key, value) = pair(line) else { continue }
            switch key {
            case "sid" where people[folder]?.sid == nil && !value.isEmpty: people[folder]?.sid = value
            case "name" where people[folder]?.name == nil && !value.isEmpty: people[folder]?.name = value
            case "created_at" where people[folder]?.time == nil: people[folder]?.time = Timestamp(value)
            default: break
            }
        }
        let folders = Set(entries.filter { $0.parts.count > 1 }.map { $0.parts[0] }).union(people.keys).sorted()
        return folders.map { folder in
            let person = people[folder]
            let student = person?.sid ?? folder
            return SubmissionFolder.one(
                of: entries.filter { $0.parts.count > 1 && $0.parts[0] == folder }, student: student,
                name: person?.name ?? student, handedIn: person?.time)
        }
    }

    /// `  - :name: Ada Lovelace`
    private static func pair(_ line: Substring) -> (String, String)? {
        var text = line.drop { $0 == " " || $0 == "-" }
        if text.first == ":" { text = text.dropFirst() }
        guard let colon = text.firstIndex(of: ":") else { return nil }
        return (String(text[..<colon]), unquoted(String(text[text.index(after: colon)...])))
    }

    private static func unquoted(_ text: String) -> String {
        let text = text.trimmed
        guard text.count >= 2, let first = text.first, first == text.last, first == "\"" || first == "'" else {
            return text
        }
        return String(text.dropFirst().dropLast())
    }
}

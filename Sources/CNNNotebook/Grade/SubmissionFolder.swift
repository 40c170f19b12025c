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
        return result + people(order.map { ($0, folders[$0] ?? []) })
    }

    /// By folder; Moodle has one more for a student who has handed in a text beside the file.
    private static func people(_ folders: [(name: String, entries: [Entry])]) -> [Submission] {
        var order: [String] = []
        var found: [String: (name: String, entries: [Entry])] = [:]
        for folder in folders {
            let (student, name) = ExportName.moodleFolder(folder.name) ?? (folder.name, folder.name)
            if found[student] == nil { order.append(student) }
            found[student, default: (name, [])].entries += folder.entries
        }
        return order.compactMap { student in
            found[student].map { one(of: $0.entries, student: student, name: $0.name) }
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

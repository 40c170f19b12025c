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
        let parts: [String]
        let content: Submission.Content

        init(_ parts: [String], _ content: Submission.Content) {
            (self.parts, self.content) = (parts, content)
        }

        var fileName: String { parts.last ?? "" }
        var isNotebook: Bool { fileName.lowercased().hasSuffix(".cnnbook") }
        var isJupyter: Bool { JupyterFile.isJupyter(path: fileName) }
        var isUnreadable: Bool { if case .unreadable = content { true } else { false } }
    }

    /// The submissions of all paths, by student. One who is there twice is refused both times: nobody knows which counts.
    /// - Parameter others: files and folders that are no submissions, though they may lie in a folder of them.
    /// - Throws: E0501, E0502, E0503, E0604 for a path that cannot be read at all.
    public static func submissions(_ paths: [String], besides others: [String] = []) throws(CNNError) -> [Submission] {
        var found: [Submission] = []
        for path in paths { found += try submissions(at: path, besides: others) }
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

    private static func submissions(at path: String, besides others: [String]) throws(CNNError) -> [Submission] {
        if FileReader.isFolder(path) {
            var walk = SubmissionWalk(path, besides: others)
            return read(try walk.entries())
        }
        let name = Notebook.fileName(of: path)
        guard name.lowercased().hasSuffix(".zip") else {
            guard FileReader.exists(path) else { throw CNNError(.fileNotFound, "there is no file '\(path)'") }
            return [ExportName.submission(Entry([name], .file(path)))]
        }
        let files = try ZipFile.entries(try FileReader.bytes(path, limit: FileReader.usualLimit), name: name)
        return read(
            try files.map { (file) throws(CNNError) in
                let parts = file.path.split(separator: "/").map(String.init).filter { $0 != "." }
                // A file in a student's folder may be called anything.
                guard !parts.contains(".."), !file.path.hasPrefix("/"), parts.first?.contains("\\") != true,
                    !file.path.contains("\0")
                else { throw CNNError(.malformedFile, "'\(name)' holds a path that leads out of it: '\(file.path)'") }
                return Entry(parts, .packed(file))
            })
    }

    // MARK: - Layouts

    /// By what the files are called: Gradescope's folders with a list, or names that tell the student.
    private static func read(_ entries: [Entry]) -> [Submission] {
        var entries = entries.filter { !$0.parts.contains { $0 == "__MACOSX" || $0.hasPrefix(".") } }
        // An archive often holds one folder with everything in it; with one notebook it is a student's.
        if let top = entries.first?.parts.first, entries.allSatisfy({ $0.parts.count > 1 && $0.parts[0] == top }),
            entries.contains(where: { $0.parts.count > 2 || $0.fileName == GradescopeList.fileName })
                || (ExportName.moodleFolder(top) == nil && entries.count(where: \.isNotebook) > 1)
        {
            entries = entries.map { Entry(Array($0.parts.dropFirst()), $0.content) }
        }
        if let list = entries.first(where: { $0.parts == [GradescopeList.fileName] }) {
            return GradescopeList.submissions(list, entries)
        }
        var order: [String] = []
        var folders: [String: [Entry]] = [:]
        for entry in entries where entry.parts.count > 1 {
            let folder = entry.parts[0]
            if folders[folder] == nil { order.append(folder) }
            folders[folder, default: []].append(entry)
        }
        return files(entries.filter { $0.parts.count == 1 }) + people(order.map { ($0, folders[$0] ?? []) })
    }

    /// Files that lie beside each other. Who has handed in no notebook is told so where a name tells that it is a student's,
    /// or where it is a Jupyter notebook; other files are nobody's.
    private static func files(_ entries: [Entry]) -> [Submission] {
        let notebooks = entries.filter(\.isNotebook).map(ExportName.submission)
        var known = Set(notebooks.map(\.student))
        var others: [Submission] = []
        let rest = entries.filter { !$0.isNotebook }
        for entry in rest.filter(\.isJupyter) + rest.filter({ !$0.isJupyter }) {
            guard var submission = entry.isJupyter ? ExportName.submission(entry) : ExportName.named(entry),
                known.insert(submission.student).inserted
            else { continue }
            if !entry.isJupyter { submission.content = .refused("no notebook was handed in") }
            others.append(submission)
        }
        return notebooks + others
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
        let jupyter = entries.filter(\.isJupyter)
        let own = entries.filter(\.isNotebook)
        let notebooks = own.isEmpty && jupyter.count == 1 ? jupyter : own
        let content: Submission.Content =
            switch notebooks.count {
            case _ where entries.contains(where: \.isUnreadable):
                entries.first(where: \.isUnreadable)?.content ?? .refused("no notebook was handed in")
            case 0: .refused("no notebook was handed in")
            case 1: notebooks[0].content
            default: .refused("\(notebooks.count) notebooks were handed in; nobody knows which counts")
            }
        return Submission(
            student: student, name: name, content: content, fileName: notebooks.first?.fileName ?? "",
            handedIn: handedIn)
    }
}

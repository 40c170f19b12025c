#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Where a trial run writes in place of the user's files, and reads back what it wrote. Of each folder that is written
/// into there is a copy made of links to what lies there, so that the trial finds its own files beside the others.
public final class ScratchFolder {
    private let parent: String
    private var root: String?
    /// The folders that were made, those that hold others first.
    private var folders: [String] = []

    /// - Parameter parent: the folder for temporary files.
    public init(in parent: String) { self.parent = parent }

    /// Takes away all of it.
    public func remove() {
        for folder in folders.reversed() {
            for name in (try? FileReader.names(inFolder: folder)) ?? [] { unlink("\(folder)/\(name)") }
            rmdir(folder)
        }
        (root, folders) = (nil, [])
    }

    /// Where the trial's own state of a file or a folder lies; nil where it has written nothing.
    public func readable(_ path: String) -> String? {
        guard let root, let full = ScratchFolder.full(path), FileReader.exists(root + full) else { return nil }
        return root + full
    }

    /// Where the trial writes in place of `path`.
    /// - Throws: E0505 where no file could be written at `path` either.
    public func writable(_ path: String) throws(CNNError) -> String {
        try FileWriter.check(path)
        guard let full = ScratchFolder.full(path), let slash = full.lastIndex(of: "/") else {
            throw CNNError(.fileUnwritable, "'\(path)' cannot be written")
        }
        let copy = try copy(ofFolder: full[..<slash]) + full[slash...]
        // Written through, the link would change what it leads to.
        if ScratchFolder.isLink(copy) { unlink(copy) }
        return copy
    }

    private func copy(ofFolder path: Substring) throws(CNNError) -> String {
        var original = ""
        var copy = try madeRoot()
        for part in path.split(separator: "/") {
            original += "/" + part
            copy += "/" + part
            guard !folders.contains(copy) else { continue }
            unlink(copy)
            guard mkdir(copy, 0o700) == 0 else { throw unusable(errno) }
            take(copy, original)
        }
        return copy
    }

    private func madeRoot() throws(CNNError) -> String {
        if let root { return root }
        var template = Array("\(parent)/cnnbook-trial-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw unusable(errno) }
        let made = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        root = made
        take(made, "")
        return made
    }

    private func take(_ folder: String, _ original: String) {
        folders.append(folder)
        for name in (try? FileReader.names(inFolder: original + "/")) ?? [] {
            symlink("\(original)/\(name)", "\(folder)/\(name)")
        }
    }

    private func unusable(_ number: Int32) -> CNNError {
        CNNError(.fileUnwritable, "no trial can write in '\(parent)': \(SystemError.text(number))")
    }

    private static func isLink(_ path: String) -> Bool {
        var info = stat()
        return lstat(path, &info) == 0 && info.st_mode & S_IFMT == S_IFLNK
    }

    /// From the root, without links; nil where there is no such folder.
    private static func full(_ path: String) -> String? {
        guard FileReader.isValid(path) else { return nil }
        if let known = real(path) { return known }
        let slash = path.lastIndex(of: "/")
        let name = slash.map { path[path.index(after: $0)...] } ?? path[...]
        guard !name.isEmpty, let folder = real(slash.map { String(path[...$0]) } ?? ".") else { return nil }
        return (folder == "/" ? "" : folder) + "/" + name
    }

    private static func real(_ path: String) -> String? {
        guard let pointer = realpath(path, nil) else { return nil }
        defer { free(pointer) }
        return String(cString: pointer)
    }
}

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Where a trial run writes in place of the user's files, and reads back what it wrote. A folder that it has written into
/// is filled up with links to what lies in the user's when it is read itself, so that the trial finds its own files beside
/// the others.
public final class ScratchFolder {
    private let parent: String
    private var root: String?
    /// The folders that were made, those that hold others first.
    private var folders: [String] = []
    /// Those of them with links to all that lies in the user's.
    private var filled: Set<String> = []

    /// - Parameter parent: the folder for temporary files.
    public init(in parent: String) { self.parent = parent }

    /// Takes away all of it.
    public func remove() {
        for folder in folders.reversed() {
            for name in (try? FileReader.names(inFolder: folder)) ?? [] { unlink("\(folder)/\(name)") }
            rmdir(folder)
        }
        (root, folders, filled) = (nil, [], [])
    }

    /// Where the trial's own state of a file or a folder lies; nil where it has written nothing.
    public func readable(_ path: String) -> String? {
        guard let root, let full = ScratchFolder.full(path), FileReader.exists(root + full) else { return nil }
        let copy = full == "/" ? root : root + full
        for folder in folders where folder == copy || folder.hasPrefix(copy + "/") { fill(folder, root) }
        return copy
    }

    private func fill(_ folder: String, _ root: String) {
        guard filled.insert(folder).inserted else { return }
        let original = folder.dropFirst(root.count)
        for name in (try? FileReader.names(inFolder: original + "/")) ?? [] {
            symlink("\(original)/\(name)", "\(folder)/\(name)")
        }
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
        var copy = try madeRoot()
        for part in path.split(separator: "/") {
            copy += "/" + part
            guard !folders.contains(copy) else { continue }
            // A link, where the folder around it is filled.
            unlink(copy)
            guard mkdir(copy, 0o700) == 0 else { throw unusable(errno) }
            folders.append(copy)
        }
        return copy
    }

    private func madeRoot() throws(CNNError) -> String {
        if let root { return root }
        var template = Array("\(parent)/cnnbook-trial-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw unusable(errno) }
        let made = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        root = made
        folders.append(made)
        return made
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

import CNNCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Lists what lies below a folder of submissions. Links are entries that are refused, and never followed; what cannot be
/// listed keeps no other student from being graded.
struct SubmissionWalk {
    typealias Entry = SubmissionFolder.Entry

    private let root: String
    /// Files and folders that are no submissions: the results, and the assignment.
    private let others: Set<Identity>
    private var found: [Entry] = []

    private static let entryLimit = 1_000_000
    private static let depthLimit = 100

    private struct Identity: Hashable {
        let device: UInt64
        let inode: UInt64

        init(_ info: stat) { (device, inode) = (UInt64(truncatingIfNeeded: info.st_dev), UInt64(info.st_ino)) }
    }

    init(_ root: String, besides others: [String]) {
        self.root = root
        self.others = Set(
            others.compactMap { path in
                var info = stat()
                return stat(path, &info) == 0 ? Identity(info) : nil
            })
    }

    /// - Throws: E0502 where the folder itself cannot be listed, E0604 for too many files.
    mutating func entries() throws(CNNError) -> [Entry] {
        try collect([])
        return found
    }

    private mutating func collect(_ inside: [String]) throws(CNNError) {
        let (names, odd) = try FileReader.listing(ofFolder: path(inside))
        for name in odd {
            let isNotebook = Entry([name], .bytes([])).isNotebook
            // Of a folder nobody knows what is in it; a file that is no notebook is of no interest.
            guard isNotebook || !name.contains(".") else { continue }
            found.append(
                Entry(inside + [name] + (isNotebook ? [] : ["?"]), .unreadable("'\(name)': a name that is not UTF-8")))
        }
        for name in names where !name.hasPrefix(".") {
            let parts = inside + [name]
            var info = stat()
            guard lstat(path(parts), &info) == 0, !others.contains(Identity(info)) else { continue }
            if info.st_mode & S_IFMT == S_IFDIR {
                descend(parts)
            } else {
                found.append(Entry(parts, .file(path(parts))))
            }
            guard found.count <= SubmissionWalk.entryLimit else {
                throw CNNError(.tooLarge, "'\(root)' holds more than \(SubmissionWalk.entryLimit) files")
            }
        }
    }

    private mutating func descend(_ parts: [String]) {
        let count = found.count
        guard parts.count < SubmissionWalk.depthLimit else {
            return found.append(
                Entry(parts + ["?"], .unreadable("folders more than \(SubmissionWalk.depthLimit) deep")))
        }
        do { try collect(parts) } catch {
            found.append(Entry(parts + ["?"], .unreadable("a folder cannot be read: \(error.message)")))
        }
        // Who has handed in an empty folder is a student, too.
        if found.count == count, parts.count == 1 { found.append(Entry(parts + ["?"], .refused("an empty folder"))) }
    }

    private func path(_ parts: [String]) -> String { ([root] + parts).joined(separator: "/") }
}

import CNNCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Files that a path may become.
enum FileNames {
    private static let limit = 10_000

    /// - Parameters:
    ///   - typed: `data/fa`
    ///   - endings: only files with these; all where there are none. Folders always.
    ///   - begins: whether a name begins as it is typed.
    /// - Returns: the part behind the last `/`, and the names in that folder; folders end with `/`.
    static func candidates(
        _ typed: String, endings: [String] = [], begins: (_ name: String, _ part: String) -> Bool
    ) -> (String, [Candidate]) {
        let slash = typed.lastIndex(of: "/")
        let part = slash.map { String(typed[typed.index(after: $0)...]) } ?? typed
        let folder = slash.map { String(typed[...$0]) } ?? "."
        guard let stream = opendir(UserPath.expanded(folder)) else { return (part, []) }
        defer { closedir(stream) }
        var found: [Candidate] = []
        while let entry = readdir(stream), found.count < limit {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            guard name != ".", name != "..", begins(name, part), part.hasPrefix(".") || !name.hasPrefix(".") else {
                continue
            }
            // What no text in quotes may hold as it is, and what would act on the terminal.
            guard
                !name.unicodeScalars.contains(where: {
                    $0.properties.generalCategory == .control || "\"\\".unicodeScalars.contains($0)
                })
            else { continue }
            let isFolder = FileReader.isFolder(UserPath.expanded(slash == nil ? name : folder + name))
            guard isFolder || endings.isEmpty || endings.contains(where: { name.hasSuffix("." + $0) }) else { continue }
            found.append(Candidate(text: isFolder ? name + "/" : name))
        }
        return (part, found.sorted { $0.text.unicodeScalars.lexicographicallyPrecedes($1.text.unicodeScalars) })
    }
}

/// Archives of files that others have packed: all in memory, nothing is written.
public enum ZipFile {
    public struct Entry: Sendable {
        public let path: String
        public let bytes: [UInt8]
    }

    /// All files of an archive, in its order; folders are left out.
    /// - Parameter limit: bytes that all of them together may unpack to.
    /// - Throws: E0503, E0604.
    public static func entries(_ bytes: [UInt8], limit: Int, name: String) throws(CNNError) -> [Entry] {
        let all = try ZipArchive.read(bytes, limit: limit, name: name)
        return all.filter { !$0.name.hasSuffix("/") }.map { Entry(path: $0.name, bytes: $0.bytes) }
    }
}

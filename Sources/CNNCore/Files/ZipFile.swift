/// Archives of files that others have packed: nothing is written, and nothing unpacked before it is asked for.
public enum ZipFile {
    public struct Entry: Sendable {
        public let path: String
        /// What it unpacks to, as the archive says.
        public let size: Int
        private let archive: ZipArchive
        private let record: ZipArchive.Record

        init(_ archive: ZipArchive, _ record: ZipArchive.Record) {
            (path, size) = (record.name, record.size)
            (self.archive, self.record) = (archive, record)
        }

        /// - Throws: E0503.
        public func bytes() throws(CNNError) -> [UInt8] { try archive.content(of: record) }
    }

    /// All files of an archive, in its order; folders are left out. One that is damaged, or huge, keeps no other from
    /// being read.
    /// - Throws: E0503.
    public static func entries(_ bytes: [UInt8], name: String) throws(CNNError) -> [Entry] {
        let archive = ZipArchive(bytes: bytes, name: name)
        return try archive.directory().filter { !$0.name.hasSuffix("/") }.map { Entry(archive, $0) }
    }
}

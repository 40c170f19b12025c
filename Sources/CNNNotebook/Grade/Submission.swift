import CNNCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// What one student has handed in.
public struct Submission: Sendable {
    public enum Content: Sendable {
        case file(String)
        case bytes([UInt8])
        case packed(ZipFile.Entry)
        /// It cannot be read, and that is nobody's fault: the reason.
        case unreadable(String)
        /// There is nothing to run, and that is the student's affair: no notebook, two of them, a link.
        case refused(String)
    }

    /// What tells students apart: of the export, or the name of the file or folder.
    public var student: String
    public var name: String
    public var content: Content
    /// Without folders.
    public var fileName: String
    /// When it was handed in, as the export says.
    public var handedIn: Timestamp?

    /// What is read of a submission at most.
    public static let byteLimit = 4 << 20

    /// The bytes as they are now; whatever happens to the file later changes nothing.
    /// - Throws: E0502 where the system fails, and not the student: then it is not graded.
    func read() throws(CNNError) -> Reading {
        if case .refused(let reason) = content { return .refused(reason) }
        if JupyterFile.isJupyter(path: fileName) {
            let name = GradeText.short(fileName, 200)
            return .refused(
                "'\(name)' is a Jupyter notebook: convert it, in the shell, and hand in what comes of it: "
                    + JupyterFile.conversion(name))
        }
        return try Submission.read(content, limit: Submission.byteLimit)
    }

    enum Reading {
        case bytes([UInt8])
        case refused(String)
    }

    /// - Throws: E0502, E0503 where the system or the archive is at fault.
    static func read(_ content: Content, limit: Int) throws(CNNError) -> Reading {
        let tooLarge = Reading.refused("the file is larger than \(ByteCount.text(limit))")
        switch content {
        case .refused(let reason): return .refused(reason)
        case .unreadable(let reason): throw CNNError(.fileUnreadable, reason)
        case .bytes(let bytes): return bytes.count > limit ? tooLarge : .bytes(bytes)
        case .packed(let entry): return entry.size > limit ? tooLarge : .bytes(try entry.bytes())
        case .file(let path): return try file(path, limit) ?? tooLarge
        }
    }

    /// - Returns: nil where it is larger than the limit.
    private static func file(_ path: String, _ limit: Int) throws(CNNError) -> Reading? {
        var named = stat()
        guard lstat(path, &named) == 0 else { throw CNNError(.fileUnreadable, "the file cannot be found") }
        switch named.st_mode & S_IFMT {
        case S_IFREG: break
        case S_IFLNK: return .refused("the file is a symbolic link")
        default: return .refused("this is no file")
        }
        // What has taken its place since then is not read: no link is followed, and no pipe waited for.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW)
        guard descriptor >= 0 else {
            let reason =
                errno == ELOOP ? "changed while it was read" : "cannot be read: \(String(cString: strerror(errno)))"
            throw CNNError(.fileUnreadable, "the file \(reason)")
        }
        defer { close(descriptor) }
        let before = FileStamp(descriptor: descriptor)
        guard before == FileStamp(named) else { throw changed }
        guard named.st_size <= limit else { return nil }
        let bytes = try FileReader.bytes(descriptor, limit: limit)
        guard FileStamp(descriptor: descriptor) == before, bytes.count == Int(named.st_size) else { throw changed }
        return .bytes(bytes)
    }

    private static var changed: CNNError { CNNError(.fileUnreadable, "the file changed while it was read") }

    /// The id as a file's name: letters, digits, `-`, `_` and `.` stay; every other byte is `%` and two digits.
    public var slug: String { Submission.slug(of: student) }

    static func slug(of student: String) -> String {
        let digits = Array("0123456789ABCDEF")
        var result = ""
        for byte in student.utf8 {
            let isKept =
                byte < 0x80
                && (Character(Unicode.Scalar(byte)).isLetter || byte.isDecimalDigit || "-_.".utf8.contains(byte))
            result +=
                isKept && !(result.isEmpty && byte == UInt8(ascii: "."))
                ? String(Unicode.Scalar(byte)) : "%\(digits[Int(byte >> 4)])\(digits[Int(byte & 15)])"
        }
        // A name of a file may have 255 bytes; the ending and a temporary one need some.
        guard result.utf8.count > 180 else { return result.isEmpty ? "%" : result }
        return String(result.prefix(140)) + "%" + String(SubmissionDigest.text(student).prefix(16))
    }
}

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
        switch content {
        case .refused(let reason): return .refused(reason)
        case .bytes(let bytes): return Submission.reading(bytes)
        case .file(let path): return try Submission.read(file: path)
        }
    }

    enum Reading {
        case bytes([UInt8])
        case refused(String)
    }

    private static func reading(_ bytes: [UInt8]) -> Reading {
        bytes.count > byteLimit ? .refused("the file is larger than \(ByteCount.text(byteLimit))") : .bytes(bytes)
    }

    private static func read(file path: String) throws(CNNError) -> Reading {
        var before = stat()
        guard lstat(path, &before) == 0 else { throw CNNError(.fileUnreadable, "the file cannot be found") }
        switch before.st_mode & S_IFMT {
        case S_IFREG: break
        case S_IFLNK: return .refused("the file is a symbolic link")
        default: return .refused("this is no file")
        }
        guard before.st_size <= byteLimit else {
            return .refused("the file is larger than \(ByteCount.text(byteLimit))")
        }
        let bytes = try FileReader.bytes(path, limit: byteLimit)
        var after = stat()
        guard lstat(path, &after) == 0, after.st_ino == before.st_ino, after.st_size == before.st_size,
            Int(after.st_size) == bytes.count
        else { throw CNNError(.fileUnreadable, "the file changed while it was read") }
        return .bytes(bytes)
    }

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

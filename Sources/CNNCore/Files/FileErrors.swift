#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// What the system said, in words of our own: the C library's depend on the locale.
enum SystemError {
    static func text(_ number: Int32) -> String {
        switch number {
        case ENOENT, ENOTDIR: "it does not exist"
        case EACCES, EPERM: "permission denied"
        case EISDIR: "it is a folder"
        case ENOSPC, EDQUOT: "no space is left on the disk"
        case EFBIG: "it is larger than the system allows"
        case EROFS: "the file system is read-only"
        case ENAMETOOLONG: "the name is too long"
        case ELOOP: "its symbolic links run in a circle"
        case EMFILE, ENFILE: "too many files are open"
        case EIO: "the disk reports an error"
        case ENXIO: "nobody reads from it"
        case EPIPE: "its reader has gone"
        default: "system error \(number)"
        }
    }
}

extension CNNError {
    /// E0503 for a file whose content is not what it says.
    static func malformed(_ name: String, _ problem: String, notes: [String] = []) -> CNNError {
        CNNError(.malformedFile, "'\(name)' is damaged or of another kind: \(problem)", notes: notes)
    }
}

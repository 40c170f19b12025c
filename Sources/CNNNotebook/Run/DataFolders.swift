#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Where data sets are looked for, in order: the folders of `CNNBOOK_DATA` (with `:` between several), the user's data
/// folder, the system's.
public enum DataFolders {
    public static func standard() -> [String] {
        var folders = environment("CNNBOOK_DATA")?.split(separator: ":").map(String.init) ?? []
        if let user = userFolder("XDG_DATA_HOME", ".local/share") { folders.append("\(user)/cnnbook") }
        return folders + ["/usr/local/share/datasets", "/usr/share/datasets"]
    }

    /// A folder of the user's by the XDG base directory specification; nil where there is no home.
    public static func userFolder(_ variable: String, _ fallback: String) -> String? {
        // Relative paths are to be ignored, says the specification.
        if let folder = environment(variable), folder.hasPrefix("/") { return folder }
        guard let home = environment("HOME"), home.hasPrefix("/") else { return nil }
        return "\(home)/\(fallback)"
    }

    /// A variable that is set and not empty.
    public static func environment(_ name: String) -> String? {
        guard let pointer = getenv(name), pointer.pointee != 0 else { return nil }
        return String(cString: pointer)
    }
}

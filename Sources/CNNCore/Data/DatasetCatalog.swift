#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The data sets that are known by name, and those in files of the user's own.
public enum DatasetCatalog {
    private enum Source {
        case embedded
        case idx(classNames: [String]?)
        case cifar(CIFARFolder)
    }

    private struct Entry {
        let name: String
        let source: Source
        /// The Debian package that brings it.
        var package: String?
        /// Where it is looked for in each folder.
        var subfolders: [String] = []
        var title = ""
    }

    private static let entries: [Entry] = [
        Entry(name: "digits", source: .embedded),
        Entry(
            name: "fashion-mnist",
            source: .idx(classNames: [
                "T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag",
                "Ankle boot",
            ]),
            package: "dataset-fashion-mnist",
            subfolders: ["fashion-mnist", "FashionMNIST/raw", "FashionMNIST", "fashion_mnist"], title: "Fashion-MNIST"),
        Entry(
            name: "mnist", source: .idx(classNames: (0...9).map(String.init)),
            subfolders: ["mnist", "MNIST/raw", "MNIST"], title: "MNIST"),
        Entry(
            name: "cifar10", source: .cifar(.ten),
            subfolders: ["cifar10", "cifar-10-batches-bin", "cifar10/cifar-10-batches-bin", "cifar-10"],
            title: "CIFAR-10 (binary version)"),
        Entry(
            name: "cifar100", source: .cifar(.hundred),
            subfolders: ["cifar100", "cifar-100-binary", "cifar100/cifar-100-binary", "cifar-100"],
            title: "CIFAR-100 (binary version)"),
    ]

    /// digits, fashion-mnist, mnist, cifar10, cifar100.
    public static let names: [String] = entries.map(\.name)

    /// By name or path: a folder of IDX files, of CIFAR's binary files, of PNG pictures by class, or a CSV file.
    /// - Parameter folders: where named ones are looked for, in this order.
    /// - Throws: E0504, which says which package or files to put where; E0502, E0503 for files that cannot be used.
    public static func load(_ nameOrPath: String, folders: [String]) throws(CNNError) -> DatasetPair {
        if let entry = entries.first(where: { $0.name == nameOrPath }) { return try load(entry, folders) }
        for path in [nameOrPath] + folders.map({ "\($0)/\(nameOrPath)" }) where FileReader.exists(path) {
            return try load(path: path)
        }
        throw CNNError(
            .dataSetMissing, "there is no data set '\(nameOrPath)'",
            notes: ["by name there are \(names.joined(separator: ", ")); else give a folder or a .csv file"])
    }

    /// Whether `load(name, folders)` would find the files of a named data set; reads none of them.
    public static func isInstalled(_ name: String, folders: [String]) -> Bool {
        guard let entry = entries.first(where: { $0.name == name }) else { return false }
        if case .embedded = entry.source { return true }
        return folder(of: entry, folders) != nil
    }

    private static func load(_ entry: Entry, _ folders: [String]) throws(CNNError) -> DatasetPair {
        if case .embedded = entry.source { return try DigitsReader.load() }
        guard let folder = folder(of: entry, folders) else { throw missing(entry, folders) }
        switch entry.source {
        case .embedded: return try DigitsReader.load()
        case .idx(let classNames): return try IDXFolder.load(folder, name: entry.name, classNames: classNames)
        case .cifar(let layout): return try layout.load(folder, name: entry.name)
        }
    }

    private static func candidates(_ entry: Entry, _ folders: [String]) -> [String] {
        folders.flatMap { folder in entry.subfolders.map { "\(folder)/\($0)" } }
    }

    private static func folder(of entry: Entry, _ folders: [String]) -> String? {
        candidates(entry, folders).first { missingFiles(entry.source, $0).isEmpty }
    }

    private static func files(_ source: Source) -> [String] {
        switch source {
        case .embedded: []
        case .idx: IDXFolder.files
        case .cifar(let layout): layout.files
        }
    }

    private static func missingFiles(_ source: Source, _ folder: String) -> [String] {
        switch source {
        case .embedded: []
        case .idx: IDXFolder.missingFiles(in: folder)
        case .cifar(let layout): layout.missingFiles(in: folder)
        }
    }

    private static func load(path: String) throws(CNNError) -> DatasetPair {
        let name = path.split(separator: "/").last.map(String.init) ?? path
        guard FileReader.isFolder(path) else { return try TableDataset.load(path, name: name) }
        if IDXFolder.missingFiles(in: path).count < IDXFolder.files.count {
            return try IDXFolder.load(path, name: name, classNames: nil)
        }
        for layout in [CIFARFolder.ten, .hundred] where layout.missingFiles(in: path).isEmpty {
            return try layout.load(path, name: name)
        }
        return try PictureFolder.load(path, name: name)
    }

    private static func missing(_ entry: Entry, _ folders: [String]) -> CNNError {
        var notes: [String] = []
        for folder in candidates(entry, folders) {
            let missing = missingFiles(entry.source, folder)
            if missing.count < files(entry.source).count {
                notes.append("\(shortened(folder)) has only a part: \(missing.joined(separator: ", ")) missing")
            }
        }
        if let package = entry.package { notes.append("apt install \(package)") }
        let place = folders.isEmpty ? "in the folder that CNNBOOK_DATA names" : "in one of the folders searched"
        notes.append(
            "\(entry.package == nil ? "put" : "or put") the files into a folder \(entry.subfolders[0]) \(place):")
        notes.append(files(entry.source).joined(separator: ", "))
        if !folders.isEmpty { notes.append("searched: \(folders.map(shortened).joined(separator: ", "))") }
        return CNNError(.dataSetMissing, "\(entry.title) is not on this machine", notes: notes)
    }

    /// The home folder as `~`: messages end up in files that others read.
    private static func shortened(_ folder: String) -> String {
        guard let pointer = getenv("HOME") else { return folder }
        let home = String(cString: pointer)
        guard home.count > 1, folder == home || folder.hasPrefix(home + "/") else { return folder }
        return "~" + folder.dropFirst(home.count)
    }
}

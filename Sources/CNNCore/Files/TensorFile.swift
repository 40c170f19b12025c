/// One tensor in a file, in the format that the name's ending says.
public enum TensorFile {
    public static let endings = [".npy", ".csv", ".png", ".idx"]

    /// - `.npy`: as NumPy wrote it. `.csv`: float32 `[rows, columns]`. `.png`: float32 `[H, W, C]`, 0…1.
    ///   `.idx` (or `-ubyte`): as in MNIST. `.csv.gz`, `.idx.gz`, `-ubyte.gz` are unpacked first.
    /// - Throws: E0501, E0502, E0503, E0604; E0404 for another ending.
    public static func load(_ path: String) throws(CNNError) -> Tensor {
        let format = try format(of: path, canBePacked: true)
        let limit = format == .csv ? min(CSVTable.sizeLimit, FileReader.budgetLimit) : FileReader.budgetLimit
        let check = format == .npy ? NPYFile.headCheck(path) : nil
        var bytes = try FileReader.bytes(path, limit: limit, check: check?.unlessPacked)
        if format != .idx, Gzip.isPacked(bytes) {
            bytes = try Gzip.decompress(bytes, limit: limit, name: path, check: check)
        }
        switch format {
        case .npy: return try NPYFile.read(bytes, name: path)
        case .csv: return try CSVFile.read(bytes, name: path)
        case .png: return try PNGFile.read(bytes, name: path)
        case .idx: return try IDXFile.read(bytes, name: path)
        }
    }

    /// - Throws: E0505; E0306, E0404 where the format cannot hold the tensor; E0404 for another ending.
    public static func save(_ tensor: Tensor, to path: String) throws(CNNError) {
        let bytes: [UInt8]
        switch try format(of: path, canBePacked: false) {
        case .npy: bytes = try NPYFile.write(tensor)
        case .csv: bytes = try CSVFile.write(tensor)
        case .png: bytes = try PNGFile.write(tensor)
        case .idx: bytes = try IDXFile.write(tensor)
        }
        try FileWriter.write(bytes, to: path, isStoppable: true)
    }

    private enum Format { case npy, csv, png, idx }

    private static func format(of path: String, canBePacked: Bool) throws(CNNError) -> Format {
        var name = path.lowercased()
        if canBePacked && name.hasSuffix(".gz") { name.removeLast(3) }
        if name.hasSuffix(".npy") { return .npy }
        if name.hasSuffix(".csv") { return .csv }
        if name.hasSuffix(".png") { return .png }
        if name.hasSuffix(".idx") || name.hasSuffix("-ubyte") { return .idx }
        var notes: [String] = []
        if name.hasSuffix(".jpg") || name.hasSuffix(".jpeg") || name.hasSuffix(".gif") || name.hasSuffix(".bmp") {
            notes.append("convert the picture to PNG first")
        }
        throw CNNError(
            .invalidValue, "the name of a tensor's file ends in \(endings.joined(separator: ", ")): '\(path)' does not",
            notes: notes)
    }
}

/// Several named tensors in a file: `.npz` or `.safetensors`.
public enum TensorArchive {
    public static let endings = [".npz", ".safetensors"]

    /// Whether the name's ending says that the file holds several tensors.
    public static func isArchive(_ path: String) -> Bool { endings.contains { path.lowercased().hasSuffix($0) } }

    /// In the file's order.
    /// - Throws: E0501, E0502, E0503, E0604; E0404 for another ending.
    public static func load(_ path: String) throws(CNNError) -> [(name: String, tensor: Tensor)] {
        let isNPZ = try isNPZ(path)
        guard isNPZ else { return try SafeTensors.load(path).tensors }
        let bytes = try FileReader.bytes(path, limit: FileReader.budgetLimit, check: ZipArchive.headCheck(path))
        var result: [(name: String, tensor: Tensor)] = []
        for entry in try ZipArchive.read(bytes, limit: FileReader.budgetLimit, name: path, check: entryCheck(path)) {
            let name = entry.name.hasSuffix(".npy") ? String(entry.name.dropLast(4)) : entry.name
            result.append((name, try NPYFile.read(entry.bytes, name: "\(path): \(name)")))
        }
        return result
    }

    private static func entryCheck(_ path: String) -> (String) -> HeadCheck {
        { entry in NPYFile.headCheck("\(path): \(entry)") }
    }

    /// - Throws: E0505; E0404 for a repeated name or another ending.
    public static func save(_ tensors: [(name: String, tensor: Tensor)], to path: String) throws(CNNError) {
        guard try isNPZ(path) else { return try FileWriter.write(try SafeTensors.write(tensors), to: path) }
        var entries: [ZipArchive.Entry] = []
        for (name, tensor) in tensors {
            guard !entries.contains(where: { $0.name == name + ".npy" }) else {
                throw CNNError(.invalidValue, "a file cannot hold two tensors named '\(name)'")
            }
            entries.append(ZipArchive.Entry(name: name + ".npy", bytes: try NPYFile.write(tensor)))
        }
        try FileWriter.write(try ZipArchive.write(entries), to: path, isStoppable: true)
    }

    private static func isNPZ(_ path: String) throws(CNNError) -> Bool {
        guard isArchive(path) else {
            throw CNNError(
                .invalidValue, "the name of a file of tensors ends in .npz or .safetensors: '\(path)' does not")
        }
        return path.lowercased().hasSuffix(".npz")
    }
}

extension FileReader {
    /// What may be read on the way to a tensor: no more than tensors may still take.
    static var budgetLimit: Int {
        let allocator = TensorAllocator.shared
        return min(usualLimit, max(0, allocator.budgetBytes - allocator.liveBytes - ValueMemory.liveBytes))
    }
}

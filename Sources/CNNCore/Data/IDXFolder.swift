/// The four IDX files of MNIST and those made like it.
enum IDXFolder {
    /// The names as they are published; `.gz` may follow, and some copies have a point for the second hyphen.
    static let files = [
        "train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte",
    ]

    /// Where a file lies in `folder`, under any of its names.
    static func path(of file: String, in folder: String) -> String? {
        let pointed = file.split(separator: "-idx").joined(separator: ".idx")
        for name in [file, "\(file).gz", pointed, "\(pointed).gz"] where FileReader.exists("\(folder)/\(name)") {
            return "\(folder)/\(name)"
        }
        return nil
    }

    /// The files that `folder` lacks.
    static func missingFiles(in folder: String) -> [String] { files.filter { path(of: $0, in: folder) == nil } }

    static func load(_ folder: String, name: String, classNames: [String]?) throws(CNNError) -> DatasetPair {
        let paths = files.compactMap { path(of: $0, in: folder) }
        guard paths.count == files.count else {
            throw CNNError(
                .dataSetMissing, "'\(folder)' lacks \(missingFiles(in: folder).joined(separator: ", "))")
        }
        return DatasetPair(
            name: name, train: try part(paths[0], paths[1], "\(name).train", classNames),
            test: try part(paths[2], paths[3], "\(name).test", classNames))
    }

    private static func part(
        _ imagePath: String, _ labelPath: String, _ name: String, _ classNames: [String]?
    ) throws(CNNError) -> Dataset {
        let images = try IDXFile.read(try FileReader.bytes(imagePath, limit: FileReader.budgetLimit), name: imagePath)
        let labels = try IDXFile.read(try FileReader.bytes(labelPath, limit: FileReader.budgetLimit), name: labelPath)
        guard images.dtype == .uint8, images.rank == 3 || images.rank == 4 else {
            throw CNNError.malformed(
                imagePath, "pictures are bytes [N, H, W], not \(images.dtype.rawValue) \(images.shape)")
        }
        guard labels.rank == 1, labels.count == images.shape[0], labels.dtype == .uint8 || labels.dtype == .int64 else {
            throw CNNError.malformed(
                labelPath, "it has \(labels.shape) labels of \(labels.dtype.rawValue) for \(images.shape[0]) pictures")
        }
        let shape = images.rank == 4 ? images.shape : try Shape(images.shape.dimensions + [1])
        return try Dataset(
            name: name, bytes: Tensor(sharing: images, shape: shape), maximum: 255,
            labels: try labels.converted(to: .int64), classNames: classNames)
    }
}

/// CIFAR-10 and CIFAR-100 in their binary version (A. Krizhevsky, 2009): records of one or two labels, then 32x32 red,
/// green and blue values.
struct CIFARFolder {
    let trainFiles: [String]
    let testFile: String
    /// Bytes before the pixels; the last is the class.
    let labelBytes: Int
    let classCount: Int
    /// A text file with a class a line.
    let classNameFile: String

    static let ten = CIFARFolder(
        trainFiles: (1...5).map { "data_batch_\($0).bin" }, testFile: "test_batch.bin", labelBytes: 1, classCount: 10,
        classNameFile: "batches.meta.txt")
    static let hundred = CIFARFolder(
        trainFiles: ["train.bin"], testFile: "test.bin", labelBytes: 2, classCount: 100,
        classNameFile: "fine_label_names.txt")

    private static let plane = 32 * 32

    var files: [String] { trainFiles + [testFile] }

    func missingFiles(in folder: String) -> [String] { files.filter { !FileReader.exists("\(folder)/\($0)") } }

    func load(_ folder: String, name: String) throws(CNNError) -> DatasetPair {
        let names = classNames(folder)
        return DatasetPair(
            name: name, train: try part(trainFiles.map { "\(folder)/\($0)" }, "\(name).train", names),
            test: try part(["\(folder)/\(testFile)"], "\(name).test", names))
    }

    private func classNames(_ folder: String) -> [String]? {
        guard let bytes = try? FileReader.bytes("\(folder)/\(classNameFile)", limit: 1 << 16) else { return nil }
        let lines = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline).map(String.init)
        return lines.count == classCount ? lines : nil
    }

    private func part(_ paths: [String], _ name: String, _ classNames: [String]?) throws(CNNError) -> Dataset {
        let record = labelBytes + 3 * CIFARFolder.plane
        var contents: [[UInt8]] = []
        for path in paths {
            let bytes = try FileReader.bytes(path, limit: FileReader.budgetLimit)
            guard !bytes.isEmpty, bytes.count % record == 0 else {
                throw CNNError.malformed(path, "\(bytes.count) bytes are not a whole number of records of \(record)")
            }
            contents.append(bytes)
        }
        let count = contents.reduce(0) { $0 + $1.count / record }
        var images = try Tensor(uninitialized: try Shape([count, 32, 32, 3]), .uint8)
        var target = try images.mutablePointer(UInt8.self)
        var labels: [Int] = []
        for (path, bytes) in zip(paths, contents) {
            for start in stride(from: 0, to: bytes.count, by: record) {
                let label = Int(bytes[start + labelBytes - 1])
                guard label < classCount else {
                    throw CNNError.malformed(path, "it has the class \(label); there are \(classCount)")
                }
                labels.append(label)
                CIFARFolder.interleave(bytes, start + labelBytes, target)
                target += 3 * CIFARFolder.plane
            }
        }
        let names = classNames ?? (0..<classCount).map(String.init)
        return try Dataset(
            name: name, bytes: images, maximum: 255, labels: try Tensor(integers: labels, try Shape([count])),
            classNames: names)
    }

    /// Planes of red, green and blue to pixels.
    private static func interleave(_ bytes: [UInt8], _ start: Int, _ target: UnsafeMutablePointer<UInt8>) {
        for pixel in 0..<plane {
            for channel in 0..<3 { target[3 * pixel + channel] = bytes[start + channel * plane + pixel] }
        }
    }
}

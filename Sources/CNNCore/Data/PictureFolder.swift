/// A folder of PNG pictures, one folder a class: `cats/1.png`, `dogs/1.png`; or two such, `train` and `test`.
enum PictureFolder {
    static func load(_ folder: String, name: String) throws(CNNError) -> DatasetPair {
        let hasParts = FileReader.isFolder("\(folder)/train") && FileReader.isFolder("\(folder)/test")
        guard hasParts else { return try DatasetPair(everyFifthOf: try part(folder, name, classNames: nil)) }
        let train = try part("\(folder)/train", "\(name).train", classNames: nil)
        let test = try part("\(folder)/test", "\(name).test", classNames: train.classNames)
        guard train.pictureShape == test.pictureShape else {
            throw CNNError(
                .shapeMismatch,
                "'\(folder)' has pictures of \(train.pictureShape) in train and of \(test.pictureShape) in test",
                notes: ["all pictures of a data set have one size"])
        }
        return DatasetPair(name: name, train: train, test: test)
    }

    /// - Parameter classNames: those of the other part, which this one must not exceed.
    private static func part(_ folder: String, _ name: String, classNames: [String]?) throws(CNNError) -> Dataset {
        let found = try FileReader.names(inFolder: folder).filter {
            !$0.hasPrefix(".") && FileReader.isFolder("\(folder)/\($0)")
        }
        let classes = classNames ?? found
        if let stranger = found.first(where: { !classes.contains($0) }) {
            throw CNNError(.malformedFile, "'\(folder)' has the class \(stranger), which the train part lacks")
        }
        var paths: [String] = []
        var labels: [Int] = []
        for (label, className) in classes.enumerated() where found.contains(className) {
            let files = try FileReader.names(inFolder: "\(folder)/\(className)")
            for file in files where file.lowercased().hasSuffix(".png") && !file.hasPrefix(".") {
                paths.append("\(folder)/\(className)/\(file)")
                labels.append(label)
            }
        }
        guard !paths.isEmpty else { throw noPictures(folder) }
        let images = try pictures(paths)
        return try Dataset(
            name: name, bytes: images, maximum: 255, labels: try Tensor(integers: labels, try Shape([labels.count])),
            classNames: classes)
    }

    private static func noPictures(_ folder: String) -> CNNError {
        CNNError(
            .dataSetMissing, "'\(folder)' holds no data set",
            notes: [
                "one folder of .png pictures for each class, the four IDX files of MNIST,",
                "or the binary files of CIFAR are read",
            ])
    }

    /// uint8 `[N, H, W, C]`: grey where all are grey, else RGB; what is transparent lies on white.
    private static func pictures(_ paths: [String]) throws(CNNError) -> Tensor {
        var decoded: [Tensor] = []
        for path in paths {
            try WorkMeter.checkInterrupt()
            let picture = try PNGFile.decode(try FileReader.bytes(path, limit: 1 << 28), name: path)
            let opaque = picture.shape[2] == 4 ? try onWhite(picture) : picture
            if let first = decoded.first { try checkSize(opaque, like: first, path) }
            decoded.append(opaque)
        }
        let channels = decoded.contains { $0.shape[2] == 3 } ? 3 : 1
        let pixels = decoded[0].shape[0] * decoded[0].shape[1]
        let shape = try Shape([decoded.count, decoded[0].shape[0], decoded[0].shape[1], channels])
        var images = try Tensor(uninitialized: shape, .uint8)
        var target = try images.mutablePointer(UInt8.self)
        for picture in decoded {
            let source = picture.pointer(UInt8.self)
            let step = picture.shape[2]
            for pixel in 0..<pixels {
                for channel in 0..<channels {
                    target[pixel * channels + channel] = source[pixel * step + min(channel, step - 1)]
                }
            }
            target += pixels * channels
        }
        return images
    }

    private static func checkSize(_ picture: Tensor, like first: Tensor, _ path: String) throws(CNNError) {
        let (size, wanted) = (picture.shape.dimensions[..<2], first.shape.dimensions[..<2])
        guard size != wanted else { return }
        throw CNNError(
            .shapeMismatch,
            "'\(path)' is \(Shape.text(Array(size))); the pictures before it are \(Shape.text(Array(wanted)))",
            notes: ["all pictures of a data set have one size"])
    }

    private static func onWhite(_ picture: Tensor) throws(CNNError) -> Tensor {
        var result = try Tensor(uninitialized: try Shape([picture.shape[0], picture.shape[1], 3]), .uint8)
        let source = picture.pointer(UInt8.self)
        let target = try result.mutablePointer(UInt8.self)
        for pixel in 0..<picture.shape[0] * picture.shape[1] {
            let alpha = Int(source[4 * pixel + 3])
            for channel in 0..<3 {
                let mixed = Int(source[4 * pixel + channel]) * alpha + 255 * (255 - alpha)
                target[3 * pixel + channel] = UInt8((mixed + 127) / 255)
            }
        }
        return result
    }
}

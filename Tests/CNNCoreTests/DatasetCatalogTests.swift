import Testing

@testable import CNNCore

@Suite struct DatasetCatalogTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test func digitsTravelInside() throws {
        let digits = try DatasetCatalog.load("digits", folders: [])
        #expect(digits.train.count == 1438 && digits.test.count == 359)
        #expect(digits.train.pictureShape.dimensions == [8, 8, 1] && digits.train.classCount == 10)
        // The first row of the file is a 0, the fifth a 4: that is the first of the test part.
        #expect(digits.train.labels.integers().prefix(5) == [0, 1, 2, 3, 5])
        #expect(digits.test.labels.integers().prefix(2) == [4, 9])
        let row: [Double] = [0, 0, 5, 13, 9, 1, 0, 0]
        #expect(try digits.train.image(0).doubles().prefix(8) == row.map { $0 / 16 }[...])
        // UCI's own counts of the 1,797 digits.
        let counts = zip(digits.train.classCounts, digits.test.classCounts).map { $0 + $1 }
        #expect(counts == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180])
    }

    private func idx(_ dimensions: [Int], _ bytes: [UInt8]) -> [UInt8] {
        [0, 0, 8, UInt8(dimensions.count)] + dimensions.flatMap { [0, 0, UInt8($0 >> 8), UInt8($0 & 255)] } + bytes
    }

    private func makeMNIST(_ place: String, testLabels: [UInt8] = [1]) throws {
        _ = try folder.file("\(place)/train-images-idx3-ubyte", idx([2, 2, 2], Array(0..<8)))
        _ = try folder.file("\(place)/train-labels.idx1-ubyte", idx([2], [0, 9]))
        _ = try folder.file("\(place)/t10k-images-idx3-ubyte", idx([1, 2, 2], [255, 0, 0, 0]))
        _ = try folder.file("\(place)/t10k-labels-idx1-ubyte", idx([testLabels.count], testLabels))
    }

    @Test func mnistIsFoundByNameAndByPath() throws {
        try makeMNIST("data/MNIST/raw")
        let data = try DatasetCatalog.load("mnist", folders: ["\(folder.path)/none", "\(folder.path)/data"])
        #expect(
            data.train.count == 2 && data.train.pictureShape.dimensions == [2, 2, 1] && data.train.classCount == 10)
        #expect(try data.test.image(0).doubles() == [1, 0, 0, 0])
        let same = try DatasetCatalog.load("\(folder.path)/data/MNIST/raw", folders: [])
        #expect(same.train.labels.integers() == [0, 9])
        #expect(DatasetCatalog.isInstalled("mnist", folders: ["\(folder.path)/data"]))
        #expect(!DatasetCatalog.isInstalled("cifar10", folders: ["\(folder.path)/data"]))
    }

    @Test func filesThatDoNotFitTogetherAreRefused() throws {
        try makeMNIST("mnist", testLabels: [1, 2])
        #expect(errorCode { _ = try DatasetCatalog.load("mnist", folders: [folder.path]) } == .malformedFile)
        try makeMNIST("mnist", testLabels: [10])
        #expect(errorCode { _ = try DatasetCatalog.load("mnist", folders: [folder.path]) } == .labelOutOfRange)
    }

    @Test func whatIsMissingSaysWhereToPutWhat() throws {
        _ = try folder.file("mnist/train-images-idx3-ubyte", [])
        let mnist = #expect(throws: CNNError.self) { try DatasetCatalog.load("mnist", folders: [folder.path]) }
        #expect(mnist?.code == .dataSetMissing && mnist?.message == "MNIST is not on this machine")
        #expect(
            mnist?.notes.first?.hasSuffix(
                "mnist has only a part: train-labels-idx1-ubyte, t10k-images-idx3-ubyte, t10k-labels-idx1-ubyte missing"
            ) == true)
        let fashion = #expect(throws: CNNError.self) { try DatasetCatalog.load("fashion-mnist", folders: []) }
        #expect(fashion?.notes.first == "apt install dataset-fashion-mnist")
        let unknown = #expect(throws: CNNError.self) { try DatasetCatalog.load("minst", folders: [folder.path]) }
        #expect(unknown?.message == "there is no data set 'minst'")
    }

    @Test func cifarIsReadAsPixels() throws {
        func record(_ label: [UInt8], _ red: UInt8) -> [UInt8] {
            label + [UInt8](repeating: red, count: 1024) + [UInt8](repeating: 2, count: 1024)
                + [UInt8](repeating: 3, count: 1024)
        }
        for batch in 1...5 {
            _ = try folder.file("cifar10/data_batch_\(batch).bin", record([UInt8(batch)], UInt8(10 * batch)))
        }
        _ = try folder.file("cifar10/test_batch.bin", record([9], 1) + record([0], 0))
        let ten = try DatasetCatalog.load("cifar10", folders: [folder.path])
        #expect(ten.train.labels.integers() == [1, 2, 3, 4, 5] && ten.test.labels.integers() == [9, 0])
        #expect(try ten.train.image(1).doubles().prefix(4) == [20.0, 2, 3, 20].map { Double(Float($0 / 255)) }[...])
        _ = try folder.file("cifar-100-binary/train.bin", record([4, 99], 1))
        _ = try folder.file("cifar-100-binary/test.bin", record([4, 100], 1))
        #expect(errorCode { _ = try DatasetCatalog.load("cifar100", folders: [folder.path]) } == .malformedFile)
        _ = try folder.file("cifar-100-binary/test.bin", [1, 2, 3])
        #expect(errorCode { _ = try DatasetCatalog.load("cifar100", folders: [folder.path]) } == .malformedFile)
    }

    @Test func aFolderOfPicturesHasAClassAFolder() throws {
        let (grey, rgba) = (try SampleFile.bytes("palette.png"), try SampleFile.bytes("palette-alpha.png"))
        for index in 0..<5 { _ = try folder.file("pets/dogs/\(index).png", grey) }
        for index in 0..<5 { _ = try folder.file("pets/cats/\(index).PNG", grey) }
        let pets = try DatasetCatalog.load("pets", folders: [folder.path])
        #expect(
            pets.train.classNames == ["cats", "dogs"] && pets.train.count == 8 && pets.test.labels.integers() == [0, 1])
        #expect(pets.train.pictureShape.dimensions == [1, 3, 3])
        _ = try folder.file("pets/dogs/x.png", rgba)
        #expect(errorCode { _ = try DatasetCatalog.load("pets", folders: [folder.path]) } == .shapeMismatch)
        _ = try folder.file("empty/a.txt", [])
        #expect(errorCode { _ = try DatasetCatalog.load("empty", folders: [folder.path]) } == .dataSetMissing)
    }

    @Test func transparentPicturesLieOnWhite() throws {
        for part in ["train", "test"] {
            _ = try folder.file("two/\(part)/a/1.png", try SampleFile.bytes("palette-alpha.png"))
        }
        let data = try DatasetCatalog.load("\(folder.path)/two", folders: [])
        #expect(data.train.count == 1 && data.test.count == 1)
        #expect(try data.train.images.doubles() == [0, 1, 0, 1, 1, 1])
    }

    @Test func aTableHasItsClassInTheLastColumn() throws {
        let path = try folder.file(
            "iris.csv", Array("a,b,kind\n1,2,setosa\n3,4,rose\n5,6,setosa\n7,8,rose\n9,10,rose\n".utf8))
        let data = try DatasetCatalog.load(path, folders: [])
        #expect(data.train.classNames == ["rose", "setosa"] && data.train.labels.integers() == [1, 0, 1, 0])
        #expect(try data.test.images.doubles() == [9, 10])
        let numbers = try DatasetCatalog.load(folder.file("n.csv", Array("1,2,0\n3,4,2\n".utf8)), folders: [])
        #expect(numbers.train.labels.integers() == [0, 2] && numbers.train.classCount == 3)
        let wrong = try folder.file("w.csv", Array("1,2,0\n3,x,2\n".utf8))
        #expect(errorCode { _ = try DatasetCatalog.load(wrong, folders: []) } == .malformedFile)
    }

    @Test func fashionIsReadWhereItIsInstalled() throws {
        guard DatasetCatalog.isInstalled("fashion-mnist", folders: ["/usr/share/datasets"]) else { return }
        let before = TensorAllocator.shared.liveBytes
        let fashion = try DatasetCatalog.load("fashion-mnist", folders: ["/usr/share/datasets"])
        #expect(fashion.train.count == 60_000 && fashion.test.count == 10_000)
        #expect(fashion.train.classCounts == [Int](repeating: 6000, count: 10))
        #expect(fashion.train.classNames[9] == "Ankle boot" && fashion.train.labels.integerElement(0) == 9)
        // A byte a pixel, and 8 a label: 55 MB.
        #expect(TensorAllocator.shared.liveBytes - before < 57_000_000)
    }
}

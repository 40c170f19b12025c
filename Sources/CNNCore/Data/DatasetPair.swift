/// A data set: the part to train on and the part to test with.
public struct DatasetPair {
    public let name: String
    public let train, test: Dataset

    public init(name: String, train: Dataset, test: Dataset) {
        self.name = name
        self.train = train
        self.test = test
    }

    /// The test part is every fifth picture (those with the numbers 4, 9, 14, …).
    init(everyFifthOf all: Dataset) throws(CNNError) {
        let numbers = 0..<all.count
        self.init(
            name: all.name, train: try all.selecting(numbers.filter { $0 % 5 != 4 }, name: "\(all.name).train"),
            test: try all.selecting(numbers.filter { $0 % 5 == 4 }, name: "\(all.name).test"))
    }
}

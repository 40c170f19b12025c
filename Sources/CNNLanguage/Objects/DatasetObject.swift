import CNNCore

/// One part of a data set: `digits.train`. It has identity; what is made of it is a data set of its own.
public final class DatasetObject: NativeObject {
    let dataset: Dataset

    public init(_ dataset: Dataset) { self.dataset = dataset }

    public override var typeName: String { "dataset" }
    public override var methods: [Builtin] { DatasetMethods.all }
    public override var memberNames: [String] { ["images", "labels", "classes", "count", "counts", "shape", "name"] }

    public override func member(_ name: String, in interpreter: Interpreter) throws -> Value? {
        switch name {
        case "images": return Value(try dataset.images)
        case "labels": return Value(dataset.labels)
        case "classes": return .array(dataset.classNames.map { .text($0) })
        case "count": return .int(dataset.count)
        case "counts": return .array(dataset.classCounts.map { .int($0) })
        case "shape": return .array(dataset.pictureShape.dimensions.map { .int($0) })
        case "name": return .text(dataset.name)
        case "train", "test":
            throw CNNError(
                .unknownMember, "\(dataset.name) is one part already", notes: ["use it as it is, or .split(0.8)"])
        default: return nil
        }
    }

    public override var isIterable: Bool { true }
    public override var length: Int? { dataset.count }

    public override func element(_ position: Int, in interpreter: Interpreter) throws -> Value? {
        position < dataset.count ? try pair(position) : nil
    }

    /// `d[i]` is `[picture, label]`; `d[[4, 2, 7]]` the data set of these pictures.
    public override func subscripted(_ items: [Value], in interpreter: Interpreter) throws -> Value? {
        guard items.count == 1 else {
            throw CNNError(
                .typeMismatch, "a data set takes one index, not \(items.count)", notes: ["d[i] is [picture, label]"])
        }
        if items[0].wholeNumber == nil, let numbers = try items[0].wholeNumbers() {
            let positions = try numbers.map { try Indexing.position($0, dataset.count, "data set") }
            return .native(DatasetObject(try dataset.selecting(positions, name: dataset.name)))
        }
        let number = try Indexing.integer(items[0], "a data set")
        return try pair(try Indexing.position(number, dataset.count, "data set"))
    }

    /// `d[0:100]`, `d[::2]`: the data set of these pictures.
    public override func sliced(
        _ start: Int?, _ stop: Int?, _ step: Int?, in interpreter: Interpreter
    ) throws -> Value? {
        let positions = try SlicePositions(start, stop, step, of: dataset.count)
        return .native(DatasetObject(try dataset.selecting(Array(positions), name: dataset.name)))
    }

    private func pair(_ position: Int) throws -> Value {
        let label =
            try dataset.hasClasses
            ? Value.int(dataset.labels.integerElement(position))
            : Value(dataset.labels.subscripted([.at(position)]))
        return .array([Value(try dataset.image(position)), label])
    }

    public override func isEqual(to other: Value) -> Bool {
        guard case .native(let object) = other, let other = object as? DatasetObject else { return false }
        return other.dataset === dataset
    }

    /// `dataset digits.train: 1438 pictures 8x8x1, 10 classes`
    public override func display() -> String { "dataset \(dataset.name): \(DatasetObject.size(dataset))" }

    static func size(_ dataset: Dataset) -> String {
        let count = dataset.count == 1 ? "1 picture" : "\(dataset.count) pictures"
        guard dataset.hasClasses else {
            let target = dataset.labels.shape.dimensions.dropFirst().map(String.init).joined(separator: "x")
            return "\(count) \(dataset.pictureShape), targets \(target.isEmpty ? "of one number" : target)"
        }
        return "\(count) \(dataset.pictureShape), \(dataset.classCount) class\(dataset.classCount == 1 ? "" : "es")"
    }
}

/// A data set as it is loaded: the part to train on and the part to test with.
public final class DatasetPairObject: NativeObject {
    let pair: DatasetPair
    private let train: DatasetObject
    private let test: DatasetObject

    public init(_ pair: DatasetPair) {
        self.pair = pair
        train = DatasetObject(pair.train)
        test = DatasetObject(pair.test)
    }

    public override var typeName: String { "dataset" }
    public override var methods: [Builtin] { DatasetMethods.ofPairs }
    public override var memberNames: [String] { ["train", "test", "classes", "name"] }

    public override func member(_ name: String, in interpreter: Interpreter) throws -> Value? {
        switch name {
        case "train": return .native(train)
        case "test": return .native(test)
        case "classes": return .array(pair.train.classNames.map { .text($0) })
        case "name": return .text(pair.name)
        case "images", "labels", "count", "counts", "shape", "take", "split", "balance", "moments":
            throw CNNError(
                .unknownMember, "\(pair.name) has two parts, and each has its own .\(name)",
                notes: ["write .train.\(name) or .test.\(name)"])
        default: return nil
        }
    }

    public override func sliced(
        _ start: Int?, _ stop: Int?, _ step: Int?, in interpreter: Interpreter
    ) throws -> Value? {
        throw CNNError(
            .typeMismatch, "\(pair.name) has two parts, and each has slices of its own",
            notes: ["write .train[...] or .test[...]"])
    }

    /// `dataset digits: train 1438, test 359 pictures 8x8x1, 10 classes`
    public override func display() -> String {
        "dataset \(pair.name): train \(pair.train.count), test \(DatasetObject.size(pair.test))"
    }
}

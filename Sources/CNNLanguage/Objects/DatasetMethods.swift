import CNNCore
import CNNKernels

/// What can be made of a data set; the data set itself stays as it is.
enum DatasetMethods {
    static let all: [Builtin] = [take, split, balance, map, moments, normalize]
    /// What can be made of both parts at once.
    static let ofPairs: [Builtin] = [map, normalize]

    /// nil for one part alone.
    private static func pair(_ call: Call) -> DatasetPair? {
        guard case .native(let object)? = call.value(0) else { return nil }
        return (object as? DatasetPairObject)?.pair
    }

    /// The same with each part of a pair; with one part alone.
    private static func each(_ call: Call, _ body: (Dataset) throws -> Dataset) throws -> Value {
        guard let pair = pair(call) else { return .native(DatasetObject(try body(try dataset(call)))) }
        return .native(
            DatasetPairObject(DatasetPair(name: pair.name, train: try body(pair.train), test: try body(pair.test))))
    }

    private static func dataset(_ call: Call) throws(CNNError) -> Dataset {
        try call.object(0, DatasetObject.self, "a data set").dataset
    }

    private static let take = Builtin(
        "take", ["data", "n"], .data, "the first n pictures",
        example: ("dataset(\"digits\").train.take(100)", "dataset digits.train: 100 pictures 8x8x1, 10 classes\n")
    ) { call in
        .native(DatasetObject(try dataset(call).take(try call.int(1))))
    }

    private static let split = Builtin(
        "split", ["data", "share", "stratify=False"], .data,
        "two parts, the first with a share of the pictures, or with that share of every class; always the same ones",
        example: ("a, b = dataset(\"digits\").train.split(0.8)\nlen(a)\nlen(b)", "1150\n288\n")
    ) { call in
        if let rest = call.given(2)?.number, let share = call.given(1)?.number {
            throw call.wrongType(
                2, "True or False", .float(rest),
                notes: ["the second part gets the rest: write split(\(NumberFormatter.shortest(share)))"])
        }
        let (first, second) = try dataset(call).split(
            try call.double(1), isStratified: try call.bool(2, default: false))
        return .array([.native(DatasetObject(first)), .native(DatasetObject(second))])
    }

    private static let balance = Builtin(
        "balance", ["data"], .data, "as many pictures of every class as there are of the rarest one, the first of each",
        example: ("dataset(\"digits\").train.balance().counts", "[127, 127, 127, 127, 127, 127, 127, 127, 127, 127]\n")
    ) { call in
        .native(DatasetObject(try dataset(call).balanced()))
    }

    private static let map = Builtin(
        "map", ["data", "f"], .data, "the same labels with f(picture) for each picture",
        example: (
            "dataset(\"digits\").train.map(x -> max_pool(x, 2))",
            "dataset digits.train: 1438 pictures 4x4x1, 10 classes\n"
        )
    ) { call in
        let f = try call.function(1)
        return try each(call) { try mapped($0, f, call.interpreter) }
    }

    private static func mapped(_ data: Dataset, _ f: Value, _ interpreter: Interpreter) throws -> Dataset {
        guard data.count > 0 else { return data }
        var pictures: [Tensor] = []
        pictures.reserveCapacity(data.count)
        for index in 0..<data.count {
            guard !cnn_interrupt_pending() else { throw CNNError(.interrupted, "interrupted") }
            let result = try interpreter.call(f, [Value(try data.image(index))])
            guard let picture = try result.asTensor() else {
                throw CNNError(.typeMismatch, "map: the function gives \(result.describedType), not a picture")
            }
            if let first = pictures.first, picture.spec != first.spec {
                throw CNNError(
                    .shapeMismatch,
                    "map: picture \(index) becomes \(picture.dtype.rawValue) \(picture.shape), "
                        + "and picture 0 \(first.dtype.rawValue) \(first.shape)",
                    notes: ["all pictures of a data set have one shape"])
            }
            pictures.append(picture.detached)
        }
        let images = try Stack(axis: 0).apply(pictures)
        return try Dataset(name: data.name, images: images, labels: data.labels, classNames: data.classNames)
    }

    private static let moments = Builtin(
        "moments", ["data"], .data, "mean and deviation of each channel, as a record",
        example: (
            "m = dataset(\"digits\").train.moments()\nprint(f\"{m.mean[0]:.3f} {m.std[0]:.3f}\")", "0.306 0.376\n"
        )
    ) { call in
        let moments = try dataset(call).moments()
        return .native(
            RecordObject([
                (name: "mean", value: .array(moments.mean.map { .float($0) })),
                (name: "std", value: .array(moments.deviation.map { .float($0) })),
            ]))
    }

    private static let normalize = Builtin(
        "normalize", ["data", "mean=None", "std=None"], .data,
        "each channel scaled to mean 0 and deviation 1; of a data set with two parts both by the moments of the "
            + "training part, of one part by its own, or by those given",
        formula: "(x - mean) / std",
        example: (
            """
            d = dataset("digits").normalize()
            m = d.train.moments()
            print(f"{m.mean[0]:.3f} {m.std[0]:.3f}")
            m = d.test.moments()
            print(f"{m.mean[0]:.3f} {m.std[0]:.3f}")
            """, "-0.000 1.000\n-0.007 0.995\n"
        )
    ) { call in
        var moments = (mean: try numbers(call, 1), deviation: try numbers(call, 2))
        if moments.mean == nil || moments.deviation == nil {
            let own = try measured(call).moments()
            moments = (moments.mean ?? own.mean, moments.deviation ?? own.deviation)
        }
        return try each(call) { data in
            try data.normalized(mean: moments.mean ?? [], deviation: moments.deviation ?? [])
        }
    }

    /// The part whose moments count: what is known of the test part must not come into training.
    private static func measured(_ call: Call) throws(CNNError) -> Dataset {
        if let pair = pair(call) { return pair.train }
        return try dataset(call)
    }

    /// A number, a list of them, or a tensor; nil where it was left out.
    private static func numbers(_ call: Call, _ index: Int) throws(CNNError) -> [Double]? {
        guard let value = call.given(index) else { return nil }
        if let number = value.number { return [number] }
        switch value {
        case .tensor(let object): return object.tensor.doubles()
        case .list(let list):
            let numbers = list.elements.compactMap(\.number)
            if numbers.count == list.elements.count { return numbers }
        default: break
        }
        throw call.wrongType(index, "a number for each channel", value)
    }
}

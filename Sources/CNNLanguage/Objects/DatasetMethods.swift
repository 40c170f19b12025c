import CNNCore
import CNNKernels

/// What can be made of a data set; the data set itself stays as it is.
enum DatasetMethods {
    static let all: [Builtin] = [take, split, map, moments, normalize]

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
        "split", ["data", "share"], .data, "two parts, the first with a share of the pictures; always the same ones",
        example: ("a, b = dataset(\"digits\").train.split(0.8)\nlen(a)\nlen(b)", "1150\n288\n")
    ) { call in
        let (first, second) = try dataset(call).split(try call.double(1))
        return .array([.native(DatasetObject(first)), .native(DatasetObject(second))])
    }

    private static let map = Builtin(
        "map", ["data", "f"], .data, "the same labels with f(picture) for each picture",
        example: (
            "dataset(\"digits\").train.map(x -> max_pool(x, 2))",
            "dataset digits.train: 1438 pictures 4x4x1, 10 classes\n"
        )
    ) { call in
        let data = try dataset(call)
        let f = try call.function(1)
        guard data.count > 0 else { return try call.required(0) }
        var pictures: [Tensor] = []
        pictures.reserveCapacity(data.count)
        for index in 0..<data.count {
            guard !cnn_interrupt_pending() else { throw CNNError(.interrupted, "interrupted") }
            let result = try call.interpreter.call(f, [Value(try data.image(index))])
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
        return .native(
            DatasetObject(
                try Dataset(name: data.name, images: images, labels: data.labels, classNames: data.classNames)))
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
        "each channel scaled to mean 0 and deviation 1, by its own moments or by those given",
        formula: "(x - mean) / std",
        example: (
            "d = dataset(\"digits\")\nm = d.train.moments()\nd.test.normalize(m.mean, m.std)",
            "dataset digits.test: 359 pictures 8x8x1, 10 classes\n"
        )
    ) { call in
        let data = try dataset(call)
        let own = call.given(1) == nil || call.given(2) == nil ? try data.moments() : (mean: [], deviation: [])
        let mean = try numbers(call, 1) ?? own.mean
        let deviation = try numbers(call, 2) ?? own.deviation
        return .native(DatasetObject(try data.normalized(mean: mean, deviation: deviation)))
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

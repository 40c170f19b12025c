import CNNCore

/// Objects of the core as arguments of a built-in.
extension Call {
    /// The object behind argument `index`, which must be a `T`.
    func object<T: NativeObject>(
        _ index: Int, _ type: T.Type, _ wanted: String, notes: [String] = []
    ) throws(CNNError) -> T {
        let value = try required(index)
        guard case .native(let native) = value, let object = native as? T else {
            throw wrongType(index, wanted, value, notes: notes)
        }
        return object
    }

    func modelObject(_ index: Int) throws(CNNError) -> ModelObject {
        var notes: [String] = []
        if case .native(let native)? = value(index), let definition = native as? ModelDefinitionObject {
            notes = [definition.makingNote]
        }
        if value(index)?.isTensor == true, builtin.parameters.map(\.name).starts(with: ["model", "data"]) {
            notes = ["for a network net it is \(builtin.name)(net, [images, labels])"]
        }
        notes += swappedModel(index)
        return try object(index, ModelObject.self, "a model", notes: notes)
    }

    func model(_ index: Int) throws(CNNError) -> Model { try modelObject(index).model }

    /// `accuracy(data, net)`
    func swappedModel(_ index: Int) -> [String] {
        guard index == 0, case .native(let other)? = value(1), other is ModelObject,
            case .native(let given)? = value(0), !(given is ModelObject)
        else { return [] }
        let names = (0..<2).map(parameterName)
        return ["the \(names[0]) comes first: write \(builtin.name)(\(names[1]), \(names[0]))"]
    }

    /// A data set, or `[images, labels]`.
    func dataset(_ index: Int) throws(CNNError) -> Dataset {
        try DataArgument.dataset(try required(index), "\(builtin.name): '\(parameterName(index))'")
    }
}

/// Labelled pictures as an argument: a data set, or a list of pictures and labels.
enum DataArgument {
    /// - Parameter what: how messages name the argument.
    /// - Throws: E0202 for what is no data, E0302, E0207, E0408 for pictures and labels that do not go together.
    static func dataset(_ value: Value, _ what: String) throws(CNNError) -> Dataset {
        switch value {
        case .native(let object):
            if let dataset = (object as? DatasetObject)?.dataset { return dataset }
            if let pair = object as? DatasetPairObject {
                throw CNNError(
                    .typeMismatch, "\(what) is one part of a data set, and \(pair.pair.name) has two",
                    notes: ["write .train or .test after it"])
            }
        case .list(let list):
            guard list.elements.count == 2 else {
                throw CNNError(
                    .typeMismatch, "\(what) is a data set or [images, labels], not a list of \(list.elements.count)")
            }
            let images = try images(list.elements[0], what)
            if let targets = targets(list.elements[1]) {
                return try Dataset(name: "data", images: images, labels: targets, classNames: nil)
            }
            return try Dataset(
                name: "data", images: images, labels: try labels(list.elements[1], what), classNames: nil)
        default: break
        }
        throw CNNError(.typeMismatch, "\(what) is a data set or [images, labels], not \(value.describedType)")
    }

    static func images(_ value: Value, _ what: String) throws(CNNError) -> Tensor {
        guard case .tensor(let object) = value, object.rank > 0 else {
            throw CNNError(.typeMismatch, "\(what): images are a tensor [N, ...], not \(value.describedType)")
        }
        return object.tensor.detached
    }

    /// Floats `[N, …]` that are no classes; nil for what may be classes.
    private static func targets(_ value: Value) -> Tensor? {
        guard case .tensor(let object) = value, object.dtype.isFloating, object.rank > 0 else { return nil }
        let tensor = object.tensor.detached
        let areWhole = { tensor.doubles().allSatisfy { $0.rounded() == $0 && $0.isFinite } }
        return tensor.rank == 1 && areWhole() ? nil : tensor
    }

    /// Classes as int64 `[N]`, also of whole floats, since `tensor([3, 1])` makes float32.
    static func labels(_ value: Value, _ what: String) throws(CNNError) -> Tensor {
        if !value.isTensor, let numbers = try value.wholeNumbers() {
            return try Tensor(integers: numbers, try Shape([numbers.count]))
        }
        guard case .tensor(let object) = value else {
            throw CNNError(.typeMismatch, "\(what): labels are ints [N], not \(value.describedType)")
        }
        let tensor = object.tensor.detached
        if tensor.dtype == .int64 { return tensor }
        if tensor.dtype.isFloating, let other = tensor.doubles().first(where: { $0.rounded() != $0 || !$0.isFinite }) {
            throw CNNError(
                .dtypeMismatch, "\(what): labels are classes, which are ints, not \(NumberFormatter.shortest(other))",
                notes: ["for other targets write the loop by hand: loss, g = gradient(net) { mse(net(x), y) }"])
        }
        return try tensor.converted(to: .int64)
    }
}

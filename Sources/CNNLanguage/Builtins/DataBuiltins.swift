import CNNCore

/// Pictures and tensors from files and back.
enum DataBuiltins {
    static let all: [Builtin] = [dataset, images, load, save, batches]

    private static let dataset = Builtin(
        "dataset", ["name"], .data,
        "a data set by name (digits, fashion-mnist, mnist, cifar10, cifar100), or from a folder or a .csv file",
        example: (
            "digits = dataset(\"digits\")\ndigits\ndigits.train\nlen(digits.test)",
            """
            dataset digits: train 1438, test 359 pictures 8x8x1, 10 classes
            dataset digits.train: 1438 pictures 8x8x1, 10 classes
            359

            """
        )
    ) { call in
        let name = try call.text(0)
        // Reading it, most of all.
        try WorkMeter.shared.charge(8_000_000)
        let folders = call.interpreter.dataFolders
        if DatasetCatalog.names.contains(name) {
            return .native(DatasetPairObject(try DatasetCatalog.load(name, folders: folders)))
        }
        guard let path = try? FilePaths.readable(name, in: call.interpreter), FileReader.exists(path) else {
            throw missing(name, call)
        }
        return try FilePaths.reading(name, in: call.interpreter) { (path) throws(CNNError) in
            .native(DatasetPairObject(try DatasetCatalog.load(path, folders: [])))
        }
    }

    private static func missing(_ name: String, _ call: Call) -> CNNError {
        var notes: [String] = []
        if let nearest = EditDistance.nearest(name, among: DatasetCatalog.names) {
            notes.append("did you mean \"\(nearest)\"?")
        }
        notes.append(
            "by name there are \(DatasetCatalog.names.joined(separator: ", ")); else give a folder or a .csv file")
        return CNNError(.dataSetMissing, "there is no data set '\(name)'", notes: notes)
    }

    private static let images = Builtin(
        "images", ["folder"], .data,
        "all pictures (.png) of a folder, in the order of their names, as a tensor [N, H, W, C]",
        example: ("expect error E0501 { images(\"no-such-folder\") }", "")
    ) { call in
        let name = try call.text(0)
        return try FilePaths.reading(name, in: call.interpreter) { (folder) throws(CNNError) in
            try pictures(folder, name)
        }
    }

    private static func pictures(_ folder: String, _ name: String) throws(CNNError) -> Value {
        let files = try FileReader.names(inFolder: folder).filter {
            $0.lowercased().hasSuffix(".png") && !$0.hasPrefix(".")
        }
        guard !files.isEmpty else {
            throw CNNError(
                .malformedFile, "'\(name)' has no .png files",
                notes: ["for a folder with a folder for each class write dataset(\"\(name)\")"])
        }
        var pictures: [Tensor] = []
        for file in files {
            let picture = try TensorFile.load("\(folder)/\(file)")
            if let first = pictures.first, first.shape != picture.shape {
                throw CNNError(
                    .shapeMismatch,
                    "the pictures must have one size: \(files[0]) is \(first.shape), \(file) is \(picture.shape)",
                    notes: ["load them one by one: load(\"\(name)/\(file)\")"])
            }
            pictures.append(picture)
        }
        return Value(try Stack(axis: 0).apply(pictures))
    }

    private static let load = Builtin(
        "load", ["path", "into=None", "layout=\"cnnbook\"", "names=None"], .data,
        "the tensor in a .npy, .csv, .png or .idx file, the dict of tensors in .npz or .safetensors; or into a model: "
            + "layout=\"pytorch\" takes a file that PyTorch wrote, names={\"conv1\": \"features.0\"} where names differ",
        example: ("expect error E0501 { load(\"no-such-file.npy\") }", "")
    ) { call in
        // `load(net, path)`
        if let path = call.value(1), path.isText, case .native(let object)? = call.value(0), object is ModelObject {
            throw call.wrongType(0, "a str", .native(object), notes: ["write load(into, into=path)"])
        }
        let model = call.given(1) == nil ? nil : try call.model(1)
        let (layout, names) = (try layout(call, 2), try names(call, 3))
        guard model != nil || layout == .cnnbook && names.isEmpty else {
            throw call.wrongValue(2, "is for a model's file: load(path, into=net, layout=\"pytorch\")")
        }
        return try FilePaths.reading(try call.text(0), in: call.interpreter) { (path) throws(CNNError) in
            if let model {
                try ModelFile.load(path, into: model, layout: layout, names: names)
                return .none
            }
            guard TensorArchive.isArchive(path) else { return Value(try TensorFile.load(path)) }
            let dictionary = DictionaryObject()
            for (name, tensor) in try TensorArchive.load(path) {
                try dictionary.insert(Value(tensor), for: .string(name))
            }
            return .dictionary(dictionary)
        }
    }

    private static func layout(_ call: Call, _ index: Int) throws(CNNError) -> ModelFile.Layout {
        guard call.given(index) != nil else { return .cnnbook }
        let name = try call.text(index)
        guard let layout = ModelFile.Layout(rawValue: name) else {
            throw call.wrongValue(index, "is \"cnnbook\" or \"pytorch\", not \"\(name)\"")
        }
        return layout
    }

    private static func names(_ call: Call, _ index: Int) throws(CNNError) -> [(ours: String, theirs: String)] {
        guard let value = call.given(index) else { return [] }
        guard case .dictionary(let dictionary) = value else { throw call.wrongType(index, "a dict of names", value) }
        var names: [(ours: String, theirs: String)] = []
        for (key, value) in dictionary.entries {
            guard case .string(let ours) = key, case .string(let theirs) = value else {
                throw call.wrongValue(index, "is a dict of names: {\"conv1\": \"features.0\"}")
            }
            names.append((ours, theirs.text))
        }
        return names
    }

    private static let save = Builtin(
        "save", ["value", "path", "layout=\"cnnbook\""], .data,
        "a tensor as .npy, .csv, .png or .idx, a dict of tensors as .npz or .safetensors, a model as .safetensors, "
            + "with layout=\"pytorch\" for PyTorch",
        example: ("expect error E0404 { save(zeros(3), \"x.jpg\") }", "")
    ) { call in
        let call = call
        let name = try call.text(1)
        do {
            try FilePaths.writing(name, in: call.interpreter) { (path) throws(CNNError) in try write(call, to: path) }
        } catch var error as CNNError
            where error.code == .invalidValue && error.message.contains("ends in ")
        {
            error.notes.insert("write save(value, \"\(stem(of: name))\(ending(call.value(0)))\")", at: 0)
            error.argument = .named("path")
            throw error
        }
        return .none
    }

    /// The usual ending of a value's file.
    private static func ending(_ value: Value?) -> String {
        switch value {
        case .native?: ".safetensors"
        case .dictionary?: ".npz"
        default: ".npy"
        }
    }

    /// A path without its ending.
    private static func stem(of path: String) -> String {
        let start = path.lastIndex(of: "/").map { path.index(after: $0) } ?? path.startIndex
        guard let point = path[start...].lastIndex(of: "."), point > start else { return path }
        return String(path[..<point])
    }

    private static func write(_ call: Call, to path: String) throws(CNNError) {
        let layout = try layout(call, 2)
        switch try call.required(0) {
        case .native(let object):
            guard let model = (object as? ModelObject)?.model else { throw unsaved(call) }
            guard path.lowercased().hasSuffix(".safetensors") else {
                throw CNNError(
                    .invalidValue,
                    "save: the name of a model's file ends in .safetensors: '\(try call.text(1))' does not")
            }
            try ModelFile.save(model, to: path, layout: layout)
        case .dictionary(let dictionary): try TensorArchive.save(try tensors(dictionary, call), to: path)
        case .int, .float, .float32, .bool:
            let number = try call.tensor(0)
            guard path.lowercased().hasSuffix(".npy") else {
                throw CNNError(.invalidValue, "save: a number is saved as .npy")
            }
            try TensorFile.save(number.detached, to: path)
        case .tensor(let object):
            guard !TensorArchive.isArchive(path) else {
                throw CNNError(
                    .invalidValue, "save: such a file holds tensors by name",
                    notes: ["write save({\"x\": x}, path), or end the name in .npy"])
            }
            try TensorFile.save(object.tensor.detached, to: path)
        default: throw unsaved(call)
        }
    }

    private static func unsaved(_ call: Call) -> CNNError {
        let value = call.value(0) ?? .none
        let isTensor = (try? TensorLiteral.make(value, nil)) != nil
        return call.wrongType(
            0, "a tensor, a dict of tensors or a model", value, notes: isTensor ? ["write tensor(...)"] : [])
    }

    private static func tensors(_ dictionary: DictionaryObject, _ call: Call) throws(CNNError) -> [(
        name: String, tensor: Tensor
    )] {
        var tensors: [(name: String, tensor: Tensor)] = []
        for (key, value) in dictionary.entries {
            guard case .string(let name) = key, let tensor = try value.asTensor() else {
                throw CNNError(
                    .typeMismatch,
                    "save: a dict holds tensors by name, not \(value.describedType) by "
                        + ValueDisplay.inLine(key.value)
                )
            }
            tensors.append((name, tensor.detached))
        }
        return tensors
    }

    private static let batches = Builtin(
        "batches", ["data", "n", "shuffle=False"], .data,
        "batches of n pictures and their labels, for a loop; data is a data set or [images, labels]",
        example: (
            "for x, y in batches([arange(5), arange(5)], 2) { print(x.list(), y.list()) }",
            "[0, 1] [0, 1]\n[2, 3] [2, 3]\n[4] [4]\n"
        )
    ) { call in
        // `batches(x, y, 32)`
        if case .tensor? = call.value(0), let labels = call.value(1), labels.wholeNumber == nil, call.value(2) != nil {
            throw call.wrongType(1, "an int", labels, notes: ["write batches([data, n], shuffle)"])
        }
        let size = try call.int(1)
        guard size > 0 else {
            throw call.wrongValue(1, "must be positive, not \(size)", notes: ["write batches(data, 32)"])
        }
        let source = try batchSource(call)
        guard try call.bool(2, default: false) else { return .native(BatchesObject(source, size: size, order: nil)) }
        let interpreter = call.interpreter
        var stream = RandomStream(seed: interpreter.seed, purpose: "batches/\(interpreter.shuffleCount)")
        interpreter.shuffleCount += 1
        try WorkMeter.shared.charge(source.count)
        return .native(BatchesObject(source, size: size, order: stream.permutation(source.count)))
    }

    /// Targets may be of any type and shape here.
    private static func batchSource(_ call: Call) throws(CNNError) -> BatchesObject.Source {
        if case .tensor(let object)? = call.value(0), object.rank > 0, let size = call.value(1)?.wholeNumber {
            throw call.wrongType(
                0, "a data set or [images, labels]", .tensor(object),
                notes: [
                    "for parts of a tensor write for i in range(0, len(data), \(size)) { part = data[i:i + \(size)] }"
                ])
        }
        guard case .list(let list)? = call.value(0) else { return .dataset(try call.dataset(0)) }
        guard list.elements.count == 2 else {
            throw call.wrongValue(0, "is a data set or [images, labels], not a list of \(list.elements.count)")
        }
        let what = "batches: 'data'"
        let x = try DataArgument.images(list.elements[0], what)
        let y: Tensor
        if case .tensor(let object) = list.elements[1], object.rank > 0 {
            y = object.tensor.detached
        } else {
            y = try DataArgument.labels(list.elements[1], what)
        }
        guard x.shape[0] == y.shape[0] else {
            throw CNNError(
                .shapeMismatch, "\(what) has \(x.shape[0].counting("image")) and \(y.shape[0].counting("label"))")
        }
        return .tensors(x, y)
    }
}

import CNNCore

/// What one looks at: pictures, filters, maps, curves, distributions. Each is shown as a `Figure`; as text it is the
/// same on every machine.
enum LookBuiltins {
    static let all: [Builtin] = [show, showFilters, featureMaps] + PlotBuiltins.all + NumberViewBuiltins.all

    // MARK: - Pictures

    private static let show = Builtin(
        "show", ["x", "labels=None", "title=None"], .look,
        "draws pictures: [H, W], [H, W, C], [N, H, W, C], a list of them, the maps of a layer, a data set",
        example: (
            "show(tensor([[0, 0.5], [1, 0]]))", "2x2  min 0  max 1\n|  ++|\n|@@  |\n"
        )
    ) { call in
        let value = try call.required(0)
        var collector = PictureCollector()
        switch value {
        case .tensor(let object):
            let x = object.tensor
            try collector.add(x, "show")
            let what = collector.total > 1 ? pictureCount(collector) : "\(x.shape)"
            try draw(collector, what, captions: collector.total > 1 ? nil : [], call)
        case .list(let list): try showList(list.elements, call)
        case .native(let native):
            if let layer = native as? LayerObject {
                try drawFilters(filters(layer, call), layer.path.text, call)
            } else if let data = native as? DatasetObject {
                try showDataset(data.dataset, call)
            } else if let data = native as? DatasetPairObject {
                try showDataset(data.pair.train, call)
            } else {
                let figures = native.figures()
                guard !figures.isEmpty else { throw noPicture(value, call) }
                figures.forEach(call.interpreter.show)
            }
        default: throw noPicture(value, call)
        }
        return .none
    }

    private static func noPicture(_ value: Value, _ call: Call) -> CNNError {
        var notes: [String] = []
        if value.number != nil { notes = ["print(x) writes a number"] }
        if case .string = value { notes = ["a picture in a file: write show(load(x))"] }
        if case .native(let native) = value, native is HistoryObject { notes = ["plot(h) draws its curves"] }
        return call.wrongType(0, "a picture", value, notes: notes)
    }

    private static func pictureCount(_ collector: PictureCollector) -> String {
        guard let first = collector.pictures.first,
            collector.pictures.allSatisfy({ $0.height == first.height && $0.width == first.width })
        else { return "\(collector.total) pictures" }
        return "\(collector.total) pictures \(first.height)x\(first.width)"
    }

    private static func showDataset(_ data: Dataset, _ call: Call) throws {
        guard data.count > 0 else { throw CNNError(.invalidValue, "show: \(data.name) has no pictures") }
        let count = min(8, data.count)
        var collector = PictureCollector()
        try collector.add(try pictureBatch(data.batch(Array(0..<count)).images), "show", isAlone: false)
        let names = data.classNames
        let captions = (0..<count).map {
            data.hasClasses ? names[data.labels.integerElement($0)] : String($0)
        }
        try draw(collector, "the first \(count) of \(DatasetObject.size(data))", captions: captions, call)
    }

    /// A batch `[N, H, W]` as `[N, H, W, 1]`.
    private static func pictureBatch(_ x: Tensor) throws(CNNError) -> Tensor {
        x.rank == 3 ? try Reshape(x.shape.dimensions + [1])(x) : x
    }

    /// Pictures, or pairs of a picture and its label.
    private static func showList(_ values: [Value], _ call: Call) throws {
        var collector = PictureCollector()
        var captions: [String] = []
        for value in values {
            switch value {
            case .tensor(let object): try collector.add(object.tensor, "show", isAlone: false)
            case .list(let list): try addPair(list.elements, &collector, &captions, call)
            case .int(let label) where captions.count < collector.total: captions.append(String(label))
            default: throw call.wrongType(0, "a list of pictures", value)
            }
        }
        guard let first = collector.pictures.first else { throw CNNError(.invalidValue, "show: the list is empty") }
        let isOne = collector.total == 1
        let what = isOne ? "\(first.height)x\(first.width)" : "\(collector.total) pictures"
        try draw(
            collector, what, captions: captions.count == collector.total ? captions : isOne ? [] : nil, call)
    }

    private static func addPair(
        _ values: [Value], _ collector: inout PictureCollector, _ captions: inout [String], _ call: Call
    ) throws {
        guard values.count == 2, case .tensor(let object) = values[0], let label = caption(values[1]) else {
            throw call.wrongType(0, "a list of pictures", .array(values))
        }
        let before = collector.total
        try collector.add(object.tensor, "show", isAlone: false)
        captions += Array(repeating: label, count: collector.total - before)
    }

    private static func caption(_ value: Value) -> String? {
        if case .string(let text) = value { return text.text }
        return value.wholeNumber.map { String($0) }
    }

    /// - Parameters:
    ///   - captions: nil for numbers from 0; the argument 'labels' goes before them.
    private static func draw(
        _ collector: PictureCollector, _ what: String, captions: [String]?, _ call: Call
    ) throws {
        let given = try labels(of: collector.total, call)
        let title = call.builtin.parameters.count > 2 && call.given(2) != nil ? try call.text(2) : nil
        let captions = given ?? captions ?? collector.pictures.indices.map(String.init)
        call.interpreter.show(.pictures(collector.sheet(what, captions: captions, title: title)))
    }

    /// The argument 'labels': a str or an int for each picture.
    private static func labels(of count: Int, _ call: Call) throws -> [String]? {
        guard call.builtin.parameters.count > 2, let value = call.given(1) else { return nil }
        let values: [Value]
        if let one = caption(value), count == 1 { return [one] }
        if case .tensor = value { values = try call.ints(1).map { .int($0) } } else { values = try call.elements(1) }
        guard values.count == count else {
            throw CNNError(
                .shapeMismatch,
                "show: \(count.counting("picture")) and \(values.count.counting("label")) do not go together",
                argument: .named("labels"))
        }
        return try values.map { value in
            guard let text = caption(value) else { throw call.wrongType(1, "a list of strs or ints", value) }
            return text
        }
    }

    // MARK: - Filters and maps

    private static let showFilters = Builtin(
        "show_filters", ["layer"], .look,
        "draws the filters [F, F, C, K] of a layer; of more than three channels the mean over them",
        example: (
            """
            model Net { input 4x4x1; conv 2, 2x2 }
            net = Net()
            net.conv1.weight = tensor([[[[1, 0]], [[0, 1]]], [[[0, 1]], [[1, 0]]]])
            show_filters(net.conv1)
            """,
            "conv1: 2 filters 2x2x1  min 0  max 1\n0      1\n|@@  | |  @@|\n|  @@| |@@  |\n"
        )
    ) { call in
        if case .tensor(let object)? = call.value(0) {
            guard object.rank == 4 else {
                throw CNNError(
                    .rankMismatch, "show_filters takes filters [F, F, C, K], not \(object.tensor.shape.asTensor)")
            }
            try drawFilters(object.tensor, "weights", call)
            return .none
        }
        var notes = ["write show_filters(net.conv1)"]
        if case .native(let object)? = call.value(0), let model = (object as? ModelObject)?.model {
            let filtered = model.layerNames.first { model.value("\($0).weight")?.rank == 4 }
            notes = filtered.map { ["write show_filters(net.\($0))"] } ?? []
        }
        let layer = try call.object(0, LayerObject.self, "a layer or filters [F, F, C, K]", notes: notes)
        try drawFilters(filters(layer, call), layer.path.text, call)
        return .none
    }

    private static func filters(_ layer: LayerObject, _ call: Call) throws(CNNError) -> Tensor {
        guard layer.model.inputShape != nil else {
            throw NetworkMeasures.shapeless(layer.model, for: call.builtin.name)
        }
        guard let weight = layer.model.value(layer.path.prefix + "weight"), weight.rank == 4 else {
            throw CNNError(
                .invalidValue,
                "\(call.builtin.name): \(layer.path.text) is a \(layer.kind) layer, which has no filters",
                notes: ["layers with filters are conv, depthwise and conv_transpose"])
        }
        return weight.detached
    }

    private static func drawFilters(_ weights: Tensor, _ name: String, _ call: Call) throws {
        let sizes = weights.shape.dimensions
        // Filters become a batch of pictures [K, F, F, C].
        var batch = try Permute([3, 0, 1, 2])(weights)
        var note = ""
        if sizes[2] != 1 && sizes[2] != 3 {
            batch = try Reduction(.mean, axes: [3], keep: true)(batch)
            note = ", means over channels"
        }
        var collector = PictureCollector()
        try collector.add(batch, call.builtin.name, isAlone: false)
        let total = collector.total
        let what = "\(name): \(total.counting("filter")) \(sizes[0])x\(sizes[1])x\(sizes[2])\(note)"
        try draw(collector, what, captions: nil, call)
    }

    private static let featureMaps = Builtin(
        "feature_maps", ["model", "x", "layer"], .look,
        "what a layer makes of a picture: show(feature_maps(net, x, \"conv1\")) draws a map for each channel",
        example: (
            "model Net { input 8x8x1; conv 4, 3x3; relu }\nfeature_maps(Net(), zeros(8x8x1), \"relu1\").shape",
            "[6, 6, 4]\n"
        )
    ) { call in
        let model = try call.model(0)
        let path = try LayerArgumentName.path(call, 2, of: model)
        let maps = try model.activation(path.text, try call.tensor(1))
        // One picture given as a batch has the maps of one picture.
        guard maps.rank > 1, maps.shape[0] == 1, let input = model.inputShape, try call.tensor(1).rank > input.rank
        else {
            return Value(maps)
        }
        return Value(try Reshape(Array(maps.shape.dimensions.dropFirst()))(maps))
    }
}

import CNNCore

/// What one looks at: pictures, filters, maps, curves, distributions. All of it is text, the same on every machine.
enum LookBuiltins {
    static let all: [Builtin] = [show, showFilters, featureMaps, plot, histogram, summary]

    /// So many pictures are drawn at once.
    private static let limit = 24

    // MARK: - Pictures

    private static let show = Builtin(
        "show", ["x"], .look,
        "draws pictures with characters, dark to light: [H, W], [H, W, C], [N, H, W, C], the maps of a layer, a data set",
        example: (
            "show(tensor([[0, 0.5], [1, 0]]))", "2x2  min 0  max 1\n|  ++|\n|@@  |\n"
        )
    ) { call in
        let value = try call.required(0)
        switch value {
        case .tensor(let object):
            let x = object.tensor
            let (pictures, total) = try GreyPicture.pictures(x, limit: limit, "show")
            let isGrid = total > 1
            let what = isGrid ? "\(total) pictures \(pictures[0].height)x\(pictures[0].width)" : "\(x.shape)"
            draw(pictures, what, captions: isGrid ? pictures.indices.map(String.init) : [], total, call)
        case .list(let list): try showList(list.elements, call)
        case .native(let native):
            if let layer = native as? LayerObject { return try drawFilters(filters(layer, call), layer.path.text, call) }
            if let data = (native as? DatasetObject)?.dataset { return try showDataset(data, call) }
            throw call.wrongType(0, "a picture", value)
        default: throw call.wrongType(0, "a picture", value, notes: value.number != nil ? ["print(x) writes a number"] : [])
        }
        return .none
    }

    private static func showDataset(_ data: Dataset, _ call: Call) throws -> Value {
        guard data.count > 0 else { throw CNNError(.invalidValue, "show: \(data.name) has no pictures") }
        let count = min(8, data.count)
        let names = data.classNames
        let (pictures, _) = try GreyPicture.pictures(try pictureBatch(data.batch(Array(0..<count)).images), limit: count, "show")
        let captions = (0..<count).map { names[data.labels.integerElement($0)] }
        draw(pictures, "the first \(count) of \(DatasetObject.size(data))", captions: captions, count, call)
        return .none
    }

    /// A batch `[N, H, W]` as `[N, H, W, 1]`.
    private static func pictureBatch(_ x: Tensor) throws(CNNError) -> Tensor {
        x.rank == 3 ? try Reshape(x.shape.dimensions + [1])(x) : x
    }

    /// Pictures, or pairs of a picture and its label.
    private static func showList(_ values: [Value], _ call: Call) throws {
        var pictures: [GreyPicture] = []
        var captions: [String] = []
        for value in values {
            switch value {
            case .tensor(let object):
                pictures += try GreyPicture.pictures(object.tensor, limit: limit, "show").list
            case .list(let list): try showPair(list.elements, &pictures, &captions, call)
            case .int(let label) where captions.count < pictures.count: captions.append(String(label))
            default: throw call.wrongType(0, "a list of pictures", value)
            }
        }
        guard !pictures.isEmpty else { throw CNNError(.invalidValue, "show: the list is empty") }
        if captions.count != pictures.count { captions = pictures.count > 1 ? pictures.indices.map(String.init) : [] }
        let what = pictures.count == 1 ? "\(pictures[0].height)x\(pictures[0].width)" : "\(pictures.count) pictures"
        let shown = Array(pictures.prefix(limit))
        draw(shown, what, captions: Array(captions.prefix(limit)), pictures.count, call)
    }

    private static func showPair(
        _ values: [Value], _ pictures: inout [GreyPicture], _ captions: inout [String], _ call: Call
    ) throws {
        guard values.count == 2, case .tensor(let object) = values[0], let label = values[1].wholeNumber,
            let picture = try GreyPicture.pictures(object.tensor, limit: 1, "show").list.first
        else { throw call.wrongType(0, "a list of pictures", .array(values)) }
        pictures.append(picture)
        captions.append(String(label))
    }

    private static func draw(_ pictures: [GreyPicture], _ what: String, captions: [String], _ total: Int, _ call: Call) {
        let drawing = PictureText.drawing(pictures, captions: captions)
        var head = "\(what)  min \(NumberFormatter.general(drawing.minimum, 4))  max \(NumberFormatter.general(drawing.maximum, 4))"
        if drawing.block > 1 { head += "  (means of \(drawing.block)x\(drawing.block) pixels)" }
        let rest = total > pictures.count ? ["... and \(total - pictures.count) more"] : []
        call.interpreter.write(([head] + drawing.lines + rest).map { $0 + "\n" }.joined())
    }

    // MARK: - Filters and maps

    private static let showFilters = Builtin(
        "show_filters", ["layer"], .look,
        "draws the filters [F, F, C, K] of a layer; of more than three channels the mean over them",
        example: (
            "model Net { input 4x4x1; conv 2, 2x2 }\nnet = Net()\nnet.conv1.weight = tensor([[[[1, 0]], [[0, 1]]], [[[0, 1]], [[1, 0]]]])\nshow_filters(net.conv1)",
            "conv1: 2 filters 2x2x1  min 0  max 1\n0      1\n|@@  | |  @@|\n|  @@| |@@  |\n"
        )
    ) { call in
        if case .tensor(let object)? = call.value(0) {
            guard object.rank == 4 else {
                throw CNNError(.rankMismatch, "show_filters takes filters [F, F, C, K], not a tensor of \(object.tensor.shape)")
            }
            return try drawFilters(object.tensor, "weights", call)
        }
        let layer = try call.object(0, LayerObject.self, "a layer or filters [F, F, C, K]", notes: ["write show_filters(net.conv1)"])
        return try drawFilters(filters(layer, call), layer.path.text, call)
    }

    private static func filters(_ layer: LayerObject, _ call: Call) throws(CNNError) -> Tensor {
        guard let weight = layer.model.value(layer.path.prefix + "weight"), weight.rank == 4 else {
            throw CNNError(
                .invalidValue, "\(call.builtin.name): \(layer.path.text) is a \(layer.kind) layer, which has no filters",
                notes: ["layers with filters are conv, depthwise and conv_transpose"])
        }
        return weight.detached
    }

    private static func drawFilters(_ weights: Tensor, _ name: String, _ call: Call) throws -> Value {
        let sizes = weights.shape.dimensions
        // Filters become a batch of pictures [K, F, F, C].
        var batch = try Permute([3, 0, 1, 2])(weights)
        var note = ""
        if sizes[2] != 1 && sizes[2] != 3 {
            batch = try Reduction(.mean, axes: [3], keep: true)(batch)
            note = ", means over channels"
        }
        let (pictures, total) = try GreyPicture.pictures(batch, limit: limit, call.builtin.name)
        let what = "\(name): \(total) filter\(total == 1 ? "" : "s") \(sizes[0])x\(sizes[1])x\(sizes[2])\(note)"
        draw(pictures, what, captions: pictures.indices.map(String.init), total, call)
        return .none
    }

    private static let featureMaps = Builtin(
        "feature_maps", ["model", "x", "layer"], .look,
        "what a layer makes of a picture, a map for each of its channels: show(feature_maps(net, x, \"conv1\")) draws them",
        example: (
            "model Net { input 8x8x1; conv 4, 3x3; relu }\nfeature_maps(Net(), zeros(8x8x1), \"relu1\").shape", "[6, 6, 4]\n"
        )
    ) { call in
        let model = try call.model(0)
        let path = try LayerArgumentName.path(call, 2, of: model)
        let maps = try model.activation(path.text, try call.tensor(1).detached)
        // One picture given as a batch has the maps of one picture.
        guard maps.rank > 1, maps.shape[0] == 1, let input = model.inputShape, try call.tensor(1).rank > input.rank else {
            return Value(maps)
        }
        return Value(try Reshape(Array(maps.shape.dimensions.dropFirst()))(maps))
    }

    // MARK: - Curves and numbers

    private static let plot = Builtin(
        "plot", ["y", "x=None"], .look,
        "draws a history, a list of numbers, or several by name: plot({\"train\": h.loss, \"test\": h.val_loss})",
        example: (
            "plot([0, 1, 4, 9])",
            """
                    9 |                                                              .*
                      |                                                           ...
                      |                                                        ...
                      |                                                     ...
                      |                                                  ...
                      |                                               ...
                      |                                            ...
                4.154 |                                        ..*.
                      |                                    ....
                      |                                ....
                      |                            ....
                      |                        ....
                      |           ..........*..
                    0 |*..........
                      +----------------------------------------------------------------
                       0                                                              3

            """
        )
    ) { call in
        if case .native(let native)? = call.value(0), let history = native as? HistoryObject {
            return try plotHistory(history, call)
        }
        var series: [ChartText.Series] = []
        switch try call.required(0) {
        case .dictionary(let dictionary):
            for (key, value) in dictionary.entries {
                guard case .string(let name) = key else { throw call.wrongType(0, "numbers by name", key.value) }
                series.append(try curve(value, name, call))
            }
        case .list(let list) where !list.elements.isEmpty && list.elements.allSatisfy({ $0.number == nil }):
            for (index, value) in list.elements.enumerated() { series.append(try curve(value, String(index), call)) }
        case let value: series.append(try curve(value, nil, call))
        }
        try draw(series, call)
        return .none
    }

    private static func draw(_ series: [ChartText.Series], _ call: Call) throws(CNNError) {
        guard series.count <= ChartText.limit else {
            throw call.wrongValue(0, "has \(series.count) curves; at most \(ChartText.limit) can be told apart")
        }
        guard let chart = ChartText(series) else { throw call.wrongValue(0, "has no number that could be drawn") }
        call.interpreter.write(chart.lines().map { $0 + "\n" }.joined())
    }

    private static func plotHistory(_ history: HistoryObject, _ call: Call) throws -> Value {
        let epochs = history.history.epochs.map { Double($0.epoch) }
        func series(_ names: [String]) -> [ChartText.Series] {
            names.compactMap { name in
                history.series(name).map { ChartText.Series(name: name, points: zip(epochs, $0).map { (x: $0, y: $1) }) }
            }
        }
        try draw(series(["loss", "val_loss"]), call)
        let shares = series(history.metricNames.filter { !$0.hasSuffix("loss") })
        if !shares.isEmpty { try draw(shares, call) }
        return .none
    }

    private static func curve(_ value: Value, _ name: String?, _ call: Call) throws -> ChartText.Series {
        let heights = try numbers(value, 0, call)
        let places = try call.given(1).map { try numbers($0, 1, call) } ?? heights.indices.map(Double.init)
        guard places.count == heights.count else {
            throw CNNError(.shapeMismatch, "plot: \(heights.count) numbers and \(places.count) places do not go together")
        }
        return ChartText.Series(name: name, points: zip(places, heights).map { (x: $0, y: $1) })
    }

    private static func numbers(_ value: Value, _ index: Int, _ call: Call) throws -> [Double] {
        switch value {
        case .tensor(let object) where object.rank == 1: return object.tensor.doubles()
        case .list, .range:
            if let count = value.elementCount { try WorkMeter.shared.charge(count) }
            let elements = try call.interpreter.iterate(value)
            let numbers = elements.compactMap(\.number)
            if numbers.count == elements.count { return numbers }
        default: break
        }
        throw call.wrongType(index, "a list of numbers", value)
    }

    private static let histogram = Builtin(
        "histogram", ["x", "bins=10"], .look, "how many elements lie in each of some equal ranges",
        example: (
            "histogram(tensor([0, 1, 1, 2, 2, 2, 3, 3, 4]), bins=5)",
            """
            [  0, 0.8)  #############                             1
            [0.8, 1.6)  ###########################               2
            [1.6, 2.4)  ########################################  3
            [2.4, 3.2)  ###########################               2
            [3.2,   4]  #############                             1

            """
        )
    ) { call in
        let bins = try call.int(1, default: 10)
        guard (1...200).contains(bins) else { throw call.wrongValue(1, "is from 1 to 200, not \(bins)") }
        let value = try call.required(0)
        let all = value.isTensor ? try call.tensor(0).doubles() : try numbers(value, 0, call)
        try WorkMeter.shared.charge(all.count)
        let finite = all.filter(\.isFinite)
        guard let low = finite.min(), let high = finite.max() else { throw call.wrongValue(0, "has no number that could be counted") }
        var counts = [Int](repeating: 0, count: bins)
        for number in finite {
            let share = high > low ? (number / 2 - low / 2) / (high / 2 - low / 2) : 0
            counts[min(bins - 1, Int(share * Double(bins)))] += 1
        }
        let edges = (0...bins).map { NumberFormatter.general($0 == bins ? high : low + (high / Double(bins) - low / Double(bins)) * Double($0), 4) }
        let width = edges.map(\.count).max() ?? 0
        func padded(_ text: String) -> String { String(repeating: " ", count: width - text.count) + text }
        let most = max(1, counts.max() ?? 1)
        var text = ""
        for bin in 0..<bins {
            let bar = (40 * counts[bin] + most / 2) / most
            let range = "[\(padded(edges[bin])), \(padded(edges[bin + 1]))\(bin == bins - 1 ? "]" : ")")"
            text += "\(range)  \(String(repeating: "#", count: bar))\(String(repeating: " ", count: 40 - bar))  \(counts[bin])\n"
        }
        if finite.count < all.count { text += "not finite: \(all.count - finite.count)\n" }
        call.interpreter.write(text)
        return .none
    }

    private static let summary = Builtin(
        "summary", ["value"], .look, "prints what it is: of a tensor its statistics, of a model its table, of a data set its classes",
        example: (
            "summary(tensor([1, 2, 3, 6]))",
            "tensor 4 float32, 16 B\nmin 1  max 6  mean 3  std 1.871  zeros 0\n"
        )
    ) { call in
        call.interpreter.write(try text(try call.required(0), call) + "\n")
        return .none
    }

    private static func text(_ value: Value, _ call: Call) throws -> String {
        switch value {
        case .tensor(let object): return text(object.tensor)
        case .native(let native):
            guard let data = (native as? DatasetObject)?.dataset else { return native.display() }
            let rows = zip(data.classNames, data.classCounts).enumerated().map { [String($0.offset), $0.element.0, String($0.element.1)] }
            return ([native.display()] + TextTable.lines(["label", "class", "pictures"], rows, leftColumns: 2)).joined(separator: "\n")
        default: return ValueDisplay.repr(value, in: call.interpreter)
        }
    }

    private static func text(_ tensor: Tensor) -> String {
        let head = "\(TensorDisplay.head(tensor)), \(ByteCount.text(tensor.count * tensor.dtype.size))"
        guard tensor.count > 0 else { return head }
        let values = tensor.statistics()
        let parts = [("min", values.min), ("max", values.max), ("mean", values.mean), ("std", values.std)].map {
            "\($0.0) \(NumberFormatter.general($0.1, 4))"
        }
        let counts = ["zeros \(values.zeroCount)"] + (values.nanCount > 0 ? ["nan \(values.nanCount)"] : [])
            + (values.infCount > 0 ? ["inf \(values.infCount)"] : [])
        return head + "\n" + (parts + counts).joined(separator: "  ")
    }
}

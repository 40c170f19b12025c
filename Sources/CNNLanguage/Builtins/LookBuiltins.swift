import CNNCore

/// What one looks at: pictures, filters, maps, curves, distributions. All of it is text, the same on every machine.
enum LookBuiltins {
    static let all: [Builtin] = [show, showFilters, featureMaps] + NumberViewBuiltins.all

    /// So many pictures are drawn at once.
    private static let limit = 24

    // MARK: - Pictures

    private static let show = Builtin(
        "show", ["x"], .look,
        "draws pictures with characters: [H, W], [H, W, C], [N, H, W, C], the maps of a layer, a data set",
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
            if let layer = native as? LayerObject {
                return try drawFilters(filters(layer, call), layer.path.text, call)
            }
            if let data = (native as? DatasetObject)?.dataset { return try showDataset(data, call) }
            throw call.wrongType(0, "a picture", value)
        default:
            throw call.wrongType(0, "a picture", value, notes: value.number != nil ? ["print(x) writes a number"] : [])
        }
        return .none
    }

    private static func showDataset(_ data: Dataset, _ call: Call) throws -> Value {
        guard data.count > 0 else { throw CNNError(.invalidValue, "show: \(data.name) has no pictures") }
        let count = min(8, data.count)
        let (pictures, _) = try GreyPicture.pictures(
            try pictureBatch(data.batch(Array(0..<count)).images), limit: count, "show")
        let names = data.classNames
        let captions = (0..<count).map {
            data.hasClasses ? names[data.labels.integerElement($0)] : String($0)
        }
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

    private static func draw(
        _ pictures: [GreyPicture], _ what: String, captions: [String], _ total: Int, _ call: Call
    ) {
        let drawing = PictureText.drawing(pictures, captions: captions)
        let (low, high) = (NumberFormatter.general(drawing.minimum, 4), NumberFormatter.general(drawing.maximum, 4))
        var head = "\(what)  min \(low)  max \(high)"
        if drawing.block > 1 { head += "  (means of \(drawing.block)x\(drawing.block) pixels)" }
        let rest = total > pictures.count ? ["... and \(total - pictures.count) more"] : []
        call.interpreter.write(([head] + drawing.lines + rest).map { $0 + "\n" }.joined())
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
                    .rankMismatch, "show_filters takes filters [F, F, C, K], not a tensor of \(object.tensor.shape)")
            }
            return try drawFilters(object.tensor, "weights", call)
        }
        let layer = try call.object(
            0, LayerObject.self, "a layer or filters [F, F, C, K]", notes: ["write show_filters(net.conv1)"])
        return try drawFilters(filters(layer, call), layer.path.text, call)
    }

    private static func filters(_ layer: LayerObject, _ call: Call) throws(CNNError) -> Tensor {
        guard let weight = layer.model.value(layer.path.prefix + "weight"), weight.rank == 4 else {
            throw CNNError(
                .invalidValue,
                "\(call.builtin.name): \(layer.path.text) is a \(layer.kind) layer, which has no filters",
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
        "what a layer makes of a picture: show(feature_maps(net, x, \"conv1\")) draws a map for each channel",
        example: (
            "model Net { input 8x8x1; conv 4, 3x3; relu }\nfeature_maps(Net(), zeros(8x8x1), \"relu1\").shape",
            "[6, 6, 4]\n"
        )
    ) { call in
        let model = try call.model(0)
        let path = try LayerArgumentName.path(call, 2, of: model)
        let maps = try model.activation(path.text, try call.tensor(1).detached)
        // One picture given as a batch has the maps of one picture.
        guard maps.rank > 1, maps.shape[0] == 1, let input = model.inputShape, try call.tensor(1).rank > input.rank
        else {
            return Value(maps)
        }
        return Value(try Reshape(Array(maps.shape.dimensions.dropFirst()))(maps))
    }
}

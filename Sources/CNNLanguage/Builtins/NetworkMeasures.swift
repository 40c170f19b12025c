import CNNCore

/// What the lecture asks of a network: how many weights, how many products, what an output sees.
enum NetworkMeasures {
    static let all: [Builtin] = [params, macs, receptiveField, compare, architecture]

    private static let params = Builtin(
        "params", ["net"], .lecture, "how many parameters a network or one of its layers has",
        formula: "conv: (F*F*C + 1)*K, dense: (in + 1)*out",
        example: (
            "model Net { input 32x32x3; conv 10, 5x5, pad=2 }\nnet = Net()\nparams(net)\nparams(net.conv1)",
            "760\n760\n"
        )
    ) { call in
        if case .native(let native)? = call.value(0) {
            if let layer = native as? LayerObject {
                let own = layer.model.parameters.filter { $0.name.hasPrefix(layer.path.prefix) }
                return .int(own.reduce(0) { $0 + $1.value.count })
            }
            if native is LayerValueObject {
                throw call.wrongType(
                    0, "a network or a layer of one", .native(native),
                    notes: ["a layer alone does not know its input; in a model it does: params(net.conv1)"])
            }
        }
        return .int(try summary(call, 0).totalParameters)
    }

    private static let macs = Builtin(
        "macs", ["net"], .lecture, "how many multiply-adds a network needs for one picture",
        formula: "conv: H*W*K * F*F*C, dense: in*out",
        example: ("model Net { input 32x32x3; conv 10, 5x5, pad=2 }\nmacs(Net())", "768000\n")
    ) { call in
        .int(try summary(call, 0).totalMACs)
    }

    private static let receptiveField = Builtin(
        "receptive_field", ["net", "layer=None"], .lecture,
        "how many pixels of the input one output sees: of the last layer that gives a picture, or of the one named",
        formula: "R = 1 + sum_l (F_l - 1) * prod_{k < l} S_k",
        example: (
            """
            model Net { input 32x32x3; repeat 3 { conv 8, 3x3 } }
            receptive_field(Net())
            receptive_field(Net(), "conv1")
            """,
            "7\n3\n"
        )
    ) { call in
        let summary = try summary(call, 0)
        var field: (Int, Int)?
        if call.given(1) != nil {
            let path = try LayerArgumentName.path(call, 1, of: try call.model(0)).text
            field = summary.rows.last { $0.name == path }?.receptiveField
        } else {
            field = summary.rows.last { $0.depth == 0 && $0.receptiveField != nil }?.receptiveField
        }
        guard let field else {
            throw CNNError(
                .invalidValue, "receptive_field: this layer gives no picture",
                notes: ["after flatten or dense, an output sees all of the input"])
        }
        return field.0 == field.1 ? .int(field.0) : .array([.int(field.0), .int(field.1)])
    }

    /// The summary of a network whose shapes are known.
    static func summary(_ call: Call, _ index: Int) throws(CNNError) -> ModelSummary {
        let model = try call.model(index)
        guard model.inputShape != nil else { throw shapeless(model, for: call.builtin.name) }
        return try model.summary()
    }

    /// E0404 for a model without `input` that was not called yet.
    static func shapeless(_ model: Model, for name: String) -> CNNError {
        CNNError(
            .invalidValue, "\(name): the shapes of \(model.name) are not known yet",
            notes: ["begin it with input, as input 28x28x1, or call it once"])
    }

    private static let compare = Builtin(
        "compare", ["first", "second"], .lecture, "two networks side by side",
        example: (
            """
            model One { input 32x32x16; conv 16, 7x7, pad=same, bias=False }
            model Three { input 32x32x16; repeat 3 { conv 16, 3x3, pad=same, bias=False } }
            compare(One(), Three())
            """,
            """
                                    One      Three  ratio
            layers                    1          3      3
            parameters           12,544      6,912  0.551
            multiply-adds    12,845,056  7,077,888  0.551
            receptive field           7          7      1
            memory            128.0 KiB  256.0 KiB      2

            """
        )
    ) { call in
        let (first, second) = (try summary(call, 0), try summary(call, 1))
        func count(_ name: String, _ a: Int, _ b: Int, _ text: (Int) throws -> String) throws -> [String] {
            let ratio = a > 0 ? NumberFormatter.general(Double(b) / Double(a), 3) : ""
            return [name, try text(a), try text(b), ratio]
        }
        func field(_ summary: ModelSummary) -> Int? {
            guard let field = summary.rows.last(where: { $0.depth == 0 && $0.receptiveField != nil })?.receptiveField
            else { return nil }
            return max(field.0, field.1)
        }
        func layers(_ summary: ModelSummary) -> Int { summary.rows.filter { $0.kind != "input" }.count }
        let grouped: (Int) throws -> String = { try ValueDisplay.format(.int($0), spec: ",") }
        var rows = [
            try count("layers", layers(first), layers(second), grouped),
            try count("parameters", first.totalParameters, second.totalParameters, grouped),
            try count("multiply-adds", first.totalMACs, second.totalMACs, grouped),
        ]
        if let a = field(first), let b = field(second) {
            rows.append(try count("receptive field", a, b) { String($0) })
        }
        rows.append(try count("memory", first.activationBytes, second.activationBytes) { ByteCount.text($0) })
        let names = (try call.model(0).name, try call.model(1).name)
        let header = names.0 == names.1 ? ["\(names.0) (1)", "\(names.1) (2)"] : [names.0, names.1]
        return .native(TableObject(header: [""] + header + ["ratio"], rows: rows))
    }

    private static let architecture = Builtin(
        "architecture", ["formula", "filters=32", "units=128", "classes=10", "input=None"], .lecture,
        "the network of the lecture's formula: CONV is 3x3 with pad=same, its filters double after each POOL",
        formula: "[(CONV-RELU)^N POOL?]^M (FC-RELU)^K SOFTMAX",
        example: (
            """
            formula = "[(CONV-RELU)^2 POOL]^2 (FC-RELU)^1 SOFTMAX"
            net = architecture(formula, filters=8, input=8x8x1)
            for l in net.layers { print(l.name, end=" ") }
            """,
            "conv1 relu1 conv2 relu2 maxpool1 conv3 relu3 conv4 relu4 maxpool2 flatten1 dense1 relu5 dense2 softmax1 "
        )
    ) { call in
        var layers: [LayerSpec] = []
        if call.given(4) != nil {
            let sizes = LayerArgument.list(try call.ints(4).map { .int($0) })
            layers.append(
                LayerSpec(
                    kind: "input", name: nil, arguments: [(name: nil, value: sizes)], children: [], origin: nil,
                    line: nil))
        }
        layers += try ArchitectureFormula.layers(
            try call.text(0), filters: try call.int(1, default: 32), units: try call.int(2, default: 128),
            classes: try call.int(3, default: 10))
        // Inside of a model's braces it is a part of that model.
        if call.interpreter.machine.layers.depth > 0 { return .native(LayerListObject(layers)) }
        return .native(ModelObject(try Model(name: "Architecture", layers: layers, seed: call.interpreter.seed)))
    }
}

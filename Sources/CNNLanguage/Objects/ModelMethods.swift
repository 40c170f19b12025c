import CNNCore

/// What can be done with a model: `net.freeze()`.
enum ModelMethods {
    static let all: [Builtin] = [
        parameters, train, eval, freeze("freeze", true), freeze("unfreeze", false), summary, copy, to,
    ]

    private static let setup = "model Net { input 4x4x1; flatten; dense 2 }\nnet = Net()\n"

    private static let parameters = Builtin(
        "parameters", ["model"], .training, "a dict of what training changes, by name: conv1.weight, conv1.bias, ...",
        example: (setup + "for name in net.parameters() { print(name) }", "dense1.weight\ndense1.bias\n")
    ) { call in
        let dictionary = DictionaryObject()
        for parameter in try call.model(0).parameters {
            try dictionary.insert(Value(parameter.value), for: .string(parameter.name))
        }
        return .dictionary(dictionary)
    }

    static let train = Builtin(
        "train", ["model"], .training,
        "from now on a call trains, with dropout and batch statistics, as train and gradient do by themselves",
        example: (setup + "net.train()\nnet.eval()", "")
    ) { call in
        try call.model(0).forceTraining(true)
        return .none
    }

    private static let eval = Builtin(
        "eval", ["model"], .training, "from now on a call evaluates, as it does unless train() was called",
        example: (setup + "net.eval()", "")
    ) { call in
        try call.model(0).forceTraining(nil)
        return .none
    }

    private static func freeze(_ name: String, _ isFrozen: Bool) -> Builtin {
        Builtin(
            name, ["model", "layer=None"], .training,
            isFrozen
                ? "training leaves the parameters as they are, of all layers or of one"
                : "training changes the parameters again",
            example: (setup + "net.\(name)(\"dense1\")\nnet.dense1.frozen", isFrozen ? "True\n" : "False\n")
        ) { call in
            let model = try call.model(0)
            guard call.given(1) != nil else {
                try model.freeze(nil, isFrozen)
                return .none
            }
            try model.freeze(try LayerArgumentName.path(call, 1, of: model).text, isFrozen)
            return .none
        }
    }

    private static let summary = Builtin(
        "summary", ["model", "batch=1"], .training,
        "prints the table of its layers; memory is that of a batch, with what a training step holds",
        example: (
            setup + "net.summary()",
            """
            layer     output  kernel  parameters  MACs  field  jump  memory
            ---------------------------------------------------------------
            input     4x4x1                    0     0      1     1    64 B
            flatten1  16                       0     0                 64 B
            dense1    2                       34    32                  8 B
            ---------------------------------------------------------------
            total                             34    32                136 B

            """
        )
    ) { call in try printTable(call) }

    /// The table of the model that is the first argument, for a batch that is the second.
    static func printTable(_ call: Call) throws -> Value {
        let batch = try call.int(1, default: 1)
        guard batch > 0 else { throw call.wrongValue(1, "must be positive, not \(batch)") }
        let table = ModelObject.table(try call.model(0), batch: batch) + "\n"
        call.interpreter.write(table) { FittedText.table(table, columns: $0) }
        return .none
    }

    private static let to = Builtin(
        "to", ["model", "dtype"], .training, "a second model with the same values that computes in float64, or float32",
        example: (setup + "net.to(float64)(zeros(4x4x1, float64)).dtype", "float64\n")
    ) { call in
        let dtype = try call.dtype(1)
        guard dtype.isFloating else { throw call.wrongValue(1, "is float32 or float64, not \(dtype.rawValue)") }
        return .native(ModelObject(try call.model(0).copy(as: dtype)))
    }

    private static let copy = Builtin(
        "copy", ["model"], .training, "a second model with the same values, which goes its own way",
        example: (setup + "other = net.copy()\nother.dense1.weight[0, 0] = 5\nnet.dense1.weight[0, 0] == 5", "False\n")
    ) { call in
        .native(ModelObject(try call.model(0).copy()))
    }
}

/// The name of a layer as an argument, or the layer itself.
enum LayerArgumentName {
    static func path(_ call: Call, _ index: Int, of model: Model) throws(CNNError) -> LayerPath {
        if case .native(let object)? = call.value(index), let layer = object as? LayerObject { return layer.path }
        let path = LayerPath(try call.text(index))
        guard path.isLayer(of: model) else { throw unknown(path.text, model) }
        return path
    }

    static func unknown(_ name: String, _ model: Model) -> CNNError {
        let names = model.layerNames
        let nearest = EditDistance.nearest(name, among: names).map { "did you mean \($0)?" }
        return CNNError(
            .unknownMember, "\(model.name) has no layer '\(name)'",
            notes: [
                nearest ?? "its layers: \(names.prefix(12).joined(separator: ", "))\(names.count > 12 ? ", ..." : "")"
            ])
    }
}

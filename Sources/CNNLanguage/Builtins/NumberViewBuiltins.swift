import CNNCore

/// Numbers to look at: distributions, summaries.
enum NumberViewBuiltins {
    static let all: [Builtin] = [histogram, summary]

    private static let histogram = Builtin(
        "histogram", ["x", "bins=10", "title=None"], .look, "how many elements lie in each of some equal ranges",
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
        let wanted = try call.int(1, default: 10)
        guard (1...200).contains(wanted) else { throw call.wrongValue(1, "is from 1 to 200, not \(wanted)") }
        let value = try call.required(0)
        let all = value.isTensor ? try call.tensor(0).doubles() : try PlotBuiltins.numbers(value, 0, call)
        try WorkMeter.shared.charge(all.count, each: 50)
        let title = call.given(2) == nil ? nil : try call.text(2)
        guard let histogram = Histogram(all, bins: wanted, title: title) else {
            throw call.wrongValue(0, "has no number that could be counted")
        }
        call.interpreter.show(.histogram(histogram))
        return .none
    }

    private static let summary = Builtin(
        "summary", ["value", "batch=1"], .look,
        "prints what it is: of a tensor its statistics, of a model its table (its memory for a batch, and what a "
            + "training step holds), of a data set its classes",
        example: (
            "summary(tensor([1, 2, 3, 6]))",
            "tensor 4 float32, 16 B\nmin 1  max 6  mean 3  std 1.871  zeros 0\n"
        )
    ) { call in
        let value = try call.required(0)
        if case .native(let native) = value, native is ModelObject { return try ModelMethods.printTable(call) }
        if call.given(1) != nil { throw call.wrongValue(1, "is for models only") }
        let text = try text(value, call) + "\n"
        call.interpreter.write(text) { FittedText.table(text, columns: $0) }
        return .none
    }

    private static func text(_ value: Value, _ call: Call) throws -> String {
        switch value {
        case .tensor(let object): return text(object.tensor)
        case .native(let native):
            guard let data = (native as? DatasetObject)?.dataset else { return native.display() }
            let rows = zip(data.classNames, data.classCounts).enumerated().map {
                [String($0.offset), $0.element.0, String($0.element.1)]
            }
            return ([native.display()] + TextTable.lines(["label", "class", "pictures"], rows, leftColumns: 2)).joined(
                separator: "\n")
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
        let counts =
            ["zeros \(values.zeroCount)"] + (values.nanCount > 0 ? ["nan \(values.nanCount)"] : [])
            + (values.infCount > 0 ? ["inf \(values.infCount)"] : [])
        return head + "\n" + (parts + counts).joined(separator: "  ")
    }
}

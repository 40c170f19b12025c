import CNNCore

/// Numbers to look at: curves, distributions, summaries.
enum NumberViewBuiltins {
    static let all: [Builtin] = [plot, histogram, summary]

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
                history.series(name).map {
                    ChartText.Series(name: name, points: zip(epochs, $0).map { (x: $0, y: $1) })
                }
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
            throw CNNError(
                .shapeMismatch, "plot: \(heights.count) numbers and \(places.count) places do not go together")
        }
        return ChartText.Series(name: name, points: zip(places, heights).map { (x: $0, y: $1) })
    }

    private static func numbers(_ value: Value, _ index: Int, _ call: Call) throws -> [Double] {
        switch value {
        case .tensor(let object) where object.rank == 1:
            try WorkMeter.shared.charge(object.size0)
            return object.tensor.doubles()
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
        let wanted = try call.int(1, default: 10)
        guard (1...200).contains(wanted) else { throw call.wrongValue(1, "is from 1 to 200, not \(wanted)") }
        let value = try call.required(0)
        let all = value.isTensor ? try call.tensor(0).doubles() : try numbers(value, 0, call)
        try WorkMeter.shared.charge(all.count)
        let finite = all.filter(\.isFinite)
        guard let low = finite.min(), let high = finite.max() else {
            throw call.wrongValue(0, "has no number that could be counted")
        }
        // Equal numbers make one range.
        let bins = high > low ? wanted : 1
        var counts = [Int](repeating: 0, count: bins)
        for number in finite {
            let share = high > low ? (number / 2 - low / 2) / (high / 2 - low / 2) : 0
            counts[min(bins - 1, Int(share * Double(bins)))] += 1
        }
        let edges = (0...bins).map {
            NumberFormatter.general(
                $0 == bins ? high : low + (high / Double(bins) - low / Double(bins)) * Double($0), 4)
        }
        let width = edges.map(\.count).max() ?? 0
        func padded(_ text: String) -> String { String(repeating: " ", count: width - text.count) + text }
        let most = max(1, counts.max() ?? 1)
        var text = ""
        for bin in 0..<bins {
            let length = (40 * counts[bin] + most / 2) / most
            let range = "[\(padded(edges[bin])), \(padded(edges[bin + 1]))\(bin == bins - 1 ? "]" : ")")"
            let bar = String(repeating: "#", count: length) + String(repeating: " ", count: 40 - length)
            text += "\(range)  \(bar)  \(counts[bin])\n"
        }
        if finite.count < all.count { text += "not finite: \(all.count - finite.count)\n" }
        call.interpreter.write(text)
        return .none
    }

    private static let summary = Builtin(
        "summary", ["value"], .look,
        "prints what it is: of a tensor its statistics, of a model its table, of a data set its classes",
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

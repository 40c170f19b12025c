import CNNCore

/// Numbers over numbers: curves and clouds of points.
enum PlotBuiltins {
    static let all: [Builtin] = [plot, scatter]

    // MARK: - Curves

    private static let plot = Builtin(
        "plot",
        ["y", "x=None", "title=None", "x_label=None", "y_label=None", "labels=None", "x_log=False", "y_log=False"],
        .look,
        """
        draws a history, a list of numbers, or several by name: plot({"train": h.loss, "test": h.val_loss}); with \
        x_log=True or y_log=True equal distances stand for equal ratios
        """,
        example: (
            "plot([0, 1, 4, 9], title=\"squares\")",
            """
                                               squares
              10 +
                 |                                                              .*
                 |                                                            ..
               8 +                                                         ...
                 |                                                      ...
                 |                                                    ..
               6 +                                                 ...
                 |                                              ...
                 |                                            ..
               4 +                                        ..*.
                 |                                   .....
                 |                             ......
               2 +                        .....
                 |                .....*..
                 |      ..........
               0 +*.....
                 ++--------------------+--------------------+--------------------+
                  0                    1                    2                    3

            """
        )
    ) { call in
        if let histories = try histories(try call.required(0), call) {
            try plotHistories(histories, call)
            return .none
        }
        var curves: [Chart.Curve] = []
        switch try call.required(0) {
        case .dictionary(let dictionary):
            for (key, value) in dictionary.entries {
                guard case .string(let name) = key else { throw call.wrongType(0, "numbers by name", key.value) }
                curves.append(try curve(value, name, call))
            }
        case .list(let list) where !list.elements.isEmpty && list.elements.allSatisfy({ $0.number == nil }):
            for (index, value) in list.elements.enumerated() { curves.append(try curve(value, String(index), call)) }
        case let value: curves.append(try curve(value, nil, call))
        }
        try draw(try named(curves, call), try labels(call, 2), call, logarithmic: try scales(call))
        return .none
    }

    /// The arguments 'x_log' and 'y_log' of `plot`.
    private static func scales(_ call: Call) throws(CNNError) -> Chart.Scales {
        Chart.Scales(x: try call.bool(6, default: false), y: try call.bool(7, default: false))
    }

    private static func draw(
        _ curves: [Chart.Curve], _ labels: Chart.Labels, _ call: Call, logarithmic: Chart.Scales = Chart.Scales()
    ) throws(CNNError) {
        guard curves.count <= Chart.limit else {
            throw call.wrongValue(
                0,
                "has \(curves.count) \(curves[0].isScatter ? "classes" : "curves"); at most \(Chart.limit) can be told apart"
            )
        }
        let points = curves.flatMap(\.points)
        let (isBelowX, isBelowY) = (points.contains { $0.x <= 0 }, points.contains { $0.y <= 0 })
        if logarithmic.x && isBelowX || logarithmic.y && isBelowY {
            let isX = logarithmic.x && isBelowX
            throw CNNError(
                .invalidValue, "plot: a logarithmic axis has only numbers above 0",
                notes: ["leave out the numbers that are not, or write \(isX ? "x" : "y")_log=False"],
                argument: .named(isX ? "x_log" : "y_log"))
        }
        guard let chart = Chart(curves, labels, logarithmic: logarithmic) else {
            throw call.wrongValue(0, "has no number that could be drawn")
        }
        call.interpreter.show(.chart(chart))
    }

    /// The arguments 'title', 'x_label' and 'y_label', the first of them at `index`.
    private static func labels(_ call: Call, _ index: Int, x: String? = nil) throws(CNNError) -> Chart.Labels {
        func text(_ index: Int) throws(CNNError) -> String? { call.given(index) == nil ? nil : try call.text(index) }
        return Chart.Labels(title: try text(index), x: try text(index + 1) ?? x, y: try text(index + 2))
    }

    /// With the names of the argument 'labels', where it was given.
    private static func named(_ curves: [Chart.Curve], _ call: Call) throws -> [Chart.Curve] {
        guard let value = call.given(5) else { return curves }
        var names: [String] = []
        for value in isText(value) || value.number != nil ? [value] : try call.elements(5) {
            guard case .string(let name) = value else { throw call.wrongType(5, "a list of strs", value) }
            names.append(name.text)
        }
        guard names.count == curves.count else {
            throw CNNError(
                .shapeMismatch,
                "plot: \(curves.count.counting("curve")) and \(names.count.counting("label")) do not go together",
                argument: .named("labels"))
        }
        return zip(names, curves).map { $1.named($0) }
    }

    private static func isText(_ value: Value) -> Bool {
        if case .string = value { return true }
        return false
    }

    private static func curve(_ value: Value, _ name: String?, _ call: Call) throws -> Chart.Curve {
        let heights = try numbers(value, 0, call)
        let places = try call.given(1).map { try numbers($0, 1, call) } ?? heights.indices.map(Double.init)
        guard places.count == heights.count else {
            throw CNNError(
                .shapeMismatch,
                "plot: \(heights.count.counting("number")) and \(places.count.counting("place")) do not go together",
                argument: .named("x"))
        }
        return Chart.Curve(name: name, points: zip(places, heights).map { (x: $0, y: $1) })
    }

    /// Units of work for a number that is drawn.
    private static let pointWork = 150

    static func numbers(_ value: Value, _ index: Int, _ call: Call) throws -> [Double] {
        switch value {
        case .tensor(let object) where object.rank == 1:
            try WorkMeter.shared.charge(object.size0, each: pointWork)
            return object.tensor.doubles()
        case .list, .range:
            if let count = value.elementCount { try WorkMeter.shared.charge(count, each: pointWork) }
            let elements = try call.interpreter.iterate(value)
            let numbers = elements.compactMap(\.number)
            if numbers.count == elements.count { return numbers }
            let name = call.parameterName(index)
            if let place = elements.firstIndex(where: { $0.number == nil }), case .list? = call.value(index) {
                throw CNNError(
                    .typeMismatch,
                    "\(call.builtin.name): '\(name)' is a list of numbers, but element \(place) is \(elements[place].describedType)",
                    argument: .named(name))
            }
        default: break
        }
        // Matplotlib's line style
        let isStyle = index == 1 && value.isText && call.builtin.name == "plot"
        throw call.wrongType(
            index, "a list of numbers", value, notes: isStyle ? ["leave it out: a curve has one style"] : [])
    }

    // MARK: - Histories

    /// One history, or several by name; nil for anything else.
    private static func histories(_ value: Value, _ call: Call) throws -> [(name: String?, history: HistoryObject)]? {
        if case .native(let native) = value, let history = native as? HistoryObject { return [(nil, history)] }
        guard case .dictionary(let dictionary) = value, dictionary.count > 0 else { return nil }
        var histories: [(name: String?, history: HistoryObject)] = []
        for (key, value) in dictionary.entries {
            guard case .string(let name) = key, case .native(let native) = value, let history = native as? HistoryObject
            else { return nil }
            histories.append((name, history))
        }
        return histories
    }

    /// A chart of the losses, one of what are shares of right answers, one for each other metric.
    private static func plotHistories(_ histories: [(name: String?, history: HistoryObject)], _ call: Call) throws {
        var groups = [["loss", "val_loss"]]
        let names = histories.flatMap { $0.history.metricNames }.filter { !$0.hasSuffix("loss") }
        for name in names where !groups.contains(where: { $0.contains(name) }) {
            let isShare = ["accuracy", "top5"].contains { name.hasSuffix($0) }
            let metric = name.hasPrefix("val_") ? String(name.dropFirst(4)) : name
            groups.append(isShare ? ["accuracy", "val_accuracy", "top5", "val_top5"] : [metric, "val_" + metric])
        }
        for group in groups {
            let curves = histories.flatMap { entry -> [Chart.Curve] in
                let epochs = entry.history.history.epochs.map { Double($0.epoch) }
                return group.compactMap { name in
                    entry.history.series(name).map { values in
                        Chart.Curve(
                            name: entry.name.map { "\($0) \(name)" } ?? name,
                            points: zip(epochs, values).map { (x: $0, y: $1) })
                    }
                }
            }
            try draw(curves, try labels(call, 2, x: "epoch"), call, logarithmic: try scales(call))
        }
    }

    // MARK: - Points

    private static let scatter = Builtin(
        "scatter", ["x", "y=None", "classes=None", "title=None", "x_label=None", "y_label=None"], .look,
        "draws points: scatter(x, y), or of a tensor [N, 2]; with classes, those of each have a sign of their own",
        example: (
            "scatter([0, 1, 2, 3], [0, 2, 1, 3], classes=[0, 0, 1, 1])",
            """
                  * 0   o 1
             3.0 +                                                               o
                 |
             2.5 +
                 |
             2.0 +                     *
                 |
             1.5 +
                 |
             1.0 +                                          o
                 |
             0.5 +
                 |
             0.0 +*
                 ++----------+---------+----------+---------+----------+---------+
                 0.0        0.5       1.0        1.5       2.0        2.5       3.0

            """
        )
    ) { call in
        let points = try points(call)
        var groups: [(name: String?, points: [(x: Double, y: Double)])] = []
        if let classes = try classes(of: points.count, call) {
            for (name, point) in zip(classes.names, points) {
                if let known = groups.firstIndex(where: { $0.name == name }) {
                    groups[known].points.append(point)
                } else {
                    groups.append((name, [point]))
                }
            }
            // In the order of the classes and not of the points.
            if classes.areNumbers { groups.sort { (Int($0.name ?? "") ?? 0) < (Int($1.name ?? "") ?? 0) } }
        } else {
            groups = [(nil, points)]
        }
        let clouds = groups.map { Chart.Curve(name: $0.name, points: $0.points, isScatter: true) }
        try draw(clouds, try labels(call, 3), call)
        return .none
    }

    private static func points(_ call: Call) throws -> [(x: Double, y: Double)] {
        let value = try call.required(0)
        if case .tensor(let object) = value, object.rank == 2, call.given(1) == nil {
            let x = object.tensor
            guard x.shape[1] == 2 else { throw call.wrongValue(0, "is [N, 2], not \(x.shape.asTensor)") }
            try WorkMeter.shared.charge(x.count, each: pointWork)
            return (0..<x.shape[0]).map { (x: x.element(2 * $0), y: x.element(2 * $0 + 1)) }
        }
        guard let second = call.given(1) else {
            throw call.wrongType(0, "a tensor [N, 2], or numbers with y beside them", value)
        }
        let (places, heights) = (try numbers(value, 0, call), try numbers(second, 1, call))
        guard places.count == heights.count else {
            throw CNNError(
                .shapeMismatch,
                "scatter: \(places.count.counting("number")) across and \(heights.count) up do not go together",
                argument: .named("y"))
        }
        return zip(places, heights).map { (x: $0, y: $1) }
    }

    private static func classes(of count: Int, _ call: Call) throws -> (names: [String], areNumbers: Bool)? {
        guard let value = call.given(2) else { return nil }
        let values: [Value]
        if case .tensor = value { values = try call.ints(2).map { .int($0) } } else { values = try call.elements(2) }
        guard values.count == count else {
            throw CNNError(
                .shapeMismatch,
                "scatter: \(count.counting("point")) and \(values.count.counting("class", "classes")) do not go together",
                argument: .named("classes"))
        }
        let numbers = values.compactMap(\.wholeNumber)
        if numbers.count == values.count { return (numbers.map(String.init), true) }
        return (
            try values.map { value in
                guard case .string(let text) = value else { throw call.wrongType(2, "a list of ints or strs", value) }
                return text.text
            }, false
        )
    }
}

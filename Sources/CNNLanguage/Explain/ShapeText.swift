import CNNCore

/// The sizes of a network, each with the sum behind it.
enum ShapeText {
    static func lines(_ model: Model, _ summary: ModelSummary) throws(CNNError) -> [String] {
        let width = max(8, summary.rows.map { $0.name.count + 2 * $0.depth }.max() ?? 0) + 2
        func line(_ name: String, _ text: String) -> [String] {
            let wrapped = HelpText.wrapped(text, indent: width)
            guard let first = wrapped.first else { return [] }
            return [name + String(first.dropFirst(name.count))] + wrapped.dropFirst()
        }
        var lines: [String] = []
        // What goes into the next layer, and the kind of the layer around it, for each depth of braces.
        var flow = [(input: model.inputShape, container: "")]
        for row in summary.rows {
            let name = String(repeating: " ", count: 2 * row.depth) + row.name
            let input = flow[min(row.depth, flow.count - 1)].input
            lines += line(name, try text(model, row, input: input))
            if let parameters = parameters(model, row) {
                lines += line("", "parameters: \(parameters) = \(row.parameters)")
            }
            flow = Array(flow.prefix(row.depth + 1))
            if let last = flow.indices.last, flow[last].container != "branch" { flow[last].input = row.output }
            flow.append((input: input, container: row.kind))
        }
        return lines + line("total", "\(summary.totalParameters) parameters")
    }

    /// How the output's size comes about: `(28 + 2*2 - 5)/1 + 1 = 28 -> 28x28x6`.
    private static func text(_ model: Model, _ row: ModelSummary.Row, input: Shape?) throws(CNNError) -> String {
        if row.kind == "input" { return "\(row.output)" }
        if let sum = try model.outputSizeSum(row.name) {
            let height = text(
                sum.input.height, sum.window.height, sum.stride.height, sum.dilation.height, (sum.top, sum.bottom),
                sum.output.height, sum.rounding)
            let width = text(
                sum.input.width, sum.window.width, sum.stride.width, sum.dilation.width, (sum.left, sum.right),
                sum.output.width, sum.rounding)
            return "\(height == width ? height : "height \(height), width \(width)") -> \(row.output)"
        }
        guard let input, input != row.output else { return "\(row.output)" }
        if row.kind == "flatten" {
            return "\(input.dimensions.map(String.init).joined(separator: "*")) = \(input.count) -> \(row.output)"
        }
        return "\(input) -> \(row.output)"
    }

    /// `(28 + 2*2 - 5)/1 + 1 = 28`, with floor or ceil around a quotient that is not whole.
    private static func text(
        _ n: Int, _ f: Int, _ stride: Int, _ dilation: Int, _ padding: (Int, Int), _ output: Int, _ rounding: Rounding
    ) -> String {
        let zeros = padding.0 == padding.1 ? "2*\(padding.0)" : "(\(padding.0) + \(padding.1))"
        let extent = dilation == 1 ? "\(f)" : "(\(dilation)*(\(f) - 1) + 1)"
        let room = n + padding.0 + padding.1 - (dilation * (f - 1) + 1)
        let quotient = "(\(n) + \(zeros) - \(extent))/\(stride)"
        guard room % stride != 0 else { return "\(quotient) + 1 = \(output)" }
        let rounded = rounding == .ceil ? (room >= 0 ? room / stride + 1 : 0) : room / stride
        // A window that would start in the zeros behind the picture is left out.
        let note = rounded + 1 == output ? "" : " - 1"
        return "\(rounding == .ceil ? "ceil" : "floor")(\(quotient)) + 1\(note) = \(output)"
    }

    /// `(5*5*3 + 1)*10`; nil for a layer without parameters of its own.
    private static func parameters(_ model: Model, _ row: ModelSummary.Row) -> String? {
        guard row.parameters > 0 else { return nil }
        let values = LayerPath(row.name).values(of: model).filter { name in
            model.parameters.contains { $0.name == "\(row.name).\(name.name)" }
        }
        guard let weight = values.first(where: { $0.name == "weight" })?.value else {
            // A normalisation's gamma and beta, a residual's projection.
            let projection = model.value("\(row.name).projection.weight").map {
                [$0.shape.dimensions.map(String.init).joined(separator: "*")]
            }
            return (values.map { "\($0.value.count)" } + (projection ?? [])).joined(separator: " + ")
        }
        let bias = values.contains { $0.name == "bias" }
        var sizes = weight.shape.dimensions
        // Filters of a transposed convolution end in the channels of its input: one bias an output channel.
        if row.kind == "conv_transpose" || sizes.isEmpty {
            return ([weight] + values.filter { $0.name != "weight" }.map(\.value)).map {
                $0.shape.dimensions.map(String.init).joined(separator: "*")
            }
            .joined(separator: " + ")
        }
        let last = sizes.removeLast()
        let product = sizes.map(String.init).joined(separator: "*")
        return bias ? "(\(product) + 1)*\(last)" : "\(product)*\(last)"
    }
}

/// Layers as PyTorch and Keras call them, with their numbers put where they stand here: `nn.Conv2d(1, 6, 5)` is
/// `conv 6, 5x5`.
enum ForeignLayers {
    /// - Parameter arguments: the text between the parentheses; nil where there are none.
    /// - Returns: the layer as a model has it; nil where the arguments are not plain numbers.
    static func translation(_ name: String, _ arguments: String?) -> String? {
        guard let arguments, let call = Call(arguments) else { return nil }
        switch name {
        case "Conv2d": return convolution(call, filters: 1, size: 2)
        case "Conv2D", "Convolution2D": return convolution(call, filters: 0, size: 1)
        case "Linear": return call.positional.count > 1 ? "dense \(call.positional[1])" : nil
        case "Dense":
            guard let units = call.positional.first else { return nil }
            return "dense \(units)" + activation(call)
        case "MaxPool2d", "MaxPooling2D": return pooling("maxpool", call)
        case "AvgPool2d", "AveragePooling2D": return pooling("avgpool", call)
        case "Dropout", "Dropout2d": return call.positional.first.map { "dropout \($0)" }
        default: return nil
        }
    }

    private static func convolution(_ call: Call, filters: Int, size: Int) -> String? {
        guard call.positional.indices.contains(filters),
            let window = call.value(size, "kernel_size").flatMap(square)
        else { return nil }
        var text = "conv \(call.positional[filters]), \(window)"
        if let stride = call.value(size + 1, "stride") ?? call.named["strides"], stride != "1" {
            text += ", stride=\(stride)"
        }
        if let padding = call.value(size + 2, "padding")?.filter({ $0 != "\"" && $0 != "'" }), padding != "0",
            padding != "valid"
        {
            text += ", pad=\(padding)"
        }
        return text + activation(call)
    }

    private static func pooling(_ name: String, _ call: Call) -> String? {
        guard let size = call.value(0, "kernel_size") ?? call.named["pool_size"], Int(size) != nil else { return nil }
        let stride = call.value(1, "stride").map { $0 == size ? "" : ", stride=\($0)" }
        return "\(name) \(size)\(stride ?? "")"
    }

    /// `activation="relu"` is a layer of its own.
    private static func activation(_ call: Call) -> String {
        guard let name = call.named["activation"]?.filter({ $0 != "\"" && $0 != "'" }) else { return "" }
        return "; \(name)"
    }

    private static func square(_ text: String) -> String? { Int(text).map { "\($0)x\($0)" } }

    /// Numbers and words between commas.
    private struct Call {
        var positional: [String] = []
        /// For look-up only.
        var named: [String: String] = [:]

        init?(_ text: String) {
            for part in text.split(separator: ",") {
                let sides = part.split(separator: "=").map { $0.filter { $0 != " " } }
                guard sides.count <= 2, let last = sides.last, !last.isEmpty, last.allSatisfy(Call.isPlain) else {
                    return nil
                }
                if sides.count == 2 { named[sides[0]] = last } else { positional.append(last) }
            }
        }

        private static func isPlain(_ letter: Character) -> Bool {
            letter.isLetter || letter.isNumber || "_.\"'".contains(letter)
        }

        func value(_ position: Int, _ name: String) -> String? {
            positional.indices.contains(position) ? positional[position] : named[name]
        }
    }
}

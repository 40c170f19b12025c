import CNNCore

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

    /// `conv 1, 6, 5` behind one channel, which is most likely PyTorch's channels in, channels out, size.
    struct Order {
        let origin: Int?
        /// What it means here.
        let meaning: String
        let note: String

        /// - Parameter layers: of a whole model.
        init?(_ layers: [LayerSpec]) {
            guard layers.first?.kind == "input", let conv = layers.first(where: { $0.kind == "conv" }),
                case .int(let channels)? = layers.first?.channels, conv.arguments.count >= 3,
                conv.arguments.prefix(3).allSatisfy({ $0.name == nil }),
                case .int(let first) = conv.arguments[0].value, case .int(let second) = conv.arguments[1].value,
                case .int(let third) = conv.arguments[2].value, first == channels, third > 1, second > 1
            else { return nil }
            origin = conv.origin
            let filters = first.counting("filter")
            meaning =
                "conv \(first), \(second), \(third) is \(filters) of \(second)x\(second), with a stride of \(third)"
            note = "the channels that come in are known: for \(second) filters write conv \(second), \(third)x\(third)"
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

extension LayerSpec {
    /// Of `input 28x28x1`, as it was given.
    fileprivate var channels: LayerArgument? {
        guard arguments.count == 1, case .list(let sizes) = arguments[0].value, sizes.count == 3 else { return nil }
        return sizes[2]
    }
}

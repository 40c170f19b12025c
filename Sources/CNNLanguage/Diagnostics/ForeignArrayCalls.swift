import CNNCore

/// Calls of NumPy, SciPy and PyTorch whose arguments stand otherwise here, written out with the user's own.
enum ForeignArrayCalls {
    /// - Parameters:
    ///   - last: the name behind the last point of `path`.
    ///   - parts: the arguments, one by one.
    /// - Returns: the note; nil for a call that needs none of its own.
    static func note(_ path: String, _ last: String, _ parts: [String]) -> String? {
        guard let first = parts.first, first.label == nil else { return nil }
        let rest = Array(parts.dropFirst())
        switch last {
        case "append" where rest.count == 1 && rest[0].label == nil: return appended(path, first, rest[0])
        case "append" where rest.count == 2 && rest[1].label == "axis":
            return "write concat([\(first), \(rest[0])], \(rest[1]))"
        case "vstack", "row_stack": return stacked(first, rest, "stack(\(first))", "concat(\(first), axis=0)")
        case "hstack": return stacked(first, rest, "concat(\(first), axis=0)", "concat(\(first), axis=1)")
        case "column_stack": return stacked(first, rest, "stack(\(first), axis=1)", "concat(\(first), axis=1)")
        case "dstack": return rest.isEmpty ? "write stack(\(first), axis=2)" : nil
        case "convolve", "correlate": return rowProduct(last, first, rest)
        case "conv2", "convolve2d", "correlate2d": return windowProduct(last, first, rest)
        case "filter2D" where rest.count == 2: return "write import filters, then filters.apply(\(first), \(rest[1]))"
        case "median": return median(first, rest)
        case "imshow": return "write show(\(first))"
        case "grad", "value_and_grad": return rest.isEmpty ? gradient(of: first) : nil
        case "size" where rest.count == 1: return size(path, first, rest[0])
        case "size" where rest.isEmpty && path != last: return "write \(first).size"
        case "rank": return rest.isEmpty ? "write \(first).rank" : nil
        case "resize":
            return "there is no resize here: avg_pool(\(first), 2) halves a picture, "
                + "repeat(repeat(\(first), 2, axis=0), 2, axis=1) doubles it"
        case "open" where path == "Image.open" || path == "PIL.Image.open": return "write load(\(first))"
        case "fit": return fit(first, rest)
        case "evaluate": return rest.count == 1 && rest[0].label == nil ? "write accuracy(\(first), \(rest[0]))" : nil
        default: return conversion(path, last, parts)
        }
    }

    /// Keras' `fit(net, images, labels, epochs=3)`
    static func fit(_ model: String, _ arguments: [String]) -> String? {
        let data = arguments.filter { $0.label == nil }
        guard (1...2).contains(data.count) else { return nil }
        let settings = arguments.compactMap { part -> String? in
            switch part.label {
            case "epochs"?: part
            case "batch_size"?: "batch=\(part.dropFirst("batch_size=".count))"
            default: nil
            }
        }
        let set = data.count == 1 ? data[0] : "[\(data.joined(separator: ", "))]"
        let epochs = settings.contains { $0.label == "epochs" } ? settings : ["epochs=5"] + settings
        return "write train \(model) on \(set), \(epochs.joined(separator: ", "))"
    }

    /// `np.append(x, 4)`, which gives a new array; `append(xs, 4)`, where it may be a list.
    private static func appended(_ path: String, _ first: String, _ element: String) -> String {
        let joined = "concat([\(tensor(first)), \(tensor(element))], axis=0)"
        if path != "append" || !first.isName { return "write \(joined)" }
        return "for a list write \(first).append(\(element)), for tensors \(joined)"
    }

    /// What NumPy does to rows is another thing than what it does to matrices.
    private static func stacked(_ list: String, _ rest: [String], _ rows: String, _ matrices: String) -> String? {
        rest.isEmpty ? "write \(rows) for vectors, \(matrices) for matrices" : nil
    }

    /// A number or a list that is written out, as a tensor of one axis.
    private static func tensor(_ text: String) -> String {
        if Double(text) != nil { return "tensor([\(text)])" }
        return text.hasPrefix("[") ? "tensor(\(text))" : text
    }

    /// `np.convolve(a, b)`: of vectors.
    private static func rowProduct(_ name: String, _ x: String, _ rest: [String]) -> String? {
        guard let w = rest.first, w.label == nil, rest.count <= 2 else { return nil }
        let usual = name == "convolve" ? "full" : "valid"
        guard let pad = padding(rest.dropFirst().first, usual: usual) else { return nil }
        let rows = [x, w].map { "reshape(\(tensor($0)), [1, -1])" }.joined(separator: ", ")
        return "write reshape(\(name)2d(\(rows)\(pad)), [-1])"
    }

    /// SciPy's and MATLAB's convolution has every place where the windows touch.
    private static func windowProduct(_ name: String, _ x: String, _ rest: [String]) -> String? {
        guard let w = rest.first, w.label == nil, rest.count <= 2 else { return nil }
        guard let pad = padding(rest.dropFirst().first, usual: "full") else { return nil }
        return "write \(name == "correlate2d" ? name : "convolve2d")(\(x), \(w)\(pad))"
    }

    /// `, pad="full"` for a mode of NumPy's.
    private static func padding(_ mode: String?, usual: String) -> String? {
        let word = mode.map { $0.replacing("mode=", with: "").filter { $0 != "\"" && $0 != "'" } } ?? usual
        guard ["full", "same", "valid"].contains(word) else { return nil }
        return word == "valid" ? "" : ", pad=\"\(word)\""
    }

    private static func median(_ x: String, _ rest: [String]) -> String {
        if let axis = rest.first {
            return "there is no median of an axis here: sort(\(x), axis=\(axis.replacing("axis=", with: ""))) puts the "
                + "elements in order"
        }
        return "write s = sort(tensor(\(x)), axis=None), then mean(s[(len(s) - 1) // 2:len(s) // 2 + 1])"
    }

    /// JAX has a function for the gradient of a function.
    private static func gradient(of function: String) -> String {
        if let arrow = function.firstRange(of: "->") {
            let name = String(function[..<arrow.lowerBound]).trimmedOfBlanks
            let value = String(function[arrow.upperBound...]).trimmedOfBlanks
            if name.isName { return "where \(name) has a value write gradient(\(name)) { \(value) }" }
        }
        guard function.isName else { return "where x has a value write gradient(x) { (\(function))(x) }" }
        return "where x has a value write gradient(x) { \(function)(x) }"
    }

    /// MATLAB counts axes from 1, NumPy from 0.
    private static func size(_ path: String, _ x: String, _ axis: String) -> String? {
        guard let number = Int(axis.replacing("axis=", with: "")) else { return nil }
        let isCountedFromOne = path == "size"
        guard !isCountedFromOne || number > 0 else { return nil }
        return "axes are counted from 0: write \(x).shape[\(isCountedFromOne ? number - 1 : number)]"
    }

    /// `np.float32(3)`
    private static func conversion(_ path: String, _ last: String, _ parts: [String]) -> String? {
        guard parts.count == 1 else { return nil }
        if path != last, BuiltinRegistry.constantNames.contains(last), DType(rawValue: last) != nil {
            return "write \(last)(\(parts[0]))"
        }
        switch last {
        case "float16", "bfloat16": return "write float32(\(parts[0])): there are float32 and float64"
        case "int8", "int16", "int32", "uint16", "uint32", "uint64":
            return "write int64(\(parts[0])): of whole numbers there are int64 and uint8"
        default: return nil
        }
    }
}

extension String {
    /// Whether it is a name alone.
    var isName: Bool {
        guard let first, first.isLetter || first == "_" else { return false }
        return allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" }
    }
}

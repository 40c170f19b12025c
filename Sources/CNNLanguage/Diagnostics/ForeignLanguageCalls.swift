/// Calls of R, MATLAB and JavaScript whose arguments stand otherwise here, written out with the user's own.
enum ForeignLanguageCalls {
    /// Names that are as likely variables: only a call of them is told to be another language's.
    static func note(_ last: String, _ parts: [String]) -> String? {
        guard let first = parts.first, first.label == nil else { return nil }
        let rest = Array(parts.dropFirst())
        switch last {
        case "c":
            guard parts.allSatisfy({ $0.label == nil }) else { return nil }
            let list = "[\(parts.joined(separator: ", "))]"
            return parts.contains(where: isText)
                ? "write \(list)" : "write \(list) for a list, tensor(\(list)) to compute with"
        case "seq": return sequence(first, rest)
        case "rep": return repeated(first, rest)
        case "matrix": return matrix(first, rest)
        case "dim": return rest.isEmpty ? "write \(first).shape" : nil
        case "nrow": return rest.isEmpty ? "write \(first).shape[0]" : nil
        case "ncol": return rest.isEmpty ? "write \(first).shape[1]" : nil
        case "paste", "paste0":
            guard parts.allSatisfy({ $0.label == nil }) else { return nil }
            let blank = last == "paste" ? " + \" \" + " : " + "
            return "write \(parts.map { isText($0) ? $0 : "str(\($0))" }.joined(separator: blank))"
        case "cat" where isText(first):
            let line = first.hasSuffix("\\n\"") && parts.count == 1 ? first.dropLast(3) + "\"" : first
            return "write print(\(([line] + rest).joined(separator: ", ")))"
        case "num2str", "toString": return rest.isEmpty ? "write str(\(first))" : nil
        case "str2num", "str2double", "parseFloat": return rest.isEmpty ? "write float(\(first))" : nil
        case "parseInt": return "write int(\(first))"
        case "puts": return "write print(\(parts.joined(separator: ", ")))"
        case "strcat": return parts.allSatisfy { $0.label == nil } ? "write \(parts.joined(separator: " + "))" : nil
        case "isempty": return rest.isEmpty ? "write len(\(first)) == 0" : nil
        case "find":
            guard rest.isEmpty else { return nil }
            let x = first.isName ? first : "(\(first))"
            return "write [i for i in range(len(\(first))) if \(x)[i] != 0]"
        case "repmat":
            if rest.count == 1 { return "write tile(\(first), \(rest[0]), \(rest[0]))" }
            return rest.isEmpty ? nil : "write tile(\(parts.joined(separator: ", ")))"
        case "randi":
            guard let high = Int(first), high < Int.max else { return nil }
            let sizes =
                rest.isEmpty ? "" : ", \(rest.count == 1 ? "\(rest[0])x\(rest[0])" : rest.joined(separator: "x"))"
            return rest.allSatisfy { Int($0) != nil } ? "write randint(1, \(high + 1)\(sizes))" : nil
        default: return nil
        }
    }

    private static func isText(_ part: String) -> Bool { part.hasPrefix("\"") || part.hasPrefix("'") }

    /// Without R's names of arguments: `5` for `times=5`.
    private static func value(_ part: String) -> String {
        guard let equals = part.firstIndex(of: "="), part.label != nil else { return part }
        return String(part[part.index(after: equals)...]).trimmedOfBlanks
    }

    /// R's `seq(1, 10)`, which has its end.
    private static func sequence(_ start: String, _ rest: [String]) -> String? {
        guard let stop = rest.first, stop.label == nil else { return nil }
        let end = Int(stop).flatMap { $0 < Int.max ? String($0 + 1) : nil } ?? "\(stop) + 1"
        guard rest.count > 1 else { return "write arange(\(start), \(end))" }
        guard rest.count == 2, let step = Double(value(rest[1])), step > 0 else { return nil }
        if Int(value(rest[1])) != nil { return "write arange(\(start), \(end), \(value(rest[1])))" }
        guard let low = Double(start), let high = Double(stop), high > low, (high - low) / step < 1e6 else {
            return nil
        }
        let count = Int((high - low) / step + 1e-9) + 1
        return "write linspace(\(start), \(stop), \(count))"
    }

    /// R's `rep(0, 5)`
    private static func repeated(_ element: String, _ rest: [String]) -> String? {
        guard rest.count == 1, rest[0].label == nil || rest[0].label == "times" else { return nil }
        if Double(element) != nil || isText(element) { return "write [\(element)] * \(value(rest[0]))" }
        return "write tile(\(element), \(value(rest[0])))"
    }

    private static func matrix(_ element: String, _ rest: [String]) -> String {
        if Double(element) != nil, rest.count == 2 {
            return "write full([\(value(rest[0])), \(value(rest[1]))], \(element))"
        }
        return "a matrix is made of its rows: tensor([[1, 2], [3, 4]])"
    }
}

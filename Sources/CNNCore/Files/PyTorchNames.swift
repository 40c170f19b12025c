/// Which parameter of a PyTorch file belongs to which of ours.
///
/// A module is what stands before the last dot of a name: `conv1` of `conv1.weight`, `features.0` of
/// `features.0.bias`. Modules go together by name where all names agree; else in order (numbers by their value), first
/// over all modules, then filters, matrices and vectors each for itself, as far as every shape fits.
struct PyTorchNames {
    struct Module {
        let name: String
        /// `weight`, `bias`, `running_mean`, `running_var`, with their shapes in PyTorch's layout.
        var parts: [(name: String, shape: Shape)]

        /// 4 for filters, 2 for a dense weight, 1 for a normalisation.
        var rank: Int { parts.first { $0.name == "weight" }?.shape.rank ?? 0 }

        func fits(_ other: Module) -> Bool {
            parts.count == other.parts.count
                && parts.allSatisfy { part in other.parts.contains { $0.name == part.name && $0.shape == part.shape } }
        }
    }

    /// Our names for what PyTorch calls otherwise.
    private static let renamed = [(ours: "gamma", theirs: "weight"), (ours: "beta", theirs: "bias")]

    /// PyTorch's name of one of our parameters.
    static func theirs(_ name: String) -> String {
        let (module, part) = split(name)
        let known = renamed.first { $0.ours == part }?.theirs ?? part
        return module.isEmpty ? known : "\(module).\(known)"
    }

    /// For each of our parameters the name of theirs.
    /// - Parameter given: module of ours to module of theirs, where the user says so.
    /// - Throws: E0407 where no assignment fits; the way out is `given`.
    static func assignment(
        _ layouts: [PyTorchLayout], _ tensors: [(name: String, tensor: Tensor)],
        given: [(ours: String, theirs: String)], _ path: String, _ model: String
    ) throws(CNNError) -> [String] {
        let ours = modules(layouts.map { (theirs($0.name), $0.theirShape) })
        // A count of batches has no place here: it changes no output.
        let counted = tensors.filter { !$0.name.hasSuffix("num_batches_tracked") }
        let found = modules(counted.map { ($0.name, $0.tensor.shape) }).sorted { isBefore($0.name, $1.name) }
        guard let pairs = try pairs(ours, found, given) else { throw mismatch(ours, found, path, model) }
        return layouts.map { layout in
            let (module, part) = split(theirs(layout.name))
            let other = pairs.first { $0.ours == module }?.theirs ?? module
            return other.isEmpty ? part : "\(other).\(part)"
        }
    }

    private static func pairs(
        _ ours: [Module], _ found: [Module], _ given: [(ours: String, theirs: String)]
    ) throws(CNNError) -> [(ours: String, theirs: String)]? {
        if !given.isEmpty {
            for pair in given {
                guard ours.contains(where: { $0.name == pair.ours }) else {
                    throw unknown(pair.ours, "the model", ours)
                }
                guard found.contains(where: { $0.name == pair.theirs }) else {
                    throw unknown(pair.theirs, "the file", found)
                }
            }
            let named = ours.map { module in
                (ours: module.name, theirs: given.first { $0.ours == module.name }?.theirs ?? module.name)
            }
            return fitting(ours, named.map { pair in found.first { $0.name == pair.theirs } }, found.count)
        }
        if let byName = fitting(ours, ours.map { module in found.first { $0.name == module.name } }, found.count) {
            return byName
        }
        if let inOrder = fitting(ours, found, found.count) { return inOrder }
        var byRank: [Module?] = []
        var taken: [Int: Int] = [:]
        for module in ours {
            let alike = found.filter { $0.rank == module.rank }
            let place = taken[module.rank, default: 0]
            byRank.append(place < alike.count ? alike[place] : nil)
            taken[module.rank] = place + 1
        }
        return fitting(ours, byRank, found.count)
    }

    private static func fitting(_ ours: [Module], _ others: [Module?], _ count: Int) -> [(
        ours: String, theirs: String
    )]? {
        guard ours.count == others.count, ours.count == count else { return nil }
        var pairs: [(ours: String, theirs: String)] = []
        for (module, other) in zip(ours, others) {
            guard let other, module.fits(other) else { return nil }
            pairs.append((module.name, other.name))
        }
        return pairs
    }

    private static func split(_ name: String) -> (module: String, part: String) {
        guard let dot = name.lastIndex(of: ".") else { return ("", name) }
        return (String(name[..<dot]), String(name[name.index(after: dot)...]))
    }

    private static func modules(_ values: [(name: String, shape: Shape)]) -> [Module] {
        var result: [Module] = []
        var places: [String: Int] = [:]
        for (name, shape) in values {
            let (module, part) = split(name)
            if let place = places[module] {
                result[place].parts.append((part, shape))
            } else {
                places[module] = result.count
                result.append(Module(name: module, parts: [(part, shape)]))
            }
        }
        return result
    }

    /// Part by part, numbers by their value: features.2 before features.10, conv2 before conv10.
    private static func isBefore(_ a: String, _ b: String) -> Bool {
        let (first, second) = (pieces(a), pieces(b))
        for (x, y) in zip(first, second) where x != y {
            // Digits without leading zeros: the longer number is the larger one.
            let areNumbers = x.first?.isNumber == true && y.first?.isNumber == true
            return areNumbers && x.utf8.count != y.utf8.count ? x.utf8.count < y.utf8.count : x < y
        }
        return first.count < second.count
    }

    /// Stretches of digits and of other characters.
    private static func pieces(_ name: String) -> [String] {
        var result: [String] = []
        for character in name {
            if let last = result.last?.last, last.isNumber == character.isNumber, last != ".", character != "." {
                result[result.count - 1].append(character)
            } else {
                result.append(String(character))
            }
        }
        return result
    }
}

// MARK: - Errors

extension PyTorchNames {
    private static func mismatch(_ ours: [Module], _ found: [Module], _ path: String, _ model: String) -> CNNError {
        CNNError(
            .keyMissing, "'\(path)' does not hold the parameters of a network built as \(model) is",
            notes: [
                "\(model) needs \(listed(ours))", "the file has \(listed(found))",
                "where they go together by other names write names={\"conv1\": \"features.0\", ...}",
            ])
    }

    private static func unknown(_ name: String, _ place: String, _ modules: [Module]) -> CNNError {
        CNNError(
            .keyMissing, "names: \(place) has no parameters of '\(name)'", notes: ["it has \(listed(modules))"])
    }

    /// `conv1 (weight 6x1x5x5, bias 6), …`
    private static func listed(_ modules: [Module]) -> String {
        let texts = modules.prefix(5).map { module in
            "\(module.name) (\(module.parts.map { "\($0.name) \($0.shape)" }.joined(separator: ", ")))"
        }
        let rest = modules.count > 5 ? " and \(modules.count - 5) more" : ""
        return texts.isEmpty ? "none" : texts.joined(separator: ", ") + rest
    }
}

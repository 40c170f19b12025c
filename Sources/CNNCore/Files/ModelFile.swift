/// A model's parameters and running statistics as safetensors.
public enum ModelFile {
    /// The order of the axes in the file.
    public enum Layout: String, CaseIterable, Sendable {
        /// As the language shows them.
        case cnnbook
        /// Filters `[K, C, F, F]`, dense weights `[out, in]`, a flattened picture as channels, height, width.
        case pytorch
    }

    /// - Throws: E0505; E0404 for a model that has no parameters yet.
    public static func save(_ model: Model, to path: String, layout: Layout = .cnnbook) throws(CNNError) {
        var tensors = try values(of: model)
        if layout == .pytorch {
            let layouts = PyTorchLayout.all(of: try model.built())
            var theirs: [(name: String, tensor: Tensor)] = []
            for layout in layouts {
                guard let tensor = model.value(layout.name) else { continue }
                theirs.append((PyTorchNames.theirs(layout.name), try layout.theirs(tensor.detached)))
            }
            tensors = theirs
        }
        try write(tensors, metadata: [], of: model, to: path)
    }

    /// - Parameter metadata: beside the name of the model.
    static func write(
        _ tensors: [(name: String, tensor: Tensor)], metadata: [(key: String, value: String)], of model: Model,
        to path: String
    ) throws(CNNError) {
        let all = [(key: "format", value: "cnnbook"), (key: "model", value: model.name)] + metadata
        try FileWriter.write(try SafeTensors.write(tensors, metadata: all), to: path)
    }

    /// Sets every parameter and buffer of `model`, or none of them. What a checkpoint holds besides is passed over.
    /// - Parameter names: for a PyTorch file, where its modules have other names: ours and theirs.
    /// - Throws: E0501, E0502, E0503; E0407 where names differ, E0302 and E0207 where shapes or types do.
    public static func load(
        _ path: String, into model: Model, layout: Layout = .cnnbook, names: [(ours: String, theirs: String)] = []
    ) throws(CNNError) {
        guard path.lowercased().hasSuffix(".safetensors") else {
            throw CNNError(.invalidValue, "the name of a model's file ends in .safetensors: '\(path)' does not")
        }
        let content = try SafeTensors.load(path)
        switch layout {
        case .cnnbook:
            let isOurs = content.metadata.contains { $0 == ("format", "cnnbook") }
            let hint = isOurs ? nil : "a file that PyTorch wrote is read with layout=\"pytorch\""
            try set(model, Checkpoint.modelValues(content.tensors), path, hint: hint)
        case .pytorch: try set(model, try converted(content.tensors, for: model, names, path), path)
        }
    }

    /// Sets every parameter and buffer, or none.
    /// - Parameter hint: a way out where they do not go together.
    static func set(
        _ model: Model, _ found: [(name: String, tensor: Tensor)], _ path: String, hint: String? = nil
    ) throws(CNNError) {
        try check(found, against: try values(of: model), path, model.name, hint: hint)
        for (name, tensor) in found { try model.setValue(name, tensor) }
    }

    /// A PyTorch file's tensors with our names, in our layout and the model's dtype.
    private static func converted(
        _ tensors: [(name: String, tensor: Tensor)], for model: Model, _ names: [(ours: String, theirs: String)],
        _ path: String
    ) throws(CNNError) -> [(name: String, tensor: Tensor)] {
        let layouts = PyTorchLayout.all(of: try model.built())
        let assigned = try PyTorchNames.assignment(layouts, tensors, given: names, path, model.name)
        var result: [(name: String, tensor: Tensor)] = []
        for (layout, name) in zip(layouts, assigned) {
            guard let tensor = tensors.first(where: { $0.name == name })?.tensor else { continue }
            let floats = tensor.dtype == model.dtype ? tensor : try tensor.converted(to: model.dtype)
            result.append((layout.name, try layout.ours(floats)))
        }
        return result
    }

    static func values(of model: Model) throws(CNNError) -> [(name: String, tensor: Tensor)] {
        let values = (model.parameters + model.buffers).map { (name: $0.name, tensor: $0.value.detached) }
        guard !values.isEmpty else {
            throw CNNError(
                .invalidValue, "\(model.name) has no parameters yet",
                notes: ["begin it with input, or call it once: they are made when the input's shape is known"])
        }
        return values
    }

    /// - Throws: E0407 where names differ, E0302 and E0207 where shapes or types do.
    static func check(
        _ found: [(name: String, tensor: Tensor)], against wanted: [(name: String, tensor: Tensor)], _ path: String,
        _ model: String, hint: String? = nil
    ) throws(CNNError) {
        let missing = wanted.filter { value in !found.contains { $0.name == value.name } }.map(\.name)
        let extra = found.filter { value in !wanted.contains { $0.name == value.name } }.map(\.name)
        guard missing.isEmpty, extra.isEmpty else {
            var notes: [String] = []
            if !missing.isEmpty { notes.append("not in the file: \(listed(missing))") }
            if !extra.isEmpty { notes.append("not in the model: \(listed(extra))") }
            if let hint { notes.append(hint) }
            throw CNNError(.keyMissing, "'\(path)' was not saved from a model built as \(model) is", notes: notes)
        }
        for value in wanted {
            guard let other = found.first(where: { $0.name == value.name })?.tensor else { continue }
            guard other.shape == value.tensor.shape else {
                throw CNNError(
                    .shapeMismatch,
                    "\(value.name) is \(other.shape) in '\(path)' and \(value.tensor.shape) in \(model)",
                    notes: hint.map { [$0] } ?? [])
            }
            guard other.dtype == value.tensor.dtype else {
                throw CNNError(
                    .dtypeMismatch,
                    "\(value.name) is \(other.dtype.rawValue) in '\(path)' and \(value.tensor.dtype.rawValue) in \(model)"
                )
            }
        }
    }

    private static func listed(_ names: [String]) -> String {
        names.count <= 6
            ? names.joined(separator: ", ") : "\(names.prefix(5).joined(separator: ", ")) and \(names.count - 5) more"
    }
}

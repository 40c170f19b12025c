/// A model's parameters and running statistics as safetensors.
public enum ModelFile {
    /// - Throws: E0505; E0404 for a model that has no parameters yet.
    public static func save(_ model: Model, to path: String) throws(CNNError) {
        let tensors = try values(of: model)
        let metadata = [(key: "format", value: "cnnbook"), (key: "model", value: model.name)]
        try FileWriter.write(try SafeTensors.write(tensors, metadata: metadata), to: path)
    }

    /// Sets every parameter and buffer of `model`, or none of them.
    /// - Throws: E0501, E0502, E0503; E0407 where names differ, E0302 and E0207 where shapes or types do.
    public static func load(_ path: String, into model: Model) throws(CNNError) {
        let wanted = try values(of: model)
        let found = try SafeTensors.read(try FileReader.bytes(path, limit: FileReader.budgetLimit), name: path)
        try check(found, against: wanted, path, model.name)
        for (name, tensor) in found { try model.setValue(name, tensor) }
    }

    private static func values(of model: Model) throws(CNNError) -> [(name: String, tensor: Tensor)] {
        let values = (model.parameters + model.buffers).map { (name: $0.name, tensor: $0.value) }
        guard !values.isEmpty else {
            throw CNNError(
                .invalidValue, "\(model.name) has no parameters yet",
                notes: ["begin it with input, or call it once: they are made when the input's shape is known"])
        }
        return values
    }

    private static func check(
        _ found: [(name: String, tensor: Tensor)], against wanted: [(name: String, tensor: Tensor)], _ path: String,
        _ model: String
    ) throws(CNNError) {
        let missing = wanted.filter { value in !found.contains { $0.name == value.name } }.map(\.name)
        let extra = found.filter { value in !wanted.contains { $0.name == value.name } }.map(\.name)
        guard missing.isEmpty, extra.isEmpty else {
            var notes: [String] = []
            if !missing.isEmpty { notes.append("not in the file: \(listed(missing))") }
            if !extra.isEmpty { notes.append("not in the model: \(listed(extra))") }
            throw CNNError(.keyMissing, "'\(path)' was not saved from a model built as \(model) is", notes: notes)
        }
        for value in wanted {
            guard let other = found.first(where: { $0.name == value.name })?.tensor else { continue }
            guard other.shape == value.tensor.shape else {
                throw CNNError(
                    .shapeMismatch,
                    "\(value.name) is \(other.shape) in '\(path)' and \(value.tensor.shape) in \(model)")
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

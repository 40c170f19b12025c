import CNNCore

/// E0203 for names that a call cannot use.
enum ArgumentErrors {
    /// - Parameters:
    ///   - names: of the parameters.
    ///   - signature: as the note shows it.
    static func unknown(
        _ name: String, of function: String, among names: [String], signature: String
    ) -> CNNError {
        var notes = ["it is \(signature)"]
        if let ours = suggestion(for: name, among: names) {
            notes.insert("write \(ours)=...", at: 0)
        } else if let remark = ForeignNames.memberHint(name), remark.hasPrefix("leave it out") {
            // PyTorch's requires_grad=True
            notes.insert(remark, at: 0)
        } else if function == "print" {
            notes.insert("to compare write \(name) == ...", at: 0)
        }
        return CNNError(
            .argumentMismatch, "\(function) has no argument '\(name)'", notes: notes, argument: .named(name))
    }

    /// What another library's name is called here, else the nearest.
    static func suggestion(for name: String, among names: [String]) -> String? {
        foreignName(name, among: names) ?? EditDistance.nearest(name, among: names)
    }

    /// What another library's name is called here.
    static func foreignName(_ name: String, among names: [String]) -> String? {
        foreign[name]?.first { names.contains($0) }
    }

    /// Names of NumPy, PyTorch and Keras, and what may stand for them here.
    private static let foreign: [String: [String]] = [
        "dim": ["axis"], "axis": ["start"], "start_dim": ["start"], "pad": ["size"], "dims": ["axis"], "axes": ["axis"],
        "keepdim": ["keep"], "keepdims": ["keep"],
        "padding": ["pad", "size"], "strides": ["stride"], "kernel_size": ["size"], "pool_size": ["size"],
        "ksize": ["size"], "kernel": ["w", "size"], "weight": ["w"], "weights": ["w"], "bias": ["b"], "input": ["x"],
        "filters": ["filters", "w"], "out_channels": ["filters"], "units": ["units"], "shape": ["size"],
        "dtype": ["dtype"], "ceil_mode": ["rounding"], "output_padding": ["output_pad"], "reduction": ["reduce"],
        "learning_rate": ["lr"], "batch_size": ["batch", "n"], "betas": ["beta1"], "n_epochs": ["epochs"],
        "num_epochs": ["epochs"],
        "validation_data": ["validate"], "validation": ["validate"], "kernel_initializer": ["init"],
        "use_bias": ["bias"], "unbiased": ["ddof"], "correction": ["ddof"], "num": ["n"], "num_classes": ["n"],
        "low": ["low"], "high": ["high"], "min": ["low"], "max": ["high"], "descending": ["reverse"],
        "alpha": ["slope"], "slope": ["alpha"], "negative_slope": ["alpha", "slope"],
        "max_norm": ["clip"], "callbacks": ["patience"], "lr_scheduler": ["schedule"], "scheduler": ["schedule"],
    ]
}

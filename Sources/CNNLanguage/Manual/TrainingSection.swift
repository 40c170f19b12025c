/// `train` on the page of training: its form, its keys, what its hooks know, and what it can be given.
enum TrainingSection {
    static let text: String = [
        "## `train`", Markdown.code(TrainingKey.form), TrainingKey.summary,
        Markdown.table(["key", "default", "what it says"], TrainingKey.allCases.map(row)),
        "Pictures of uint8 are pixels from 0 to 255, and become 0 to 1 wherever a model is given them: "
            + list(pixelTakers) { Markdown.code($0) } + ".",
        "In `on epoch { ... }` and `on batch { ... }`: " + list(TrainBuiltin.hookParameters) { Markdown.code($0) }
            + ".",
        "Optimizers: " + list(OptimizerBuiltins.names, Manual.link) + ".",
        "Schedules: " + list(ScheduleBuiltins.names, Manual.link) + ".",
        "### Losses",
        Markdown.table(
            ["loss", "what it is", "formula"],
            LossArgument.names.map(loss)),
    ].joined(separator: "\n\n")

    private static let pixelTakers = [
        "train", "net(x)", "gradient(net) { ... }", "loss", "accuracy", "predict", "feature_maps", "explain_gradient",
    ]

    private static func row(_ key: TrainingKey) -> [String] {
        [Markdown.code(key.rawValue), Markdown.code(key.defaultText), Manual.prose(key.summary)]
    }

    /// As a loss, `perceptron` is not the function of that name.
    private static func loss(_ name: String) -> [String] {
        if name == "perceptron" {
            return [
                Markdown.code(name), Markdown.text(LossArgument.perceptron.summary),
                Markdown.code(LossArgument.perceptron.formula),
            ]
        }
        guard let builtin = BuiltinRegistry.named(name) else { return [Markdown.code(name), "", ""] }
        return GroupPage.row(builtin) + [builtin.formula.map(Markdown.code) ?? ""]
    }

    private static func list(_ names: [String], _ link: (String) -> String) -> String {
        names.map(link).joined(separator: ", ")
    }
}

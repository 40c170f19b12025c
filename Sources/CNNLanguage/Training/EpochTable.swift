import CNNCore

/// What `train` prints: a line an epoch, without times, since output is compared.
enum EpochTable {
    static func header(_ epoch: TrainingHistory.Epoch) -> String {
        "epoch" + columns(epoch).map { "  " + padded($0.name, width($0.name)) }.joined() + "\n"
    }

    static func line(_ epoch: TrainingHistory.Epoch) -> String {
        padded(String(epoch.epoch), 5)
            + columns(epoch).map { "  " + padded(number($0.value), width($0.name)) }.joined() + "\n"
    }

    /// Four decimals; a loss that has gone astray in a short form.
    static func number(_ value: Double) -> String {
        abs(value) < 100_000 ? NumberFormatter.fixed(value, 4) : NumberFormatter.general(value, 5)
    }

    private static func columns(_ epoch: TrainingHistory.Epoch) -> [(name: String, value: Double)] {
        [(name: "loss", value: epoch.loss)] + epoch.metrics.map { ($0.name, $0.value) }
    }

    private static func width(_ name: String) -> Int { max(6, name.utf8.count) }

    private static func padded(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(0, width - text.utf8.count)) + text
    }
}

import CNNCore

/// What `train` prints: a line an epoch, without times, since output is compared.
enum EpochTable {
    /// - Parameter columns: what a line has room for; the values that are too many go on below.
    static func header(_ epoch: TrainingHistory.Epoch, columns: Int = .max) -> String {
        row("epoch", values(epoch).map { padded($0.name, width($0.name)) }, columns)
    }

    static func line(_ epoch: TrainingHistory.Epoch, columns: Int = .max) -> String {
        row(
            padded(String(epoch.epoch), 5), values(epoch).map { padded(number($0.value), width($0.name)) }, columns)
    }

    private static func row(_ first: String, _ cells: [String], _ columns: Int) -> String {
        let lines = WordWrap.packed(cells, separator: "  ", columns: max(1, columns - first.utf8.count - 2))
        let margin = String(repeating: " ", count: first.utf8.count)
        return lines.enumerated().map { ($0 == 0 ? first : margin) + "  \($1)\n" }.joined()
    }

    /// Four decimals; a loss that has gone astray in a short form.
    static func number(_ value: Double) -> String {
        abs(value) < 100_000 ? NumberFormatter.fixed(value, 4) : NumberFormatter.general(value, 5)
    }

    private static func values(_ epoch: TrainingHistory.Epoch) -> [(name: String, value: Double)] {
        [(name: "loss", value: epoch.loss)] + epoch.metrics.map { ($0.name, $0.value) }
    }

    private static func width(_ name: String) -> Int { max(6, name.utf8.count) }

    private static func padded(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(0, width - text.utf8.count)) + text
    }
}

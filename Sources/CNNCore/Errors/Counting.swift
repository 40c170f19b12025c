extension Int {
    /// `1 curve`, `2 curves`.
    public func counting(_ one: String, _ many: String? = nil) -> String {
        "\(self) \(self == 1 ? one : many ?? one + "s")"
    }
}

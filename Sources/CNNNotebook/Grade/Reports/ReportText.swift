import CNNCore

extension JSON {
    static func points(_ points: Points) -> JSON { .number(points.text) }

    /// Indented, with a line feed at the end.
    var fileText: String { String(decoding: JSONWriter.text(self, indent: 2), as: UTF8.self) + "\n" }
}

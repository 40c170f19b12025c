import CNNCore

/// The parameters of `--params FILE.json`: an object with a member for each.
public enum ParameterFile {
    private static let byteLimit = 16 << 20

    /// - Throws: E0501, E0502 and E0604 where the file cannot be read, E0503 where it is no JSON object.
    public static func read(_ path: String) throws(CNNError) -> [NotebookParameter] {
        let bytes = try FileReader.bytes(path, limit: byteLimit)
        let name = Notebook.fileName(of: path)
        let value: JSON
        do { value = try JSONParser.parse(bytes) } catch {
            throw CNNError(.malformedFile, "\(name) is no JSON: \(error.message) (line \(error.line))")
        }
        guard let members = value.members else {
            throw CNNError(.malformedFile, "\(name) is no JSON object: parameters are written {\"name\": value}")
        }
        var parameters: [NotebookParameter] = []
        for member in members {
            guard let literal = literal(member.value) else {
                throw CNNError(.malformedFile, "\(name): the value of '\(member.key)' is too large a number")
            }
            parameters.append(try NotebookParameter(name: member.key, literal: literal))
        }
        return parameters
    }

    /// A value as the language writes it; nil for a whole number that no int holds.
    static func literal(_ value: JSON) -> String? {
        switch value {
        case .null: return "None"
        case .bool(let flag): return flag ? "True" : "False"
        case .string(let text): return SourceLiteral.quoted(text)
        case .number(let text):
            guard !text.contains(where: { ".eE".contains($0) }) else {
                return Double(text).map { $0.isFinite ? text : nil } ?? nil
            }
            return Int(text).map(String.init)
        case .array(let elements):
            let parts = elements.compactMap(literal)
            return parts.count == elements.count ? "[\(parts.joined(separator: ", "))]" : nil
        case .object(let members):
            let parts = members.compactMap { member in
                literal(member.value).map { "\(SourceLiteral.quoted(member.key)): \($0)" }
            }
            return parts.count == members.count ? "{\(parts.joined(separator: ", "))}" : nil
        }
    }
}

import CNNCore
import CNNLanguage

/// The names that can stand where the cursor is: variables, built-ins, keywords, layers; behind a point, the members of
/// the value before it.
struct NameCompletion {
    let interpreter: Interpreter

    /// - Parameter word: `conv`, `net.conv1.we`
    /// - Returns: whole words, in the order of the alphabet.
    func completions(of word: String) -> [String] {
        let parts = word.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard let last = parts.last, let first = parts.first, !first.isEmpty || parts.count == 1 else { return [] }
        let owners = parts.dropLast()
        let prefix = owners.map { $0 + "." }.joined()
        let names = owners.isEmpty ? globalNames : memberNames(of: Array(owners))
        return Set(names.filter { $0.hasPrefix(last) }).sorted().map { prefix + $0 }
    }

    private var globalNames: [String] {
        interpreter.module.definedNames + BuiltinRegistry.all.map(\.name) + BuiltinRegistry.constantNames + Keyword.all
            + LayerDefinition.all.map(\.name)
    }

    /// Looks, and calls nothing.
    private func memberNames(of path: [String]) -> [String] {
        guard let first = path.first, var value = interpreter.module[first] else { return [] }
        for name in path.dropFirst() {
            guard case .native(let object) = value, let next = try? object.member(name, in: interpreter) else {
                return []
            }
            value = next
        }
        return Members.names(value)
    }
}

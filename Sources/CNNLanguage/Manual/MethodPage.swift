import CNNCore

/// What stands behind a point, by type.
enum MethodPage {
    static let page: ManualPage = {
        let parts = [Manual.backLink, tensors] + BuiltinRegistry.methods.map(section)
        return ManualPage(
            fileName: fileName, title: "Methods by type", summary: "what stands behind the point of a value",
            body: parts.joined(separator: "\n\n"))
    }()

    private static let fileName = "methods.md"

    /// `str.upper`
    private static func name(_ method: String, _ type: String) -> String { "\(type).\(method)" }

    static func place(of method: String, _ type: String) -> String {
        "\(fileName)#\(Markdown.anchor(name(method, type)))"
    }

    /// A tensor's methods are the functions whose first parameter is `x`.
    private static var tensors: String {
        let fields = Members.tensorFields.map { Markdown.code("x.\($0)") }.joined(separator: ", ")
        let methods = Members.tensorMethods.map { Manual.link($0.name) }.joined(separator: ", ")
        return """
            ## tensor

            Fields: \(fields). Numbers have them too.

            Every function whose first parameter is `x` is a method: `x.sum(axis=0)` is `sum(x, axis=0)`. These are:
            \(methods).
            """
    }

    private static func section(_ type: String, _ list: [Builtin]) -> String {
        let rows = list.map { method in
            let name = Markdown.code(method.methodSignature(type))
            return ["[\(name)](#\(Markdown.anchor(self.name(method.name, type))))", Manual.prose(method.summary)]
        }
        let parts = ["## \(type)", Markdown.table(["method", "what it does"], rows)] + list.map { entry($0, type) }
        return parts.joined(separator: "\n\n")
    }

    private static func entry(_ method: Builtin, _ type: String) -> String {
        var parts = [
            "### \(Markdown.code(name(method.name, type)))", Markdown.code(method.methodSignature(type)),
            Manual.prose(method.summary) + (method.isMutating ? "; changes its \(type)" : ""),
        ]
        if let formula = method.formula { parts.append(Manual.formula(formula)) }
        parts.append(Manual.example(method.example.code, output: method.example.output))
        return parts.joined(separator: "\n\n")
    }
}

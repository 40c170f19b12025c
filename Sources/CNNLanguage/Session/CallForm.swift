import CNNCore

/// How something is called, for completion and hints.
public struct CallForm {
    public struct Parameter {
        public let name: String
        /// nil for one that must be given.
        public let defaultText: String?
        /// Bare words that it takes: `pad=same`.
        public var words: [String] = []
    }

    /// `conv2d(x, w, b=None, stride=1)`
    public let signature: String
    /// One line; empty where nothing says it.
    public let summary: String
    public let parameters: [Parameter]
}

extension CallForm {
    /// - Parameter isMethod: the first parameter stands before the point.
    init(_ builtin: Builtin, isMethod: Bool = false) {
        signature = isMethod ? builtin.methodSignature(builtin.parameters.first?.name ?? "x") : builtin.signature
        summary = builtin.summary
        parameters = builtin.parameters.dropFirst(isMethod ? 1 : 0).filter { !$0.isVariadic }.map {
            Parameter(name: $0.name, defaultText: $0.defaultText)
        }
    }

    init(_ function: FunctionObject, summary: String) {
        signature = function.signature
        self.summary = summary
        parameters = function.prototype.tables.parameters.map {
            Parameter(name: $0.name, defaultText: $0.defaultText)
        }
    }

    public init(_ layer: LayerDefinition) {
        signature = layer.signature
        summary = layer.summary
        parameters = layer.parameters.map {
            Parameter(name: $0.name, defaultText: $0.defaultText, words: $0.words)
        }
    }

    /// Of `train net on data, epochs=…`
    public static var training: CallForm {
        CallForm(
            signature: TrainingKey.form, summary: TrainingKey.summary,
            parameters: TrainingKey.allCases.map {
                Parameter(name: $0.rawValue, defaultText: $0.defaultText, words: $0.words)
            })
    }
}

/// What a session knows of a name or a chain of names, found without running anything.
extension Interpreter {
    /// The value of `net.conv1.weight`; nil where there is none, or where finding it would compute.
    public func value(at path: [String]) -> Value? {
        guard let first = path.first, var value = module[first] ?? Interpreter.builtinValue(first) else { return nil }
        for name in path.dropFirst() {
            if case .native(let object) = value, object is DatasetObject, name == "images" { return nil }
            guard let next = try? Members.get(value, name, in: self) else { return nil }
            value = next
        }
        return value
    }

    /// What may stand behind the point after a chain.
    public func memberNames(of path: [String]) -> [String] { Receiver(path).map(memberNames) ?? [] }

    /// How the thing that a chain names is called; nil for what is not called.
    public func callForm(of path: [String]) -> CallForm? { Receiver(path).flatMap(callForm) }
}

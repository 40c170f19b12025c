import CNNCore

/// What stands before a point or a bracket: `net.conv1`, `m['first'][0]`, `'a text'`.
public indirect enum Receiver: Equatable, Sendable {
    public enum Key: Equatable, Sendable {
        case text(String)
        case number(Int)
        /// One that would have to be computed.
        case other
    }

    case name(String)
    case member(Receiver, String)
    case element(Receiver, Key)
    /// What a call gives.
    case result(of: Receiver)
    /// Written out.
    case text, list, dictionary

    /// The chain `net.conv1`.
    public init?(_ path: some Sequence<String>) {
        var result: Receiver?
        for name in path { result = result.map { .member($0, name) } ?? .name(name) }
        guard let result else { return nil }
        self = result
    }
}

/// What a session knows of it, found without running anything.
extension Interpreter {
    /// Its value, or one of the same kind; nil where that cannot be known.
    func value(of receiver: Receiver) -> Value? {
        switch receiver {
        case .name(let name): return module[name] ?? Interpreter.builtinValue(name)
        case .text: return .text("")
        case .list: return .array([])
        case .dictionary: return .dictionary(DictionaryObject())
        case .member(let owner, let name):
            guard let owner = value(of: owner) else { return nil }
            // The pictures of a data set may have to be converted first; what they are is known without that.
            if case .native(let object) = owner, object is DatasetObject, name == "images" { return anyTensor }
            return (try? Members.get(owner, name, in: self)) ?? nil
        case .element(let owner, let key): return value(of: owner).flatMap { element(of: $0, key) }
        case .result(let callee):
            guard case .builtin(let object)? = value(of: callee) else { return nil }
            let makeTensors: [Builtin.Group] = [.make, .elementwise, .shape, .linearAlgebra, .cnn]
            return makeTensors.contains(object.builtin.group) ? anyTensor : nil
        }
    }

    /// A number has a tensor's members.
    private var anyTensor: Value { .float(0) }

    private func element(of owner: Value, _ key: Receiver.Key) -> Value? {
        switch (owner, key) {
        case (.dictionary(let dictionary), .text(let text)): return dictionary[.string(text)]
        case (.dictionary(let dictionary), .number(let number)): return dictionary[.int(number)]
        case (.list(let list), .number(let index)) where list.elements.indices.contains(index):
            return list.elements[index]
        case (.list(let list), _): return list.elements.first
        case (.tensor, _), (.string, _): return owner
        default: return nil
        }
    }

    /// What may stand behind the point.
    public func memberNames(of receiver: Receiver) -> [String] { value(of: receiver).map(Members.names) ?? [] }

    /// The keys of a dict that are texts, as they are written: `'first'`.
    public func quotedKeys(of receiver: Receiver, quote: Character) -> [String] {
        guard case .dictionary(let dictionary)? = value(of: receiver) else { return [] }
        return dictionary.entries.compactMap { entry in
            guard case .string(let text) = entry.key,
                !text.contains(where: { $0 == quote || $0 == "\\" || $0.isNewline })
            else { return nil }
            return "\(quote)\(text)\(quote)"
        }
    }

    /// The names of a network's layers; none for what is no network.
    public func layerNames(of receiver: Receiver) -> [String] {
        guard case .native(let object as ModelObject)? = value(of: receiver) else { return [] }
        return object.model.layerNames
    }

    /// How it is called; nil for what is not called.
    public func callForm(of receiver: Receiver) -> CallForm? {
        if case .member(let owner, let name) = receiver, let owner = value(of: owner),
            let method = Members.method(owner, name)
        {
            return CallForm(method, isMethod: true)
        }
        switch value(of: receiver) {
        case .builtin(let object)?: return CallForm(object.builtin, isMethod: object.receiver != nil)
        case .function(let function)?: return CallForm(function, summary: "")
        case .native(let object as ModelDefinitionObject)?: return CallForm(object.function, summary: "makes a network")
        case .native(let object as ModelObject)?:
            return CallForm(
                signature: "\(receiver.path)(x)", summary: "the output of \(object.model.name)",
                parameters: [])
        default: return nil
        }
    }
}

extension Receiver {
    /// As it is written.
    fileprivate var path: String {
        switch self {
        case .name(let name): name
        case .member(let owner, let name): "\(owner.path).\(name)"
        case .element(let owner, .text(let text)): "\(owner.path)['\(text)']"
        case .element(let owner, .number(let number)): "\(owner.path)[\(number)]"
        case .element(let owner, .other): "\(owner.path)[...]"
        case .result(let callee): "\(callee.path)(...)"
        case .text: "''"
        case .list: "[]"
        case .dictionary: "{}"
        }
    }
}

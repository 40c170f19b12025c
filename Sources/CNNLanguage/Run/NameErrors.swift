import CNNCore

/// Names that are not there: the nearest that is, or what another library's name is called here.
extension Interpreter {
    /// - Parameter isLocal: the running function assigns to this name, so it means a variable of its own.
    func unknownName(_ name: String, isLocal: Bool, module: ModuleScope) -> CNNError {
        if isLocal || module.isAssigned(name) { return unassigned(name, isLocal, module) }
        func error(_ note: String) -> CNNError { CNNError(.unknownName, "there is no '\(name)'", notes: [note]) }
        if name == "_", options.keepsLastValue {
            return CNNError(.unknownName, "no value was shown yet: _ is the last one")
        }
        if let hint = ForeignNames.hint(for: name) { return error(hint) }
        if let stem = Assets.moduleNames.first(where: { Interpreter.isDefined(name, inModule: $0) }) {
            return error("write import \(stem), then \(stem).\(name)")
        }
        // `LeNet()`
        let small = name.lowercased()
        if small != name, Interpreter.isDefined(small, inModule: "models") {
            return error("write import models, then models.\(small)")
        }
        if Assets.moduleNames.contains(name) { return error("write import \(name) first") }
        if let layer = layerNote(name, module) { return error(layer) }
        let locals = machine.localNames
        if let sizes = Interpreter.sizes(name, locals, module) {
            return error("with variables a size is a list: write \(sizes)")
        }
        // The name is compared with all that there are.
        WorkMeter.shared.spend(60_000)
        let candidates = locals + module.definedNames + BuiltinRegistry.all.map(\.name) + BuiltinRegistry.constantNames
        if !ForeignNames.isPrefix(name), let nearest = EditDistance.nearest(name, among: candidates) {
            return error("did you mean \(nearest)?")
        }
        return error("a name gets a value by an assignment: \(name) = ...")
    }

    /// `feature_maps(net, x, conv1)`: what a model of the session calls one of its layers.
    private func layerNote(_ name: String, _ module: ModuleScope) -> String? {
        for owner in module.definedNames {
            guard case .native(let object)? = module[owner], let model = object as? ModelObject,
                model.model.layerNames.contains(name)
            else { continue }
            return "a layer's name stands in quotes, \"\(name)\"; the layer itself is \(owner).\(name)"
        }
        return nil
    }

    /// `[n, 5]` for `nx5`, where every part is a number or a variable.
    private static func sizes(_ name: String, _ locals: [String], _ module: ModuleScope) -> String? {
        let parts = name.split(separator: "x").map(String.init)
        let areKnown = parts.allSatisfy { Int($0) != nil || locals.contains($0) || module[$0]?.wholeNumber != nil }
        return parts.count > 1 && areKnown ? NumberLiteral.sizes(in: name) : nil
    }

    /// Whether a module that comes along defines a name for those who import it.
    private static func isDefined(_ name: String, inModule stem: String) -> Bool {
        let lines = Assets.module(stem)?.split(separator: "\n") ?? []
        return lines.contains { line in
            ["def \(name)(", "model \(name) ", "model \(name)(", "\(name) = "].contains { line.hasPrefix($0) }
        }
    }

    private func unassigned(_ name: String, _ isLocal: Bool, _ module: ModuleScope) -> CNNError {
        var notes: [String] = []
        if isLocal, module[name] != nil {
            notes.append("the session has a '\(name)' too, but a function that assigns to a name means its own")
            notes.append("give it as an argument, and return the new value")
        } else if !isLocal {
            notes.append("nothing above has given it one, or that ended with an error before it did: \(name) = ...")
        } else {
            notes.append("it gets one further on: put that assignment before this place")
        }
        return CNNError(.unassignedName, "'\(name)' has no value yet at this place", notes: notes)
    }

    func unknownMember(_ name: String, of value: Value) -> CNNError {
        WorkMeter.shared.spend(20_000)
        let names = Members.names(value)
        let message = "\(value.describedType) has no '\(name)'"
        if case .native(let object) = value, let notes = object.hints(for: name) {
            return CNNError(.unknownMember, message, notes: notes, argument: .named("net"))
        }
        if let hint = ForeignMethods.hint(name, of: value) { return CNNError(.unknownMember, message, notes: [hint]) }
        // What another library calls it says more than what looks alike.
        if let hint = ForeignNames.memberHint(name) {
            // The net of a note is this value only if it is one.
            let isModel = if case .native(let object) = value { object is ModelObject } else { false }
            return CNNError(.unknownMember, message, notes: [hint], argument: isModel ? .named("net") : nil)
        }
        if value.isTensor || value.number != nil, let hint = ForeignNames.methodHint(name) {
            return CNNError(.unknownMember, message, notes: [hint])
        }
        if case .dictionary(let dictionary) = value, dictionary[.string(name)] != nil {
            return CNNError(.unknownMember, message, notes: ["write x[\"\(name)\"]"])
        }
        switch value {
        case .none: return CNNError(.unknownMember, message, notes: [ErrorSite.missingReturn])
        case .string where name == "append":
            return CNNError(.unknownMember, message, notes: ["a text is made anew: write x = x + ..."])
        case .range where ListMethods.all.contains { $0.name == name }:
            return CNNError(.unknownMember, message, notes: ["a range is no list: write x = list(x) first"])
        case .list(let list)
        where list.elements.count == 2 && list.elements.allSatisfy(\.isTensor)
            && ["images", "labels", "data", "targets"].contains(name):
            let place = ["images", "data"].contains(name) ? 0 : 1
            return CNNError(.unknownMember, message, notes: ["a batch is [images, labels]: write x[\(place)]"])
        case .list(let list) where list.isExample && Members.tensorFields.contains(name):
            return CNNError(.unknownMember, message, notes: ["an example is [picture, label]: write x[0].\(name)"])
        case .list where Members.tensorFields.contains(name):
            return CNNError(
                .unknownMember, message, notes: ["its length is len(x); for a list of numbers write tensor(x).\(name)"])
        default: break
        }
        if case .list = value, BuiltinRegistry.named(name)?.parameters.first?.name == "x" {
            return CNNError(.unknownMember, message, notes: ["for a list of numbers write tensor(x).\(name)(...)"])
        }
        return CNNError(.unknownMember, message, notes: Members.notes(name, among: names))
    }

    /// `x.shape()`: a field that is called like a method.
    func calledField(_ name: String, _ member: Value, _ arguments: [Value]) -> CNNError {
        var notes = ["write x.\(name)"]
        if name == "size", let axis = arguments.first?.wholeNumber { notes = ["write x.shape[\(axis)]"] }
        if name == "size", arguments.isEmpty { notes = ["write x.shape for the sizes, x.size for their product"] }
        return CNNError(
            .notCallable, "'\(name)' is a field, \(member.describedType), and cannot be called", notes: notes)
    }

    /// - Parameter arguments: the text between its parentheses.
    static func unknownLayer(_ name: String, arguments: String?) -> CNNError {
        let kinds = LayerDefinition.all.map(\.name)
        var notes: [String] = []
        if let ours = ForeignLayers.translation(name, arguments) {
            notes.append("write \(ours)")
        } else if let hint = ForeignNames.layerHint(name) {
            notes.append(hint)
        } else if let nearest = kinds.first(where: { $0 == name.lowercased() })
            ?? EditDistance.nearest(name.lowercased(), among: kinds)
        {
            notes.append("did you mean \(nearest)?")
        } else {
            notes.append("the layers are \(kinds.joined(separator: ", "))")
        }
        return CNNError(.unknownLayer, "there is no layer '\(name)'", notes: notes)
    }
}

extension ListObject {
    /// Whether it is what a data set has for one picture: `[picture, label]`.
    var isExample: Bool { elements.count == 2 && elements[0].isTensor && elements[1].wholeNumber != nil }
}

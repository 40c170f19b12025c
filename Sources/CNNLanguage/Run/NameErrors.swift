import CNNCore

/// Names that are not there: the nearest that is, or what another library's name is called here.
extension Interpreter {
    /// - Parameter isLocal: the running function assigns to this name, so it means a variable of its own.
    func unknownName(_ name: String, isLocal: Bool, module: ModuleScope) -> CNNError {
        if isLocal || module.isAssigned(name) { return unassigned(name, isLocal, module) }
        func error(_ note: String) -> CNNError { CNNError(.unknownName, "there is no '\(name)'", notes: [note]) }
        if let hint = ForeignNames.hint(for: name) { return error(hint) }
        let candidates = module.definedNames + BuiltinRegistry.all.map(\.name) + BuiltinRegistry.constantNames
        if let nearest = EditDistance.nearest(name, among: candidates) { return error("did you mean \(nearest)?") }
        return error("a name gets a value by an assignment: \(name) = ...")
    }

    private func unassigned(_ name: String, _ isLocal: Bool, _ module: ModuleScope) -> CNNError {
        var notes: [String] = []
        if isLocal, module[name] != nil {
            notes.append("the session has a '\(name)' too, but a function that assigns to a name means its own")
            notes.append("give it as an argument, and return the new value")
        } else if !isLocal {
            notes.append("what assigns it has not run, or ended with an error before it did")
        }
        return CNNError(.unassignedName, "'\(name)' has no value yet at this place", notes: notes)
    }

    func unknownMember(_ name: String, of value: Value) -> CNNError {
        let names = Members.names(value)
        var notes: [String] = []
        if let nearest = EditDistance.nearest(name, among: names) {
            notes.append("did you mean .\(nearest)?")
        } else if !names.isEmpty {
            notes.append("it has \(names.prefix(12).joined(separator: ", "))\(names.count > 12 ? ", ..." : "")")
        }
        if let hint = ForeignNames.memberHint(name) { notes.insert(hint, at: 0) }
        return CNNError(.unknownMember, "a \(value.typeName) has no '\(name)'", notes: notes)
    }

    static func unknownLayer(_ name: String) -> CNNError {
        let kinds = LayerDefinition.all.map(\.name)
        var notes: [String] = []
        if let hint = ForeignNames.layerHint(name) {
            notes.append(hint)
        } else if let nearest = EditDistance.nearest(name.lowercased(), among: kinds) {
            notes.append("did you mean \(nearest)?")
        } else {
            notes.append("the layers are \(kinds.joined(separator: ", "))")
        }
        return CNNError(.unknownLayer, "there is no layer '\(name)'", notes: notes)
    }
}

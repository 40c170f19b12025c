import CNNCore

/// The shapes that a function's head writes: `def f(x: [N, H, W, 3]) -> [N, 10]`.
extension VirtualMachine {
    @inline(never)
    func checkShapes(_ base: UnsafeMutablePointer<Slot>, _ target: UnsafeMutablePointer<Slot>) throws {
        let sizes = DictionaryObject()
        for (register, name, pattern, mayBeNone, _) in currentPrototype.tables.parameterShapes {
            // `y: [N] = None`: a tensor of that shape, or nothing.
            if mayBeNone, base[register].tag == Slot.Tag.none { continue }
            do {
                try match(base[register].value, pattern, "'\(name)'", sizes)
            } catch var error as CNNError {
                error.argument = .named(name)
                throw error
            }
        }
        target.put(.dictionary(sizes))
    }

    @inline(never)
    func checkResultShape(_ value: Value, sizes: Value) throws {
        guard let pattern = currentPrototype.tables.resultShape, case .dictionary(let known) = sizes else { return }
        try match(value, pattern, "the result of \(currentPrototype.name)", try known.copied())
    }

    private func match(_ value: Value, _ pattern: ShapePattern, _ what: String, _ sizes: DictionaryObject) throws {
        let expected = pattern.dimensions.map { dimension -> String in
            switch dimension {
            case .size(let size): return String(size)
            case .name(let name): return name
            case .any: return "_"
            }
        }
        let text = "[\(expected.joined(separator: ", "))]"
        guard case .tensor(let object) = value, object.rank > 0 else {
            let isNumber = value.number != nil || value.integer != nil
            throw CNNError(
                isNumber ? .rankMismatch : .typeMismatch,
                "\(what) must be a tensor of shape \(text), not \(value.describedType)")
        }
        let actual = object.tensor.shape.dimensions
        let shown = "[\(actual.map(String.init).joined(separator: ", "))]"
        guard actual.count == expected.count else {
            throw CNNError(
                .rankMismatch, "\(what) must have shape \(text), but it is \(shown)",
                notes: ["\(expected.count.counting("axis is", "axes are")) expected, and it has \(actual.count)"])
        }
        for (size, dimension) in zip(actual, pattern.dimensions) {
            switch dimension {
            case .any: continue
            case .size(let wanted):
                if size == wanted { continue }
                throw CNNError(.shapeMismatch, "\(what) must have shape \(text), but it is \(shown)")
            case .name(let name):
                guard let known = sizes[.string(name)] else {
                    try sizes.insert(.int(size), for: .string(name))
                    continue
                }
                if known.integer == size { continue }
                throw CNNError(
                    .shapeMismatch, "\(what) must have shape \(text), but it is \(shown)",
                    notes: ["\(name) is \(known.integer ?? 0) in this call"])
            }
        }
    }
}

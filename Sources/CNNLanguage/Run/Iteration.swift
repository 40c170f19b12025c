import CNNCore

/// `for` loops, comprehensions and unpacking.
extension VirtualMachine {
    /// Turns start, stop, step into start, last number, step, and gives the variable its first value.
    /// - Returns: whether the range is empty.
    @inline(never)
    func prepareRange(_ state: UnsafeMutablePointer<Slot>, _ variable: UnsafeMutablePointer<Slot>) throws -> Bool {
        for index in 0..<3 where state[index].tag != Slot.Tag.int {
            let value = state[index].value
            guard let number = value.integer else {
                let isText = if case .string(let object) = value { Int(object.text) != nil } else { false }
                throw CNNError(
                    .typeMismatch, "range counts with ints, not with \(value.describedType)",
                    notes: value.number != nil
                        ? ["write int(...), or divide with //"] : isText ? ["write int(...)"] : [])
            }
            (state + index).put(Slot(int: number))
        }
        let (start, step) = (state[0].int, state[2].int)
        guard step != 0 else { throw CNNError(.invalidValue, "range cannot count in steps of 0") }
        let count = RangeObject.count(from: start, to: state[1].int, by: step)
        guard count > 0 else { return true }
        // Within start and stop, so that it cannot overflow.
        state[1] = Slot(int: start &+ (count &- 1) &* step)
        variable.put(Slot(int: start))
        return false
    }

    @inline(never)
    func prepareIteration(_ state: UnsafeMutablePointer<Slot>) throws {
        let value = state.pointee.value
        switch value {
        case .list, .range, .string: break
        case .tensor(let object):
            guard object.rank > 0 else {
                throw CNNError(.typeMismatch, "a number cannot be iterated over", notes: ["write range(n) to count"])
            }
        case .dictionary(let dictionary):
            state.put(.array(try dictionary.elements { key, _ in key.value }))
        case .native(let object) where object.isIterable: break
        default:
            let hint =
                value.number != nil ? ["write range(n) to count"] : value.isNone ? [ErrorSite.missingReturn] : []
            throw CNNError(.typeMismatch, "\(value.describedType) cannot be iterated over", notes: hint)
        }
        (state + 1).put(Slot(int: 0))
    }

    /// The next element into the third register; false at the end.
    @inline(never)
    func nextElement(_ state: UnsafeMutablePointer<Slot>) throws -> Bool {
        countdown &-= VirtualMachine.builtinTurns
        let position = state[1].int
        state[1] = Slot(int: position + 1)
        switch state.pointee.value {
        case .list(let list):
            guard position < list.elements.count else { return false }
            (state + 2).put(list.elements[position])
        case .range(let range):
            guard position < range.count else { return false }
            (state + 2).put(Slot(int: range.element(position)))
        case .tensor(let object):
            guard position < object.size0 else { return false }
            (state + 2).put(Value(try object.tensor.subscripted([.at(position)])))
        case .string(let text):
            guard position == 0 || position < text.count else { return false }
            // Written out once, so that a long text is not walked from its start for every code point.
            state.put(.array(try text.elements()))
            state[1] = Slot(int: position)
            return try nextElement(state)
        case .native(let object):
            guard let element = try object.element(position, in: interpreter) else { return false }
            (state + 2).put(element)
        default: return false
        }
        return true
    }

    @inline(never)
    func unpack(_ base: UnsafeMutablePointer<Slot>, _ word: Instruction) throws {
        let value = base[Int(word.a)].value
        let count = Int(word.c)
        let elements: [Value]
        switch value {
        case .list(let list): elements = list.elements
        case .tensor(let object) where object.rank > 0 && object.size0 == count:
            elements = try interpreter.iterate(value)
        case .tensor(let object) where object.rank > 0:
            throw mismatch(value, object.size0, count)
        case .native(let object) where object is DatasetObject && object.length != count:
            throw CNNError(
                .invalidValue,
                "a dataset of \((object.length ?? 0).counting("picture")) cannot be unpacked into \(count) variables",
                notes: count == 2 ? ["write x.images, x.labels"] : [])
        case .native(let object) where object.isIterable: elements = try interpreter.iterate(value, limit: count + 1)
        case .string, .range, .dictionary: elements = try interpreter.iterate(value, limit: count + 1)
        default:
            throw CNNError(.typeMismatch, "\(value.describedType) cannot be unpacked into \(count) variables")
        }
        guard elements.count == count else { throw mismatch(value, value.elementCount ?? elements.count, count) }
        for (index, element) in elements.enumerated() { (base + Int(word.b) + index).put(element) }
    }

    private func mismatch(_ value: Value, _ count: Int, _ expected: Int) -> CNNError {
        CNNError(.invalidValue, "\(count.counting("value")) cannot be unpacked into \(expected.counting("variable"))")
    }
}

extension Interpreter {
    /// The elements of anything that a `for` takes, up to `limit` of them.
    public func iterate(_ value: Value, limit: Int = .max) throws -> [Value] {
        switch value {
        case .list(let list):
            // What is made of them takes as much as they do.
            try ListObject.require(min(list.elements.count, limit))
            return list.elements
        case .range(let range):
            try WorkMeter.shared.charge(min(range.count, limit))
            guard min(range.count, limit) <= 1 << 28 else {
                throw CNNError(.tooLarge, "a range of \(range.count) numbers is too long for a list")
            }
            return try ListObject.elements(min(range.count, limit)) { .int(range.element($0)) }
        case .string(let text):
            return try text.elements(limit: limit)
        case .dictionary(let dictionary): return try dictionary.elements { key, _ in key.value }
        case .tensor(let object) where object.rank > 0:
            let tensor = object.tensor
            let count = min(object.size0, limit)
            if tensor.rank > 1 { try TensorObject.require(count) }
            return try ListObject.elements(count) { Value(try tensor.subscripted([.at($0)])) }
        case .native(let object) where object.isIterable:
            var elements: [Value] = []
            while elements.count < limit, let element = try object.element(elements.count, in: self) {
                elements.append(element)
            }
            return elements
        default: throw CNNError(.typeMismatch, "\(value.describedType) cannot be iterated over")
        }
    }
}

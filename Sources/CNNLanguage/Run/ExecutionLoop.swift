import CNNCore
import CNNKernels

extension VirtualMachine {
    /// Runs until the frame above `entry` has returned, and gives its result.
    func execute(entry: Int) throws -> Value {
        while true {
            var instruction = frames[depth - 1].next
            do {
                return try loop(entry: entry, &instruction)
            } catch {
                try handle(error, at: instruction, entry: entry)
            }
        }
    }

    // One function, so that the next instruction and what a frame has stay in machine registers. What is rare or long
    // stands in methods of its own.
    private func loop(entry: Int, _ position: inout UnsafePointer<Instruction>) throws -> Value {
        var next = position
        defer { position = next + 1 }
        // A round of this loop is a frame that goes on: as constants of a loop within, its registers and its code cost
        // nothing at each instruction.
        running: while true {
            let frame = frames + (depth &- 1)
            let base = frame.pointee.base
            next = frame.pointee.next
            while true {
                // Each case reads the operands that it needs: read all at once they cost as much as the work.
                let place = next
                var word: Instruction { @inline(__always) get { place.pointee } }
                var a: Int { @inline(__always) get { Int(place.pointee.a) } }
                switch word.opcode {
                case .extra: break

                case .constant:
                    let slot = currentConstants[place.wide]
                    slot.retain()
                    (base + a).put(slot)
                case .smallInteger: (base + a).put(Slot(int: Int(Int16(bitPattern: word.c))))
                case .move:
                    let slot = base[Int(word.b)]
                    slot.retain()
                    (base + a).put(slot)
                case .transfer:
                    let slot = base[Int(word.b)]
                    base[Int(word.b)] = .none
                    (base + a).put(slot)
                case .checkedMove:
                    let slot = base[Int(word.b)]
                    if slot.tag == Slot.Tag.undefined {
                        try loadFallback(base + a, name: (place + 1).wide)
                    } else {
                        slot.retain()
                        (base + a).put(slot)
                    }
                    next = place + 2
                    continue
                case .global:
                    let slot = frame.pointee.prototype._withUnsafeGuaranteedRef { $0.globals[place.wide] }
                    if slot.tag != Slot.Tag.undefined {
                        slot.retain()
                        (base + a).put(slot)
                    } else {
                        try loadGlobal(base + a, place.wide)
                    }
                case .capture:
                    try loadCapture(base + a, Int(word.b), name: (place + 1).wide)
                    next = place + 2
                    continue
                case .ownFunction: loadOwnFunction(base + a)
                case .clear: (base + a).put(Slot.undefined)

                case .add, .addFresh:
                    if try !FastPath.arithmetic(
                        base, place, .add, floats: +, ints: { $0.addingReportingOverflow($1) }, elements: +)
                    {
                        try binary(.add, word, base)
                    }
                case .subtract:
                    if try !FastPath.arithmetic(
                        base, place, .subtract, floats: -, ints: { $0.subtractingReportingOverflow($1) }, elements: -)
                    {
                        try binary(.subtract, word, base)
                    }
                case .multiply:
                    if try !FastPath.arithmetic(
                        base, place, .multiply, floats: *, ints: { $0.multipliedReportingOverflow(by: $1) }, elements: *
                    ) {
                        try binary(.multiply, word, base)
                    }
                case .divide: if !FastPath.divide(base, place) { try binary(.divide, word, base) }
                case .floorDivide: try binary(.floorDivide, word, base)
                case .modulo: if !FastPath.modulo(base, place) { try binary(.modulo, word, base) }
                case .power: try binary(.power, word, base)
                case .matrixProduct: try binary(.matrixProduct, word, base)
                case .addText: try addText(word, base)
                case .addImmediate:
                    let step = Int(Int16(bitPattern: word.c))
                    if !FastPath.addImmediate(base, place, step) { try addImmediate(base, word, step) }
                case .multiplyImmediate, .multiplyImmediateLeft:
                    let factor = Int(Int16(bitPattern: word.c))
                    if !FastPath.multiplyImmediate(base, place, factor) { try multiplyImmediate(base, word, factor) }
                case .multiplyAdd: if !FastPath.multiplyAdd(base, place) { try multiplyAdd(base, word) }
                case .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual:
                    if !FastPath.compare(base, place) { try binary(Arithmetic.operation(word.opcode), word, base) }
                case .isClose: try binary(.isClose, word, base)
                case .contains: try binary(.contains, word, base)
                case .notContains: try binary(.notContains, word, base)
                case .negate, .plus, .not: try unary(word, base)

                case .jump:
                    next = place.target
                    continue
                case .loop:
                    countdown &-= a
                    if countdown <= 0 { try poll() }
                    next = place.target
                    continue
                case .jumpIfFalse:
                    let x = base + a
                    if x.tag == Slot.Tag.bool ? !x.pointee.bool : try !condition(x) {
                        next = place.target
                        continue
                    }
                case .jumpIfTrue:
                    let x = base + a
                    if x.tag == Slot.Tag.bool ? x.pointee.bool : try condition(x) {
                        next = place.target
                        continue
                    }
                case .unlessLess:
                    let holds =
                        try FastPath.holds(base, place, ints: <, floats: <, elements: <)
                        ?? comparison(.less, base, place)
                    next = holds ? place + 2 : (place + 1).target
                    continue
                case .unlessLessOrEqual:
                    let holds =
                        try FastPath.holds(base, place, ints: <=, floats: <=, elements: <=)
                        ?? comparison(.lessOrEqual, base, place)
                    next = holds ? place + 2 : (place + 1).target
                    continue
                case .unlessGreater:
                    let holds =
                        try FastPath.holds(base, place, ints: >, floats: >, elements: >)
                        ?? comparison(.greater, base, place)
                    next = holds ? place + 2 : (place + 1).target
                    continue
                case .unlessGreaterOrEqual:
                    let holds =
                        try FastPath.holds(base, place, ints: >=, floats: >=, elements: >=)
                        ?? comparison(.greaterOrEqual, base, place)
                    next = holds ? place + 2 : (place + 1).target
                    continue
                case .unlessEqual:
                    let holds =
                        try FastPath.holds(base, place, ints: ==, floats: ==, elements: ==)
                        ?? comparison(.equal, base, place)
                    next = holds ? place + 2 : (place + 1).target
                    continue
                case .unlessNotEqual:
                    let holds =
                        try FastPath.holds(base, place, ints: !=, floats: !=, elements: !=)
                        ?? comparison(.notEqual, base, place)
                    next = holds ? place + 2 : (place + 1).target
                    continue
                case .unlessLessImmediate:
                    let holds =
                        try FastPath.holdsImmediate(base, place, ints: <, floats: <)
                        ?? comparisonImmediate(.less, base, place)
                    next = holds ? place + 2 : (place + 1).target
                    continue
                case .unlessLessOrEqualImmediate:
                    let holds =
                        try FastPath.holdsImmediate(base, place, ints: <=, floats: <=)
                        ?? comparisonImmediate(.lessOrEqual, base, place)
                    next = holds ? place + 2 : (place + 1).target
                    continue
                case .unlessGreaterImmediate:
                    let holds =
                        try FastPath.holdsImmediate(base, place, ints: >, floats: >)
                        ?? comparisonImmediate(.greater, base, place)
                    next = holds ? place + 2 : (place + 1).target
                    continue
                case .unlessGreaterOrEqualImmediate:
                    let holds =
                        try FastPath.holdsImmediate(base, place, ints: >=, floats: >=)
                        ?? comparisonImmediate(.greaterOrEqual, base, place)
                    next = holds ? place + 2 : (place + 1).target
                    continue
                case .unlessEqualImmediate:
                    let holds =
                        try FastPath.holdsImmediate(base, place, ints: ==, floats: ==)
                        ?? comparisonImmediate(.equal, base, place)
                    next = holds ? place + 2 : (place + 1).target
                    continue
                case .unlessNotEqualImmediate:
                    let holds =
                        try FastPath.holdsImmediate(base, place, ints: !=, floats: !=)
                        ?? comparisonImmediate(.notEqual, base, place)
                    next = holds ? place + 2 : (place + 1).target
                    continue

                case .rangePrepareUp:
                    let stop = base + a + 1
                    (base + a).put(Slot(int: 0))
                    (base + a + 2).put(Slot(int: 1))
                    if stop.tag == Slot.Tag.int, stop.int > 0 {
                        stop.pointee.payload = UInt64(bitPattern: Int64(stop.int &- 1))
                        (base + Int(place[1].a)).put(Slot(int: 0))
                        next = place + 2
                    } else {
                        let isEmpty = try prepareRange(base + a, base + Int(place[1].a))
                        next = isEmpty ? place.target : place + 2
                    }
                    continue
                case .rangePrepare:
                    let isEmpty = try prepareRange(base + a, base + Int(place[1].a))
                    next = isEmpty ? place.target : place + 2
                    continue
                case .rangeNext:
                    countdown &-= Int(place[1].b)
                    if countdown <= 0 { try poll() }
                    // rangePrepare left the last number in the second register.
                    let state = base + a
                    if state[0].payload != state[1].payload {
                        let value = state[0].int &+ state[2].int
                        state[0].payload = UInt64(bitPattern: Int64(value))
                        (base + Int(place[1].a)).put(Slot(int: value))
                        next = place.target
                    } else {
                        next = place + 2
                    }
                    continue
                case .iteratePrepare: try prepareIteration(base + a)
                case .iterateNext:
                    let state = base[a]
                    if state.tag == Slot.Tag.list {
                        let position = base[a + 1].int
                        if let element = elementAt(state, position) {
                            base[a + 1].payload = UInt64(bitPattern: Int64(position &+ 1))
                            (base + a + 2).put(element)
                        } else {
                            next = place.target
                            continue
                        }
                    } else if state.tag == Slot.Tag.string, let element = characterAt(state, base[a + 1].int) {
                        base[a + 1].payload = UInt64(bitPattern: Int64(base[a + 1].int &+ 1))
                        (base + a + 2).put(element)
                    } else if try !nextElement(base + a) {
                        next = place.target
                        continue
                    }
                case .unpack: try unpack(base, word)

                case .index1: if !FastPath.index1(base, place, self) { try index1(base, place) }
                case .indexNested:
                    // The two steps one by one stand behind it.
                    if FastPath.indexNested(base, place, self) {
                        next = place + 4
                        continue
                    }
                    next = place + 2
                    continue
                case .index2:
                    if !FastPath.index2(base, place) { try indexMany(base, place, 2) }
                    next = place + 2
                    continue
                case .index2Sum:
                    if !FastPath.indexSums(base, place) { try indexSums(base, place) }
                    next = place + 2
                    continue
                case .index3, .index4:
                    let count = word.opcode == .index3 ? 3 : 4
                    if !TensorElement.read(base, place, count) { try indexMany(base, place, count) }
                    next = place + 2
                    continue
                case .indexGeneral:
                    try indexGeneral(base, word, first: (place + 1).wide)
                    next = place + 2
                    continue
                case .setIndex1: if !FastPath.setIndex1(base, place, self) { try setIndex(base, place, 1) }
                case .setIndex2:
                    if !FastPath.setIndex2(base, place) { try setIndex(base, place, 2) }
                    next = place + 2
                    continue
                case .setPath:
                    try setPath(base, word, place[1])
                    next = place + 2
                    continue
                case .member:
                    try loadMember(base + a, base[Int(word.b)].value, name: (place + 1).wide)
                    next = place + 2
                    continue

                case .callGlobal:
                    let names = (place + 1).wide
                    let number = (place + 2).wide
                    // An error is told at the last word of a call: its span is what is called.
                    next = place + 2
                    let callee = frame.pointee.prototype._withUnsafeGuaranteedRef { $0.globals[number] }
                    // A function cannot rebind what is outside of it, so the callee lives there until it returns.
                    if callee.tag == Slot.Tag.function {
                        frame.pointee.next = place + 3
                        try callFunction(callee, base + Int(word.b) + 1, Int(word.c), names: names, destination: a)
                        continue running
                    }
                    try loadGlobal(base + Int(word.b), number)
                    try callOther(base, word, names: names, next: place + 3)
                    next = place + 3
                    continue
                case .callBuiltin:
                    let names = (place + 1).wide
                    let callee = currentConstants[(place + 2).wide]
                    next = place + 2
                    let window = base + Int(word.b)
                    if names != 0 || !callShortcut(callee, window, base + a, Int(word.c)) {
                        callee.retain()
                        window.put(callee)
                        try callOther(base, word, names: names, next: place + 3)
                    }
                    next = place + 3
                    continue
                case .call:
                    let names = (place + 1).wide
                    next = place + 1
                    let callee = base[Int(word.b)]
                    if callee.tag == Slot.Tag.function {
                        frame.pointee.next = place + 2
                        try callFunction(callee, base + Int(word.b) + 1, Int(word.c), names: names, destination: a)
                        continue running
                    }
                    try callOther(base, word, names: names, next: place + 2)
                    next = place + 2
                    continue
                case .callAppend where try appendInPlace(base + Int(place[2].a), base + Int(word.b) + 1):
                    (base + a).put(Slot.none)
                    next = place + 3
                    continue
                case .callMethod, .callAppend:
                    let name = (place + 1).wide
                    let receiver = place[2]
                    if Int(receiver.a) == Compiler.Receiver.path {
                        let (root, first) = (place[3], (place + 4).wide)
                        next = place + 4
                        frame.pointee.next = next
                        try callPathMethod(base, word, name: name, receiver: receiver, place: root, first: first)
                        next = place + 5
                    } else {
                        next = place + 2
                        frame.pointee.next = next
                        try callMethod(base, word, name: name, receiver: receiver)
                        next = place + 3
                    }
                    continue
                case .returnValue, .returnNone:
                    var slot = Slot.none
                    if word.opcode == .returnValue {
                        slot = base[a]
                        // The registers of a call end with it: their reference is handed on.
                        if frame.pointee.function == nil { slot.retain() } else { base[a] = .none }
                    }
                    let destination = frame.pointee.destination
                    popFrame()
                    if depth == entry {
                        let value = slot.value
                        slot.release()
                        return value
                    }
                    (frames[depth - 1].base + destination).put(slot)
                    continue running
                case .endBlock: return .none

                case .makeList:
                    countdown &-= VirtualMachine.operationTurns
                    (base + a).put(.list(ListObject((0..<Int(word.c)).map { base[Int(word.b) + $0].value })))
                case .makeDictionary: try makeDictionary(base, word)
                case .append: try append(base[a], base[Int(word.b)].value)
                case .makeFunction:
                    countdown &-= VirtualMachine.operationTurns
                    makeFunction(base, base + a, place.wide, place[1])
                    next = place + 2
                    continue
                case .formatValue:
                    try formatValue(base, word, spec: (place + 1).wide)
                    next = place + 2
                    continue
                case .formatBySpec: try formatBySpec(base, word)
                case .concatenate: try concatenate(base, word)

                case .show, .checkShapes, .checkResultShape, .importModule, .expectTrue, .expectComparison,
                    .handleErrors,
                    .endHandle, .gradientBegin, .gradientEnd, .train, .layersBegin, .layer, .layerValue, .layersEnd,
                    .layersRepeat, .layersReturn, .makeModel:
                    next = try runStatement(base, place)
                    continue
                }
                next = place + 1
            }
        }
    }
}

import CNNCore

/// What the loop does for plain numbers and elements, written out in it: every function here is inlined there. false
/// (or nil) leaves the instruction to the general path, which knows all types and reports errors.
enum FastPath {
    typealias Registers = UnsafeMutablePointer<Slot>
    typealias Place = UnsafePointer<Instruction>

    // Each reads the operands that it needs: read all at once they cost as much as the work.

    /// `r[a] = r[b] op r[c]` of two floats, two ints, or two elements of float32 tensors.
    /// - Throws: E0401 where ints overflow.
    @inline(__always)
    static func arithmetic(
        _ base: Registers, _ place: Place, _ operation: BinaryOperator, floats: (Double, Double) -> Double,
        ints: (Int, Int) -> (partialValue: Int, overflow: Bool), elements: (Float, Float) -> Float
    ) throws -> Bool {
        let x = base + Int(place.pointee.b)
        let y = base + Int(place.pointee.c)
        let target = base + Int(place.pointee.a)
        if x.tag == Slot.Tag.float && y.tag == Slot.Tag.float {
            target.put(Slot(float: floats(x.float, y.float)))
        } else if x.tag == Slot.Tag.int && y.tag == Slot.Tag.int {
            let (result, overflow) = ints(x.int, y.int)
            if overflow { throw Arithmetic.overflow(operation, x.int, y.int) }
            target.put(Slot(int: result))
        } else if x.tag == Slot.Tag.float32 && y.tag == Slot.Tag.float32 {
            target.put(Slot(float32: elements(x.float32, y.float32)))
        } else {
            return false
        }
        return true
    }

    @inline(__always)
    static func divide(_ base: Registers, _ place: Place) -> Bool {
        let x = base + Int(place.pointee.b)
        let y = base + Int(place.pointee.c)
        guard x.tag == Slot.Tag.float && y.tag == Slot.Tag.float else { return false }
        (base + Int(place.pointee.a)).put(Slot(float: x.float / y.float))
        return true
    }

    @inline(__always)
    static func modulo(_ base: Registers, _ place: Place) -> Bool {
        let x = base[Int(place.pointee.b)]
        let y = base[Int(place.pointee.c)]
        guard x.tag == Slot.Tag.int && y.tag == Slot.Tag.int && y.int > 0 && x.int >= 0 else { return false }
        (base + Int(place.pointee.a)).put(Slot(int: x.int % y.int))
        return true
    }

    /// `r[a] = r[b] + step`
    @inline(__always)
    static func addImmediate(_ base: Registers, _ place: Place, _ step: Int) -> Bool {
        let x = base + Int(place.pointee.b)
        let target = base + Int(place.pointee.a)
        if x.tag == Slot.Tag.int {
            let (sum, overflow) = x.int.addingReportingOverflow(step)
            guard !overflow else { return false }
            target.put(Slot(int: sum))
        } else if x.tag == Slot.Tag.float {
            target.put(Slot(float: x.float + Double(step)))
        } else {
            return false
        }
        return true
    }

    @inline(__always)
    static func multiplyImmediate(_ base: Registers, _ place: Place, _ factor: Int) -> Bool {
        let x = base[Int(place.pointee.b)]
        let (product, overflow) = x.int.multipliedReportingOverflow(by: factor)
        guard x.tag == Slot.Tag.int, !overflow else { return false }
        (base + Int(place.pointee.a)).put(Slot(int: product))
        return true
    }

    /// `r[a] = r[a] + r[b] * r[c]`, rounded twice.
    @inline(__always)
    static func multiplyAdd(_ base: Registers, _ place: Place) -> Bool {
        let x = base + Int(place.pointee.b)
        let y = base + Int(place.pointee.c)
        let sum = base + Int(place.pointee.a)
        if x.tag == Slot.Tag.float32 && y.tag == Slot.Tag.float32 {
            if sum.tag == Slot.Tag.float32 {
                sum.float32 += x.float32 * y.float32
            } else if sum.tag == Slot.Tag.float {
                // A sum of elements that began with 0.0.
                sum.pointee = Slot(float32: Float(sum.float) + x.float32 * y.float32)
            } else {
                return false
            }
        } else if x.tag == Slot.Tag.float && y.tag == Slot.Tag.float && sum.tag == Slot.Tag.float {
            sum.pointee = Slot(float: sum.float + x.float * y.float)
        } else {
            return false
        }
        return true
    }

    /// `r[a] = r[b] op r[c]` of a comparison.
    @inline(__always)
    static func compare(_ base: Registers, _ place: Place) -> Bool {
        let x = base[Int(place.pointee.b)]
        let y = base[Int(place.pointee.c)]
        let target = base + Int(place.pointee.a)
        if x.tag == Slot.Tag.int && y.tag == Slot.Tag.int {
            target.put(Slot(bool: Arithmetic.holds(place.pointee.opcode, x.int, y.int)))
        } else if x.tag == Slot.Tag.float && y.tag == Slot.Tag.float {
            target.put(Slot(bool: Arithmetic.holds(place.pointee.opcode, x.float, y.float)))
        } else {
            return false
        }
        return true
    }

    /// Whether `r[a] op r[b]` holds; nil for the general path.
    @inline(__always)
    static func holds(
        _ base: Registers, _ place: Place, ints: (Int, Int) -> Bool, floats: (Double, Double) -> Bool,
        elements: (Float, Float) -> Bool
    ) -> Bool? {
        let x = base + Int(place.pointee.a)
        let y = base + Int(place.pointee.b)
        if x.tag == Slot.Tag.int && y.tag == Slot.Tag.int { return ints(x.int, y.int) }
        if x.tag == Slot.Tag.float && y.tag == Slot.Tag.float { return floats(x.float, y.float) }
        if x.tag == Slot.Tag.float32 && y.tag == Slot.Tag.float32 { return elements(x.float32, y.float32) }
        return nil
    }

    /// The same beside a small int, which every float holds.
    @inline(__always)
    static func holdsImmediate(
        _ base: Registers, _ place: Place, ints: (Int, Int) -> Bool, floats: (Double, Double) -> Bool
    ) -> Bool? {
        let x = base + Int(place.pointee.a)
        let y = Int(Int16(bitPattern: place.pointee.b))
        if x.tag == Slot.Tag.int { return ints(x.int, y) }
        if x.tag == Slot.Tag.float { return floats(x.float, Double(y)) }
        if x.tag == Slot.Tag.float32 { return floats(Double(x.float32), Double(y)) }
        return nil
    }

    // MARK: - Elements

    /// `r[a] = r[b][r[c], r[rest.a]]` of a matrix.
    @inline(__always)
    static func index2(_ base: Registers, _ place: Place) -> Bool {
        let x = base + Int(place.pointee.b)
        let i = base + Int(place.pointee.c)
        let j = base + Int(place[1].a)
        guard x.tag == Slot.Tag.tensor, i.tag == Slot.Tag.int, j.tag == Slot.Tag.int,
            let element = TensorElement.read(x.pointee, i.int, j.int)
        else { return false }
        (base + Int(place.pointee.a)).put(element)
        return true
    }

    /// `r[a] = r[b][r[c] + r[rest.a], r[rest.b] + r[rest.c]]` of a matrix.
    @inline(__always)
    static func indexSums(_ base: Registers, _ place: Place) -> Bool {
        let x = base + Int(place.pointee.b)
        let i = base + Int(place.pointee.c)
        let k = base + Int(place[1].a)
        let j = base + Int(place[1].b)
        let l = base + Int(place[1].c)
        guard x.tag == Slot.Tag.tensor, i.tag == Slot.Tag.int, k.tag == Slot.Tag.int, j.tag == Slot.Tag.int,
            l.tag == Slot.Tag.int,
            // A sum wraps to another index only where both parts are below 0.
            (i.int & k.int) | (j.int & l.int) >= 0,
            let element = TensorElement.read(x.pointee, i.int &+ k.int, j.int &+ l.int)
        else { return false }
        (base + Int(place.pointee.a)).put(element)
        return true
    }

    /// `r[a] = r[b][r[c]][r[rest.a]]` of a matrix or a list of lists.
    @inline(__always)
    static func indexNested(_ base: Registers, _ place: Place, _ machine: VirtualMachine) -> Bool {
        let x = base + Int(place.pointee.b)
        let i = base + Int(place.pointee.c)
        let j = base + Int(place[1].a)
        let target = base + Int(place.pointee.a)
        guard i.tag == Slot.Tag.int, j.tag == Slot.Tag.int else { return false }
        if x.tag == Slot.Tag.tensor, let element = TensorElement.read(x.pointee, i.int, j.int) {
            target.put(element)
        } else if x.tag == Slot.Tag.list, let element = machine.nestedElement(x.pointee, i.int, j.int) {
            target.put(element)
        } else {
            return false
        }
        return true
    }

    /// `r[a] = r[b][r[c]]` of a vector, a list or a text.
    @inline(__always)
    static func index1(_ base: Registers, _ place: Place, _ machine: VirtualMachine) -> Bool {
        let x = base + Int(place.pointee.b)
        let i = base + Int(place.pointee.c)
        let target = base + Int(place.pointee.a)
        guard i.tag == Slot.Tag.int else { return false }
        if x.tag == Slot.Tag.tensor, let element = TensorElement.read(x.pointee, i.int) {
            target.put(element)
        } else if x.tag == Slot.Tag.list, let element = machine.listElement(x.pointee, i.int) {
            target.put(element)
        } else if x.tag == Slot.Tag.string, let element = machine.textElement(x.pointee, i.int) {
            target.put(element)
        } else {
            return false
        }
        return true
    }

    /// `r[a][r[b]] = r[c]` of a vector or a list.
    @inline(__always)
    static func setIndex1(_ base: Registers, _ place: Place, _ machine: VirtualMachine) -> Bool {
        let x = base + Int(place.pointee.a)
        let i = base + Int(place.pointee.b)
        guard i.tag == Slot.Tag.int else { return false }
        if x.tag == Slot.Tag.list { return machine.setListElement(x, i.int, base[Int(place.pointee.c)]) }
        return x.tag == Slot.Tag.tensor && TensorElement.write(x, base[Int(place.pointee.c)], i.int, 0, 1)
    }

    /// `r[a][r[b], r[rest.a]] = r[c]` of a matrix.
    @inline(__always)
    static func setIndex2(_ base: Registers, _ place: Place) -> Bool {
        let x = base + Int(place.pointee.a)
        let i = base + Int(place.pointee.b)
        let j = base + Int(place[1].a)
        return x.tag == Slot.Tag.tensor && i.tag == Slot.Tag.int && j.tag == Slot.Tag.int
            && TensorElement.write(x, base[Int(place.pointee.c)], i.int, j.int, 2)
    }
}

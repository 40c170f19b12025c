import CNNCore

/// Reading and writing single elements of a tensor without an allocation. nil or false: not one of the plain cases
/// (out of range, traced, wrong rank, other type), which the general path handles or reports.
enum TensorElement {
    @inline(__always)
    private static func position(_ index: Int, _ size: Int) -> Int? {
        let wrapped = index < 0 ? index &+ size : index
        return UInt(bitPattern: wrapped) < UInt(bitPattern: size) ? wrapped : nil
    }

    @inline(__always)
    private static func load(_ object: TensorObject, _ offset: Int) -> Slot {
        switch object.dtype {
        case .float32: Slot(float32: object.base.assumingMemoryBound(to: Float.self)[offset])
        case .float64: Slot(float: object.base.assumingMemoryBound(to: Double.self)[offset])
        case .int64: Slot(int: object.base.assumingMemoryBound(to: Int.self)[offset])
        case .uint8: Slot(int: Int(object.base.assumingMemoryBound(to: UInt8.self)[offset]))
        case .bool: Slot(bool: object.base.assumingMemoryBound(to: UInt8.self)[offset] != 0)
        }
    }

    @inline(__always)
    static func read(_ slot: Slot, _ i: Int) -> Slot? {
        slot.unmanaged(TensorObject.self)._withUnsafeGuaranteedRef { object in
            guard UInt(bitPattern: i) < UInt(bitPattern: object.size0), object.access == TensorObject.float32Vector
            else { return readOther(object, i) }
            return Slot(float32: object.base.assumingMemoryBound(to: Float.self)[i])
        }
    }

    /// An index from the end, and other element types.
    @inline(never)
    private static func readOther(_ object: TensorObject, _ i: Int) -> Slot? {
        guard object.rank == 1, !object.isTraced, let row = position(i, object.size0) else { return nil }
        return load(object, row)
    }

    @inline(__always)
    static func read(_ slot: Slot, _ i: Int, _ j: Int) -> Slot? {
        slot.unmanaged(TensorObject.self)._withUnsafeGuaranteedRef { object in
            guard UInt(bitPattern: i) < UInt(bitPattern: object.size0),
                UInt(bitPattern: j) < UInt(bitPattern: object.size1),
                object.access == TensorObject.float32Matrix
            else { return readOther(object, i, j) }
            return Slot(float32: object.base.assumingMemoryBound(to: Float.self)[i &* object.size1 &+ j])
        }
    }

    /// Indices from the end, and other element types.
    @inline(never)
    private static func readOther(_ object: TensorObject, _ i: Int, _ j: Int) -> Slot? {
        guard let row = position(i, object.size0), let column = position(j, object.size1), object.rank == 2,
            !object.isTraced
        else { return nil }
        return load(object, row &* object.size1 &+ column)
    }

    /// `r[a] = r[b][r[c], r[rest.a], r[rest.b]]`, and `r[rest.c]` where there are four.
    @inline(never)
    static func read(_ base: UnsafeMutablePointer<Slot>, _ place: UnsafePointer<Instruction>, _ count: Int) -> Bool {
        let x = base + Int(place.pointee.b)
        let i = base + Int(place.pointee.c)
        let j = base + Int(place[1].a)
        let k = base + Int(place[1].b)
        guard x.tag == Slot.Tag.tensor, i.tag == Slot.Tag.int, j.tag == Slot.Tag.int, k.tag == Slot.Tag.int else {
            return false
        }
        let element = x.pointee.unmanaged(TensorObject.self)._withUnsafeGuaranteedRef { object -> Slot? in
            guard object.rank == count, !object.isTraced, let first = position(i.int, object.size0),
                let second = position(j.int, object.size1), let third = position(k.int, object.size2)
            else { return nil }
            let offset = (first &* object.size1 &+ second) &* object.size2 &+ third
            guard count == 4 else { return load(object, offset) }
            let l = base + Int(place[1].c)
            guard l.tag == Slot.Tag.int, let fourth = position(l.int, object.size3) else { return nil }
            return load(object, offset &* object.size3 &+ fourth)
        }
        guard let element else { return false }
        (base + Int(place.pointee.a)).put(element)
        return true
    }

    /// `x[i] = value` or `x[i, j] = value` where nobody shares the tensor and the value needs no conversion.
    @inline(__always)
    static func write(
        _ register: UnsafeMutablePointer<Slot>, _ value: Slot, _ i: Int, _ j: Int, _ count: Int32
    ) -> Bool {
        guard register.holdsOnlyReference else { return false }
        return register.pointee.unmanaged(TensorObject.self)._withUnsafeGuaranteedRef { object in
            guard object.rank == count, !object.isTraced, object.ownsStorage, let row = position(i, object.size0) else {
                return false
            }
            var offset = row
            if count == 2 {
                guard let column = position(j, object.size1) else { return false }
                offset = row &* object.size1 &+ column
            }
            switch (object.dtype, value.tag) {
            case (.float32, Slot.Tag.float32): object.base.assumingMemoryBound(to: Float.self)[offset] = value.float32
            case (.float32, Slot.Tag.float):
                object.base.assumingMemoryBound(to: Float.self)[offset] = Float(value.float)
            case (.float32, Slot.Tag.int):
                object.base.assumingMemoryBound(to: Float.self)[offset] = Float(Double(value.int))
            case (.float64, Slot.Tag.float): object.base.assumingMemoryBound(to: Double.self)[offset] = value.float
            case (.float64, Slot.Tag.int): object.base.assumingMemoryBound(to: Double.self)[offset] = Double(value.int)
            case (.int64, Slot.Tag.int): object.base.assumingMemoryBound(to: Int.self)[offset] = value.int
            default: return false
            }
            return true
        }
    }
}

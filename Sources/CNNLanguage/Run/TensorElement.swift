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
            guard let row = position(i, object.size0) else { return nil }
            if object.access == TensorObject.float32Vector {
                return Slot(float32: object.base.assumingMemoryBound(to: Float.self)[row])
            }
            guard object.rank == 1, !object.isTraced else { return nil }
            return load(object, row)
        }
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

    static func read(_ slot: Slot, _ i: Int, _ j: Int, _ k: Int, _ l: Int, _ count: Int) -> Slot? {
        slot.unmanaged(TensorObject.self)._withUnsafeGuaranteedRef { object in
            guard object.rank == count, !object.isTraced, let first = position(i, object.size0),
                let second = position(j, object.size1), let third = position(k, object.size2)
            else { return nil }
            let offset = (first &* object.size1 &+ second) &* object.size2 &+ third
            guard count == 4 else { return load(object, offset) }
            guard let fourth = position(l, object.size3) else { return nil }
            return load(object, offset &* object.size3 &+ fourth)
        }
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

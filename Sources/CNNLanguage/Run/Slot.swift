/// A register: 16 bytes without reference counting of its own. Whoever writes one releases what it held.
struct Slot {
    var payload: UInt64
    var tag: UInt64

    enum Tag {
        static let undefined: UInt64 = 0
        static let none: UInt64 = 1
        static let bool: UInt64 = 2
        static let int: UInt64 = 3
        static let float: UInt64 = 4
        static let float32: UInt64 = 5
        /// From here on the payload is a retained object.
        static let object: UInt64 = 8
        static let string: UInt64 = 8
        static let list: UInt64 = 9
        static let dictionary: UInt64 = 10
        static let tensor: UInt64 = 11
        static let range: UInt64 = 12
        static let function: UInt64 = 13
        static let builtin: UInt64 = 14
        static let native: UInt64 = 15
    }

    static let undefined = Slot(payload: 0, tag: Tag.undefined)
    static let none = Slot(payload: 0, tag: Tag.none)

    @inline(__always) init(payload: UInt64, tag: UInt64) {
        self.payload = payload
        self.tag = tag
    }

    @inline(__always) init(int value: Int) { self.init(payload: UInt64(bitPattern: Int64(value)), tag: Tag.int) }
    @inline(__always) init(float value: Double) { self.init(payload: value.bitPattern, tag: Tag.float) }
    @inline(__always) init(float32 value: Float) { self.init(payload: UInt64(value.bitPattern), tag: Tag.float32) }
    @inline(__always) init(bool value: Bool) { self.init(payload: value ? 1 : 0, tag: Tag.bool) }

    @inline(__always) var int: Int { Int(Int64(bitPattern: payload)) }
    @inline(__always) var float: Double { Double(bitPattern: payload) }
    @inline(__always) var float32: Float { Float(bitPattern: UInt32(truncatingIfNeeded: payload)) }
    @inline(__always) var bool: Bool { payload != 0 }
    @inline(__always) var isObject: Bool { tag >= Tag.object }

    @inline(__always) private init(object: HeapObject, tag: UInt64) {
        self.init(payload: UInt64(UInt(bitPattern: Unmanaged.passRetained(object).toOpaque())), tag: tag)
    }

    /// A new text.
    @inline(__always) init(text: String) { self.init(object: StringObject(text), tag: Tag.string) }

    /// Takes a reference of its own to what the value holds.
    init(owning value: Value) {
        switch value {
        case .none: self = .none
        case .bool(let value): self.init(bool: value)
        case .int(let value): self.init(int: value)
        case .float(let value): self.init(float: value)
        case .float32(let value): self.init(float32: value)
        case .string(let object): self.init(object: object, tag: Tag.string)
        case .list(let object): self.init(object: object, tag: Tag.list)
        case .dictionary(let object): self.init(object: object, tag: Tag.dictionary)
        case .tensor(let object): self.init(object: object, tag: Tag.tensor)
        case .range(let object): self.init(object: object, tag: Tag.range)
        case .function(let object): self.init(object: object, tag: Tag.function)
        case .builtin(let object): self.init(object: object, tag: Tag.builtin)
        case .native(let object): self.init(object: object, tag: Tag.native)
        }
    }

    @inline(__always) private var opaque: UnsafeRawPointer {
        // Object tags are made by init(object:tag:) alone, so the bits are a pointer.
        UnsafeRawPointer(bitPattern: UInt(payload)).unsafelyUnwrapped
    }

    @inline(__always) func unmanaged<T: AnyObject>(_ type: T.Type = T.self) -> Unmanaged<T> { .fromOpaque(opaque) }

    /// The value, with a reference of its own; `none` for an undefined register.
    var value: Value {
        switch tag {
        case Tag.bool: .bool(bool)
        case Tag.int: .int(int)
        case Tag.float: .float(float)
        case Tag.float32: .float32(float32)
        case Tag.string: .string(unmanaged(StringObject.self).takeUnretainedValue())
        case Tag.list: .list(unmanaged(ListObject.self).takeUnretainedValue())
        case Tag.dictionary: .dictionary(unmanaged(DictionaryObject.self).takeUnretainedValue())
        case Tag.tensor: .tensor(unmanaged(TensorObject.self).takeUnretainedValue())
        case Tag.range: .range(unmanaged(RangeObject.self).takeUnretainedValue())
        case Tag.function: .function(unmanaged(FunctionObject.self).takeUnretainedValue())
        case Tag.builtin: .builtin(unmanaged(BuiltinObject.self).takeUnretainedValue())
        case Tag.native: .native(unmanaged(NativeObject.self).takeUnretainedValue())
        default: .none
        }
    }

    @inline(__always) func retain() {
        if isObject { _ = unmanaged(HeapObject.self).retain() }
    }

    @inline(__always) func release() {
        if isObject { unmanaged(HeapObject.self).release() }
    }
}

/// A number is read where it is used: a whole slot goes through registers that are not those of floats.
extension UnsafeMutablePointer where Pointee == Slot {
    @inline(__always) var tag: UInt64 { pointee.tag }
    @inline(__always) var int: Int { pointee.int }
    @inline(__always) var float: Double { pointee.float }
    /// Setting it leaves the tag as it is.
    @inline(__always) var float32: Float {
        get { UnsafeRawPointer(self).load(as: Float.self) }
        nonmutating set { UnsafeMutableRawPointer(self).storeBytes(of: newValue, as: Float.self) }
    }
}

extension UnsafeMutablePointer where Pointee == Slot {
    /// Replaces a register's content by one that the register owns from now on.
    @inline(__always) func put(_ slot: Slot) {
        if pointee.isObject { replaceObject(slot) } else { pointee = slot }
    }

    @inline(never) private func replaceObject(_ slot: Slot) {
        let old = pointee
        pointee = slot
        old.release()
    }

    @inline(__always) func put(_ value: Value) { put(Slot(owning: value)) }

    /// Empties the register and hands its reference over: the value's object may then be changed in place
    /// where nobody else holds it.
    func take() -> Value {
        let slot = pointee
        pointee = .none
        let value = slot.value
        slot.release()
        return value
    }

    /// Whether the object in this register is referenced from nowhere else.
    @inline(__always)
    var holdsOnlyReference: Bool {
        // The payload of an object is the bits of a strong reference: the first field of the register.
        UnsafeMutableRawPointer(self).withMemoryRebound(to: HeapObject.self, capacity: 1) {
            isKnownUniquelyReferenced(&$0.pointee)
        }
    }
}

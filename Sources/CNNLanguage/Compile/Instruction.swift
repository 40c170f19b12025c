/// One step of the virtual machine: an opcode and three 16-bit operands, mostly registers.
///
/// Where an opcode needs more, an `.extra` word follows and is read in the same step. A jump's target is told as how far
/// it is from the word that tells it, put together from `b` (low) and `c` (high).
struct Instruction {
    var opcode: Opcode
    var a: UInt16
    var b: UInt16
    var c: UInt16

    init(_ opcode: Opcode, _ a: Int = 0, _ b: Int = 0, _ c: Int = 0) {
        self.opcode = opcode
        self.a = UInt16(truncatingIfNeeded: a)
        self.b = UInt16(truncatingIfNeeded: b)
        self.c = UInt16(truncatingIfNeeded: c)
    }

    /// `b` and `c` as one number.
    var wide: Int {
        @inline(__always) get { Int(b) | Int(c) << 16 }
        set {
            b = UInt16(truncatingIfNeeded: newValue)
            c = UInt16(truncatingIfNeeded: newValue >> 16)
        }
    }
}

extension UnsafePointer where Pointee == Instruction {
    /// `b` and `c` as one number, read in one.
    var wide: Int { @inline(__always) get { Int(both) } }

    /// Where the jump goes to that this word tells.
    var target: UnsafePointer<Instruction> {
        @inline(__always) get { self + Int(Int32(bitPattern: both)) }
    }

    private var both: UInt32 {
        @inline(__always) get {
            UInt32(littleEndian: UnsafeRawPointer(self).loadUnaligned(fromByteOffset: 4, as: UInt32.self))
        }
    }
}

/// The instruction set. `r[x]` is a register, `k[x]` a constant, `target` the wide operand of a jump.
enum Opcode: UInt16 {
    /// The second word of the instruction before it.
    case extra

    // Values and variables
    case constant  // r[a] = k[wide]
    case smallInteger  // r[a] = Int(c) as signed 16 bits
    case move  // r[a] = r[b]
    case transfer  // r[a] = r[b], and r[b] gives it up
    case checkedMove  // r[a] = r[b], or the built-in of that name; extra: wide = name
    case global  // r[a] = module variable wide, checked
    case capture  // r[a] = captured value b
    case ownFunction  // r[a] = the running function
    case clear  // r[a] = undefined

    // Arithmetic: r[a] = r[b] op r[c]
    case add, subtract, multiply, divide, floorDivide, modulo, power, matrixProduct
    case addFresh  // the same as add; nothing reads r[b] afterwards, so that a text or a list in it may grow
    case addText  // r[a] = r[b] + k[c], a text; nothing reads r[b] afterwards but r[a]
    case addImmediate  // r[a] = r[b] + signed c
    case multiplyImmediate  // r[a] = r[b] * signed c
    case multiplyImmediateLeft  // r[a] = signed c * r[b]
    case multiplyAdd  // r[a] = r[a] + r[b] * r[c], rounded twice
    case equal, notEqual, less, lessOrEqual, greater, greaterOrEqual, isClose, contains, notContains
    case negate, plus, not  // r[a] = op r[b]

    // Control
    case jump  // target
    case loop  // target, backwards: polls; a = turns that a round counts
    case jumpIfFalse, jumpIfTrue  // r[a], target
    // Jump where the comparison of r[a] and r[b] does not hold; extra: target
    case unlessLess, unlessLessOrEqual, unlessGreater, unlessGreaterOrEqual, unlessEqual, unlessNotEqual
    // The same with signed b instead of r[b]
    case unlessLessImmediate, unlessLessOrEqualImmediate, unlessGreaterImmediate, unlessGreaterOrEqualImmediate,
        unlessEqualImmediate, unlessNotEqualImmediate
    // Range loops; extra: a = the variable, b = turns that a round counts
    case rangePrepare  // r[a], r[a+1], r[a+2] = start, stop, step, made ints; first into variable; jumps to target where empty
    case rangePrepareUp  // the same with start 0 and step 1
    case rangeNext  // next number of the range at r[a] into the variable; jumps to target while there is one. Polls
    case iteratePrepare  // r[a] is iterable; r[a+1] = 0
    case iterateNext  // next element of r[a] into r[a+2]; jumps to target at the end
    case unpack  // r[b] … r[b+c-1] = the elements of r[a]

    // Elements
    case index1  // r[a] = r[b][r[c]]
    case indexNested  // r[a] = r[b][r[c]][r[extra.a]], and on behind the two index1 that follow, which do the same
    case index2  // r[a] = r[b][r[c], r[extra.a]]
    case index2Sum  // r[a] = r[b][r[c] + r[extra.a], r[extra.b] + r[extra.c]]
    case index3  // … r[extra.b]
    case index4  // … r[extra.c]
    case indexGeneral  // r[a] = r[b][subscripts c]; extra: wide = first register of the subscripts' values
    case setIndex1  // r[a][r[b]] = r[c]
    case setIndex2  // r[a][r[b], r[extra.a]] = r[c]
    case setPath  // r[a] … path b … = r[c]; extra: wide = first register of the path's values
    case member  // r[a] = r[b].name; extra: wide = name

    // Calls
    case call  // r[a] = r[b](r[b+1] … r[b+c]); extra: wide = argument names + 1, or 0
    case callGlobal  // the same of module variable wide of a second extra word; r[b] is free
    case callBuiltin  // the same of constant wide of a second extra word
    case callAppend  // as callMethod, where the name is append and the receiver a variable
    case callMethod  // r[a] = r[b].name(r[b+1] … r[b+c]); extra: wide = name; extra: a = receiver's variable, wide = names + 1
    case returnValue  // r[a]
    case returnNone
    case endBlock  // of a hook

    // Making
    case makeList  // r[a] = [r[b] … r[b+c-1]]
    case makeDictionary  // r[a] = {r[b]: r[b+1], …}, c entries
    case append  // r[a] takes r[b] at its end
    case makeFunction  // r[a] = closure of prototype wide; extra: a = first register of the defaults
    case formatValue  // r[a] = text of r[b]; extra: wide = spec + 1, or 0
    case formatBySpec  // r[a] = text of r[b] by the spec in r[c]
    case concatenate  // r[a] = texts r[b] … r[b+c-1] joined

    // Statements
    case show  // r[a], as the value of a statement
    case checkShapes  // of the parameters, patterns wide; r[a] keeps the named sizes
    case checkResultShape  // r[a] with the sizes in r[b]; patterns of the prototype
    case importModule  // r[a] = module of import wide
    case expectTrue  // r[a]; r[b] is the message where c is 1
    case expectComparison  // r[a] op r[b]; extra: a = operator, b = tolerance's register + 1, c = message's register + 1
    case handleErrors  // until the matching endHandle, an error of code k[a] (any where it is None) jumps to target
    case endHandle  // no error came: r[a] is the message where b is 1; c is the expected code's constant
    case gradientBegin  // of r[b] … r[b+c-1] (copies of the variables); a: state
    case gradientEnd  // r[a] = [value, gradient, …] of r[b]
    case train  // r[a] = train(r[b], r[b+1], r[b+2] …); extra: wide = description

    // Models
    case layersBegin
    case layer  // wide = description, arguments from r[a]
    case layerValue  // r[a] is a layer, a model or a list of them; b = label + 1 (constant)
    case layersEnd  // closes a list of layers; they wait for the layer that takes them as children
    case layersRepeat  // r[a] is a number of rounds that a model may have
    case layersReturn  // r[a] = the finished list, as the model's description
    case makeModel  // r[a] = the model definition of function r[b]; extra: wide = name
}

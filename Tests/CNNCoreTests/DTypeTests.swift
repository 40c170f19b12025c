import CNNCore
import Testing

/// Which dtype comes out of which.
struct DTypeTests {
    private func tensor(_ dtype: DType, _ dimensions: [Int] = [2]) throws -> Tensor {
        try Tensor.full(try Shape(dimensions), 1, dtype)
    }

    @Test func sumsOfTwoTensors() throws {
        let expected: [DType: [DType: DType]] = [
            .float32: [.float32: .float32, .int64: .float32, .uint8: .float32, .bool: .float32],
            .float64: [.float64: .float64, .int64: .float64, .uint8: .float64, .bool: .float64],
            .int64: [.float32: .float32, .float64: .float64, .int64: .int64, .uint8: .int64, .bool: .int64],
            .uint8: [.float32: .float32, .float64: .float64, .int64: .int64, .uint8: .uint8, .bool: .uint8],
            .bool: [.float32: .float32, .float64: .float64, .int64: .int64, .uint8: .uint8, .bool: .bool],
        ]
        for a in DType.allCases {
            for b in DType.allCases {
                let (x, y) = (try tensor(a), try tensor(b))
                if let dtype = expected[a]?[b] {
                    #expect(try Binary(.add)(x, y).dtype == dtype, "\(a) + \(b)")
                    #expect(try Binary(.divide)(x, y).dtype == (dtype.isFloating ? dtype : .float32), "\(a) / \(b)")
                    #expect(try Binary(.subtract)(x, y).dtype == (dtype == .bool ? .int64 : dtype), "\(a) - \(b)")
                    #expect(try Comparison(.equal)(x, y).dtype == .bool)
                } else {
                    #expect(thrownCode { try Binary(.add)(x, y) } == .dtypeMismatch, "\(a) + \(b)")
                    #expect(thrownCode { try Comparison(.less)(x, y) } == .dtypeMismatch, "\(a) < \(b)")
                    #expect(thrownCode { try MatrixProduct()(x, y) } == .dtypeMismatch, "\(a) @ \(b)")
                    #expect(thrownCode { try Concat(axis: 0)(x, y) } == .dtypeMismatch)
                    #expect(thrownCode { try Where()(try tensor(.bool), x, y) } == .dtypeMismatch)
                }
            }
        }
    }

    @Test func mixedFloatsSayWhatToWrite() throws {
        let error = thrownError { try Binary(.add)(try tensor(.float32), try tensor(.float64)) }
        #expect(error?.message == "x + y: x is float32, but y is float64")
        #expect(error?.notes == ["write x.to(float64)"])
        #expect(
            thrownError { try Binary(.add)(try tensor(.float64), try tensor(.float32)) }?.notes == [
                "write y.to(float64)"
            ])
    }

    @Test(arguments: DType.allCases)
    func scalarsNeverChangeATensor(_ dtype: DType) throws {
        let x = try tensor(dtype)
        for isLeft in [false, true] {
            let whole = try Binary(.add).apply(x, scalar: 2, scalarIsInteger: true, scalarOnLeft: isLeft)
            #expect(whole.dtype == (dtype == .bool ? .int64 : dtype))
            #expect(whole.doubles() == [3, 3])
            let float = try Binary(.add).apply(x, scalar: 0.5, scalarIsInteger: false, scalarOnLeft: isLeft)
            #expect(float.dtype == (dtype.isFloating ? dtype : .float32))
            #expect(float.doubles() == [1.5, 1.5])
            let quotient = try Binary(.divide).apply(x, scalar: 2, scalarIsInteger: true, scalarOnLeft: isLeft)
            #expect(quotient.dtype == (dtype.isFloating ? dtype : .float32))
            #expect(quotient.doubles() == (isLeft ? [2, 2] : [0.5, 0.5]))
        }
    }

    /// A tensor of rank 0 counts as a number, whatever float it is.
    @Test func rankZeroIsANumber() throws {
        for dtype in DType.allCases {
            for number in DType.allCases {
                let result = try Binary(.multiply)(try tensor(dtype), try tensor(number, []))
                if dtype.isFloating {
                    #expect(result.dtype == dtype)
                } else if number.isFloating {
                    #expect(result.dtype == .float32)
                } else {
                    #expect(result.dtype == (dtype == .bool && number != .bool ? .int64 : dtype))
                }
            }
        }
        #expect(try Binary(.multiply)(try tensor(.float32, []), try tensor(.float64, [])).dtype == .float32)
    }

    @Test func wholeNumbersDoNotWrap() throws {
        let bytes = try Tensor(doubles: [200, 1], try Shape([2]), .uint8)
        let error = thrownError { try Binary(.add)(bytes, bytes) }
        #expect(error?.code == .integerOverflow)
        #expect(error?.message == "200 + 200 = 400 does not fit into uint8 (element [0])")
        #expect(error?.notes == ["write x.to(int64)"])
        #expect(thrownCode { try Binary(.subtract).apply(bytes, scalar: 2, scalarOnLeft: false) } == .integerOverflow)
        #expect(thrownCode { try Binary(.add).apply(bytes, scalar: 256, scalarOnLeft: false) } == .invalidConversion)
        #expect(thrownCode { try Binary(.multiply).apply(bytes, scalar: -1, scalarOnLeft: true) } == .invalidConversion)
        let large = try Tensor(integers: [.max, .min], try Shape([2]))
        for kind in [Binary.Kind.add, .multiply, .subtract] {
            #expect(thrownCode { try Binary(kind).apply(large, scalar: 2, scalarOnLeft: true) } == .integerOverflow)
        }
        #expect(thrownCode { try Unary(.negate)(large) } == .integerOverflow)
        #expect(thrownCode { try Unary(.abs)(large) } == .integerOverflow)
        #expect(thrownCode { try Unary(.square)(large) } == .integerOverflow)
        #expect(thrownCode { try Reduction(.product)(large) } == .integerOverflow)
        #expect(try Reduction(.sum)(large).integers() == [-1])
        #expect(
            thrownCode { try Reduction(.sum)(try Tensor(integers: [.max, 1], try Shape([2]))) } == .integerOverflow)
        #expect(
            thrownCode { try CumulativeSum(axis: 0)(try Tensor(integers: [.max, 1], try Shape([2]))) }
                == .integerOverflow)
        #expect(thrownCode { try MatrixProduct()(large, large) } == .integerOverflow)
        // No digit of an int is lost on the way.
        let exact = try Binary(.add).apply(
            try Tensor(integers: [1], try Shape([1])), scalar: (1 << 60) + 1, scalarOnLeft: false)
        #expect(exact.integers() == [(1 << 60) + 2])
    }

    @Test func divisionOfWholeNumbers() throws {
        let a = try Tensor(integers: [7, -7, 7, -7], try Shape([4]))
        let b = try Tensor(integers: [2, 2, -2, -2], try Shape([4]))
        #expect(try Binary(.floorDivide)(a, b).integers() == [3, -4, -4, 3])
        #expect(try Binary(.modulo)(a, b).integers() == [1, 1, -1, -1])
        #expect(try Binary(.divide)(a, b).doubles() == [3.5, -3.5, -3.5, 3.5])
        let zero = try Tensor(integers: [0, 1, 0, 1], try Shape([4]))
        for kind in [Binary.Kind.floorDivide, .modulo] {
            #expect(thrownCode { try Binary(kind)(a, zero) } == .divisionByZero)
        }
        #expect(try Binary(.divide)(a, zero).doubles() == [.infinity, -7, .infinity, -7])
        #expect(thrownCode { try Binary(.power)(a, b) } == .invalidValue)
        #expect(try Binary(.power).apply(a, scalar: 3, scalarOnLeft: false).integers() == [343, -343, 343, -343])
        #expect(try Binary(.power).apply(zero, scalar: 0, scalarOnLeft: false).integers() == [1, 1, 1, 1])
        let least = try Tensor(integers: [.min], try Shape([1]))
        #expect(
            thrownCode { try Binary(.floorDivide).apply(least, scalar: -1, scalarOnLeft: false) } == .integerOverflow)
        #expect(try Binary(.modulo).apply(least, scalar: -1, scalarOnLeft: false).integers() == [0])
    }

    @Test func functionsOfWholeNumbers() throws {
        let x = try Tensor(integers: [-3, 0, 2], try Shape([3]))
        let expected: [Unary.Kind: [Int]] = [
            .negate: [3, 0, -2], .abs: [3, 0, 2], .sign: [-1, 0, 1], .square: [9, 0, 4], .relu: [0, 0, 2],
            .round: [-3, 0, 2], .floor: [-3, 0, 2], .ceil: [-3, 0, 2],
        ]
        for kind in Unary.Kind.allCases {
            let result = try Unary(kind)(x)
            if let values = expected[kind] {
                #expect(result.dtype == .int64)
                #expect(result.integers() == values, "\(kind)")
            } else {
                #expect(result.dtype == .float32, "\(kind)")
            }
        }
        #expect(try Unary(.negate)(try tensor(.bool)).integers() == [-1, -1])
        #expect(thrownCode { try Unary(.negate)(try tensor(.uint8)) } == .integerOverflow)
    }

    /// Masks combine as in NumPy: `*` is and, `+` is or; everything else counts.
    @Test func boolsAreMasksOrNumbers() throws {
        let a = try Tensor(doubles: [1, 1, 0, 0], try Shape([4]), .bool)
        let b = try Tensor(doubles: [1, 0, 1, 0], try Shape([4]), .bool)
        #expect(try Binary(.multiply)(a, b).integers() == [1, 0, 0, 0])
        #expect(try Binary(.add)(a, b).integers() == [1, 1, 1, 0])
        #expect(try Binary(.add)(a, b).dtype == .bool)
        #expect(try Binary(.subtract)(a, b).integers() == [0, 1, -1, 0])
        #expect(try Reduction(.sum)(a).spec == TensorSpec(.scalar, .int64))
        #expect(try Reduction(.sum)(a).integers() == [2])
        #expect(try Reduction(.mean)(a).spec == TensorSpec(.scalar, .float32))
        #expect(try Reduction(.mean)(a).doubles() == [0.5])
        #expect(try Reduction(.any)(a).integers() == [1])
        #expect(try Reduction(.all)(a).integers() == [0])
        #expect(try LogicalNot()(a).integers() == [0, 0, 1, 1])
        #expect(thrownCode { try LogicalNot()(try tensor(.int64)) } == .dtypeMismatch)
    }

    @Test func comparisonsWithNumbers() throws {
        let x = try Tensor(integers: [1, 2, 3], try Shape([3]))
        func holds(_ kind: Comparison.Kind, _ scalar: Double, onLeft: Bool = false) throws -> [Int] {
            try Comparison(kind).apply(x, scalar: scalar, scalarOnLeft: onLeft).integers()
        }
        #expect(try holds(.less, 2.5) == [1, 1, 0])
        #expect(try holds(.lessOrEqual, 2) == [1, 1, 0])
        #expect(try holds(.greater, 1.5) == [0, 1, 1])
        #expect(try holds(.less, 2, onLeft: true) == [0, 0, 1])
        #expect(try holds(.equal, 2.5) == [0, 0, 0])
        #expect(try holds(.notEqual, 2.5) == [1, 1, 1])
        #expect(try holds(.less, .infinity) == [1, 1, 1])
        #expect(try holds(.less, -.infinity) == [0, 0, 0])
        #expect(try holds(.greaterOrEqual, 1e300) == [0, 0, 0])
        #expect(try holds(.equal, .nan) == [0, 0, 0])
        #expect(try holds(.greater, .nan) == [0, 0, 0])
        let bytes = try Tensor(doubles: [0, 255], try Shape([2]), .uint8)
        #expect(try Comparison(.less).apply(bytes, scalar: 300.0, scalarOnLeft: false).integers() == [1, 1])
        #expect(try Comparison(.greater).apply(bytes, scalar: -1.0, scalarOnLeft: false).integers() == [1, 1])
        // A float32 tensor is compared in float32.
        let tenth = try Tensor.full(try Shape([1]), 0.1, .float32)
        #expect(try Comparison(.equal).apply(tenth, scalar: 0.1, scalarOnLeft: false).integers() == [1])
    }

    @Test func conversions() throws {
        let x = try Tensor(doubles: [-1.7, 0, 2.9], try Shape([3]), .float64)
        #expect(try x.converted(to: .int64).integers() == [-1, 0, 2])
        #expect(try x.converted(to: .bool).integers() == [1, 0, 1])
        #expect(try x.converted(to: .float32).dtype == .float32)
        let error = thrownError { try x.converted(to: .uint8) }
        #expect(error?.code == .invalidConversion)
        #expect(error?.message == "-1.7 does not fit into uint8")
        for value in [Double.nan, .infinity, 1e19] {
            #expect(thrownCode { try Tensor.scalar(value, .float64).converted(to: .int64) } == .invalidConversion)
        }
        for (value, dtype) in [(0.5, DType.int64), (256, .uint8), (-1, .uint8), (.nan, .int64)] {
            #expect(thrownCode { try Tensor.scalar(value, dtype) } == .invalidConversion)
            #expect(thrownCode { try Tensor(doubles: [value], try Shape([1]), dtype) } == .invalidConversion)
        }
        #expect(try Tensor(doubles: [0, 2, .nan], try Shape([3]), .bool).integers() == [0, 1, 1])
        #expect(thrownCode { try Tensor(doubles: [1, 2], try Shape([3]), .float32) } == .shapeMismatch)
        #expect(thrownCode { try Tensor(integers: [1, 2], try Shape([3])) } == .shapeMismatch)
    }

    @Test func clipping() throws {
        let x = try Tensor(integers: [-5, 0, 5], try Shape([3]))
        #expect(try Clip(-1, 3)(x).integers() == [-1, 0, 3])
        #expect(try Clip(nil, 3)(x).dtype == .int64)
        #expect(try Clip(0.5, nil)(x).doubles() == [0.5, 0.5, 5])
        let bytes = try Tensor(doubles: [0, 100, 255], try Shape([3]), .uint8)
        #expect(try Clip(-7, 300)(bytes).integers() == [0, 100, 255])
        #expect(thrownCode { try Clip(2, 1)(x) } == .invalidValue)
        #expect(thrownCode { try Clip(.nan, 1)(x) } == .invalidValue)
        let floats = try Tensor(doubles: [.nan, -.infinity, .infinity], try Shape([3]), .float32)
        let clipped = try Clip(-1, 1)(floats).doubles()
        #expect(clipped[0].isNaN)
        #expect(clipped[1...] == [-1, 1])
    }
}

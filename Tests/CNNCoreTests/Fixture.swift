import CNNCore
import Foundation
import Testing

/// Reference numbers of Tests/Fixtures/torch: lists of cases, made with PyTorch in float64.
enum Fixture {
    /// Tests/Fixtures
    static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Fixtures")

    static func cases(_ name: String) throws -> [FixtureCase] { try load(name, as: [FixtureCase].self) }

    /// A file whose cases have a form of their own.
    static func load<Content: Decodable>(_ name: String, as type: Content.Type) throws -> Content {
        let file = folder.appendingPathComponent("torch").appendingPathComponent(name + ".json")
        return try JSONDecoder().decode(type, from: try Data(contentsOf: file))
    }
}

/// An operation on certain inputs, what comes out, and the gradients of sum(output * cotangent).
struct FixtureCase: Decodable, Sendable, CustomTestStringConvertible {
    var id = ""
    var op = ""
    var attrs: [String: FixtureValue] = [:]
    var inputs: [String: FixtureTensor] = [:]
    var output = FixtureTensor(shape: [0], data: [])
    var cotangent = FixtureTensor(shape: [0], data: [])
    var grads: [String: FixtureTensor] = [:]
    /// What else a case has: the running statistics after batch normalization.
    var others: [String: FixtureTensor] = [:]

    var testDescription: String { id }

    private struct Key: CodingKey {
        var stringValue: String
        var intValue: Int? { nil }
        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        for key in container.allKeys {
            switch key.stringValue {
            case "id": id = try container.decode(String.self, forKey: key)
            case "op": op = try container.decode(String.self, forKey: key)
            case "attrs": attrs = try container.decode([String: FixtureValue].self, forKey: key)
            case "inputs": inputs = try container.decode([String: FixtureTensor].self, forKey: key)
            case "output": output = try container.decode(FixtureTensor.self, forKey: key)
            case "cotangent": cotangent = try container.decode(FixtureTensor.self, forKey: key)
            case "grads": grads = try container.decode([String: FixtureTensor].self, forKey: key)
            default: others[key.stringValue] = try? container.decode(FixtureTensor.self, forKey: key)
            }
        }
    }

    /// The input of that name.
    func input(_ name: String, _ dtype: DType = .float64) throws -> Tensor {
        try #require(inputs[name], "\(id) has no input '\(name)'").tensor(dtype)
    }

    func int(_ name: String) throws -> Int { try #require(attrs[name]?.int, "\(id) has no int '\(name)'") }
    func ints(_ name: String) throws -> [Int] { try #require(attrs[name]?.ints, "\(id) has no list '\(name)'") }
    func double(_ name: String) throws -> Double { try #require(attrs[name]?.double, "\(id) has no number '\(name)'") }
    func bool(_ name: String) throws -> Bool { try #require(attrs[name]?.bool as Bool?, "\(id) has no bool '\(name)'") }
    func text(_ name: String) throws -> String { try #require(attrs[name]?.text, "\(id) has no text '\(name)'") }
}

/// Row-major.
struct FixtureTensor: Decodable, Equatable, Sendable {
    var shape: [Int]
    var data: [Double]

    func tensor(_ dtype: DType = .float64) throws -> Tensor { try Tensor(doubles: data, try Shape(shape), dtype) }

    /// The axes in another order, as `Permute` has them: [0, 2, 3, 1] makes NHWC of NCHW.
    func permuted(_ axes: [Int]) throws -> FixtureTensor {
        let turned = try Permute(axes)(try tensor())
        return FixtureTensor(shape: turned.shape.dimensions, data: turned.doubles())
    }
}

/// A setting of a case.
enum FixtureValue: Decodable, Equatable, Sendable {
    case bool(Bool), int(Int), double(Double), text(String), list([FixtureValue]), tensor(FixtureTensor), none

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .none
        } else if let value = try? container.decode(Bool.self) {
            self = .bool(value)
        } else if let value = try? container.decode(Int.self) {
            self = .int(value)
        } else if let value = try? container.decode(Double.self) {
            self = .double(value)
        } else if let value = try? container.decode(String.self) {
            self = .text(value)
        } else if let value = try? container.decode(FixtureTensor.self) {
            self = .tensor(value)
        } else {
            self = .list(try container.decode([FixtureValue].self))
        }
    }

    var int: Int? {
        if case .int(let value) = self { return value }
        return nil
    }

    var double: Double? {
        switch self {
        case .double(let value): value
        case .int(let value): Double(value)
        default: nil
        }
    }

    var bool: Bool? {
        if case .bool(let value) = self { return value }
        return nil
    }

    var text: String? {
        if case .text(let value) = self { return value }
        return nil
    }

    var ints: [Int]? {
        guard case .list(let values) = self else { return nil }
        let numbers = values.compactMap(\.int)
        return numbers.count == values.count ? numbers : nil
    }

    var tensor: FixtureTensor? {
        if case .tensor(let value) = self { return value }
        return nil
    }
}

/// The largest difference of two lists of numbers, relative to the largest of the second.
func relativeError(_ values: [Double], _ expected: [Double]) -> Double {
    guard values.count == expected.count else { return .infinity }
    let largest = expected.reduce(0) { max($0, abs($1)) }
    var worst = 0.0
    for (value, other) in zip(values, expected) where value != other && !(value.isNaN && other.isNaN) {
        let error = abs(value - other)
        if error.isNaN { return .infinity }
        worst = max(worst, error / max(largest, .leastNormalMagnitude))
    }
    return worst
}

extension FixtureTensor {
    /// Half of the last decimal that the numbers are given with.
    static let rounding = 0.5e-10

    /// Fails unless shape and elements are the same, within `tolerance` relative to the largest element.
    func expectClose(
        _ other: Tensor, _ tolerance: Double, _ what: String, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(other.shape.dimensions == shape, "\(what)", sourceLocation: sourceLocation)
        let largest = data.reduce(0) { max($0, abs($1)) }
        let error = relativeError(other.doubles(), data) * largest
        #expect(error <= tolerance * largest + FixtureTensor.rounding * 1.01, "\(what)", sourceLocation: sourceLocation)
    }
}

extension FixtureCase {
    /// Runs `function` on the inputs named (all of them in alphabetical order), in float64 and float32, and compares
    /// output and gradients: 1e-9 in float64, 2e-6 and 2e-5 in float32, relative to the largest element.
    func check(
        inputs names: [String]? = nil, sourceLocation: SourceLocation = #_sourceLocation,
        _ function: ([Tensor]) throws -> Tensor
    ) throws {
        let names = names ?? inputs.keys.sorted()
        for dtype in [DType.float64, .float32] {
            let tape = Tape()
            defer { tape.close() }
            let watched = try names.map { try tape.watch(try input($0, dtype)) }
            let result = try function(watched)
            #expect(result.dtype == dtype, "\(id)", sourceLocation: sourceLocation)
            output.expectClose(
                result, dtype == .float64 ? 1e-9 : 2e-6, "\(id) \(dtype)", sourceLocation: sourceLocation)
            let loss = try Reduction(.sum)(try Binary(.multiply)(result, try cotangent.tensor(dtype)))
            for (name, gradient) in zip(names, try tape.gradients(of: loss, withRespectTo: watched)) {
                let expected = try #require(grads[name], sourceLocation: sourceLocation)
                expected.expectClose(
                    gradient, dtype == .float64 ? 1e-9 : 2e-5, "\(id) d\(name) \(dtype)", sourceLocation: sourceLocation
                )
            }
        }
    }
}

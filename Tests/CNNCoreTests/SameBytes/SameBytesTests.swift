import Testing

@testable import CNNCore

/// Every operation gives the same bytes at every SIMD level with any number of threads, and those that the table has.
@Suite(.serialized) struct SameBytesTests {
    static let cases: [BitCase] =
        OperationCase.all.flatMap(BitCase.operation) + BitCase.elementwise + BitCase.wholeNumbers + BitCase.comparisons
        + BitCase.conversions + BitCase.ordering + BitCase.reductions + BitCase.products + BitCase.windows
        + BitCase.normalizations + BitCase.losses + BitCase.randomNumbers + BitCase.augmentations
        + BitCase.optimizers + BitCase.trainings

    @Test(.disabled(if: BitTable.isUpdating), arguments: cases)
    func everySettingGivesTheBytesOfTheTable(_ bits: BitCase) throws {
        let line = try line(of: bits)
        let wanted = try BitTable.stored.get().line(bits.name, bits.dtype)
        #expect(line == wanted, "\(bits.testDescription)")
    }

    @Test(.disabled(if: BitTable.isUpdating)) func theTableHasTheseCasesAndNoOthers() throws {
        let names = try BitTable.stored.get().lines.map { "\($0.name) \($0.dtype)" }
        #expect(names == SameBytesTests.cases.map(\.testDescription))
        #expect(Set(names).count == names.count)
    }

    @Test(.enabled(if: BitTable.isUpdating)) func theTableIsRewritten() throws {
        try BitTable.write(try SameBytesTests.cases.map { try line(of: $0) })
    }

    /// Computes the case at every setting; fails where two give different bytes.
    private func line(of bits: BitCase) throws -> BitTable.Line {
        var inputs: [Tensor] = []
        var results: [Tensor] = []
        var gradients: [Tensor] = []
        for (number, instance) in try bits.instances().enumerated() {
            var first: BitOutcome?
            try BitSettings.each { settings in
                let outcome = try instance.run()
                let difference = first.flatMap { outcome.difference(from: $0) }
                #expect(difference == nil, "\(bits.testDescription), instance \(number), \(settings)")
                first = first ?? outcome
            }
            inputs += instance.inputs
            results += first?.results ?? []
            gradients += first?.gradients ?? []
        }
        return BitTable.Line(
            name: bits.name, dtype: bits.dtype.rawValue, inputs: BitHash(inputs).text, forward: BitHash(results).text,
            backward: gradients.isEmpty ? "-" : BitHash(gradients).text)
    }
}

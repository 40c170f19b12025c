import Testing

@testable import CNNCore

@Suite struct ModelFileTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test func aModelComesBackAsItWas() throws {
        let normal = SmallModel.layer("batchnorm")
        let model = try SmallModel.make(seed: 1, extra: [normal])
        let path = "\(folder.path)/m.safetensors"
        try ModelFile.save(model, to: path)
        let other = try SmallModel.make(seed: 2, extra: [normal])
        #expect(SmallModel.numbers(other) != SmallModel.numbers(model))
        try ModelFile.load(path, into: other)
        #expect(SmallModel.numbers(other) == SmallModel.numbers(model))
        let names = try TensorArchive.load(path).map(\.name)
        #expect(names == (model.parameters + model.buffers).map(\.name) && names.contains("conv1.weight"))
    }

    @Test func whatDiffersIsNamedAndNothingChanges() throws {
        let path = "\(folder.path)/m.safetensors"
        try ModelFile.save(SmallModel.make(seed: 1), to: path)
        let other = try SmallModel.make(seed: 2, extra: [SmallModel.layer("dense", [(nil, .int(5))])])
        let before = SmallModel.numbers(other)
        let error = #expect(throws: CNNError.self) { try ModelFile.load(path, into: other) }
        #expect(error?.code == .keyMissing && error?.notes == ["not in the file: dense2.weight, dense2.bias"])
        let wider = try Model(
            name: "Wide",
            layers: [
                SmallModel.layer("input", [(nil, SmallModel.sizes(8, 8, 1))]),
                SmallModel.layer("conv", [(nil, .int(4)), (nil, SmallModel.sizes(5, 5))]), SmallModel.layer("flatten"),
                SmallModel.layer("dense", [(nil, .int(10))]),
            ], seed: 0)
        let shape = #expect(throws: CNNError.self) { try ModelFile.load(path, into: wider) }
        #expect(shape?.code == .shapeMismatch)
        #expect(shape?.message == "conv1.weight is 3x3x1x4 in '\(path)' and 5x5x1x4 in Wide")
        #expect(SmallModel.numbers(other) == before)
    }
}

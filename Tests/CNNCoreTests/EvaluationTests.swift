import Testing

@testable import CNNCore

@Suite struct EvaluationTests {
    private func scores(_ rows: [[Double]]) throws -> ClassScores {
        try ClassScores(
            Tensor(doubles: rows.flatMap { $0 }, Shape([rows.count, rows[0].count]), .float32), count: rows.count)
    }

    @Test func thePredictionIsTheFirstLargestScore() throws {
        #expect(try scores([[1, 3, 2], [5, 5, 1], [-1, -2, -3]]).predictions() == [1, 0, 0])
        #expect(try scores([[0.4], [0.5], [0.9]]).predictions() == [0, 1, 1])
    }

    @Test func theTopKCountsRanks() throws {
        let rows = [[0.1, 0.4, 0.3, 0.2], [1, 1, 1, 1], [.nan, 2, 1, 0]]
        let labels = try Tensor(integers: [3, 2, 1], Shape([3]))
        #expect(try (1...4).map { try scores(rows).hits(labels, top: $0) } == [0, 1, 3, 3])
        let broken = try Tensor(integers: [0, 0, 0], Shape([3]))
        #expect(try scores([[.nan, 1], [.nan, 1], [2, 1]]).hits(broken, top: 2) == 1)
        let none = try Tensor(integers: [-1, 9, 0], Shape([3]))
        #expect(try scores([[1, 2], [1, 2], [1, 2]]).hits(none, top: 2) == 1)
    }

    @Test func allFiguresAgree() throws {
        let model = try SmallModel.make()
        let data = try SmallModel.digits(600)
        let table = try Evaluation.confusion(model, data)
        #expect(table.spec == TensorSpec(try Shape([10, 10]), .int64))
        #expect(table.integers().reduce(0, +) == 600)
        for label in 0..<10 {
            #expect((0..<10).reduce(0) { $0 + table.integerElement(label * 10 + $1) } == data.classCounts[label])
        }
        let right = (0..<10).reduce(0) { $0 + table.integerElement($1 * 11) }
        #expect(try Evaluation.accuracy(model, data) == Double(right) / 600)
        #expect(try Evaluation.topK(model, data, 1) == Double(right) / 600)
        #expect(try Evaluation.topK(model, data, 10) == 1)
        #expect(errorCode { _ = try Evaluation.topK(model, data, 0) } == .invalidValue)
        #expect(errorCode { _ = try Evaluation.accuracy(model, data.take(0)) } == .invalidValue)
    }

    @Test func theSizeOfABatchDoesNotMatter() throws {
        let model = try SmallModel.make()
        let data = try SmallModel.digits(300)
        let answers = try Evaluation.predictions(model, data)
        #expect(
            try Evaluation.predictions(model, data.selecting([299, 7], name: "two")) == [answers[299], answers[7]])
    }
}

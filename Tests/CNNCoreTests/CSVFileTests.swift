import Testing

@testable import CNNCore

@Suite struct CSVFileTests {
    private func read(_ text: String) throws -> Tensor { try CSVFile.read(Array(text.utf8), name: "t.csv") }

    @Test func readsRowsOfNumbers() throws {
        for text in [
            "1,2.5\n-3,4e2\n", "\u{FEFF}1,2.5\r\n-3,4e2", "# made by hand\n\n 1 , 2.5 \n\"-3\",\"4e2\"\n\n",
            "a,b\n1,2.5\n-3,400\n",
        ] {
            let tensor = try read(text)
            #expect(tensor.shape.dimensions == [2, 2] && tensor.doubles() == [1, 2.5, -3, 400], "\(text)")
        }
        #expect(try read("nan,inf\n").element(1) == .infinity)
    }

    @Test func saysWhichFieldIsWrong() {
        func message(_ text: String) -> String? {
            (#expect(throws: CNNError.self) { try read(text) })?.message
        }
        let start = "'t.csv' is damaged or of another kind: "
        #expect(message("1,2\n3,x\n") == start + "row 2, column 2 is 'x', not a number")
        #expect(message("1,2\n3,\n") == start + "row 2, column 2 is empty")
        #expect(message("1,2\n3\n") == start + "row 2 has 1 value, those above have 2")
        #expect(message("") == start + "it has no rows")
        #expect(message("1,\"2\n") == start + "row 1: a quote is not closed")
        #expect(errorCode { _ = try read("1e300\n") } == .invalidConversion)
    }

    @Test func whatIsWrittenIsRead() throws {
        let tensor = try Tensor(doubles: [0.1, -2, 3e-7, 16_777_216, 1, 0], Shape([3, 2]), .float32)
        let bytes = try CSVFile.write(tensor)
        #expect(String(decoding: bytes, as: UTF8.self).hasPrefix("0.1,-2"))
        #expect(try CSVFile.read(bytes, name: "t").doubles() == tensor.doubles())
        let cube = try Tensor.full(Shape([1, 1, 1]), 1, .float32)
        #expect(errorCode { _ = try CSVFile.write(cube) } == .rankMismatch)
    }

    @Test func theEndingChoosesTheFormat() {
        #expect(errorCode { _ = try TensorFile.load("a.jpg") } == .invalidValue)
        #expect(errorCode { _ = try TensorFile.load("none.npy") } == .fileNotFound)
        #expect(errorCode { _ = try TensorFile.load("none.csv.gz") } == .fileNotFound)
        // Nothing is packed on the way out.
        #expect(errorCode { try TensorFile.save(Tensor.full(.scalar, 1, .float32), to: "a.npy.gz") } == .invalidValue)
    }
}

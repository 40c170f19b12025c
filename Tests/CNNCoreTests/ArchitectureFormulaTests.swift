import Testing

@testable import CNNCore

@Suite struct ArchitectureFormulaTests {
    private func text(_ formula: String) throws -> String {
        try ArchitectureFormula.layers(formula, filters: 32, units: 128, classes: 10).map { layer in
            ([layer.kind] + layer.arguments.map { ($0.name.map { "\($0)=" } ?? "") + $0.value.text })
                .joined(separator: " ")
        }.joined(separator: "; ")
    }

    @Test func theLecturesFormula() throws {
        #expect(
            try text("[(CONV-RELU)^2 POOL]^2 (FC-RELU)^1 SOFTMAX") == """
                conv 32 [3, 3] pad=same; relu; conv 32 [3, 3] pad=same; relu; maxpool 2; \
                conv 64 [3, 3] pad=same; relu; conv 64 [3, 3] pad=same; relu; maxpool 2; \
                flatten; dense 128; relu; dense 10; softmax
                """)
        #expect(
            try text("[(CONV-RELU)^1 POOL?]^1 (FC-RELU)^0 SOFTMAX").hasSuffix("maxpool 2; flatten; dense 10; softmax"))
        #expect(try text("CONV RELU FC") == "conv 32 [3, 3] pad=same; relu; flatten; dense 128")
        #expect(try text("CONV-BN-tanh") == "conv 32 [3, 3] pad=same; batchnorm; tanh")
    }

    @Test func itBuilds() throws {
        let layers = try ArchitectureFormula.layers(
            "[(CONV-RELU)^2 POOL]^3 (FC-RELU)^1 SOFTMAX", filters: 32, units: 128, classes: 10)
        let net = try Model(name: "VGG", layers: layers, seed: 1)
        try net.build(for: Shape([32, 32, 3]))
        #expect(net.outputShape?.dimensions == [10] && net.endsInSoftmax)
        #expect(net.parameters.filter { $0.name.hasSuffix("weight") }.count == 8)
    }

    @Test func errorsNameThePart() {
        func message(_ formula: String) -> String {
            String(errorText { _ = try self.text(formula) }.split(separator: "\n").first ?? "")
        }
        #expect(
            message("[(CONV-RELU)^N POOL]^3 SOFTMAX")
                == "E0404: the architecture '[(CONV-RELU)^N POOL]^3 SOFTMAX' cannot be read: 'N' after '^' is no number"
        )
        #expect(
            message("[(CONV-RELU)^2 POOL")
                == "E0404: the architecture '[(CONV-RELU)^2 POOL' cannot be read: a ']' is missing at its end")
        #expect(message("CONV)") == "E0404: the architecture 'CONV)' cannot be read: ')' at character 5")
        #expect(message("") == "E0404: the architecture '' cannot be read: it is empty")
        #expect(message("CONV-RLEU") == "E0404: 'RLEU' in the architecture is no layer")
        #expect(
            message("FC CONV")
                == "E0404: CONV in the architecture stands after FC or SOFTMAX, where no picture is left")
        #expect(message("CONV^999999999999") == "E0604: the architecture has more than 1000 layers")
        #expect(message("((((CONV)^99)^99)^99)^99") == "E0604: the architecture has more than 1000 layers")
        #expect(message("[CONV POOL]^400").hasPrefix("E0604: the filters of the architecture double too often"))
        #expect(message(String(repeating: "(", count: 5000)).hasPrefix("E0404"))
    }
}

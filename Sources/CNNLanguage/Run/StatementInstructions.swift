import CNNCore

extension VirtualMachine {
    /// The instructions of statements and models: each does more than a step of the loop, and none stands in a hot one.
    /// - Returns: The instruction behind it.
    @inline(never)
    func runStatement(
        _ base: UnsafeMutablePointer<Slot>, _ place: UnsafePointer<Instruction>
    ) throws -> UnsafePointer<Instruction> {
        let word = place.pointee
        let a = Int(word.a)
        switch word.opcode {
        case .show:
            countdown &-= VirtualMachine.builtinTurns
            try interpreter.show(base[a].value)
        case .checkShapes: try checkShapes(base, base + a)
        case .checkResultShape: try checkResultShape(base[a].value, sizes: base[Int(word.b)].value)
        case .importModule:
            frames[depth - 1].next = place + 1
            try importModule(base + a, place.wide)
        case .expectTrue: try expectTrue(base, word)
        case .expectComparison:
            try expectComparison(base, word, place[1])
            return place + 2
        case .handleErrors: try pushHandler(place)
        case .endHandle: try endHandle(base, word)
        case .gradientBegin:
            try beginGradient(base, word, description: (place + 1).wide)
            return place + 2
        case .gradientEnd: try endGradient(base, word)
        case .train:
            frames[depth - 1].next = place + 2
            try train(base, word, description: (place + 1).wide)
            return place + 2

        case .layersBegin: layers.begin()
        case .layer: try addLayer(base, word)
        case .layerValue: try addLayerValue(base, word)
        case .layersEnd: layers.end()
        case .layersRepeat: try LayerStack.checkRounds(base[a].value)
        case .layersReturn: (base + a).put(.native(LayerListObject(layers.finish())))
        case .makeModel:
            makeModel(base + a, base[Int(word.b)].value, name: (place + 1).wide)
            return place + 2
        default: throw CNNError(.invalidValue, "no statement begins with \(word.opcode)")
        }
        return place + 1
    }
}

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// A training on disk: the model's values, the optimizer's moments and the state, in one safetensors file, so that
/// `Trainer` goes on from it with the same bits.
///
/// The values of the model have their own names, `conv1.weight`, as in a file that holds nothing else. Those of the
/// optimizer are `optimizer/conv1.weight/0`, the losses of all steps `training/step_losses`; the metadata has the rest
/// as JSON under `training`.
public struct Checkpoint {
    public var state: TrainingState
    public var rule: OptimizerRule
    public var stepCount: Int
    /// For each trainable parameter the tensors of the rule.
    public var moments: [[Tensor]]

    private static let momentPrefix = "optimizer/"
    private static let lossName = "training/step_losses"
    private static let metadataKey = "training"

    /// What is written as JSON.
    private struct Record: Codable {
        var state: TrainingState
        var rule: OptimizerRule
        var optimizerSteps: Int
        /// The parameters that were trained, in order.
        var trained: [String]
        /// What dropout goes by.
        var modelSeed: UInt64
        var modelStep: Int
    }

    // MARK: - Writing

    /// Replaces the file at once or not at all.
    /// - Throws: E0505, E0601.
    public static func save(
        _ model: Model, _ optimizer: Optimizer, _ state: TrainingState, to path: String
    ) throws(CNNError) {
        let names = model.trainableNames
        var tensors = try ModelFile.values(of: model)
        for (name, moments) in zip(names, optimizer.state) {
            for (index, moment) in moments.enumerated() { tensors.append(("\(momentPrefix)\(name)/\(index)", moment)) }
        }
        let losses = state.history.stepLosses
        tensors.append((lossName, try Tensor(doubles: losses, try Shape([losses.count]), .float64)))
        let record = Record(
            state: state, rule: optimizer.rule, optimizerSteps: optimizer.stepCount, trained: names,
            modelSeed: model.seed, modelStep: model.step)
        let metadata = [(key: metadataKey, value: try text(record))]
        try ModelFile.write(tensors, metadata: metadata, of: model, to: path)
    }

    private static func text(_ record: Record) throws(CNNError) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        // A patience that has seen no epoch waits for less than inf.
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        do {
            return String(decoding: try encoder.encode(record), as: UTF8.self)
        } catch {
            throw CNNError(.fileUnwritable, "the state of the training cannot be written down")
        }
    }

    // MARK: - Reading

    /// The values of a model among the tensors of a file.
    static func modelValues(_ tensors: [(name: String, tensor: Tensor)]) -> [(name: String, tensor: Tensor)] {
        tensors.filter { !$0.name.hasPrefix(momentPrefix) && $0.name != lossName }
    }

    /// Sets the model's values and gives what the trainer needs; changes nothing where it throws.
    /// - Throws: E0501, E0502, E0503; E0407, E0302, E0207 where the model is another; E0404 for a file without a
    ///   training, or one where other layers were frozen.
    public static func load(_ path: String, into model: Model) throws(CNNError) -> Checkpoint {
        let content = try SafeTensors.load(path)
        guard let text = content.metadata.first(where: { $0.key == metadataKey })?.value else {
            throw CNNError(
                .invalidValue, "'\(path)' holds a model, but no training to go on with",
                notes: ["train writes one with checkpoint=\"\(path)\"; load(\"\(path)\", into=net) takes the weights"])
        }
        let record = try record(text, path)
        let values = modelValues(content.tensors)
        try ModelFile.check(values, against: try ModelFile.values(of: model), path, model.name)
        let names = model.trainableNames
        guard record.trained == names else {
            throw CNNError(
                .invalidValue, "in '\(path)' \(record.trained.count) parameters were trained; now it is \(names.count)",
                notes: ["freeze the same layers as before"])
        }
        var state = record.state
        state.history.stepLosses = content.tensors.first { $0.name == lossName }?.tensor.doubles() ?? []
        let moments = try moments(content.tensors, record, model, path)
        try ModelFile.set(model, values, path)
        model.adoptStreams(seed: record.modelSeed, step: record.modelStep)
        return Checkpoint(state: state, rule: record.rule, stepCount: record.optimizerSteps, moments: moments)
    }

    private static func record(_ text: String, _ path: String) throws(CNNError) -> Record {
        let decoder = JSONDecoder()
        decoder.nonConformingFloatDecodingStrategy = .convertFromString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        let record: Record
        do { record = try decoder.decode(Record.self, from: Data(text.utf8)) } catch {
            throw CNNError.malformed(path, "what it says about the training cannot be read")
        }
        guard record.optimizerSteps >= 0, record.modelStep >= 0, record.state.isPlausible else {
            throw CNNError.malformed(path, "what it says about the training cannot be")
        }
        return record
    }

    private static func moments(
        _ tensors: [(name: String, tensor: Tensor)], _ record: Record, _ model: Model, _ path: String
    ) throws(CNNError) -> [[Tensor]] {
        // An optimizer that has not taken a step has no moments yet.
        guard record.optimizerSteps > 0 else { return [] }
        var result: [[Tensor]] = []
        for name in record.trained {
            var kept: [Tensor] = []
            for index in 0..<record.rule.stateCount {
                let full = "\(momentPrefix)\(name)/\(index)"
                guard let tensor = tensors.first(where: { $0.name == full })?.tensor,
                    tensor.spec == model.value(name)?.spec
                else { throw CNNError.malformed(path, "'\(full)' is missing, or has another shape than \(name)") }
                kept.append(tensor)
            }
            result.append(kept)
        }
        return result
    }
}

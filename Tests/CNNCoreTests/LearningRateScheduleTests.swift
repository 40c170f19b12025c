import Foundation
import Testing

@testable import CNNCore

@Suite struct LearningRateScheduleTests {
    struct Case: Decodable, CustomTestStringConvertible {
        let id: String
        let base: Double
        let rates: [Double]

        enum CodingKeys: String, CodingKey {
            case id
            case base = "base_lr"
            case rates = "lr_per_step"
        }

        var testDescription: String { id }

        /// The settings that the rates were made with.
        var schedule: LearningRateSchedule? {
            switch id {
            case "step": LearningRateSchedule(.stepDecay(every: 3, factor: 0.5))
            case "exponential": LearningRateSchedule(.exponential(factor: 0.9))
            case "cosine": LearningRateSchedule(.cosine(total: 10, minimum: 0))
            case "one_cycle": LearningRateSchedule(.oneCycle(maximum: 0.4, total: 12, warmupShare: 0.3))
            case "warmup": LearningRateSchedule(.warmup(steps: 5))
            default: nil
            }
        }
    }

    static let cases: [Case] = {
        guard let data = try? Data(contentsOf: OptimizerTests.folder.appendingPathComponent("schedules.json")) else {
            return []
        }
        return (try? JSONDecoder().decode([Case].self, from: data)) ?? []
    }()

    @Test func allFiveCasesAreRead() { #expect(Self.cases.compactMap(\.schedule).count == 5) }

    @Test(arguments: cases) func followsPyTorch(_ example: Case) throws {
        let schedule = try #require(example.schedule)
        for (step, wanted) in example.rates.enumerated() {
            #expect(abs(schedule.rate(base: example.base, step: step) - wanted) < 1e-11, "step \(step)")
        }
    }

    @Test func afterItsEndAScheduleStays() {
        let cosine = LearningRateSchedule(.cosine(total: 10, minimum: 0.01))
        #expect(cosine.rate(base: 1, step: 10) == cosine.rate(base: 1, step: 99))
        #expect(abs(cosine.rate(base: 1, step: 99) - 0.01) < 1e-12)
        let cycle = LearningRateSchedule(.oneCycle(maximum: 0.4, total: 12, warmupShare: 0.3))
        #expect(abs(cycle.rate(base: 0.1, step: 11) - 0.016 / 10_000) < 1e-12)
        #expect(cycle.rate(base: 0.1, step: 11) == cycle.rate(base: 0.1, step: 1000))
    }

    @Test func strangeSettingsGiveFiniteRates() {
        let strange: [LearningRateSchedule.Kind] = [
            .stepDecay(every: 0, factor: 0.5), .cosine(total: 0, minimum: 0), .warmup(steps: 0),
            .oneCycle(maximum: 1, total: 0, warmupShare: 0.3), .oneCycle(maximum: 1, total: 1, warmupShare: 1),
            .oneCycle(maximum: 1, total: 5, warmupShare: 0), .oneCycle(maximum: 1, total: 5, warmupShare: 1),
        ]
        for kind in strange {
            for step in [-1, 0, 1, 5, 100] {
                #expect(LearningRateSchedule(kind).rate(base: 0.1, step: step).isFinite, "\(kind) \(step)")
            }
        }
    }
}

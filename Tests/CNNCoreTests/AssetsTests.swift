import Testing

@testable import CNNCore

@Suite struct AssetsTests {
    @Test func theDigitsAreInside() { #expect(Assets.digits().count == 57_523) }

    @Test func theModulesAreInsideInOrder() {
        #expect(Assets.moduleNames == ["filters", "lecture", "models"])
        for name in Assets.moduleNames { #expect(Assets.module(name)?.isEmpty == false, "\(name)") }
        #expect(Assets.module("none") == nil && Assets.module("") == nil)
    }
}

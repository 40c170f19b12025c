// swift-tools-version: 6.1
import PackageDescription

// The kernels are always optimised: an unoptimised C kernel is too slow to test with, and
// contraction is left to no compiler, so that debug and release give the same bits.
let kernelFlags: [CSetting] = [
    .unsafeFlags(["-O2", "-ffp-contract=off", "-fno-math-errno", "-std=gnu2x"])
]

let package = Package(
    name: "cnnbook",
    products: [
        .executable(name: "cnnbook", targets: ["cnnbook"]),
        .library(name: "CNNCore", targets: ["CNNCore"]),
    ],
    traits: [
        .trait(name: "Readline", description: "Line editing with GNU readline"),
        .trait(name: "Libedit", description: "Line editing with libedit"),
        .default(enabledTraits: ["Readline"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2")
    ],
    targets: [
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"]), .brew(["zlib"])]),
        .systemLibrary(
            name: "CCMark", pkgConfig: "libcmark-gfm",
            providers: [.apt(["libcmark-gfm-dev", "libcmark-gfm-extensions-dev"]), .brew(["cmark-gfm"])]),
        .target(
            name: "CNNKernels", cSettings: kernelFlags,
            linkerSettings: [.linkedLibrary("m"), .linkedLibrary("pthread")]),
        .target(name: "CNNAssets", exclude: ["data"], cSettings: [.unsafeFlags(["-std=gnu2x"])]),
        .target(name: "CPNG", linkerSettings: [.linkedLibrary("png")]),
        .target(
            name: "CLineEditor",
            cSettings: [.define("USE_LIBEDIT", .when(traits: ["Libedit"]))],
            linkerSettings: [
                .linkedLibrary("edit", .when(traits: ["Libedit"])),
                .linkedLibrary("readline", .when(traits: ["Readline"])),
            ]),
        .target(name: "CNNCore", dependencies: ["CNNKernels", "CNNAssets", "CPNG", "CZlib"]),
        .target(name: "CNNLanguage", dependencies: ["CNNCore"]),
        .target(name: "CGradeProcess", cSettings: [.unsafeFlags(["-std=gnu2x"])]),
        .target(name: "CNNNotebook", dependencies: ["CNNLanguage", "CGradeProcess", "CCMark"]),
        .target(name: "CNNTerminal", dependencies: ["CNNNotebook", "CLineEditor"]),
        .executableTarget(
            name: "cnnbook",
            dependencies: [
                "CNNTerminal", "CNNNotebook",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]),
        .testTarget(name: "CNNKernelsTests", dependencies: ["CNNKernels"]),
        .testTarget(name: "CNNCoreTests", dependencies: ["CNNCore"]),
        .testTarget(
            name: "CNNLanguageTests", dependencies: ["CNNLanguage", "CNNNotebook"], exclude: ["Snapshots"]),
        .testTarget(name: "CNNNotebookTests", dependencies: ["CNNNotebook", "CGradeProcess"]),
    ]
)

// Built by `make fuzz` alone: they link only with libFuzzer, which brings its own entry point.
if Context.environment["CNNBOOK_FUZZ"] != nil {
    package.targets += ["SyntaxFuzz", "EvaluatorFuzz"].map { name in
        .executableTarget(
            name: name, dependencies: ["CNNCore", "CNNLanguage"], path: "Tests/Fuzz/\(name)",
            swiftSettings: [.unsafeFlags(["-parse-as-library"])])
    }
}

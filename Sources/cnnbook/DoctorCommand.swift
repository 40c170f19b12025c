import ArgumentParser
import CNNCore
import CNNNotebook
import CNNTerminal

struct DoctorCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Show what this machine has: SIMD level, threads, memory, data sets.")

    @OptionGroup var shared: SharedOptions

    func run() throws {
        try shared.prepareComputing()
        let folders = DataFolders.standard()
        let isInstalled = { DatasetCatalog.isInstalled($0, folders: folders) }
        let found = DatasetCatalog.names.filter(isInstalled)
        let missing = DatasetCatalog.names.filter { !isInstalled($0) }
        var rows: [(String, String)] = [
            ("version", "cnnbook \(Version.current)"),
            ("SIMD level", "\(ComputeRuntime.simdName) (of \(ComputeRuntime.availableLevels.joined(separator: ", ")))"),
            ("threads", "\(ComputeRuntime.threads) (\(ComputeRuntime.coresAtHand) cores at hand)"),
            ("memory", "\(ByteCount.text(MemoryBudget.standard())) for tensors"),
            ("line editor", LineEditing.libraryName),
            ("data sets", found.joined(separator: ", ")),
        ]
        if !missing.isEmpty { rows.append(("not found", missing.joined(separator: ", "))) }
        rows.append(("searched", folders.joined(separator: ", ")))
        let output = StandardStreams.output()
        for (name, value) in rows {
            output.write(name + String(repeating: " ", count: max(1, 13 - name.count)) + value + "\n")
        }
        output.flush()
        if output.failure != nil { try ExitStatus.failure.end() }
    }
}

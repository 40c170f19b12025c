import CNNCore

/// A cell that was run, as `:save` and `:edit` need it.
struct CellRecord {
    enum Outcome: Equatable {
        case passed
        /// The code of its error.
        case failed(String)
        case interrupted
    }

    /// As its prompt showed it.
    let number: Int
    let code: String
    /// What it printed, as far as that is kept.
    let output: String
    let outcome: Outcome
    /// Of the notebook that it was loaded from: `uses` asks for it.
    var id: String?
}

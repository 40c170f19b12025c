/// The keys of `train`, in the order in which help and errors name them.
enum TrainingKey: String, CaseIterable {
    case epochs, batch, steps, optimizer, loss, validate, metrics, shuffle, seed, augment, schedule, patience, clip
    case checkpoint, resume, log

    static let form = "train net on data, key=value, ... { on epoch { ... }  on batch { ... } }"
    static let summary = "An expression: its value is the history. It prints a line for each epoch."

    /// As help shows it.
    var defaultText: String {
        switch self {
        case .epochs: "1"
        case .batch: "32"
        case .optimizer: "sgd(lr=0.01)"
        case .loss: "cross_entropy"
        case .metrics: "[\"accuracy\"]"
        case .shuffle, .log: "True"
        case .augment: "[]"
        case .resume: "False"
        case .steps, .validate, .seed, .schedule, .patience, .clip, .checkpoint: "None"
        }
    }

    /// Names that stand for what it takes.
    var words: [String] {
        switch self {
        case .optimizer: OptimizerBuiltins.names
        case .schedule: ScheduleBuiltins.names
        // That of a loss is a function of another kind.
        case .loss: LossArgument.names.filter { $0 != "perceptron" }
        default: []
        }
    }

    /// One line.
    var summary: String {
        switch self {
        case .epochs: "how often all pictures are gone through; without it, as often as steps needs"
        case .batch: "pictures a step; the last batch of an epoch may be smaller"
        case .steps: "ends after so many steps in all"
        case .optimizer: "sgd(lr=0.1), adam and the others; alone, with its usual rate"
        case .loss: "a loss, its name, or a function of output and labels that gives one number"
        case .validate: "a data set that is measured after every epoch: val_loss, val_accuracy"
        case .metrics: "what is measured beside the loss: accuracy, top5, mse, mae"
        case .shuffle: "whether every epoch has an order of its own"
        case .seed: "of order, dropout and augmentation; without it the session's"
        case .augment: "changes at random for every picture: [shift(2), rotate(10)]"
        case .schedule: "how the rate goes: step_decay, cosine and the others"
        case .patience: "ends after so many epochs without a smaller val_loss (loss without validate)"
        case .clip: "the norm that all gradients together are shrunk to"
        case .checkpoint: "a .safetensors file that is written after every epoch and on Ctrl-C"
        case .resume: "True: goes on where this model's training or its checkpoint ended; or another file's name"
        case .log: "whether it prints a line for each epoch"
        }
    }
}

import CNNLanguage

/// What runs when a submission is graded, in order: the assignment's given cells and questions where the assignment has
/// them, each followed by the student's own cells that stood behind it.
struct GradePlan {
    enum Step {
        /// The instructor's text, whatever the submission made of it.
        case given(Cell)
        /// The student's cell; nil where the submission has none.
        case question(Int, Cell?)
        /// A cell that only the submission has.
        case extra(Cell)
    }

    let steps: [Step]

    init(_ assignment: Assignment, _ submission: Notebook) {
        let known = Set(assignment.ids.values)
        var answers: [String: Cell] = [:]
        var extras: [String: [Cell]] = [:]
        var place = ""
        for cell in submission.cells where cell.kind.isCode && cell.kind != .check {
            if let id = cell.id, known.contains(id) {
                answers[id] = cell
                place = id
            } else {
                extras[place, default: []].append(cell)
            }
        }
        var steps: [Step] = (extras[""] ?? []).map { .extra($0) }
        for cell in assignment.notebook.cells {
            guard let id = assignment.ids[cell.number] else { continue }
            if let question = assignment.question(id) {
                steps.append(.question(question, answers[id]))
            } else {
                steps.append(.given(cell))
            }
            steps += (extras[id] ?? []).map { .extra($0) }
        }
        self.steps = steps
    }
}

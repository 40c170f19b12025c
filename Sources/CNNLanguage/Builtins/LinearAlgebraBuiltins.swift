import CNNCore

/// Products of vectors and matrices.
enum LinearAlgebraBuiltins {
    static let all: [Builtin] = [dot, outer, matmul]

    private static let dot = Builtin(
        "dot", ["x", "y"], .linearAlgebra, "the sum of the products of two tensors of one shape",
        formula: "sum_i x_i * y_i", example: ("dot(tensor([1, 2, 3]), tensor([4, 5, 6]))", "32.0\n")
    ) { call in
        let (x, y) = (try call.tensor(0), try call.tensor(1))
        guard x.shape == y.shape else {
            throw CNNError(
                .shapeMismatch, "dot: the shapes differ: \(x.shape.asGiven) and \(y.shape.asGiven)",
                notes: x.rank == 2 || y.rank == 2 ? ["the product of matrices is x @ y"] : [])
        }
        return Value(try MatrixProduct()(try Reshape([-1])(x), try Reshape([-1])(y)))
    }

    private static let outer = Builtin(
        "outer", ["x", "y"], .linearAlgebra, "the products of all pairs of two vectors", formula: "o_ij = x_i * y_j",
        example: ("outer(tensor([1, 2]), tensor([3, 4, 5]))", "tensor 2x3 float32\n[[ 3,  4,  5],\n [ 6,  8, 10]]\n")
    ) { call in
        Value(try MatrixProduct()(try Reshape([-1, 1])(try call.tensor(0)), try Reshape([1, -1])(try call.tensor(1))))
    }

    private static let matmul = Builtin(
        "matmul", ["x", "y"], .linearAlgebra, "the product of matrices, as x @ y", formula: "z_ij = sum_k x_ik * y_kj",
        example: ("matmul(tensor([[1, 2], [3, 4]]), tensor([1, 1]))", "tensor 2 float32\n[3, 7]\n")
    ) { call in
        Value(try MatrixProduct()(try call.tensor(0), try call.tensor(1)))
    }
}

/* Blocks, parts and threads of reductions. */
#include "reduction_blocks.h"

/* Parts of a block at most, and elements of one at least. */
#define MOST_PARTS 64
#define LEAST_PART 32768
/* With this many blocks there is enough to share out. */
#define MANY_BLOCKS 16

typedef struct {
    int64_t length, inner, blocks_across;
    bool shared;
    void (*body)(void *context, const reduction_block *block);
    void *context;
} blocks_task;

static void blocks_piece(void *context, int64_t begin, int64_t end) {
    const blocks_task *t = context;
    for (int64_t i = begin; i < end; i++) {
        int64_t outer = i / t->blocks_across, column = i % t->blocks_across * COLUMN_BLOCK;
        int64_t left = t->inner - column;
        reduction_block block = {
            .length = t->length, .inner = t->inner, .first = outer * t->length * t->inner + column,
            .column = column, .width = left < COLUMN_BLOCK ? left : COLUMN_BLOCK,
            .output = outer * t->inner + column, .shared = t->shared,
        };
        t->body(t->context, &block);
    }
}

/* Rows of a part: the same for every block. */
static int64_t rows_in_part(int64_t length, int64_t inner) {
    int64_t least = LEAST_PART / (inner < COLUMN_BLOCK ? inner : COLUMN_BLOCK), rows = length / MOST_PARTS + 1;
    return ((rows < least ? least : rows) + 15) / 16 * 16;
}

void cnn_reduction_blocks(int64_t outer, int64_t length, int64_t inner, bool parted,
                          void (*body)(void *context, const reduction_block *block), void *context) {
    if (outer <= 0 || inner <= 0) return;
    int64_t across = inner / COLUMN_BLOCK + (inner % COLUMN_BLOCK != 0), blocks = outer * across;
    bool shared = parted && blocks < MANY_BLOCKS && length > rows_in_part(length, inner);
    blocks_task task = { length, inner, across, shared, body, context };
    if (shared) {
        blocks_piece(&task, 0, blocks);
    } else {
        int64_t width = inner < COLUMN_BLOCK ? inner : COLUMN_BLOCK;
        int64_t grain = length < ELEMENTWISE_GRAIN ? ELEMENTWISE_GRAIN / (length * width + 1) + 1 : 1;
        interruptible_pieces(blocks, grain, blocks_piece, &task);
    }
}

typedef struct {
    const reduction_block *block;
    const reducer *reducer;
    const void *context;
    int64_t rows_each;
    unsigned char *states;
} parts_task;

static int64_t part_end(const parts_task *t, int64_t begin) {
    return t->block->length - begin < t->rows_each ? t->block->length : begin + t->rows_each;
}

static void parts_piece(void *context, int64_t begin, int64_t end) {
    const parts_task *t = context;
    for (int64_t p = begin; p < end && !cnn_interrupt_pending(); p++) {
        int64_t first = p * t->rows_each;
        t->reducer->accumulate(t->context, t->block, first, part_end(t, first), t->states + p * STATE_BYTES);
    }
}

/* Not inlined: its states take 128 KiB of stack. */
__attribute__((noinline)) static void run_shared(parts_task *t, int64_t parts, void *state) {
    _Alignas(16) unsigned char states[MOST_PARTS * STATE_BYTES];
    memset(states, 0, (size_t)parts * STATE_BYTES);
    t->states = states;
    cnn_parallel_for(parts, 1, parts_piece, t);
    memcpy(state, states, STATE_BYTES);
    for (int64_t p = 1; p < parts; p++) t->reducer->merge(t->context, t->block, state, states + p * STATE_BYTES);
}

void cnn_reduction_run(const reduction_block *block, const reducer *reducer, const void *context, void *state) {
    int64_t rows_each = rows_in_part(block->length, block->inner);
    parts_task task = { block, reducer, context, rows_each, NULL };
    if (block->length <= rows_each) {
        reducer->accumulate(context, block, 0, block->length, state);
        return;
    }
    if (block->shared) {
        run_shared(&task, (block->length + rows_each - 1) / rows_each, state);
        return;
    }
    reducer->accumulate(context, block, 0, rows_each, state);
    _Alignas(16) unsigned char part[STATE_BYTES];
    for (int64_t first = rows_each; first < block->length && !cnn_interrupt_pending(); first += rows_each) {
        reducer->accumulate(context, block, first, part_end(&task, first), part);
        reducer->merge(context, block, state, part);
    }
}

/* Conversions between the types of elements. */
#include "elementwise_internal.h"

typedef struct {
    const void *x;
    void *y;
    _Atomic bool misfit;
} cast_task;

/* What of FROM fits: the truncated value for floating types. Comparisons with nan are false. */
#define FITS_ALWAYS(v) ((void)(v), true)
#define FLOAT_FITS_I64(v) ((v) >= -0x1p63 && (v) < 0x1p63)
#define FLOAT_FITS_U8(v) ((v) > -1 && (v) < 256)
#define I64_FITS_U8(v) ((uint64_t)(v) <= UINT8_MAX)

#define PLAIN(T, v) ((T)(v))
#define TRUTH(T, v) ((T)((v) != 0))

#define DEFINE_CAST(NAME, FROM, TO, FITS, CONVERT)                                                                    \
    static void NAME(void *context, int64_t begin, int64_t end) {                                                     \
        cast_task *t = context;                                                                                       \
        const FROM *x = t->x;                                                                                         \
        TO *y = t->y;                                                                                                 \
        bool misfit = false;                                                                                          \
        for (int64_t i = begin; i < end; i++) {                                                                       \
            FROM v = x[i];                                                                                            \
            bool fits = FITS(v);                                                                                      \
            misfit |= !fits;                                                                                          \
            y[i] = fits ? CONVERT(TO, v) : 0;                                                                         \
        }                                                                                                             \
        if (misfit) t->misfit = true;                                                                                 \
    }

DEFINE_CAST(f32_to_f64, float, double, FITS_ALWAYS, PLAIN)
DEFINE_CAST(f32_to_i64, float, int64_t, FLOAT_FITS_I64, PLAIN)
DEFINE_CAST(f32_to_u8, float, uint8_t, FLOAT_FITS_U8, PLAIN)
DEFINE_CAST(f32_to_bool, float, uint8_t, FITS_ALWAYS, TRUTH)
DEFINE_CAST(f64_to_f32, double, float, FITS_ALWAYS, PLAIN)
DEFINE_CAST(f64_to_i64, double, int64_t, FLOAT_FITS_I64, PLAIN)
DEFINE_CAST(f64_to_u8, double, uint8_t, FLOAT_FITS_U8, PLAIN)
DEFINE_CAST(f64_to_bool, double, uint8_t, FITS_ALWAYS, TRUTH)
DEFINE_CAST(i64_to_f32, int64_t, float, FITS_ALWAYS, PLAIN)
DEFINE_CAST(i64_to_f64, int64_t, double, FITS_ALWAYS, PLAIN)
DEFINE_CAST(i64_to_u8, int64_t, uint8_t, I64_FITS_U8, PLAIN)
DEFINE_CAST(i64_to_bool, int64_t, uint8_t, FITS_ALWAYS, TRUTH)
DEFINE_CAST(u8_to_f32, uint8_t, float, FITS_ALWAYS, PLAIN)
DEFINE_CAST(u8_to_f64, uint8_t, double, FITS_ALWAYS, PLAIN)
DEFINE_CAST(u8_to_i64, uint8_t, int64_t, FITS_ALWAYS, PLAIN)
DEFINE_CAST(u8_to_bool, uint8_t, uint8_t, FITS_ALWAYS, TRUTH)
DEFINE_CAST(f32_to_f32, float, float, FITS_ALWAYS, PLAIN)
DEFINE_CAST(f64_to_f64, double, double, FITS_ALWAYS, PLAIN)
DEFINE_CAST(i64_to_i64, int64_t, int64_t, FITS_ALWAYS, PLAIN)
DEFINE_CAST(u8_to_u8, uint8_t, uint8_t, FITS_ALWAYS, PLAIN)

#define DTYPES 5

/* [from][to]; the bytes of a bool tensor are 0 and 1, so it is read as u8. */
static const cnn_body casts[DTYPES][DTYPES] = {
    [CNN_F32] = { f32_to_f32, f32_to_f64, f32_to_i64, f32_to_u8, f32_to_bool },
    [CNN_F64] = { f64_to_f32, f64_to_f64, f64_to_i64, f64_to_u8, f64_to_bool },
    [CNN_I64] = { i64_to_f32, i64_to_f64, i64_to_i64, i64_to_u8, i64_to_bool },
    [CNN_U8] = { u8_to_f32, u8_to_f64, u8_to_i64, u8_to_u8, u8_to_bool },
    [CNN_BOOL] = { u8_to_f32, u8_to_f64, u8_to_i64, u8_to_u8, u8_to_bool },
};

bool cnn_cast(cnn_dtype from, cnn_dtype to, int64_t n, const void *x, void *y) {
    cast_task task = { x, y, false };
    interruptible_pieces(n, ELEMENTWISE_GRAIN, casts[from][to], &task);
    return !task.misfit;
}

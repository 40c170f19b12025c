/* Decimal text of doubles: exact expansion, rounded half to even once. Printf's forms, without locale. */
#include <limits.h>
#include <string.h>

#include "include/cnn_elementwise.h"

/* A double has up to 309 digits before the point and 1074 behind it; both in groups of 9. */
#define GROUP 1000000000U
#define INTEGER_DIGITS (35 * 9)
#define FRACTION_DIGITS (120 * 9)
/* 32-bit words of the widest integer part and fraction. */
#define WORDS 34

/* |value| = 0.d0 d1 d2 ... times 10^point; no digit is 0 at the front. Zero has no digits and point 1. */
typedef struct {
    char digits[INTEGER_DIGITS + FRACTION_DIGITS];
    int count, point;
} decimal;

static void write_group(uint32_t group, char *digits) {
    for (int i = 8; i >= 0; i--, group /= 10) digits[i] = (char)(group % 10);
}

/* Digits of words (low first), which are used up. Returns how many. */
static int integer_digits(uint32_t *words, int count, char *digits) {
    char reversed[INTEGER_DIGITS];
    int groups = 0;
    for (;;) {
        while (count > 0 && words[count - 1] == 0) count--;
        if (count == 0) break;
        uint64_t rest = 0;
        for (int i = count - 1; i >= 0; i--) {
            uint64_t part = rest << 32 | words[i];
            words[i] = (uint32_t)(part / GROUP);
            rest = part % GROUP;
        }
        write_group((uint32_t)rest, reversed + 9 * groups++);
    }
    for (int g = 0; g < groups; g++) memcpy(digits + 9 * g, reversed + 9 * (groups - 1 - g), 9);
    return 9 * groups;
}

/* Digits of the fraction whose words (low first) stand behind the binary point, to the last. */
static int fraction_digits(uint32_t *words, int count, char *digits) {
    int low = 0, groups = 0;
    for (;;) {
        while (low < count && words[low] == 0) low++;
        if (low == count) break;
        uint64_t carry = 0;
        for (int i = low; i < count; i++) {
            carry += (uint64_t)words[i] * GROUP;
            words[i] = (uint32_t)carry;
            carry >>= 32;
        }
        write_group((uint32_t)carry, digits + 9 * groups++);
    }
    return 9 * groups;
}

/* Sets the words from bit `shift` on to m. */
static void place_bits(uint32_t *words, int shift, uint64_t m) {
    unsigned __int128 bits = (unsigned __int128)m << (shift & 31);
    for (int i = shift >> 5; bits != 0; i++, bits >>= 32) words[i] = (uint32_t)bits;
}

/* value is finite. */
static void expand(double value, decimal *d) {
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    int exponent = (int)(bits >> 52 & 0x7ff);
    uint64_t m = bits & 0xfffffffffffffULL;
    if (exponent) m |= 0x10000000000000ULL;
    else exponent = 1;
    exponent -= 1075;

    uint32_t words[WORDS] = {0};
    int before, length;
    if (exponent >= 0) {
        place_bits(words, exponent, m);
        before = length = integer_digits(words, WORDS, d->digits);
    } else {
        int places = -exponent, count = (places + 31) / 32;
        uint64_t whole = places < 53 ? m >> places : 0;
        place_bits(words, 0, whole);
        before = integer_digits(words, 2, d->digits);
        memset(words, 0, sizeof words);
        place_bits(words, 32 * count - places, places < 53 ? m & ((1ULL << places) - 1) : m);
        length = before + fraction_digits(words, count, d->digits + before);
    }
    int zeros = 0;
    while (zeros < length && d->digits[zeros] == 0) zeros++;
    d->count = length - zeros;
    d->point = d->count ? before - zeros : 1;
    memmove(d->digits, d->digits + zeros, (size_t)d->count);
}

/* Leaves `kept` digits, rounded half to even. */
static void round_to(decimal *d, int64_t kept) {
    if (kept >= d->count) return;
    bool up = false;
    if (kept >= 0) {
        int next = d->digits[kept];
        bool beyond = false, odd = kept > 0 && d->digits[kept - 1] % 2 != 0;
        for (int i = (int)kept + 1; i < d->count && !beyond; i++) beyond = d->digits[i] != 0;
        up = next > 5 || (next == 5 && (beyond || odd));
    }
    d->count = kept > 0 ? (int)kept : 0;
    if (up) {
        int i = d->count - 1;
        while (i >= 0 && d->digits[i] == 9) i--;
        if (i >= 0) {
            d->digits[i]++;
            d->count = i + 1;
        } else {
            d->digits[0] = 1;
            d->count = 1;
            d->point++;
        }
    }
    if (d->count == 0) d->point = 1;
}

typedef struct {
    char *out;
    size_t size, length;
} writer;

static void put(writer *w, char c) {
    if (w->length + 1 < w->size) w->out[w->length] = c;
    w->length++;
}

/* The digits begin ..< end of d, zeros where it has none. */
static void put_digits(writer *w, const decimal *d, int64_t begin, int64_t end) {
    for (; begin < end && begin < d->count; begin++) put(w, begin < 0 ? '0' : (char)('0' + d->digits[begin]));
    if (begin >= end) return;
    size_t zeros = (size_t)(end - begin), room = w->length + 1 < w->size ? w->size - 1 - w->length : 0;
    if (room) memset(w->out + w->length, '0', zeros < room ? zeros : room);
    w->length += zeros;
}

static int finish(writer *w) {
    if (w->size) w->out[w->length < w->size ? w->length : w->size - 1] = 0;
    return w->length > INT_MAX ? INT_MAX : (int)w->length;
}

/* Writes the sign, and the whole text of inf and nan. False where that was all. */
static bool begin(writer *w, double value) {
    bool negative = __builtin_signbit(value), number = value == value;
    if (negative && number) put(w, '-');
    const char *name = !number ? "nan" : (value - value != 0 ? "inf" : NULL);
    if (!name) return true;
    for (; *name; name++) put(w, *name);
    return false;
}

static void put_fixed(writer *w, const decimal *d, int64_t precision) {
    if (d->point <= 0) put(w, '0');
    else put_digits(w, d, 0, d->point);
    if (precision > 0) {
        put(w, '.');
        put_digits(w, d, d->point, d->point + precision);
    }
}

static void put_exponent(writer *w, const decimal *d, int64_t precision) {
    put_digits(w, d, 0, 1);
    if (precision > 0) {
        put(w, '.');
        put_digits(w, d, 1, 1 + precision);
    }
    int exponent = d->point - 1, size = exponent < 0 ? -exponent : exponent;
    put(w, 'e');
    put(w, exponent < 0 ? '-' : '+');
    if (size >= 100) put(w, (char)('0' + size / 100));
    put(w, (char)('0' + size / 10 % 10));
    put(w, (char)('0' + size % 10));
}

#define DEFAULT_PRECISION 6

int cnn_format_fixed(double value, int precision, char *out, size_t size) {
    writer w = { out, size, 0 };
    decimal d;
    if (precision < 0) precision = DEFAULT_PRECISION;
    if (begin(&w, value)) {
        expand(value, &d);
        round_to(&d, (int64_t)d.point + precision);
        put_fixed(&w, &d, precision);
    }
    return finish(&w);
}

int cnn_format_exponent(double value, int precision, char *out, size_t size) {
    writer w = { out, size, 0 };
    decimal d;
    if (precision < 0) precision = DEFAULT_PRECISION;
    if (begin(&w, value)) {
        expand(value, &d);
        round_to(&d, (int64_t)precision + 1);
        put_exponent(&w, &d, precision);
    }
    return finish(&w);
}

int cnn_format_general(double value, int precision, char *out, size_t size) {
    writer w = { out, size, 0 };
    decimal d;
    if (precision < 0) precision = DEFAULT_PRECISION;
    if (precision == 0) precision = 1;
    if (begin(&w, value)) {
        expand(value, &d);
        round_to(&d, precision);
        while (d.count > 0 && d.digits[d.count - 1] == 0) d.count--;
        int exponent = d.point - 1;
        if (exponent < -4 || exponent >= precision) put_exponent(&w, &d, d.count - 1);
        else put_fixed(&w, &d, d.count - d.point);
    }
    return finish(&w);
}

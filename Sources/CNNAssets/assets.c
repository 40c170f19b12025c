#include "cnn_assets.h"

static const unsigned char digits[] = {
#embed "data/digits-8x8.csv.gz"
};

static const unsigned char filters[] = {
#embed "../../stdlib/filters.cnnbook"
};
static const unsigned char lecture[] = {
#embed "../../stdlib/lecture.cnnbook"
};
static const unsigned char models[] = {
#embed "../../stdlib/models.cnnbook"
};

static const cnn_asset digits_asset = { "digits-8x8.csv.gz", digits, sizeof digits };

static const cnn_asset modules[] = {
    { "filters", filters, sizeof filters },
    { "lecture", lecture, sizeof lecture },
    { "models", models, sizeof models },
};

const cnn_asset *cnn_assets_digits(void) { return &digits_asset; }

size_t cnn_assets_module_count(void) { return sizeof modules / sizeof modules[0]; }

const cnn_asset *cnn_assets_module(size_t index) {
    return index < cnn_assets_module_count() ? &modules[index] : NULL;
}

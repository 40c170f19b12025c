/* Files that travel inside the binary. Nothing is read or unpacked before it is asked for. */
#ifndef CNN_ASSETS_H
#define CNN_ASSETS_H

#include <stddef.h>

typedef struct {
    const char *name;
    const unsigned char *bytes;
    size_t length;
} cnn_asset;

/* 1,797 digits of 8x8 pixels as CSV in gzip: 64 values 0..16, then the class. */
const cnn_asset *cnn_assets_digits(void);

/* The modules of `stdlib`, by name in alphabetical order. */
size_t cnn_assets_module_count(void);
/* NULL where index is not below the count. */
const cnn_asset *cnn_assets_module(size_t index);

#endif

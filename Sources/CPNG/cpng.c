#include "cpng.h"

#include <png.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Memory that one chunk (a text, a colour profile) may take, packed or unpacked. */
#define CHUNK_BYTES (8u << 20)

struct cpng_reader {
    png_structp png;
    png_infop info;
    const uint8_t *bytes;
    size_t length, position;
    cpng_info header;
    int passes;
    char message[128];
};

static void keep_message(png_structp png, png_const_charp text) {
    cpng_reader *reader = png_get_error_ptr(png);
    snprintf(reader->message, sizeof reader->message, "%s", text);
    longjmp(png_jmpbuf(png), 1);
}

static void ignore_warning(png_structp png, png_const_charp text) {
    (void)png;
    (void)text;
}

static void read_bytes(png_structp png, png_bytep target, size_t count) {
    cpng_reader *reader = png_get_io_ptr(png);
    if (count > reader->length - reader->position) png_error(png, "it ends too early");
    memcpy(target, reader->bytes + reader->position, count);
    reader->position += count;
}

/* Whatever the file holds becomes 8 bits of grey, RGB or RGBA. */
static void normalise(cpng_reader *reader) {
    png_structp png = reader->png;
    int type = png_get_color_type(png, reader->info);
    bool has_alpha = (type & PNG_COLOR_MASK_ALPHA) || png_get_valid(png, reader->info, PNG_INFO_tRNS);
    png_set_expand(png);
    png_set_scale_16(png);
    if (has_alpha && !(type & PNG_COLOR_MASK_COLOR)) png_set_gray_to_rgb(png);
    reader->passes = png_set_interlace_handling(png);
    png_read_update_info(png, reader->info);
    reader->header.channels = png_get_channels(png, reader->info);
}

static bool read_header(cpng_reader *reader, uint64_t pixel_limit) {
    png_structp png = reader->png;
    if (setjmp(png_jmpbuf(png))) return false;
    png_set_read_fn(png, reader, read_bytes);
    png_set_chunk_malloc_max(png, CHUNK_BYTES);
    png_set_chunk_cache_max(png, 64);
    png_read_info(png, reader->info);
    reader->header.width = png_get_image_width(png, reader->info);
    reader->header.height = png_get_image_height(png, reader->info);
    if ((uint64_t)reader->header.width * reader->header.height > pixel_limit) png_error(png, "it has too many pixels");
    normalise(reader);
    size_t row = (size_t)reader->header.width * reader->header.channels;
    if (png_get_rowbytes(png, reader->info) != row) png_error(png, "its rows have an unknown layout");
    return true;
}

cpng_reader *cpng_reader_open(const uint8_t *bytes, size_t length, uint64_t pixel_limit, cpng_info *info,
                              char *message, size_t message_size) {
    cpng_reader *reader = calloc(1, sizeof *reader);
    if (!reader) {
        snprintf(message, message_size, "there is no memory left");
        return NULL;
    }
    reader->bytes = bytes;
    reader->length = length;
    bool is_png = length >= 8 && png_sig_cmp(bytes, 0, 8) == 0;
    if (is_png) reader->png = png_create_read_struct(PNG_LIBPNG_VER_STRING, reader, keep_message, ignore_warning);
    if (reader->png) reader->info = png_create_info_struct(reader->png);
    if (!reader->info || !read_header(reader, pixel_limit)) {
        const char *why = !is_png ? "it does not begin as a PNG file does" : reader->message;
        snprintf(message, message_size, "%s", *why ? why : "there is no memory left");
        cpng_reader_close(reader);
        return NULL;
    }
    *info = reader->header;
    return reader;
}

bool cpng_reader_decode(cpng_reader *reader, uint8_t *pixels, char *message, size_t message_size) {
    png_structp png = reader->png;
    if (setjmp(png_jmpbuf(png))) {
        snprintf(message, message_size, "%s", reader->message);
        return false;
    }
    size_t row = (size_t)reader->header.width * reader->header.channels;
    for (int pass = 0; pass < reader->passes; pass++) {
        for (uint32_t y = 0; y < reader->header.height; y++) png_read_row(png, pixels + y * row, NULL);
    }
    png_read_end(png, NULL);
    return true;
}

void cpng_reader_close(cpng_reader *reader) {
    if (!reader) return;
    if (reader->png) png_destroy_read_struct(&reader->png, reader->info ? &reader->info : NULL, NULL);
    free(reader);
}

typedef struct {
    uint8_t *bytes;
    size_t length, capacity;
} growing_buffer;

static void stop_writing(png_structp png, png_const_charp text) {
    (void)text;
    longjmp(png_jmpbuf(png), 1);
}

static void append_bytes(png_structp png, png_bytep source, size_t count) {
    growing_buffer *buffer = png_get_io_ptr(png);
    if (count > buffer->capacity - buffer->length) {
        size_t capacity = buffer->capacity * 2 + count;
        uint8_t *bytes = realloc(buffer->bytes, capacity);
        if (!bytes) png_error(png, "there is no memory left");
        buffer->bytes = bytes;
        buffer->capacity = capacity;
    }
    memcpy(buffer->bytes + buffer->length, source, count);
    buffer->length += count;
}

static void flush_nothing(png_structp png) { (void)png; }

static bool write_picture(png_structp png, png_infop info, growing_buffer *buffer, const uint8_t *pixels,
                          uint32_t width, uint32_t height, uint32_t channels) {
    if (setjmp(png_jmpbuf(png))) return false;
    int type = channels == 1 ? PNG_COLOR_TYPE_GRAY : channels == 3 ? PNG_COLOR_TYPE_RGB : PNG_COLOR_TYPE_RGB_ALPHA;
    png_set_write_fn(png, buffer, append_bytes, flush_nothing);
    png_set_IHDR(png, info, width, height, 8, type, PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT,
                 PNG_FILTER_TYPE_DEFAULT);
    png_write_info(png, info);
    for (uint32_t y = 0; y < height; y++) png_write_row(png, pixels + (size_t)y * width * channels);
    png_write_end(png, NULL);
    return true;
}

uint8_t *cpng_encode(const uint8_t *pixels, uint32_t width, uint32_t height, uint32_t channels, size_t *length) {
    if (channels != 1 && channels != 3 && channels != 4) return NULL;
    growing_buffer buffer = { NULL, 0, 0 };
    png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, stop_writing, ignore_warning);
    png_infop info = png ? png_create_info_struct(png) : NULL;
    bool is_written = info && write_picture(png, info, &buffer, pixels, width, height, channels);
    if (png) png_destroy_write_struct(&png, info ? &info : NULL);
    if (!is_written) {
        free(buffer.bytes);
        return NULL;
    }
    *length = buffer.length;
    return buffer.bytes;
}

void cpng_free(uint8_t *bytes) { free(bytes); }

/* PNG pictures in memory, through the system's libpng. Its error jumps stay inside this target. */
#ifndef CPNG_H
#define CPNG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct {
    uint32_t width, height;
    uint32_t channels; /* of the decoded picture: 1 grey, 3 RGB, 4 RGBA; 8 bits each */
} cpng_info;

typedef struct cpng_reader cpng_reader;

/* Reads the header. NULL, and a line in `message`, where this is no PNG, it is damaged, or it has more than
 * `pixel_limit` pixels; nothing of the picture's size is allocated here. `bytes` must live as long as the reader. */
cpng_reader *cpng_reader_open(const uint8_t *bytes, size_t length, uint64_t pixel_limit, cpng_info *info,
                              char *message, size_t message_size);
/* Writes height * width * channels bytes, row by row. To be called once. */
bool cpng_reader_decode(cpng_reader *reader, uint8_t *pixels, char *message, size_t message_size);
void cpng_reader_close(cpng_reader *reader);

/* An 8-bit PNG of 1 (grey), 3 (RGB) or 4 (RGBA) channels, to be freed with cpng_free; NULL where memory ran out. */
uint8_t *cpng_encode(const uint8_t *pixels, uint32_t width, uint32_t height, uint32_t channels, size_t *length);
void cpng_free(uint8_t *bytes);

#endif

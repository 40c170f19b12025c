/* The inner loops for any processor. */
#include "elementwise_internal.h"

#define ELEMENTWISE_TABLE cnn_elementwise_portable
#include "templates/elementwise_level.h"

/* Names of functions that exist once a type: T is the type, S its suffix. */
#define PASTE_(a, b) a##_##b
#define PASTE(a, b) PASTE_(a, b)
#define FN(name) PASTE(name, S)

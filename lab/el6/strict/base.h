/*
 * What strict.c needs of a C library. It has none: starting a program with one costs four times what is done here, and
 * the tests start hundreds of thousands of programs.
 */
#include <stddef.h>

extern char **environment;

long kernel(long call, long a, long b, long c, long d);

long open_file(const char *path, int flags);
void write_all(int fd, const char *const *words, size_t count);
char *value_of(const char *variable);

/* All that can be read from there on, up to so much; NULL where nothing can. One at a time. */
enum { READ_AT_MOST = 1 << 20 };
char *read_all(int fd);

size_t strlen(const char *text);
char *strchr(const char *text, int letter);
char *strrchr(const char *text, int letter);
char *strstr(const char *text, const char *part);
int strcmp(const char *one, const char *other);
int strncmp(const char *one, const char *other, size_t length);
size_t strspn(const char *text, const char *letters);
char *strsep(char **rest, const char *separators);
int memcmp(const void *one, const void *other, size_t length);
void *memchr(const void *bytes, int letter, size_t length);
void *memcpy(void *to, const void *from, size_t length);
void *memset(void *to, int letter, size_t length);

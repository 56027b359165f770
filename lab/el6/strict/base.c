/* See base.h: the kernel's door, the program's start, and the few functions of <string.h> that are used. */
#include "base.h"

#include <fcntl.h>
#include <sys/syscall.h>
#include <sys/uio.h>

char **environment;

void enter(long *stack);
int main(int count, char **words);

#if defined __x86_64__
__asm__(".globl _start\n_start: xor %ebp, %ebp\n mov %rsp, %rdi\n and $-16, %rsp\n call enter\n");

long kernel(long call, long a, long b, long c, long d)
{
    long result;
    register long fourth __asm__("r10") = d;
    __asm__ volatile("syscall" : "=a"(result) : "a"(call), "D"(a), "S"(b), "d"(c), "r"(fourth) : "rcx", "r11", "memory");
    return result;
}
#elif defined __aarch64__
__asm__(".globl _start\n_start: mov x29, #0\n mov x0, sp\n bl enter\n");

long kernel(long call, long a, long b, long c, long d)
{
    register long number __asm__("x8") = call, first __asm__("x0") = a, second __asm__("x1") = b;
    register long third __asm__("x2") = c, fourth __asm__("x3") = d;
    __asm__ volatile("svc #0" : "+r"(first) : "r"(number), "r"(second), "r"(third), "r"(fourth) : "memory");
    return first;
}
#else
#error "base.c knows how to call the kernel on x86_64 and aarch64 only: add this machine's way"
#endif

/* The kernel leaves there: the number of words, the words, NULL, the environment, NULL. */
void enter(long *stack)
{
    char **words = (char **)(stack + 1);
    environment = words + stack[0] + 1;
    kernel(SYS_exit_group, main((int)stack[0], words), 0, 0, 0);
}

long open_file(const char *path, int flags)
{
    return kernel(SYS_openat, AT_FDCWD, (long)path, flags, 0666);
}

void write_all(int fd, const char *const *words, size_t count)
{
    struct iovec pieces[64];
    size_t i;
    for (i = 0; i < count && i < 64; i++) {
        pieces[i].iov_base = (void *)words[i];
        pieces[i].iov_len = strlen(words[i]);
    }
    /* One call, so that two processes never mix their lines. Where it can't be written, the exit status says enough. */
    kernel(SYS_writev, fd, (long)pieces, (long)i, 0);
}

char *value_of(const char *variable)
{
    size_t length = strlen(variable);
    for (char **one = environment; *one != NULL; one++)
        if (strncmp(*one, variable, length) == 0 && (*one)[length] == '=') return *one + length + 1;
    return NULL;
}

char *read_all(int fd)
{
    static char text[READ_AT_MOST];
    size_t size = 0;
    while (size < sizeof text - 1) {
        long got = kernel(SYS_read, fd, (long)(text + size), (long)(sizeof text - 1 - size), 0);
        if (got < 0) return NULL;
        if (got == 0) break;
        size += (size_t)got;
    }
    text[size] = '\0';
    return text;
}

size_t strlen(const char *text)
{
    const char *end = text;
    while (*end != '\0') end++;
    return (size_t)(end - text);
}

char *strchr(const char *text, int letter)
{
    for (;; text++) {
        if (*text == (char)letter) return (char *)text;
        if (*text == '\0') return NULL;
    }
}

char *strrchr(const char *text, int letter)
{
    const char *found = NULL;
    for (; *text != '\0'; text++)
        if (*text == (char)letter) found = text;
    return (char *)found;
}

char *strstr(const char *text, const char *part)
{
    size_t length = strlen(part);
    for (; (text = strchr(text, *part)) != NULL; text++)
        if (strncmp(text, part, length) == 0) return (char *)text;
    return NULL;
}

int strncmp(const char *one, const char *other, size_t length)
{
    for (; length > 0; one++, other++, length--) {
        if (*one != *other) return *one - *other;
        if (*one == '\0') return 0;
    }
    return 0;
}

int strcmp(const char *one, const char *other)
{
    return strncmp(one, other, (size_t)-1);
}

size_t strspn(const char *text, const char *letters)
{
    size_t length = 0;
    while (text[length] != '\0' && strchr(letters, text[length]) != NULL) length++;
    return length;
}

char *strsep(char **rest, const char *separators)
{
    char *word = *rest, *end = word;
    if (word == NULL) return NULL;
    while (*end != '\0' && strchr(separators, *end) == NULL) end++;
    *rest = *end != '\0' ? end + 1 : NULL;
    *end = '\0';
    return word;
}

int memcmp(const void *one, const void *other, size_t length)
{
    const char *a = one, *b = other;
    for (; length > 0; a++, b++, length--)
        if (*a != *b) return *a - *b;
    return 0;
}

void *memchr(const void *bytes, int letter, size_t length)
{
    for (const char *one = bytes; length > 0; one++, length--)
        if (*one == (char)letter) return (void *)one;
    return NULL;
}

void *memcpy(void *to, const void *from, size_t length)
{
    for (size_t i = 0; i < length; i++) ((char *)to)[i] = ((const char *)from)[i];
    return to;
}

void *memset(void *to, int letter, size_t length)
{
    for (size_t i = 0; i < length; i++) ((char *)to)[i] = (char)letter;
    return to;
}

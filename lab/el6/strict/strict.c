/*
 * Stands before the programs of a host that plays CentOS 6: lets through what CentOS 6's program of that name knows,
 * refuses the rest as that program would (its exit status, a word on standard error, a line in a log, so that `|| :`
 * hides none), then runs the real one. `programs` is the table of what they know; it is compiled in.
 *
 *   cc -static -nostdlib -ffreestanding -fno-stack-protector -O2 -DTABLE='"programs"' -o strict *.c
 *
 * It is the interpreter of the files that stand in the programs' places, each of one line: #!/.strict/made/strict NAME
 * The real program is /.strict/real/NAME, else the next one on PATH. The log is $EL6_STRICT_LOG, else /.strict/log.
 */
#include "strict.h"

#include <fcntl.h>
#include <sys/syscall.h>

__asm__(".section .rodata\n.globl table\ntable: .incbin \"" TABLE "\"\n.byte 0\n.previous\n");
extern const char table[];

const char *program;
static char **command_line;

void refuse(int status, const char *what, const char *word, const char *why)
{
    const char *said[] = {program, ": ", what, word, why, "\n"};
    const char *line[64] = {program, ": ", what, word, why, " -- ", program};
    const char *log = value_of("EL6_STRICT_LOG");
    size_t count = 7;
    long fd;
    write_all(2, said, 6);
    for (char **one = command_line; *one != NULL && count < 61; one++) {
        line[count++] = " ";
        line[count++] = *one;
    }
    line[count++] = "\n";
    fd = open_file(log != NULL ? log : "/.strict/log", O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC);
    if (fd >= 0) write_all((int)fd, line, count);
    kernel(SYS_exit_group, status, 0, 0, 0);
    __builtin_unreachable();
}

struct text field_of(struct text line, int number)
{
    struct text field = line;
    for (int i = 0; i <= number; i++) {
        const char *end = line.length > 0 ? memchr(line.at, '|', line.length) : NULL;
        size_t length = end != NULL ? (size_t)(end - line.at) : line.length;
        field.at = line.at;
        field.length = length;
        if (end == NULL && i < number) return (struct text){"", 0};
        line.at += length + (end != NULL);
        line.length -= length + (end != NULL);
    }
    return field;
}

int number_of(struct text text)
{
    int number = 0;
    for (size_t i = 0; i < text.length; i++) number = number * 10 + text.at[i] - '0';
    return number;
}

int same(struct text text, const char *word)
{
    return strlen(word) == text.length && memcmp(text.at, word, text.length) == 0;
}

int next_word(struct text *rest, char separator, struct text *word)
{
    while (rest->length > 0 && *rest->at == separator) rest->at++, rest->length--;
    if (rest->length == 0) return 0;
    word->at = rest->at;
    word->length = 0;
    while (rest->length > 0 && *rest->at != separator) rest->at++, rest->length--, word->length++;
    return 1;
}

int has_word(struct text list, const char *word)
{
    struct text one;
    while (next_word(&list, ' ', &one))
        if (same(one, word)) return 1;
    return 0;
}

int next_row(const char *section, const char *name, struct text *row)
{
    const char *at;
    if (row->at == NULL) {
        at = strstr(table, section);
        if (at == NULL) refuse(126, "the table has no section ", section, "");
        at += strlen(section);
    } else {
        at = row->at + row->length + 1;
    }
    while (*at != '\0' && *at != '[') {
        const char *end = strchr(at, '\n');
        struct text line = {at, (size_t)(end - at)};
        struct text names = field_of(line, 0), one;
        if (*at != '#')
            while (next_word(&names, ',', &one))
                if (same(one, name)) return *row = line, 1;
        at = end + 1;
    }
    return 0;
}

int find_row(const char *section, const char *name, struct text *row)
{
    row->at = NULL;
    return next_row(section, name, row);
}

static void run(const char *folder, size_t length, char **words)
{
    static char place[4096];
    if (length + strlen(program) + 2 > sizeof place) return;
    memcpy(place, folder, length);
    place[length] = '/';
    memcpy(place + length + 1, program, strlen(program) + 1);
    kernel(SYS_execve, (long)place, (long)words, (long)environment, 0);
}

static void run_real(char **words)
{
    const char *own = words[0], *slash = strrchr(own, '/');
    struct text path = {value_of("PATH"), 0}, folder;
    words[0] = (char *)program;
    run("/.strict/real", 13, words);
    if (path.at == NULL) path.at = "/usr/sbin:/usr/bin:/sbin:/bin";
    path.length = strlen(path.at);
    while (next_word(&path, ':', &folder)) {
        if (slash != NULL && folder.length == (size_t)(slash - own) && memcmp(folder.at, own, folder.length) == 0) continue;
        run(folder.at, folder.length, words);
    }
}

int main(int count, char **words)
{
    struct text row;
    char **arguments = words + 3;
    if (count < 3) {
        write_all(2, (const char *const[]){"usage: as the interpreter of a file, #!/.strict/made/strict NAME\n"}, 1);
        return 2;
    }
    /* What the kernel hands over: this program, NAME, the file's own path, the caller's arguments. */
    program = words[1];
    command_line = arguments;
    if (find_row("\n[absent]\n", program, &row)) refuse(127, "command not found", "", "");
    if (find_row("\n[options]\n", program, &row)) check_options(row, arguments);
    if (find_row("\n[lacks]\n", program, &row)) check_lacks(row, arguments);
    if (find_row("\n[operands]\n", program, &row)) check_operands(row, arguments);
    if (find_row("\n[first words]\n", program, &row)) check_first_word(row, arguments);
    if (find_row("\n[predicates]\n", program, &row)) check_predicates(row, arguments);
    if (strcmp(program, "ip") == 0) check_ip(arguments);
    if (strcmp(program, "awk") == 0 || strcmp(program, "gawk") == 0) check_awk(arguments);
    run_real(words + 2);
    write_all(2, (const char *const[]){program, ": command not found\n"}, 2);
    return 127;
}

/* ip(8) of iproute 2.6.32: objects and actions may be cut short, and -batch brings lines of its own. */
#include "strict.h"

#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { WORDS = 256, MISTAKE = 255 };

static struct text first_that_fits(struct text list, const char *word)
{
    struct text one;
    size_t length = strlen(word);
    while (next_word(&list, ' ', &one))
        if (length <= one.length && memcmp(one.at, word, length) == 0) return one;
    return (struct text){NULL, 0};
}

/* The words behind an action of which the table has all that it takes. */
static void check_action(struct text row, char **words)
{
    struct text unnamed = field_of(row, 1), alone = field_of(row, 2), valued = field_of(row, 3);
    int named = 0;
    for (; *words != NULL; words++) {
        if (has_word(alone, *words)) continue;
        if (same(unnamed, *words) || has_word(valued, *words)) {
            named += same(unnamed, *words);
            if (words[1] == NULL) return;
            words++;
            if (strcmp(words[-1], "type") != 0) continue;
            check_value("type", *words, MISTAKE);
            return; /* What follows is the type's own. */
        } else if (named++ > 0) {
            refuse(MISTAKE, "a name is there already, or a garbage: ", *words, " (EL6 has none)");
        }
    }
}

static void check_command(char **words)
{
    static const char *const objects = "address addrlabel maddress route rule neighbor neighbour ntable ntbl link "
                                       "tunnel tunl tuntap monitor xfrm mroute help";
    struct text object, action, row, rest, one;
    char name[64];
    if (*words == NULL) return;
    object = first_that_fits((struct text){objects, strlen(objects)}, *words);
    if (object.at == NULL) refuse(MISTAKE, "Object is unknown: ", *words, " (EL6 has none)");
    memcpy(name, object.at, object.length);
    name[object.length] = '\0';
    find_row("\n[ip actions]\n", name, &row);
    rest = field_of(row, 1);
    if (find_row("\n[ip lacks]\n", name, &row))
        for (char **word = words + 1; *word != NULL; word++)
            if (has_word(field_of(row, 1), *word)) refuse(MISTAKE, "a garbage: ", *word, " (EL6 has none)");
    if (*++words == NULL || rest.length == 0) return;
    action = first_that_fits(rest, *words);
    if (action.at == NULL) refuse(MISTAKE, "Command is unknown: ", *words, " (EL6 has none)");
    one = action;
    name[object.length] = ' ';
    memcpy(name + object.length + 1, one.at, one.length);
    name[object.length + 1 + one.length] = '\0';
    if (find_row("\n[ip words]\n", name, &row)) check_action(row, words + 1);
}

/* As ip splits a line of a batch: at blanks, a comment begins with #. */
static void check_line(char *line)
{
    char *words[WORDS], *rest = line, *word;
    int count = 0;
    while (count < WORDS - 1 && (word = strsep(&rest, " \t\r")) != NULL) {
        if (*word == '#') break;
        if (*word != '\0') words[count++] = word;
    }
    words[count] = NULL;
    check_command(words);
}

static void check_batch(const char *file)
{
    int given = strcmp(file, "-") != 0;
    long fd = given ? open_file(file, O_RDONLY | O_CLOEXEC) : 0;
    char *text = fd >= 0 ? read_all((int)fd) : NULL, *rest, *line;
    if (given && fd >= 0) kernel(SYS_close, fd, 0, 0, 0);
    if (text == NULL) return;
    if (!given) {
        /* The real one reads it again. */
        long length = (long)strlen(text), copy = kernel(SYS_memfd_create, (long)"batch", 0, 0, 0);
        if (length == READ_AT_MOST - 1 || copy < 0 || kernel(SYS_write, copy, (long)text, length, 0) != length ||
            kernel(SYS_lseek, copy, 0, SEEK_SET, 0) != 0 || kernel(SYS_dup3, copy, 0, 0, 0) != 0)
            refuse(MISTAKE, "cannot hand over what -batch reads", "", "");
        kernel(SYS_close, copy, 0, 0, 0);
    }
    for (rest = text; (line = strsep(&rest, "\n")) != NULL;) check_line(line);
}

void check_ip(char **words)
{
    static const char *const options = "-4 -6 -0 -loops= -family= -statistics -details -resolve -oneline -timestamp "
                                       "-Version -force -batch= -rcvbuf= -help";
    for (; *words != NULL && **words == '-'; words++) {
        const char *word = *words + ((*words)[1] == '-');
        struct text option;
        if (strcmp(*words, "--") == 0) {
            words++;
            break;
        }
        option = first_that_fits((struct text){options, strlen(options)}, word);
        if (option.at == NULL) refuse(MISTAKE, "Option is unknown: ", *words, " (EL6 has none)");
        if (option.at[option.length - 1] != '=') continue;
        if (*++words == NULL) return;
        if (strncmp(option.at, "-batch", 6) == 0) {
            check_batch(*words);
            return;
        }
    }
    check_command(words);
}

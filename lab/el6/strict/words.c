/* Programs that are not read as getopt reads: single words that came later, dd's operands, find's predicates, awk. */
#include "strict.h"

#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

int has_form(struct text pattern, const char *word)
{
    if (pattern.length == 0) return *word == '\0';
    if (*pattern.at == '*') {
        struct text rest = {pattern.at + 1, pattern.length - 1};
        do {
            if (has_form(rest, word)) return 1;
        } while (*word++ != '\0');
        return 0;
    }
    if (*word != *pattern.at) return 0;
    return has_form((struct text){pattern.at + 1, pattern.length - 1}, word + 1);
}

void check_lacks(struct text row, char **words)
{
    int status = number_of(field_of(row, 1));
    for (; *words != NULL && strcmp(*words, "--") != 0; words++) {
        struct text list = field_of(row, 2), one;
        while (next_word(&list, ' ', &one))
            if (has_form(one, *words)) refuse(status, "does not know ", *words, " (EL6 has none)");
    }
}

void check_operands(struct text row, char **words)
{
    int status = number_of(field_of(row, 1));
    for (; *words != NULL; words++) {
        const char *equals = strchr(*words, '=');
        char name[16];
        if (strcmp(*words, "--help") == 0 || strcmp(*words, "--version") == 0) continue;
        if (equals == NULL || (size_t)(equals - *words) + 2 > sizeof name)
            refuse(status, "unrecognized operand ", *words, " (EL6 has none)");
        memcpy(name, *words, (size_t)(equals - *words) + 1);
        name[equals - *words + 1] = '\0';
        if (!has_word(field_of(row, 2), name)) refuse(status, "unrecognized operand ", *words, " (EL6 has none)");
        name[equals - *words] = '\0';
        check_value(name, equals + 1, status);
    }
}

void check_first_word(struct text row, char **words)
{
    int status = number_of(field_of(row, 1));
    while (*words != NULL && **words == '-') words++;
    if (*words == NULL) return;
    if (!has_word(field_of(row, 2), *words)) refuse(status, "never heard of command ", *words, " (EL6 has none)");
    /* bridge-utils 1.2 takes the name and shows all bridges. */
    if (strcmp(program, "brctl") == 0 && strcmp(*words, "show") == 0 && words[1] != NULL)
        refuse(status, "show takes no bridge, got ", words[1], "");
}

/* How many words a predicate takes, -1 for one that is not known. */
static int arity(struct text known, const char *word)
{
    struct text one;
    while (next_word(&known, ' ', &one)) {
        int takes = 0;
        while (one.length > 0 && one.at[one.length - 1] == '=') one.length--, takes++;
        if (has_form(one, word)) return takes;
    }
    return -1;
}

void check_predicates(struct text row, char **words)
{
    int status = number_of(field_of(row, 1));
    for (; *words != NULL; words++) {
        const char *word = *words;
        if (word[0] != '-' || word[1] == '\0' || strcmp(word, "--") == 0) continue;
        if (strcmp(word, "-exec") == 0 || strcmp(word, "-execdir") == 0 || strcmp(word, "-ok") == 0 ||
            strcmp(word, "-okdir") == 0) {
            /* What follows is a command's, up to ; or {} +. */
            while (words[1] != NULL && strcmp(words[1], ";") != 0 &&
                   !(strcmp(words[0], "{}") == 0 && strcmp(words[1], "+") == 0))
                words++;
            continue;
        }
        int takes = strcmp(word, "--help") == 0 || strcmp(word, "--version") == 0 ? 0 : arity(field_of(row, 2), word);
        if (takes < 0) refuse(status, "unknown predicate ", word, " (EL6 has none)");
        for (; takes > 0 && words[1] != NULL; takes--) words++;
        if ((strcmp(word, "-type") == 0 || strcmp(word, "-xtype") == 0) && strlen(*words) > 1)
            refuse(status, "-type takes one letter, got ", *words, "");
    }
}

/* gawk 3.1.7 takes the braces of a{2} as themselves unless it is asked: a pattern that can't match, and no error. */
static int has_interval(const char *text)
{
    for (const char *at = text; (at = strchr(at, '{')) != NULL; at++) {
        size_t digits = strspn(at + 1, "0123456789");
        const char *end = at + 1 + digits;
        if (digits == 0 || at == text || strchr(" \t\n\"/{};", at[-1]) != NULL) continue;
        if (*end == ',') end += 1 + strspn(end + 1, "0123456789");
        if (*end == '}') return 1;
    }
    return 0;
}

static void check_awk_text(const char *text, int intervals)
{
    static const char *const later[] = {"PROCINFO[\"sorted_in\"]", "BEGINFILE", "ENDFILE", "FPAT", "patsplit(",
                                        "isarray(", "typeof(", "@include", "@load", "switch (", "switch("};
    for (size_t i = 0; i < sizeof later / sizeof *later; i++)
        if (strstr(text, later[i]) != NULL) refuse(2, "syntax of gawk 4: ", later[i], " (EL6 has gawk 3.1.7)");
    if (!intervals && has_interval(text))
        refuse(2, "an interval expression {n} in a pattern, ", "which gawk 3.1.7 takes as text", "");
}

static void check_awk_file(const char *path, int intervals)
{
    long fd = open_file(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    /* What can only be read once is the real one's to read. */
    char *text = fd >= 0 && kernel(SYS_lseek, fd, 0, SEEK_SET, 0) == 0 ? read_all((int)fd) : NULL;
    if (fd >= 0) kernel(SYS_close, fd, 0, 0, 0);
    if (text != NULL) check_awk_text(text, intervals);
}

void check_awk(char **words)
{
    int intervals = 0, has_program = 0;
    for (char **word = words; *word != NULL; word++)
        if (strcmp(*word, "--re-interval") == 0 || strcmp(*word, "--posix") == 0) intervals = 1;
    for (; *words != NULL && **words == '-' && (*words)[1] != '\0' && strcmp(*words, "--") != 0; words++) {
        const char *word = *words, *value = word + 2;
        int is_file = strncmp(word, "-f", 2) == 0;
        if (strncmp(word, "--", 2) == 0 || strchr("fFvWm", word[1]) == NULL) continue;
        if (*value == '\0' && (value = *++words) == NULL) return;
        if (!is_file) continue;
        has_program = 1;
        check_awk_file(value, intervals);
    }
    if (*words != NULL && strcmp(*words, "--") == 0) words++;
    if (!has_program && *words != NULL) check_awk_text(*words, intervals);
}

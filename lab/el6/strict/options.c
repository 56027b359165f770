/* Options as getopt_long(3) reads them: clustered short ones, long ones cut short, values behind or in the word. */
#include "strict.h"

enum value { NO_VALUE, VALUE, MAY_HAVE_VALUE };

void check_value(const char *option, const char *value, int status)
{
    struct text row = {NULL, 0}, list = {value, strlen(value)}, one;
    while (next_row("\n[values]\n", program, &row)) {
        if (!same(field_of(row, 1), option)) continue;
        while (next_word(&list, ',', &one)) {
            char word[64];
            if (one.length >= sizeof word) refuse(status, "invalid argument ", value, " (EL6 has none)");
            memcpy(word, one.at, one.length);
            word[one.length] = '\0';
            if (!has_word(field_of(row, 2), word)) refuse(status, "invalid argument ", word, " (EL6 has none)");
        }
        return;
    }
}

/* Finds a long option, whole or cut short as far as it stays the only one. */
static enum value find_long(struct text known, const char *name, size_t length, struct text *found, int status)
{
    struct text one;
    enum value takes = NO_VALUE;
    int fitting = 0;
    while (next_word(&known, ' ', &one)) {
        char last = one.at[one.length - 1];
        enum value its = last == '=' ? VALUE : last == '?' ? MAY_HAVE_VALUE : NO_VALUE;
        if (its != NO_VALUE) one.length--;
        if (one.length < length || memcmp(one.at, name, length) != 0) continue;
        *found = one;
        takes = its;
        if (one.length == length) return takes;
        fitting++;
    }
    if (fitting == 0) refuse(status, "unrecognized option --", name, " (EL6 has none)");
    if (fitting > 1) refuse(status, "option is ambiguous: --", name, "");
    return takes;
}

/* Returns how many of the words behind it belong to it. */
static int check_long(struct text known, const char *name, const char *next, int status)
{
    const char *equals = strchr(name, '=');
    size_t length = equals != NULL ? (size_t)(equals - name) : strlen(name);
    struct text found = {"", 0};
    enum value takes;
    char whole[64] = "";
    if (equals == NULL && (strcmp(name, "help") == 0 || strcmp(name, "version") == 0)) return 0;
    takes = find_long(known, name, length, &found, status);
    if (equals != NULL && takes == NO_VALUE) refuse(status, "option allows no argument: --", name, " (EL6 has none)");
    if (found.length < sizeof whole) memcpy(whole, found.at, found.length);
    if (equals != NULL) check_value(whole, equals + 1, status);
    if (equals != NULL || takes != VALUE) return 0;
    if (next != NULL) check_value(whole, next, status);
    return 1;
}

/* The same for a word of short ones. */
static int check_short(struct text known, const char *word, int status)
{
    for (const char *letter = word; *letter != '\0'; letter++) {
        const char *at = *letter != ':' ? memchr(known.at, *letter, known.length) : NULL;
        size_t left;
        if (at == NULL) refuse(status, "invalid option -- ", (const char[]){*letter, '\0'}, " (EL6 has none)");
        left = (size_t)(known.at + known.length - at);
        if (left < 2 || at[1] != ':') continue;
        if (left > 2 && at[2] == ':') return 0;
        return letter[1] == '\0';
    }
    return 0;
}

void check_options(struct text row, char **words)
{
    int status = number_of(field_of(row, 1));
    struct text known_short = field_of(row, 2), known_long = field_of(row, 3);
    int stops = 0, no_operand = 0;
    if (known_short.length > 0 && *known_short.at == '+') stops = 1;
    if (known_short.length > 0 && *known_short.at == '!') no_operand = 1;
    if (stops || no_operand) known_short.at++, known_short.length--;
    for (; *words != NULL; words++) {
        const char *word = *words;
        int taken = 0;
        if (strcmp(word, "--") == 0) {
            if (no_operand && words[1] != NULL) refuse(status, "takes no operand, got ", words[1], "");
            return;
        }
        if (word[0] == '-' && word[1] == '-') {
            taken = check_long(known_long, word + 2, words[1], status);
        } else if (word[0] == '-' && word[1] != '\0') {
            taken = check_short(known_short, word + 1, status);
        } else {
            if (no_operand) refuse(status, "takes no operand, got ", word, "");
            if (stops) return;
        }
        if (taken && words[1] == NULL) return; /* The real one says that a value is missing. */
        words += taken;
    }
}

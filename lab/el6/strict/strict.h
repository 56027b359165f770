/* What the parts of strict.c share: the table's rows, and how something is refused. */
#include "base.h"

/* A piece of the table; no zero byte ends it. */
struct text {
    const char *at;
    size_t length;
};

/* Name of the program that stands in. */
extern const char *program;

/* Ends this process as the real program would: status, and "NAME: WHAT WORD WHY" on standard error and in the log. */
void refuse(int status, const char *what, const char *word, const char *why) __attribute__((noreturn));

/* The next row of a section ("\n[options]\n") that is for a name; begin with row->at NULL. */
int next_row(const char *section, const char *name, struct text *row);
int find_row(const char *section, const char *name, struct text *row);

/* Field of a row, from 0, without the | around it. */
struct text field_of(struct text row, int number);
int number_of(struct text text);
int same(struct text text, const char *word);
int next_word(struct text *rest, char separator, struct text *word);
int has_word(struct text list, const char *word);

/* Whether `word` has the form of `pattern`, in which * stands for anything. */
int has_form(struct text pattern, const char *word);

/* Refuses a value that an option or an operand does not know; `value` is a list with commas between. */
void check_value(const char *option, const char *value, int status);

void check_options(struct text row, char **words);
void check_lacks(struct text row, char **words);
void check_operands(struct text row, char **words);
void check_first_word(struct text row, char **words);
void check_predicates(struct text row, char **words);
void check_ip(char **words);
void check_awk(char **words);

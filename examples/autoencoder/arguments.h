/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* The arguments of a command: one table says what there is, and gives both the parser and --help. */
#ifndef AUTOENCODER_CLI_ARGUMENTS_H
#define AUTOENCODER_CLI_ARGUMENTS_H

#include <stddef.h>
#include <stdint.h>

enum { ARGUMENT_OPTIONS_MAX = 40, ARGUMENT_OPERANDS_MAX = 3 };

/* What an option takes, and the type that its `value` points to. */
enum option_kind {
    OPTION_FLAG,  /* nothing: int, set to 1 */
    OPTION_TEXT,  /* anything: const char * */
    OPTION_COUNT, /* a whole number from `least` up: size_t */
    OPTION_SEED,  /* a whole number: uint64_t */
    OPTION_REAL,  /* a finite number from `least` to `most`: double */
    OPTION_CHOICE /* a name of `choices`: int32_t */
};

/* A name and what it stands for; a list ends with the name NULL. */
typedef struct choice {
    const char *name;
    int32_t value;
} choice;

typedef struct option_row {
    const char *name; /* --name; NULL: a letter only */
    char letter;      /* -l; 0: a name only */
    enum option_kind kind;
    void *value;       /* holds the default, and keeps it where the option is not given */
    const char *takes; /* the word for its value in --help; NULL for flags and choices */
    const char *help;
    double least, most; /* most 0: no upper limit */
    const choice *choices;
    int given; /* set by the parser */
} option_row;

typedef struct arguments {
    const char *command;
    const char *operands; /* such as "MODEL DATA" */
    const char *required; /* options that must be there, such as "-o FILE ", for --help; or NULL */
    const char *about;    /* some sentences for --help */
    option_row *options;
    size_t option_count;
    size_t operand_least, operand_most;
    const char *given[ARGUMENT_OPERANDS_MAX]; /* the operands; NULL where there is none */
} arguments;

/* Returned by arguments_parse() where there is work to do. */
enum { ARGUMENTS_GO_ON = -1 };

/* Parses the command line. Returns ARGUMENTS_GO_ON; or an exit code, after it has printed the help or one line on what
 * is wrong. */
int arguments_parse(arguments *a, int argc, char **argv);

/* Prints one line on what is wrong with the command line. Returns EXIT_USAGE. */
int arguments_wrong(const char *command, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Was this option given? */
int argument_given(const arguments *a, const char *name);

/* Reads a whole text as a finite number or a whole number; returns 0 where it is not one. */
int parse_real(const char *text, double *value);
int parse_count(const char *text, uint64_t *value);

/* The name that stands for a value; "?" for a value without a name. */
const char *choice_name(const choice *choices, int32_t value);

/* Rows of options that several commands have. */
#define OPTION_OUT(variable, text)                                                                                     \
    {                                                                                                                  \
        .letter = 'o', .kind = OPTION_TEXT, .value = &(variable), .takes = "FILE", .help = (text)                      \
    }
#define OPTION_JSON(variable)                                                                                          \
    {                                                                                                                  \
        .name = "json", .kind = OPTION_FLAG, .value = &(variable), .help = "print results as JSON"                     \
    }
#define OPTION_QUIET(variable)                                                                                         \
    {                                                                                                                  \
        .name = "quiet", .letter = 'q', .kind = OPTION_FLAG, .value = &(variable), .help = "print errors only"         \
    }
#define OPTION_THREADS(variable)                                                                                       \
    {                                                                                                                  \
        .name = "threads", .kind = OPTION_COUNT, .value = &(variable), .takes = "N", .least = 1, .most = 256,          \
        .help = "threads that work at once; default: one a processor"                                                  \
    }
#define OPTION_LABEL(variable, text)                                                                                   \
    {                                                                                                                  \
        .name = "label", .kind = OPTION_TEXT, .value = &(variable), .takes = "COLUMN", .help = (text)                  \
    }
#define OPTION_RAW(variable)                                                                                           \
    {                                                                                                                  \
        .name = "raw", .kind = OPTION_FLAG, .value = &(variable),                                                      \
        .help = "take unsigned bytes as 0..255, not divided by 255"                                                    \
    }

#endif

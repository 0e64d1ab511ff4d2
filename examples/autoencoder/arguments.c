/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include "arguments.h"

#include <errno.h>
#include <getopt.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"

enum { HELP_COLUMN = 28, HELP_WIDTH = 80, FIRST_LONG = 256 };

int parse_real(const char *text, double *value)
{
    char *end;
    double x = strtod(text, &end);
    if (end == text || *end || !isfinite(x)) return 0;
    *value = x;
    return 1;
}

int parse_count(const char *text, uint64_t *value)
{
    char *end;
    if (*text < '0' || *text > '9') return 0; /* strtoull() takes blanks and a minus */
    errno = 0;
    unsigned long long n = strtoull(text, &end, 10);
    if (*end || errno) return 0;
    *value = n;
    return 1;
}

const char *choice_name(const choice *choices, int32_t value)
{
    for (; choices->name; choices++)
        if (choices->value == value) return choices->name;
    return "?";
}

int arguments_wrong(const char *command, const char *format, ...)
{
    char text[400];
    va_list list;
    va_start(list, format);
    vsnprintf(text, sizeof text, format, list);
    va_end(list);
    fail("%s: %s; see 'autoencoder %s --help'", command, text, command);
    return EXIT_USAGE;
}

int argument_given(const arguments *a, const char *name)
{
    for (size_t i = 0; i < a->option_count; i++)
        if (a->options[i].name && strcmp(a->options[i].name, name) == 0) return a->options[i].given;
    return 0;
}

/* How an option is called in messages. */
static const char *called(const option_row *row)
{
    static char text[40];
    if (row->name)
        snprintf(text, sizeof text, "--%s", row->name);
    else
        snprintf(text, sizeof text, "-%c", row->letter);
    return text;
}

static int wrong_choice(const arguments *a, const option_row *row, const char *text)
{
    char names[256] = "";
    for (const choice *c = row->choices; c->name; c++)
        snprintf(names + strlen(names), sizeof names - strlen(names), "%s%s", c == row->choices ? "" : ", ", c->name);
    return arguments_wrong(a->command, "%s takes one of %s, not '%s'", called(row), names, text);
}

static int wrong_number(const arguments *a, const option_row *row, const char *text)
{
    const char *kind = row->kind == OPTION_REAL ? "a number" : "a whole number";
    if (row->most > 0)
        return arguments_wrong(a->command, "%s takes %s from %g to %g, not '%s'", called(row), kind, row->least,
                               row->most, text);
    return arguments_wrong(a->command, "%s takes %s of at least %g, not '%s'", called(row), kind, row->least, text);
}

static int take_value(const arguments *a, option_row *row, const char *text)
{
    double real = 0;
    uint64_t count = 0;
    const choice *c = row->choices;
    row->given = 1;
    switch (row->kind) {
    case OPTION_FLAG:
        *(int *)row->value = 1;
        break;
    case OPTION_TEXT:
        *(const char **)row->value = text;
        break;
    case OPTION_SEED:
        if (!parse_count(text, (uint64_t *)row->value)) return wrong_number(a, row, text);
        break;
    case OPTION_COUNT:
        if (!parse_count(text, &count) || count > SIZE_MAX || (double)count < row->least ||
            (row->most > 0 && (double)count > row->most))
            return wrong_number(a, row, text);
        *(size_t *)row->value = (size_t)count;
        break;
    case OPTION_REAL:
        if (!parse_real(text, &real) || real < row->least || (row->most > 0 && real > row->most))
            return wrong_number(a, row, text);
        *(double *)row->value = real;
        break;
    case OPTION_CHOICE:
        while (c->name && strcmp(c->name, text) != 0)
            c++;
        if (!c->name) return wrong_choice(a, row, text);
        *(int32_t *)row->value = c->value;
        break;
    }
    return ARGUMENTS_GO_ON;
}

/* Prints `text` in lines that begin at `indent`; the cursor is at `column`. A newline in it ends a line. */
static void print_wrapped(const char *text, size_t indent, size_t column)
{
    while (*text) {
        size_t length = strcspn(text, "\n");
        if (length > HELP_WIDTH - indent) {
            length = HELP_WIDTH - indent;
            while (length > 1 && text[length] != ' ')
                length--;
        }
        printf("%*s%.*s\n", column < indent ? (int)(indent - column) : 0, "", (int)length, text);
        text += length;
        if (*text == ' ' || *text == '\n') text++;
        column = 0;
    }
}

static void print_option(const option_row *row)
{
    char left[128] = "  ", names[400] = "";
    size_t used = 2;
    if (row->letter) used += (size_t)snprintf(left + used, sizeof left - used, "-%c", row->letter);
    if (row->letter && row->name) used += (size_t)snprintf(left + used, sizeof left - used, ", ");
    if (!row->letter) used += (size_t)snprintf(left + used, sizeof left - used, "    ");
    if (row->name) used += (size_t)snprintf(left + used, sizeof left - used, "--%s", row->name);
    if (row->kind != OPTION_FLAG)
        used += (size_t)snprintf(left + used, sizeof left - used, " %s", row->choices ? "NAME" : row->takes);
    if (used >= HELP_COLUMN) {
        puts(left);
        used = 0;
    } else
        fputs(left, stdout);
    snprintf(names, sizeof names, "%s", row->help);
    for (const choice *c = row->choices; c && c->name; c++)
        snprintf(names + strlen(names), sizeof names - strlen(names), "%s %s", c == row->choices ? ":" : ",", c->name);
    print_wrapped(names, HELP_COLUMN, used);
}

static void print_help(const arguments *a)
{
    option_row help = {.name = "help", .letter = 'h', .kind = OPTION_FLAG, .help = "print this text"};
    printf("Usage: autoencoder %s %s %s[OPTION]...\n\n", a->command, a->operands, a->required ? a->required : "");
    print_wrapped(a->about, 0, 0);
    puts("\nOptions:");
    for (size_t i = 0; i < a->option_count; i++)
        print_option(&a->options[i]);
    print_option(&help);
}

/* What getopt_long() found wrong: an unknown letter, possibly amid others that it has not done with, or the long option
 * that it has just read. */
static int wrong_option(const arguments *a, const struct option *names, const char *word)
{
    size_t length = strcspn(word, "="), matches = 0;
    const int is_letter = optopt > 0 && optopt < FIRST_LONG && optopt != 'h'; /* 'h' is known: this is --help=... */
    if (is_letter) return arguments_wrong(a->command, "there is no option '-%c'", optopt);
    for (const struct option *o = names; o->name; o++) {
        if (strncmp(o->name, word + 2, length - 2) != 0) continue;
        matches++;
        if (o->name[length - 2] == '\0') { /* the whole name wins over longer ones */
            matches = 1;
            break;
        }
    }
    if (matches == 0) return arguments_wrong(a->command, "there is no option '%.*s'", (int)length, word);
    if (matches == 1) return arguments_wrong(a->command, "option '%.*s' takes no value", (int)length, word);
    return arguments_wrong(a->command, "option '%.*s' could be one of %zu", (int)length, word, matches);
}

static int take_operands(arguments *a, int argc, char **argv)
{
    size_t count = (size_t)(argc - optind);
    if (count > a->operand_most)
        return arguments_wrong(a->command, "'%s' is one argument too many", argv[(size_t)optind + a->operand_most]);
    if (count < a->operand_least) return arguments_wrong(a->command, "it needs %s", a->operands);
    for (size_t i = 0; i < count; i++)
        a->given[i] = argv[(size_t)optind + i];
    return ARGUMENTS_GO_ON;
}

int arguments_parse(arguments *a, int argc, char **argv)
{
    struct option names[ARGUMENT_OPTIONS_MAX + 2];
    char letters[2 * ARGUMENT_OPTIONS_MAX + 3] = ":h";
    size_t name_count = 0, used = 2;
    memset(names, 0, sizeof names);
    names[name_count++] = (struct option){"help", no_argument, NULL, 'h'};
    for (size_t i = 0; i < a->option_count && i < ARGUMENT_OPTIONS_MAX; i++) {
        const option_row *row = &a->options[i];
        int takes = row->kind == OPTION_FLAG ? no_argument : required_argument;
        if (row->name) names[name_count++] = (struct option){row->name, takes, NULL, FIRST_LONG + (int)i};
        if (row->letter) letters[used++] = row->letter;
        if (row->letter && takes) letters[used++] = ':';
    }

    int found, result = ARGUMENTS_GO_ON;
    opterr = 0;
    optind = 1;
    while (result == ARGUMENTS_GO_ON && (found = getopt_long(argc, argv, letters, names, NULL)) != -1) {
        if (found == 'h') {
            print_help(a);
            return EXIT_DONE;
        }
        if (found == ':') return arguments_wrong(a->command, "option '%s' needs a value", argv[optind - 1]);
        if (found == '?') return wrong_option(a, names, argv[optind - 1]);
        for (size_t i = 0; i < a->option_count; i++)
            if (found == FIRST_LONG + (int)i || found == a->options[i].letter)
                result = take_value(a, &a->options[i], optarg);
    }
    return result == ARGUMENTS_GO_ON ? take_operands(a, argc, argv) : result;
}

/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* Models from bytes: good files come back as they were, and whatever else comes is refused with a reason, in bounded
 * memory. The reader is called as ae_model_load_memory(), so that the container is part of the test. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <pthread.h>
#include <stdio.h>
#include "support/failing_alloc.h"
#include "support/model_check.h"
#include "support/sample_models.h"

#define ROWS 5

/* What may be allocated beyond twice the file's size, in general and with lists of as many layers as there can be. */
static const size_t usual_allowance = (size_t)1 << 20;
static const size_t layers_allowance = ((size_t)1 << 20) + 5 * AEI_MAX_LAYERS * sizeof(aei_layer_spec);

static ae_status check_bounded(const unsigned char *bytes, size_t size, size_t allowance)
{
    ae_status status = AE_OK;
    const char *wrong = model_check(bytes, size, allowance, &status);
    if (wrong)
        fail_msg("%s; status %d, %s", wrong, (int)status, ae_last_error());
    return status;
}

static ae_status check_any(const unsigned char *bytes, size_t size)
{
    return check_bounded(bytes, size, usual_allowance);
}

/* ---- good files ---- */

static void check_same_results(const ae_model *a, const ae_model *b)
{
    float x[ROWS * 6], codes[2][ROWS * 8], x_hat[2][ROWS * 6];
    for (size_t i = 0; i < ROWS * 6; i++)
        x[i] = sample_value(i);
    assert_int_equal(ae_model_latent_dim(a), ae_model_latent_dim(b));
    assert_true(ae_model_latent_dim(a) <= 8);
    assert_int_equal(ae_encode(a, x, ROWS, 0, codes[0], 0), AE_OK);
    assert_int_equal(ae_encode(b, x, ROWS, 0, codes[1], 0), AE_OK);
    assert_memory_equal(codes[0], codes[1], ROWS * ae_model_latent_dim(a) * sizeof(float));
    assert_int_equal(ae_reconstruct(a, x, ROWS, 0, x_hat[0], 0), AE_OK);
    assert_int_equal(ae_reconstruct(b, x, ROWS, 0, x_hat[1], 0), AE_OK);
    assert_memory_equal(x_hat[0], x_hat[1], sizeof x_hat[0]);
}

static void check_same_history(const ae_model *a, const ae_model *b)
{
    assert_int_equal(ae_model_history_length(a), ae_model_history_length(b));
    for (size_t i = 0; i < ae_model_history_length(a); i++) {
        ae_epoch_report x = {.struct_size = sizeof x}, y = {.struct_size = sizeof y};
        assert_int_equal(ae_model_history(a, i, &x), AE_OK);
        assert_int_equal(ae_model_history(b, i, &y), AE_OK);
        assert_true(y.seconds == 0);
        x.seconds = 0;
        if (x.kl == 0 && x.penalty == 0)
            x.reconstruction = x.train_loss; /* the file has no parts then */
        if (isnan(x.validation_loss) && isnan(y.validation_loss))
            x.validation_loss = y.validation_loss = 0;
        assert_memory_equal(&x, &y, sizeof x);
    }
}

static void check_same_scaling(const ae_model *a, const ae_model *b)
{
    float numbers[2][12];
    assert_int_equal(ae_model_scaling(a), ae_model_scaling(b));
    assert_int_equal(ae_model_get_scaling(a, numbers[0], numbers[0] + 6, 6), AE_OK);
    assert_int_equal(ae_model_get_scaling(b, numbers[1], numbers[1] + 6, 6), AE_OK);
    assert_memory_equal(numbers[0], numbers[1], sizeof numbers[0]);
    assert_true(ae_model_contamination(a) == ae_model_contamination(b));
    assert_true(ae_model_contamination(a) == 0 || ae_model_threshold(a) == ae_model_threshold(b));
}

static void check_same_layers(const ae_layer_list *a, const ae_layer_list *b)
{
    assert_int_equal(a->count, b->count);
    for (size_t i = 0; i < a->count; i++) {
        const aei_layer *x = &a->specs[i].layer, *y = &b->specs[i].layer;
        assert_int_equal(x->kind, y->kind);
        assert_int_equal(x->out, y->out);
        assert_int_equal(x->f.kind, y->f.kind);
        assert_true(x->f.a == y->f.a);
        assert_int_equal(x->tied, y->tied);
        assert_int_equal(x->tied_to, y->tied_to);
        assert_true(x->rate == y->rate && x->momentum == y->momentum && x->epsilon == y->epsilon);
        assert_int_equal(a->specs[i].has_bias, b->specs[i].has_bias);
        if (!x->tied)
            assert_int_equal(x->init, y->init);
        if (!x->tied && (x->init == AE_INIT_UNIFORM || x->init == AE_INIT_NORMAL))
            assert_true(x->init_scale == y->init_scale);
    }
}

static void test_round_trip(void **state)
{
    (void)state;
    for (size_t which = 0; which < SAMPLE_COUNT; which++) {
        ae_model *model, *loaded = NULL;
        size_t size, again_size;
        assert_int_equal(sample_model(&model, which, NULL), AE_OK);
        unsigned char *bytes = model_bytes(model, &size);
        assert_non_null(bytes);
        assert_int_equal(ae_model_load_memory(&loaded, bytes, size, NULL), AE_OK);
        unsigned char *again = model_bytes(loaded, &again_size);
        assert_int_equal(size, again_size);
        assert_memory_equal(bytes, again, size);
        check_same_results(model, loaded);
        check_same_history(model, loaded);
        check_same_scaling(model, loaded);
        check_same_layers(model->encoder_list, loaded->encoder_list);
        check_same_layers(model->decoder_list, loaded->decoder_list);
        assert_int_equal(ae_model_input_dim(loaded), 6);
        assert_int_equal(ae_model_loss(model), ae_model_loss(loaded));
        assert_int_equal(ae_model_parameter_count(model), ae_model_parameter_count(loaded));
        free(bytes);
        free(again);
        ae_model_free(model);
        ae_model_free(loaded);
    }
}

/* ---- damaged files ---- */

static unsigned char *bytes_of_sample(size_t which, size_t *size)
{
    ae_model *model;
    assert_int_equal(sample_model(&model, which, NULL), AE_OK);
    unsigned char *bytes = model_bytes(model, size);
    assert_non_null(bytes);
    ae_model_free(model);
    return bytes;
}

static void test_truncated(void **state)
{
    (void)state;
    for (size_t which = 0; which < SAMPLE_COUNT; which += 2) {
        size_t size;
        unsigned char *bytes = bytes_of_sample(which, &size);
        for (size_t shorter = 0; shorter < size; shorter++)
            assert_int_equal(check_any(bytes, shorter), AE_ERROR_FORMAT);
        free(bytes);
    }
}

static void test_one_byte_changed(void **state)
{
    static const unsigned char values[] = {0, ' ', '"', '0', '9', ',', '{', '}', '\\', 0xFF};
    size_t refused = 0, files = 0;
    (void)state;
    for (size_t which = 0; which <= 6; which += which == 2 ? 4 : 1) { /* not the large ones */
        size_t size;
        unsigned char *bytes = bytes_of_sample(which, &size);
        for (size_t i = 0; i < size; i++) {
            const unsigned char was = bytes[i];
            for (size_t j = 0; j < sizeof values; j++) {
                bytes[i] = values[j];
                refused += check_any(bytes, size) != AE_OK;
                files++;
            }
            for (int bit = 0; bit < 8; bit += 7) {
                bytes[i] = was ^ (unsigned char)(1 << bit);
                refused += check_any(bytes, size) != AE_OK;
                files++;
            }
            bytes[i] = was;
        }
        free(bytes);
    }
    print_message("%zu of %zu changed files refused\n", refused, files);
    assert_true(refused > files / 2 && refused < files);
}

/* ---- hostile files ---- */

/* `text` with every ' as \": what is a quote inside the texts of the metadata. */
static void quote(const char *text, char *out, size_t capacity)
{
    size_t n = 0;
    for (; *text; text++) {
        assert_true(n + 3 < capacity);
        if (*text == '\'')
            out[n++] = '\\';
        out[n++] = *text == '\'' ? '"' : *text;
    }
    out[n] = '\0';
}

/* A file whose header has `to` in the place of the first `from`, with the length of the header put right. */
static unsigned char *replace(const unsigned char *bytes, size_t size, const char *from, const char *to,
                              size_t *new_size)
{
    char old_text[4000], new_text[4000];
    size_t header = (size_t)bytes[0] | (size_t)bytes[1] << 8;
    unsigned char *out = malloc(size + sizeof new_text), *at = out + 8;
    const unsigned char *found = bytes + 8, *end = bytes + 8 + header;
    assert_non_null(out);
    quote(from, old_text, sizeof old_text);
    quote(to, new_text, sizeof new_text);
    const size_t old_length = strlen(old_text), new_length = strlen(new_text);
    while (found + old_length <= end && memcmp(found, old_text, old_length) != 0)
        found++;
    if (found + old_length > end)
        fail_msg("%s is not in the header", from);
    memcpy(at, bytes + 8, (size_t)(found - bytes) - 8);
    at += found - bytes - 8;
    memcpy(at, new_text, new_length);
    at += new_length;
    memcpy(at, found + old_length, (size_t)(bytes + size - found) - old_length);
    *new_size = size - old_length + new_length;
    header = header - old_length + new_length;
    for (int i = 0; i < 8; i++)
        out[i] = (unsigned char)((uint64_t)header >> (8 * i));
    return out;
}

typedef struct hostile {
    const char *from, *to;
    ae_status status;
    const char *message;
} hostile;

static void check_hostile(size_t which, const hostile *cases, size_t count)
{
    size_t size, new_size;
    unsigned char *bytes = bytes_of_sample(which, &size);
    for (size_t i = 0; i < count; i++) {
        unsigned char *changed = replace(bytes, size, cases[i].from, cases[i].to, &new_size);
        ae_status status = check_any(changed, new_size);
        if (status != cases[i].status || (status != AE_OK && !strstr(ae_last_error(), cases[i].message)))
            fail_msg("%s -> %s: status %d, \"%s\" instead of \"%s\"", cases[i].from, cases[i].to, (int)status,
                     status == AE_OK ? "" : ae_last_error(), cases[i].message);
        free(changed);
    }
    free(bytes);
}

#define CHECK_HOSTILE(which, cases) check_hostile(which, cases, sizeof cases / sizeof cases[0])

static void test_metadata(void **state)
{
    static const hostile cases[] = {
        {"\"format\":\"libautoencoder\"", "\"format\":\"pt\"", AE_ERROR_FORMAT, "not a model of this library"},
        {"\"format\":\"libautoencoder\",", "", AE_ERROR_FORMAT, "not a model of this library"},
        {"\"__metadata__\":{", "\"__metadata_\":{", AE_ERROR_FORMAT, "unknown key \"format\""},
        {"\"format_version\":\"1\"", "\"format_version\":\"2\"", AE_ERROR_UNSUPPORTED, "version 2, written by "},
        {"\"format_version\":\"1\",\"library_version\"", "\"format_version\":\"2\",\"x-version\"", AE_ERROR_UNSUPPORTED,
         "written by libautoencoder ?"},
        {"\"format_version\":\"1\"", "\"format_version\":\"10\"", AE_ERROR_UNSUPPORTED, "reads version 1"},
        {"\"format_version\":\"1\"", "\"format_version\":\"\"", AE_ERROR_FORMAT, "format_version"},
        {"\"format_version\":\"1\"", "\"format_version\":\"01\"", AE_ERROR_FORMAT, "format_version"},
        {"\"format_version\":\"1\"", "\"format_version\":\"1.5\"", AE_ERROR_FORMAT, "format_version"},
        {"\"format_version\":\"1\"", "\"format_version\":\"-1\"", AE_ERROR_FORMAT, "format_version"},
        {"\"format_version\":\"1\"", "\"format_version\":\"1234567890\"", AE_ERROR_FORMAT, "format_version"},
        {"\"format_version\":\"1\"", "\"format_version\":1", AE_ERROR_FORMAT, "'\"' expected"},
        {"\"format_version\":\"1\",", "", AE_ERROR_FORMAT, "format_version"},
        {"\"format_version\":\"1\"", "\"format_version\":\"2\",\"library_version\":\"9\\u001b[31m\",\"more\":\"\"",
         AE_ERROR_FORMAT, "twice"},
        {"\"library_version\"", "\"y-note\"", AE_ERROR_FORMAT, "unknown key \"y-note\""},
        {"\"library_version\"", "\"x-note\"", AE_OK, ""},
        {"\"architecture\"", "\"x-note\"", AE_ERROR_FORMAT, "no \"architecture\""},
        {"\"architecture\":\"{", "\"architecture\":\"", AE_ERROR_FORMAT, "architecture, byte 0: '{' expected"},
        {"\"history\"", "\"x-history\"", AE_OK, ""},
    };
    (void)state;
    CHECK_HOSTILE(2, cases);
}

static void test_architecture_values(void **state)
{
    static const hostile cases[] = {
        {"'input_dim':6", "'input_dim':0", AE_ERROR_FORMAT, ""},
        {"'input_dim':6", "'input_dim':-6", AE_ERROR_FORMAT, "whole number"},
        {"'input_dim':6", "'input_dim':6.0", AE_ERROR_FORMAT, "whole number"},
        {"'input_dim':6", "'input_dim':'6'", AE_ERROR_FORMAT, "whole number"},
        {"'input_dim':6", "'input_dim':7", AE_ERROR_FORMAT, "parameters"},
        {"'input_dim':6", "'input_dim':18446744073709551615", AE_ERROR_FORMAT, "more parameters than can be addressed"},
        {"'input_dim':6", "'input_dim':3074457345618258603", AE_ERROR_FORMAT, "parameters"},
        {"'input_dim':6,", "", AE_ERROR_FORMAT, "\"input_dim\" is missing"},
        {"'input_dim':6", "'input_dim':6,'input_dim':6", AE_ERROR_FORMAT, "repeated key \"input_dim\""},
        {"'input_dim':6", "'input_dim':6,'scale':1", AE_ERROR_FORMAT, "unknown key \"scale\""},
        {"'binary_cross_entropy'", "'squared_error'", AE_OK, ""},
        {"'binary_cross_entropy'", "'huber'", AE_ERROR_UNSUPPORTED, "unknown loss \"huber\""},
        {"'binary_cross_entropy'", "''", AE_ERROR_UNSUPPORTED, "unknown loss"},
        {"'encoder':[", "'encode':[", AE_ERROR_FORMAT, "unknown key \"encode\""},
        {"'encoder':[{", "'encoder':[[{", AE_ERROR_FORMAT, "'{' expected"},
        {"'layer':'dense'", "'layer':'convolution'", AE_ERROR_UNSUPPORTED, "unknown layer \"convolution\""},
        {"'layer':'dense',", "", AE_ERROR_FORMAT, "no key \"layer\""},
        {"'layer':'dense'", "'layer':'dense','layer':'dense'", AE_ERROR_FORMAT, "repeated key \"layer\""},
        {"'layer':'dense'", "'layer':'activation'", AE_ERROR_FORMAT, "a layer like this has no key"},
        {"'layer':'dense'", "'layer':'dropout'", AE_ERROR_FORMAT, "a layer like this has no key"},
        {"'units':5", "'units':0", AE_ERROR_FORMAT, "0 units"},
        {"'units':5", "'units':9223372036854775807", AE_ERROR_FORMAT, "units"},
        {"'units':5", "'units':99999999999999999999", AE_ERROR_FORMAT, "too large"},
        {"'units':5", "'units':200000000000000000", AE_ERROR_FORMAT, "parameters"},
        {"'units':5", "'units':4", AE_ERROR_FORMAT, "parameters"},
        {"'units':5,", "", AE_ERROR_FORMAT, "no key \"units\""},
        {"'bias':true", "'bias':1", AE_ERROR_FORMAT, "true or false"},
        {"'bias':true", "'bias':false", AE_ERROR_FORMAT, "parameters"},
        {",'bias':true", "", AE_ERROR_FORMAT, "no key \"bias\""},
        {"'activation':'elu'", "'activation':'swish'", AE_ERROR_UNSUPPORTED, "unknown activation \"swish\""},
        {"'activation':'elu'", "'activation':'relu'", AE_ERROR_FORMAT, "no key \"activation_parameter\""},
        {"'activation_parameter':1", "'activation_parameter':-1", AE_ERROR_FORMAT, "elu"},
        {"'activation_parameter':1", "'activation_parameter':1e300", AE_ERROR_FORMAT, "elu"},
        {"'activation_parameter':1", "'activation_parameter':0.5", AE_OK, ""},
        {"'init':'he_normal'", "'init':'xavier'", AE_ERROR_UNSUPPORTED, "unknown init \"xavier\""},
        {"'init':'he_normal'", "'init':'he_normal','init_scale':1", AE_ERROR_FORMAT, "no key \"init_scale\""},
        {"'init':'he_normal'", "'init':'normal','init_scale':-1", AE_ERROR_FORMAT, "init_scale"},
        {"'rate':0.2", "'rate':1", AE_ERROR_FORMAT, "rate"},
        {"'rate':0.2", "'rate':-0.1", AE_ERROR_FORMAT, "rate"},
        {"'rate':0.2", "'rate':1e999", AE_ERROR_FORMAT, "too large"},
        {"'momentum':0.1", "'momentum':0", AE_ERROR_FORMAT, "momentum"},
        {"'momentum':0.1", "'momentum':1.5", AE_ERROR_FORMAT, "momentum"},
        {"'epsilon':", "'epsilon':-", AE_ERROR_FORMAT, "epsilon"},
        {"'epsilon':1", "'epsilon':0,'x':1", AE_ERROR_FORMAT, "unknown key \"x\""},
        {"'tied_to':6", "'tied_to':3", AE_ERROR_FORMAT, "architecture: decoder layer 0 is"},
        {"'tied_to':6", "'tied_to':1", AE_ERROR_FORMAT, "not a dense layer"},
        {"'tied_to':6", "'tied_to':7", AE_ERROR_FORMAT, "not a dense layer"},
        {"'tied_to':6", "'tied_to':18446744073709551615", AE_ERROR_FORMAT, "not a dense layer"},
        {"'tied_to':6", "'tied_to':-1", AE_ERROR_FORMAT, "whole number"},
        {"'tied_to':6", "'tied_to':6,'init':'auto'", AE_ERROR_FORMAT, "no key \"init\""},
        {"'init':'he_normal'", "'tied_to':0", AE_ERROR_FORMAT, "parameters"},
    };
    static const hostile bce[] = {
        {"'units':6,'activation':'sigmoid'", "'units':6,'activation':'tanh'", AE_ERROR_FORMAT,
         "architecture: binary cross-entropy needs a sigmoid"},
    };
    static const hostile small[] = {
        {"'encoder':[{", "'encoder':[{'layer':'dropout','rate':0},{", AE_ERROR_FORMAT,
         "the tensor \"encoder.1.weight\" is missing"},
        {"'decoder':[{", "'decoder':[{'layer':'dense','units':2,'bias':false},{", AE_ERROR_FORMAT, "parameters"},
        {"\"encoder.0.weight\"", "\"encoder.0.weights\"", AE_ERROR_FORMAT, "\"encoder.0.weight\" is missing"},
        {"\"encoder.0.weight\"", "\"encoder.0.bias\"", AE_ERROR_FORMAT, "\"encoder.0.weight\" is missing"},
        {"\"encoder.0.weight\"", "\"\\u001b[31m\"", AE_ERROR_FORMAT, "is missing"},
        {"[2,6]", "[6,2]", AE_ERROR_FORMAT, "is [6, 2], the architecture says [2, 6]"},
        {"[2,6],\"data_offsets\":[0,48]},\"decoder.0.weight\":{\"dtype\":\"F32\",\"shape\":[6,2],\"data_offsets\":[48,",
         "[2,3],\"data_offsets\":[0,24]},\"decoder.0.weight\":{\"dtype\":\"F32\",\"shape\":[6,3],\"data_offsets\":[24,",
         AE_ERROR_FORMAT, "is [2, 3], the architecture says [2, 6]"},
        {"[2,6]", "[12]", AE_ERROR_FORMAT, "has 1 dimensions"},
        {"[2,6]", "[2,6,1]", AE_ERROR_FORMAT, "has 3 dimensions"},
        {"\"F32\"", "\"I32\"", AE_ERROR_UNSUPPORTED, "is I32"},
        {"'input_dim':6,'loss':'squared_error','encoder':[{'layer':'dense','units':2,",
         "'input_dim':2,'loss':'squared_error','encoder':[{'layer':'dense','units':6,", AE_ERROR_FORMAT, ""},
        {"\"encoder.0.weight\":{",
         "\"none\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[0,0]},\"encoder.0.weight\":{", AE_ERROR_FORMAT,
         "\"none\" is not one of this architecture"},
    };
    (void)state;
    CHECK_HOSTILE(2, cases);
    CHECK_HOSTILE(4, bce);
    CHECK_HOSTILE(0, small);
}

static void test_scaling_values(void **state)
{
    static const hostile cases[] = {
        {"'scaling':'given'", "'scaling':'minmax'", AE_OK, ""},
        {"'scaling':'given'", "'scaling':'none'", AE_ERROR_FORMAT, "parameters"},
        {"'scaling':'given',", "", AE_ERROR_FORMAT, "parameters"},
        {"'scaling':'given'", "'scaling':'log'", AE_ERROR_UNSUPPORTED, "unknown scaling \"log\""},
        {"'scaling':'given'", "'scaling':1", AE_ERROR_FORMAT, "'\"' expected"},
        {"'scaling':'given'", "'scaling':'given','scaling':'given'", AE_ERROR_FORMAT, "repeated key \"scaling\""},
        {"\"scaling.offset\"", "\"scaling.offsets\"", AE_ERROR_FORMAT, "\"scaling.offset\" is missing"},
        {"\"scaling.scale\"", "\"scaling\"", AE_ERROR_FORMAT, "\"scaling.scale\" is missing"},
        {"\"scaling.offset\":{\"dtype\":\"F32\",\"shape\":[6]", "\"scaling.offset\":{\"dtype\":\"F32\",\"shape\":[3,2]",
         AE_ERROR_FORMAT, "has 2 dimensions, the architecture says 1"},
        {"'threshold':0.", "'threshold':1e999,'x':0.", AE_ERROR_FORMAT, "too large"},
        {"'threshold':0.", "'threshold':-0.", AE_OK, ""},
        {"'threshold':0.", "'threshold':null,'x':0.", AE_ERROR_FORMAT, "number expected"},
        {"'contamination':0.05", "'contamination':0.5", AE_OK, ""},
        {"'contamination':0.05", "'contamination':0.51", AE_ERROR_FORMAT, "contamination above 0"},
        {"'contamination':0.05", "'contamination':0", AE_ERROR_FORMAT, "contamination above 0"},
        {"'contamination':0.05", "'contamination':-0.05", AE_ERROR_FORMAT, "contamination above 0"},
        {",'contamination':0.05", "", AE_ERROR_FORMAT, "a threshold goes with a contamination"},
    };
    static const hostile without[] = {
        {"'input_dim':6", "'input_dim':6,'contamination':0.05", AE_ERROR_FORMAT, "a threshold goes with"},
        {"'input_dim':6", "'input_dim':6,'scaling':'none'", AE_OK, ""},
        {"'input_dim':6", "'input_dim':6,'scaling':'minmax'", AE_ERROR_FORMAT, "parameters"},
    };
    (void)state;
    CHECK_HOSTILE(1, cases);
    CHECK_HOSTILE(0, without);
}

/* Where the tensor's first number is in the file. */
static size_t place_of(const unsigned char *bytes, size_t size, const char *name)
{
    char wanted[64];
    const char *header = (const char *)bytes + 8, *found;
    size_t length = (size_t)bytes[0] | (size_t)bytes[1] << 8;
    char *copy = malloc(length + 1);
    assert_non_null(copy);
    memcpy(copy, header, length);
    copy[length] = '\0';
    snprintf(wanted, sizeof wanted, "\"%s\":", name);
    found = strstr(copy, wanted);
    assert_non_null(found);
    found = strstr(found, "data_offsets\":[");
    assert_non_null(found);
    size_t place = 8 + length + (size_t)strtoul(found + 15, NULL, 10);
    free(copy);
    assert_true(place + 4 <= size);
    return place;
}

/* No scale that is not a normal number above 0, also where weights may be anything. */
static void test_scaling_numbers(void **state)
{
    static const struct {
        const char *tensor;
        float value;
    } cases[] = {
        {"scaling.offset", NAN}, {"scaling.offset", INFINITY}, {"scaling.offset", -INFINITY},
        {"scaling.scale", NAN}, {"scaling.scale", INFINITY}, {"scaling.scale", 0}, {"scaling.scale", -1},
        {"scaling.scale", 1e-40f},
    };
    size_t size;
    unsigned char *bytes = bytes_of_sample(1, &size);
    ae_load_options options;
    (void)state;
    ae_load_options_init(&options, sizeof options);
    options.allow_non_finite = 1;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        unsigned char was[4], *at = bytes + place_of(bytes, size, cases[i].tensor) + 4 * 5;
        uint32_t word;
        ae_model *model = NULL;
        memcpy(was, at, 4);
        memcpy(&word, &cases[i].value, 4);
        for (int j = 0; j < 4; j++)
            at[j] = (unsigned char)(word >> (8 * j));
        assert_int_equal(check_any(bytes, size), AE_ERROR_DATA);
        assert_non_null(strstr(ae_last_error(), "of feature 5"));
        assert_int_equal(ae_model_load_memory(&model, bytes, size, &options), AE_ERROR_DATA);
        assert_null(model);
        memcpy(at, was, 4);
    }
    assert_int_equal(check_any(bytes, size), AE_OK);
    free(bytes);
}

static void test_history_values(void **state)
{
    static const hostile cases[] = {
        {"'validation_loss':0", "'validation_loss':null", AE_OK, ""},
        {"'train_loss':0.3", "'train_loss':null,'loss':0.3", AE_ERROR_FORMAT, "unknown key \"loss\""},
        {"'steps':12", "'steps':-12", AE_ERROR_FORMAT, "whole number"},
        {"'steps':12,", "", AE_ERROR_FORMAT, "no key \"steps\""},
        {"'steps':12", "'steps':12,'steps':12", AE_ERROR_FORMAT, "repeated key \"steps\""},
        {"'learning_rate':0.001", "'learning_rate':null", AE_ERROR_FORMAT, "number expected"},
        {"\"history\":\"[", "\"history\":\"", AE_ERROR_FORMAT, "history, byte 0: '[' expected"},
        {"\"history\":\"[", "\"history\":\"[[", AE_ERROR_FORMAT, "'{' expected"},
        {"\"history\":\"[", "\"history\":\"[5,", AE_ERROR_FORMAT, "'{' expected"},
        {"\"history\":\"[", "\"history\":\"[]", AE_ERROR_FORMAT, "nothing more"},
        {"\"history\":\"[", "\"history\":\"[{},", AE_ERROR_FORMAT, "no key \"epoch\""},
    };
    (void)state;
    CHECK_HOSTILE(2, cases);
}

static void test_values(void **state)
{
    static const struct {
        const char *tensor;
        size_t index;
        float value;
        const char *message;
        ae_status allowing; /* what comes with allow_non_finite */
    } cases[] = {
        {"encoder.0.weight", 7, NAN, "\"encoder.0.weight\": number 7 is not a number", AE_OK},
        {"encoder.0.weight", 29, INFINITY, "\"encoder.0.weight\": number 29 is infinite", AE_OK},
        {"decoder.6.bias", 0, -INFINITY, "\"decoder.6.bias\": number 0 is infinite", AE_OK},
        {"encoder.1.running_mean", 4, NAN, "\"encoder.1.running_mean\": number 4 is not a number", AE_OK},
        {"encoder.1.running_var", 2, NAN, "\"encoder.1.running_var\": number 2 is not a number", AE_OK},
        {"encoder.1.running_var", 2, -1e-30f, "\"encoder.1.running_var\": number 2 is a negative variance",
         AE_ERROR_DATA},
        {"encoder.1.running_var", 3, -INFINITY, "\"encoder.1.running_var\": number 3 is infinite", AE_ERROR_DATA},
    };
    size_t size;
    unsigned char *bytes = bytes_of_sample(2, &size);
    ae_load_options options;
    (void)state;
    ae_load_options_init(&options, sizeof options);
    options.allow_non_finite = 1;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        unsigned char was[4], *at = bytes + place_of(bytes, size, cases[i].tensor) + 4 * cases[i].index;
        uint32_t word;
        ae_model *model = NULL;
        memcpy(was, at, 4);
        memcpy(&word, &cases[i].value, 4);
        for (int j = 0; j < 4; j++)
            at[j] = (unsigned char)(word >> (8 * j));
        assert_int_equal(check_any(bytes, size), AE_ERROR_DATA);
        assert_non_null(strstr(ae_last_error(), cases[i].message));
        assert_int_equal(ae_model_load_memory(&model, bytes, size, &options), cases[i].allowing);
        if (cases[i].allowing == AE_OK) {
            size_t again_size;
            unsigned char *again = model_bytes(model, &again_size);
            assert_int_equal(size, again_size);
            assert_memory_equal(again, bytes, size); /* NaN keeps its bits */
            free(again);
        }
        ae_model_free(model);
        memcpy(at, was, 4);
    }
    assert_int_equal(check_any(bytes, size), AE_OK);
    free(bytes);
}

/* A file of about a megabyte: `piece` many times where `to`, which is put in the place of `from`, has its @. It is
 * refused with `message`, or read if that is NULL. */
static void check_long(size_t which, const char *from, const char *to, const char *piece, const char *message,
                       size_t allowance)
{
    size_t size, base_size;
    unsigned char *bytes = bytes_of_sample(which, &size), *base = replace(bytes, size, from, to, &base_size);
    char text[400], mark = '@';
    quote(piece, text, sizeof text);
    const size_t length = strlen(text), times = 1000000 / length;
    const unsigned char *found = memchr(base, mark, base_size);
    unsigned char *whole = malloc(base_size + times * length), *at = whole;
    assert_non_null(found);
    assert_non_null(whole);
    memcpy(at, base, (size_t)(found - base));
    at += found - base;
    for (size_t i = 0; i < times; i++, at += length)
        memcpy(at, text, length);
    memcpy(at, found + 1, base_size - (size_t)(found - base) - 1);
    size_t header = ((size_t)base[0] | (size_t)base[1] << 8) - 1 + times * length;
    for (int i = 0; i < 8; i++)
        whole[i] = (unsigned char)((uint64_t)header >> (8 * i));
    ae_status status = check_bounded(whole, base_size - 1 + times * length, allowance);
    assert_int_equal(status == AE_OK, !message);
    if (message && !strstr(ae_last_error(), message))
        fail_msg("%s: \"%s\" instead of \"%s\"", piece, ae_last_error(), message);
    free(whole);
    free(base);
    free(bytes);
}

static void test_long_texts(void **state)
{
    (void)state;
    check_long(0, "'encoder':[", "'encoder':[@", "{'layer':'dropout','rate':0},", "layers", layers_allowance);
    check_long(0, "'encoder':[", "'encoder':[@", "{'layer':'batch_norm','momentum':1,'epsilon':1},", "layers",
               layers_allowance);
    check_long(0, "'encoder':[", "'encoder':[@", "{'layer':'dense','units':1,'bias':true},", "layers",
               layers_allowance);
    check_long(0, "'encoder':[", "'encoder':@[", "[", "'{' expected", usual_allowance);
    check_long(2, "\"history\":\"[", "\"history\":\"[@", "{'epoch':1},", "no key \"epochs\"", usual_allowance);
    check_long(2, "\"history\":\"[", "\"history\":\"[@",
               "{'epoch':0,'epochs':0,'steps':0,'train_loss':0,'validation_loss':0,'learning_rate':0,'best_epoch':0},",
               NULL, usual_allowance);
}

static void *load_sample(void *argument)
{
    ae_model *model = NULL;
    size_t size;
    unsigned char *bytes = bytes_of_sample(*(size_t *)argument, &size);
    ae_status status = ae_model_load_memory(&model, bytes, size, NULL);
    free(bytes);
    ae_model_free(model);
    return status == AE_OK ? argument : NULL;
}

static void *do_nothing(void *argument)
{
    return argument;
}

/* Bytes of a thread's stack that are not as they were before it ran. */
static size_t stack_used(void *(*run)(void *), size_t which)
{
    const size_t capacity = (size_t)1 << 20;
    unsigned char *stack = NULL;
    size_t untouched = 0;
    pthread_t thread;
    pthread_attr_t attributes;
    void *result = NULL, *block = NULL;
    assert_int_equal(posix_memalign(&block, 1 << 16, capacity), 0);
    stack = block;
    memset(stack, 0xA5, capacity);
    assert_int_equal(pthread_attr_init(&attributes), 0);
    assert_int_equal(pthread_attr_setstack(&attributes, stack, capacity), 0);
    assert_int_equal(pthread_create(&thread, &attributes, run, &which), 0);
    assert_int_equal(pthread_join(thread, &result), 0);
    pthread_attr_destroy(&attributes);
    assert_non_null(result);
    while (untouched < capacity && stack[untouched] == 0xA5)
        untouched++;
    free(block);
    return capacity - untouched;
}

static void test_small_stack(void **state)
{
#if defined(__SANITIZE_ADDRESS__)
    const size_t most = 256 << 10; /* its red zones make frames larger */
#else
    const size_t most = 64 << 10;
#endif
    const size_t least = stack_used(do_nothing, 0);
    (void)state;
    for (size_t which = 0; which < SAMPLE_COUNT; which++) {
        const size_t used = stack_used(load_sample, which);
        assert_true(used < least + most);
        if (which == 2)
            print_message("%zu bytes of stack\n", used - least);
    }
}

static void test_without_memory(void **state)
{
    size_t failures = 0;
    (void)state;
    for (size_t which = 2; which < SAMPLE_COUNT; which += 2)
        for (int for_ever = 0; for_ever < 2; for_ever++) {
            failing_alloc memory;
            size_t size;
            unsigned char *bytes = bytes_of_sample(which, &size);
            failing_alloc_init(&memory);
            ae_load_options options;
            ae_load_options_init(&options, sizeof options);
            ae_runtime *runtime = options.runtime = failing_alloc_runtime(&memory, 1);
            for (size_t n = 1;; n++) {
                ae_model *model = NULL;
                failing_alloc_fail_at(&memory, n, for_ever);
                const size_t before = memory.live_blocks;
                ae_status status = ae_model_load_memory(&model, bytes, size, &options);
                if (memory.failed == 0) {
                    assert_int_equal(status, AE_OK);
                    ae_model_free(model);
                    break;
                }
                assert_int_equal(status, AE_ERROR_NO_MEMORY);
                assert_null(model);
                assert_int_equal(memory.live_blocks, before);
                assert_non_null(strstr(ae_last_error(), "out of memory"));
                failures++;
            }
            failing_alloc_fail_at(&memory, 0, false);
            ae_runtime_free(runtime);
            assert_true(failing_alloc_finish(&memory));
            free(bytes);
        }
    print_message("%zu allocations refused\n", failures);
    assert_true(failures > 40);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_round_trip),
        cmocka_unit_test(test_truncated),
        cmocka_unit_test(test_one_byte_changed),
        cmocka_unit_test(test_metadata),
        cmocka_unit_test(test_architecture_values),
        cmocka_unit_test(test_scaling_values),
        cmocka_unit_test(test_scaling_numbers),
        cmocka_unit_test(test_history_values),
        cmocka_unit_test(test_values),
        cmocka_unit_test(test_long_texts),
        cmocka_unit_test(test_small_stack),
        cmocka_unit_test(test_without_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

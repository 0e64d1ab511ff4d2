/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* Eight sensors of a pump, each in its own unit from 1e-2 to 1e5. What they show depends on two things, load and
 * ambient temperature, and that is what a code of two numbers learns. A broken sensor gives values that are all in
 * its range but do not fit the others: the row's score is above the threshold, and the scores of its features tell
 * which one it is. */
#include <autoencoder/autoencoder.h>

#include <stdio.h>

#include "support/digits.h"

enum { SENSORS = 8, TRAIN_ROWS = 3000, TEST_ROWS = 1000 };

/* base + by_load u + by_square u^2 + by_ambient t + noise N(0, 1) */
static const struct {
    const char *name;
    double base, by_load, by_square, by_ambient, noise;
} sensors[SENSORS] = {
    {"speed, 1/min", 600, 2400, 0, 0, 15},          {"flow, m3/s", 0.002, 0.018, 0, 0, 2e-4},
    {"pressure, Pa", 1.2e5, 0, 3e5, 0, 3000},       {"current, A", 4, 12, 10, 0, 0.3},
    {"vibration, m/s2", 0.3, 0, 2, 0, 0.05},        {"motor, K", 295, 20, 30, 1, 0.5},
    {"oil, K", 293, 30, 0, 0.7, 0.5},               {"ambient, K", 288, 0, 0, 1, 0.3},
};

static float train[TRAIN_ROWS * SENSORS], test[TEST_ROWS * SENSORS], row_scores[TEST_ROWS], parts[TEST_ROWS * SENSORS];

/* In [0, 1): xorshift64 (Marsaglia 2003). */
static double uniform(uint64_t *state)
{
    *state ^= *state << 13, *state ^= *state >> 7, *state ^= *state << 17;
    return (double)(*state >> 11) / 9007199254740992.0;
}

static void measure(float *row, uint64_t *state)
{
    const double load = 0.2 + 0.8 * uniform(state), ambient = 20 * uniform(state) - 10;
    for (size_t j = 0; j < SENSORS; j++) {
        double normal = -6; /* nearly: a sum of 12 uniform numbers */
        for (int i = 0; i < 12; i++) normal += uniform(state);
        row[j] = (float)(sensors[j].base + sensors[j].by_load * load + sensors[j].by_square * load * load +
                         sensors[j].by_ambient * ambient + sensors[j].noise * normal);
    }
}

/* Gives a row the reading of one sensor at another moment. */
static void break_sensor(float *row, size_t sensor, uint64_t *state)
{
    float other[SENSORS];
    measure(other, state);
    row[sensor] = other[sensor];
}

static ae_status make_model(ae_model **model, const ae_dataset *dataset)
{
    /* [fit] */
    const size_t hidden[] = {16};
    ae_model_options options;
    ae_model_options_init(&options, sizeof options);
    options.input_dim = SENSORS;
    options.hidden_dims = hidden, options.hidden_count = 1;
    options.hidden_activation = AE_TANH;
    options.latent_dim = 2;

    ae_train_options training;
    ae_train_options_init(&training, sizeof training);
    training.scaling = AE_SCALING_ROBUST; /* some of the rows are outliers */
    training.learning_rate = 1e-2;
    training.schedule = AE_SCHEDULE_COSINE;
    training.epochs = 60;

    ae_status status = ae_model_create(model, &options);
    if (status == AE_OK) status = ae_fit(*model, dataset, NULL, &training);
    if (status == AE_OK) status = ae_model_fit_threshold(*model, dataset, 0.02);
    /* [fit] */
    return status;
}

/* Scores the test rows: how many are above the threshold, and of how many is `sensor` the worst feature. */
static ae_status judge(const ae_model *model, size_t sensor, size_t *flagged, size_t *blamed)
{
    /* [score] */
    ae_status status = ae_score(model, test, TEST_ROWS, 0, row_scores, parts, 0);
    *flagged = *blamed = 0;
    for (size_t i = 0; status == AE_OK && i < TEST_ROWS; i++) {
        if (row_scores[i] <= ae_model_threshold(model)) continue;
        size_t worst = 0;
        for (size_t j = 1; j < SENSORS; j++)
            if (parts[i * SENSORS + j] > parts[i * SENSORS + worst]) worst = j;
        *flagged += 1;
        *blamed += worst == sensor;
    }
    /* [score] */
    return status;
}

int main(void)
{
    uint64_t state = 88172645463325252u;
    ae_model *model = NULL;
    ae_dataset *dataset = NULL;
    size_t flagged, blamed;
    for (size_t i = 0; i < TRAIN_ROWS; i++) {
        measure(train + i * SENSORS, &state);
        if (i % 100 == 0) break_sensor(train + i * SENSORS, i / 100 % SENSORS, &state); /* nobody has clean data */
    }
    ae_status status = ae_dataset_from_memory(&dataset, NULL, train, TRAIN_ROWS, SENSORS, 0);
    if (status == AE_OK) status = make_model(&model, dataset);

    puts("broken sensor     flagged   named");
    for (size_t sensor = 0; sensor <= SENSORS && status == AE_OK; sensor++) {
        for (size_t i = 0; i < TEST_ROWS; i++) {
            measure(test + i * SENSORS, &state);
            if (sensor < SENSORS) break_sensor(test + i * SENSORS, sensor, &state);
        }
        status = judge(model, sensor, &flagged, &blamed);
        if (status == AE_OK)
            printf("%-16s %6.1f %% %6.1f %%\n", sensor < SENSORS ? sensors[sensor].name : "none",
                   100.0 * (double)flagged / TEST_ROWS, 100.0 * (double)blamed / TEST_ROWS);
    }
    ae_model_free(model);
    ae_dataset_free(dataset);
    return finish(status);
}

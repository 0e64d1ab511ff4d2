/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* What failures look like: a code for the program, one line of text for people, and nothing changed. */
#include <autoencoder/autoencoder.h>

#include <math.h>
#include <stdio.h>

/* Prints a failure. Returns 0 if it is the expected one. */
static int failed_as(ae_status expected, ae_status status)
{
    /* [text] */
    if (status != AE_OK) printf("%s: %s\n", ae_status_name(status), ae_last_error());
    /* [text] */
    return status != expected;
}

static ae_status fit(ae_model *model, const float *rows)
{
    ae_dataset *dataset = NULL;
    ae_status status = ae_dataset_from_memory(&dataset, NULL, rows, 4, 3, 0);
    if (status == AE_OK) status = ae_fit(model, dataset, NULL, NULL);
    ae_dataset_free(dataset);
    return status;
}

int main(void)
{
    const float rows[] = {0.1f, 0.2f, 0.3f, 0.4f, 0.5f, 0.6f, 0.7f, 0.8f, 0.9f, 0.1f, 0.1f, 0.1f};
    const float above_one[] = {0.1f, 0.2f, 0.3f, 0.4f, 0.5f, 0.6f, 0.7f, 1.8f, 0.9f, 0.1f, 0.1f, 0.1f};
    const float not_a_number[] = {0.1f, NAN, 0.3f, 0.4f, 0.5f, 0.6f, 0.7f, 0.8f, 0.9f, 0.1f, 0.1f, 0.1f};
    float codes[4 * 2];
    int wrong = 0;
    ae_model *model = NULL;
    ae_dataset *dataset = NULL;
    ae_model_options options;
    ae_model_options_init(&options, sizeof options);
    wrong += failed_as(AE_ERROR_INVALID_ARGUMENT, ae_model_create(&model, &options)); /* no dimensions yet */

    options.input_dim = 3;
    options.latent_dim = 2;
    options.output_activation = AE_SIGMOID;
    options.loss = AE_BINARY_CROSS_ENTROPY;
    wrong += failed_as(AE_OK, ae_model_create(&model, &options));

    /* [data] */
    wrong += failed_as(AE_ERROR_DATA, fit(model, above_one)); /* 1.8 is no probability */
    wrong += failed_as(AE_ERROR_DATA, fit(model, not_a_number));
    wrong += failed_as(AE_OK, fit(model, rows)); /* the model was not harmed */
    /* [data] */

    wrong += failed_as(AE_ERROR_SHAPE, ae_encode(model, rows, 4, 2, codes, 0)); /* a stride below 3 columns */
    wrong += failed_as(AE_ERROR_IO, ae_dataset_read_csv(&dataset, "no/such/file.csv", NULL));
    wrong += failed_as(AE_ERROR_FORMAT, ae_dataset_read_csv_memory(&dataset, "a,b\n1,2\n3,x\n", 12, NULL));
    ae_model_free(model);
    ae_dataset_free(dataset); /* NULL: a create function that fails leaves NULL */
    if (wrong) printf("%d calls did not return what this program expects\n", wrong);
    return wrong ? 1 : 0;
}

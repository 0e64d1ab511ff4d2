/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* A model's past epochs as JSON: [{"epoch":1,"epochs":20,"steps":12,"train_loss":0.5,"validation_loss":null,
 * "learning_rate":0.001,"best_epoch":0},...]. Seconds are left out, so that the same training gives the same bytes;
 * null stands for NaN. */
#ifndef AEI_FILE_HISTORY_H
#define AEI_FILE_HISTORY_H

#include "file/json.h"
#include "model/model.h"

/* Of more than AEI_FORMAT_EPOCHS_MAX epochs, the newest. */
void aei_history_write(aei_buffer *writer, const aei_history *history);

/* Reads `text`, which is changed. The records are freed with aei_free(); on failure *out is empty. */
ae_status aei_history_read(aei_history *out, ae_runtime *runtime, char *text);

#endif

/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* Layers as JSON: [{"layer":"dense","units":32,"activation":"relu",...},...] */
#ifndef AEI_FILE_LAYER_LIST_H
#define AEI_FILE_LAYER_LIST_H

#include "file/json.h"
#include "model/network.h"

void aei_layer_list_write(aei_buffer *writer, const ae_layer_list *list);

/* Appends the layers to `list`. Every name is known and every value is in its range. */
void aei_layer_list_read(aei_json *json, ae_layer_list *list);

#endif
